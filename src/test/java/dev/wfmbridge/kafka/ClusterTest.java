package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** docs/scale-out.md: processes that share the organisations over a real broker. */
class ClusterTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final double FACTOR = 20;

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.plain();

    private static Ground ground(int organizations, int agents) throws Exception {
        String name = "test" + NUMBER.incrementAndGet();
        return shared.ground(name, organizations, agents, FACTOR);
    }

    @Test
    @DisplayName(
            "three processes deliver all, each once, though partitions move meanwhile; the next pass posts nothing")
    void threeProcesses() throws Exception {
        try (Ground ground = ground(12, 6)) {
            ground.process("one", FACTOR);
            ground.process("two", FACTOR);
            ground.process("three", FACTOR);
            JsonNode report = ground.pass();
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString())
                    .isZero();
            assertThat(report.path("balance").asInt()).isZero();
            ground.assertAllThereOnce();
            assertThat(ground.posts()).isEqualTo(72);
            report = ground.pass();
            assertThat(report.path("exitCode").asInt()).isZero();
            assertThat(report.at("/organizations/org-0/outcomes/present").asInt())
                    .isEqualTo(6);
            assertThat(ground.posts()).isEqualTo(72);
            DataFolder seen = ground.seen();
            int lines = 0;
            for (Path file : seen.files(Path.of("ledger"))) {
                lines += Files.readAllLines(file).size();
            }
            assertThat(lines).isEqualTo(72);
            String runId = report.path("runId").asText();
            assertThat(seen.readJson(Path.of("runs/latest.json"))
                            .orElseThrow()
                            .path("runId")
                            .asText())
                    .isEqualTo(runId);
            assertThat(seen.readLines(Path.of("runs", runId + ".outcomes.jsonl")))
                    .hasSize(72);
        }
    }

    @Test
    @DisplayName("a process that stops in the midst hands its parts over; who comes back is not missed")
    void oneStops() throws Exception {
        try (Ground ground = ground(8, 4)) {
            ground.process("one", FACTOR);
            ground.process("two", FACTOR);
            ground.sandbox()
                    .genesys()
                    .interceptor(
                            call -> call.method().equals("POST") && call.path().equals(Ground.SEGMENTS)
                                    ? Fault.delay(Duration.ofSeconds(5))
                                    : null);
            String order = ground.order();
            await().atMost(Ground.LIMIT).until(() -> ground.posts() > 3);
            ground.process("three", FACTOR);
            ground.end("one");
            ground.sandbox().genesys().interceptor(null);
            ground.report(order);
            JsonNode report = ground.pass();
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString())
                    .isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName("a part larger than a record is done, and so is its result")
    void large() throws Exception {
        try (Ground ground = ground(1, 2)) {
            Random random = new Random(11);
            for (int i = 0; i < 14_000; i++) {
                long agent = 7_000_000_000_000L + i;
                String address = Long.toString(random.nextLong(), 36)
                        + Long.toString(random.nextLong(), 36)
                        + Long.toString(random.nextLong(), 36)
                        + Long.toString(random.nextLong(), 36);
                ground.world()
                        .zendesk()
                        .addAgent(ZendeskAgent.of(agent, "Agent", address + "@example.com")
                                .withSuspended(true))
                        .addMembership(agent, Ground.GROUP);
            }
            ground.process("one", FACTOR);
            JsonNode report = ground.pass();
            assertThat(report.at("/organizations/org-0/outcomes/skipped/agent-suspended")
                            .asInt())
                    .isEqualTo(14_000);
            assertThat(report.path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
            AtomicInteger pieces = new AtomicInteger();
            try (TopicView view = new TopicView(
                    Connection.of(shared.broker().address(), Map.of()).consumer(),
                    new Topics(ground.access().prefix()).parts())) {
                view.catchUp(view.all(), message -> {
                    assertThat(message.value().length).isLessThanOrEqualTo(500_000);
                    pieces.incrementAndGet();
                });
            }
            assertThat(pieces).hasValueGreaterThan(1);
        }
    }

    @Test
    @DisplayName(
            "among the results, the outcomes of another process' pass are skipped; what nobody wrote is an error in the log")
    void amongResults() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Reader.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Connection connection = Connection.of(shared.broker().address(), Map.of());
        try (Ground ground = ground(1, 2);
                ResultsTopic results =
                        new ResultsTopic(connection, new Topics(ground.access().prefix()));
                Producer<byte[], byte[]> producer = connection.producer()) {
            AtomicBoolean written = new AtomicBoolean();
            ground.sandbox().genesys().interceptor(call -> {
                if (call.method().equals("POST") && !written.getAndSet(true)) {
                    write(results);
                    producer.send(
                            new ProducerRecord<>(new Topics(ground.access().prefix()).results(), 0, null, new byte[1]));
                    producer.flush();
                }
                return null;
            });
            ground.process("one", FACTOR);
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.ERROR)
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .contains("cannot be used");
    }

    private static void write(ResultsTopic results) {
        try {
            results.outcomes("20260101T000000.000Z", List.of(new byte[1]));
        } catch (UnreachableException away) {
            throw new IllegalStateException(away);
        }
    }

    @Test
    @DisplayName("a record that is none goes to the errors and blocks nobody")
    void poison() throws Exception {
        try (Ground ground = ground(2, 3);
                Producer<byte[], byte[]> producer =
                        Connection.of(shared.broker().address(), Map.of()).producer()) {
            Topics topics = new Topics(ground.access().prefix());
            for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(
                        topics.parts(), partition, null, "agent0@example.com".getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
            ground.process("one", FACTOR);
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
            AtomicInteger errors = new AtomicInteger();
            try (TopicView view = new TopicView(
                    Connection.of(shared.broker().address(), Map.of()).consumer(), topics.errors())) {
                await().atMost(Ground.LIMIT).untilAsserted(() -> {
                    view.catchUp(List.of(0), message -> errors.incrementAndGet());
                    assertThat(errors).hasValue(Topics.PARTITIONS);
                });
            }
        }
    }

    @Test
    @DisplayName("a worker with another mapping refuses the part, loudly, and takes it when the mapping is the same")
    void otherMapping() throws Exception {
        try (Ground ground = ground(3, 2)) {
            Path other = ground.mapping().resolveSibling("other.yaml");
            Files.writeString(other, Files.readString(ground.mapping()) + "# another one\n");
            Bridge reader = ground.process("one", FACTOR);
            await().atMost(Ground.LIMIT).until(() -> owns(reader));
            ground.process("two", FACTOR, "BRIDGE_MAPPING", other.toString());
            await().atMost(Ground.LIMIT).until(() -> {
                JsonNode report = ground.pass();
                return report.path("organizations").findValuesAsText("reason").contains("configuration")
                        && report.path("exitCode").asInt() == 2;
            });
            Files.copy(ground.mapping(), other, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        }
    }

    private static boolean owns(Bridge bridge) {
        return bridge.context()
                .getRegistry()
                .lookupByNameAndType("reader", Reader.class)
                .isOwner();
    }

    @Test
    @DisplayName("with the broker away in the midst of a pass and back, nothing is lost")
    void brokerAway() throws Exception {
        try (Ground ground = ground(6, 4)) {
            ground.process("one", FACTOR);
            ground.process("two", FACTOR);
            ground.sandbox()
                    .genesys()
                    .interceptor(
                            call -> call.method().equals("POST") && call.path().equals(Ground.SEGMENTS)
                                    ? Fault.delay(Duration.ofSeconds(4))
                                    : null);
            ground.order();
            await().atMost(Ground.LIMIT).until(() -> ground.posts() > 3);
            shared.broker().stop();
            ground.sandbox().genesys().interceptor(null);
            // What was begun goes on; nothing new is. So long it is away, while calls come back and results cannot be
            // written.
            await().pollDelay(Duration.ofSeconds(15)).atMost(Ground.LIMIT).until(() -> ground.posts() > 3);
            shared.broker().start();
            JsonNode report = ground.pass();
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString())
                    .isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName("what a data folder knows goes to Kafka and comes back the same")
    void thereAndBack() throws Exception {
        try (Ground ground = ground(2, 3)) {
            ground.process("one", FACTOR);
            ground.pass();
            DataFolder first = ground.seen();
            ground.end("one");
            KafkaAccess elsewhere = new KafkaAccess(shared.broker().address(), "elsewhere", Map.of());
            Shell shell = new Shell(elsewhere);
            shell.createTopics(1);
            DataFolder empty = DataFolder.open(Files.createTempDirectory(shared.folder(), "empty"));
            assertThat(shell.take(first, empty, false)).containsExactly(6, 0, 1);
            DataFolder back = DataFolder.open(Files.createTempDirectory(shared.folder(), "back"));
            shell.give(back);
            for (int o = 0; o < 2; o++) {
                Path ledger = Path.of("ledger", Ground.name(o) + ".jsonl");
                assertThat(back.readLines(ledger)).containsExactlyInAnyOrderElementsOf(first.readLines(ledger));
            }
            assertThat(back.readJson(Path.of("runs/latest.json")))
                    .isEqualTo(first.readJson(Path.of("runs/latest.json")));
            assertThatThrownBy(() -> shell.give(back)).hasMessageContaining("already");
        }
    }

    @Test
    @DisplayName("topics with another number of partitions are found before anything is done with them")
    void topics() throws Exception {
        Shell shell = new Shell(new KafkaAccess(shared.broker().address(), "wrong", Map.of()));
        assertThat(shell.checkTopics()).allMatch(finding -> finding.wrong().contains("create-topics"));
        try (var admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic("wrong-segments", 3, (short) 1)))
                    .all()
                    .get();
        }
        assertThat(shell.createTopics(1)).hasSize(4);
        assertThat(shell.checkTopics())
                .filteredOn(finding -> finding.wrong() != null)
                .singleElement()
                .satisfies(finding -> assertThat(finding.wrong()).contains("3 partitions in place of 64"));
    }
}
