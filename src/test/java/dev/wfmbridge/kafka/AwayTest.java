package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** docs/scale-out.md: brokers that are away while the reader hands out the parts of a pass. */
class AwayTest {

    private static final double FACTOR = 20;
    private static final int ORGANIZATIONS = 4;
    private static final int AGENTS = 3;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.withDoors(5);

    private static Ground ground() throws Exception {
        String name = "away" + NUMBER.incrementAndGet();
        return shared.ground(name, ORGANIZATIONS, AGENTS, FACTOR);
    }

    /** One that reaches the broker through this door alone. */
    private static Bridge process(Ground ground, Door door, Duration delivery, Duration session) throws Exception {
        Bridge one = ground.process(
                "one",
                FACTOR,
                "KAFKA_BROKERS",
                "127.0.0.1:" + door.port(),
                "CAMEL_COMPONENT_KAFKA_DELIVERY_TIMEOUT_MS",
                String.valueOf(delivery.toMillis()),
                "CAMEL_COMPONENT_KAFKA_REQUEST_TIMEOUT_MS",
                String.valueOf(delivery.toMillis() / 2),
                "CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS",
                String.valueOf(session.toMillis()),
                "CAMEL_COMPONENT_KAFKA_HEARTBEAT_INTERVAL_MS",
                "300");
        await().atMost(Ground.LIMIT)
                .until(() -> reader(one).isOwner() && worker(one).ownedPartitions() == Topics.PARTITIONS);
        return one;
    }

    /** Runs it once, when the pass reads Zendesk, before any part is sent. */
    private static void whenZendeskIsRead(Ground ground, Runnable what) {
        AtomicBoolean met = new AtomicBoolean();
        ground.sandbox().zendesk().interceptor(call -> {
            if (call.path().equals("/api/v2/group_memberships") && met.compareAndSet(false, true)) {
                what.run();
            }
            return null;
        });
    }

    @Test
    @DisplayName("for longer than a part is tried: the pass waits, says so, halts nobody and goes on")
    void partsWait() throws Exception {
        Door door = shared.broker().door(0);
        Duration delivery = Duration.ofSeconds(1);
        try (Ground ground = ground()) {
            Bridge one = process(ground, door, delivery, Duration.ofMinutes(5));
            passesOnce(ground);
            whenZendeskIsRead(ground, door::fallSilent);
            String order = ground.order();
            await().atMost(Ground.LIMIT).until(() -> waitsLongerThan(one, delivery.multipliedBy(4)));
            assertThat(ground.posts()).isZero();
            door.open();
            JsonNode report = ground.report(order);
            assertThat(report.path("exitCode").asInt(-1))
                    .as(report.toPrettyString())
                    .isZero();
            assertThat(report.findValuesAsText("reason")).isEmpty();
            ground.assertAllThereOnce();
            assertThat(ground.posts()).isEqualTo(ORGANIZATIONS * AGENTS);
            assertThat(passes(ground)).as("with the first one").hasSize(2);
            assertThat(reader(one).sendingSince()).isNull();
        }
    }

    @Test
    @DisplayName("a part that is there twice, since nobody heard that it had arrived, is done once; also one in pieces")
    void twice() throws Exception {
        Door door = shared.broker().door(1);
        Duration delivery = Duration.ofSeconds(1);
        try (Ground ground = ground()) {
            makeLarge(ground);
            Bridge one = process(ground, door, delivery, Duration.ofMinutes(5));
            passesOnce(ground);
            whenZendeskIsRead(ground, door::loseAnswers);
            Map<String, Integer> copies = new HashMap<>();
            JsonNode report;
            try (TopicView parts = new TopicView(
                    Connection.of(shared.broker().address(), Map.of()).consumer(),
                    new Topics(ground.access().prefix()).parts())) {
                parts.skipToEnd();
                String order = ground.order();
                await().atMost(Ground.LIMIT).until(() -> waitsLongerThan(one, delivery.multipliedBy(3)));
                door.open();
                report = ground.report(order);
                parts.catchUp(parts.all(), message -> {
                    Piece piece = Piece.of(message.headers(), message.value());
                    copies.merge(piece.organization() + piece.number(), 1, Integer::sum);
                });
            }
            assertThat(copies).as("records").containsKeys("org-01", "org-02");
            assertThat(copies.get("org-01")).as("times that it was sent").isGreaterThan(1);
            assertThat(report.path("exitCode").asInt(-1))
                    .as(report.toPrettyString())
                    .isZero();
            assertThat(report.at("/organizations/org-0/outcomes/skipped/agent-suspended")
                            .asInt())
                    .isEqualTo(14_000);
            ground.assertAllThereOnce();
            assertThat(ground.posts()).isEqualTo(ORGANIZATIONS * AGENTS);
            assertThat(snapshots(ground)).as("snapshots in one pass").hasSize(ORGANIZATIONS);
            assertThat(one.context()
                            .getRegistry()
                            .lookupByNameAndType("worker", Worker.class)
                            .share(Map.of(), null)
                            .recordsUnusable())
                    .isZero();
        }
    }

    @Test
    @DisplayName("a stop ends the wait at once, and holds everybody for the next start")
    void stopped() throws Exception {
        Door door = shared.broker().door(2);
        try (Ground ground = ground()) {
            Duration delivery = Duration.ofMinutes(4);
            Bridge one = process(ground, door, delivery, Duration.ofMinutes(5));
            whenZendeskIsRead(ground, door::fallSilent);
            ground.order();
            await().atMost(Ground.LIMIT).until(() -> waitsLongerThan(one, Duration.ofMillis(100)));
            one.stop();
            // The brokers' answer is not waited for.
            await().atMost(delivery.dividedBy(8)).until(() -> reader(one).sendingSince() == null);
            assertThat(reader(one).awaited()).isEmpty();
            door.open();
        }
    }

    @Test
    @DisplayName(
            "who may have been replaced as the reader waits no longer, and makes the pass when the brokers are back")
    void replaced() throws Exception {
        Door door = shared.broker().door(3);
        try (Ground ground = ground()) {
            Duration delivery = Duration.ofMinutes(4);
            Bridge one = process(ground, door, delivery, Duration.ofSeconds(4));
            whenZendeskIsRead(ground, door::fallSilent);
            String order = ground.order();
            await().atMost(Ground.LIMIT).until(() -> reader(one).sendingSince() != null);
            await().atMost(delivery.dividedBy(8)).until(() -> reader(one).sendingSince() == null);
            assertThat(reader(one).isOwner()).isFalse();
            door.open();
            JsonNode report = ground.report(order);
            assertThat(report.path("exitCode").asInt(-1))
                    .as(report.toPrettyString())
                    .isZero();
            ground.assertAllThereOnce();
            assertThat(passes(ground))
                    .as("the one cut short, and the one that was ordered")
                    .hasSize(2);
        }
    }

    @Test
    @DisplayName("a part that Kafka will not take, however often it is sent, halts its organisation and no other")
    void refused() throws Exception {
        try (Ground ground = ground()) {
            makeLarge(ground);
            atMost(ground, "100000");
            process(ground, shared.broker().door(4), Duration.ofSeconds(10), Duration.ofMinutes(5));
            JsonNode report = ground.pass();
            assertThat(report.at("/organizations/org-0/halted/reason").asText())
                    .as(report.toPrettyString())
                    .isEqualTo("unavailable");
            assertThat(report.at("/organizations/org-0/halted").toString()).contains("RecordTooLarge");
            assertThat(report.path("balance").asInt(-1)).isZero();
            assertThat(ground.posts()).isEqualTo((ORGANIZATIONS - 1) * AGENTS);
            atMost(ground, "1048588");
            assertThat(ground.pass().path("exitCode").asInt(-1)).isZero();
            ground.assertAllThereOnce();
        }
    }

    /** The largest record that the topic of the parts takes. */
    private static void atMost(Ground ground, String bytes) throws Exception {
        ConfigResource topic = new ConfigResource(
                ConfigResource.Type.TOPIC, new Topics(ground.access().prefix()).parts());
        AlterConfigOp largest = new AlterConfigOp(
                new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes), AlterConfigOp.OpType.SET);
        try (Admin admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(largest))).all().get();
        }
    }

    /** A first pass, after which the producers know the topics; what it did is taken back. */
    private static void passesOnce(Ground ground) throws Exception {
        assertThat(ground.pass().path("exitCode").asInt(-1)).isZero();
        for (int o = 0; o < ORGANIZATIONS; o++) {
            for (Segment segment : ground.sandbox().genesys().segments(Ground.name(o))) {
                ground.world().removeSegment(Ground.name(o), segment.id());
            }
        }
        ground.sandbox().genesys().clearReceived();
    }

    /** A part of several records. */
    private static void makeLarge(Ground ground) {
        Random random = new Random(11);
        for (int i = 0; i < 14_000; i++) {
            long agent = 7_000_000_000_000L + i;
            StringBuilder address = new StringBuilder();
            for (int j = 0; j < 4; j++) {
                address.append(Long.toString(random.nextLong(), 36));
            }
            ground.world()
                    .zendesk()
                    .addAgent(ZendeskAgent.of(agent, "Agent", address + "@example.com")
                            .withSuspended(true))
                    .addMembership(agent, Ground.GROUP);
        }
    }

    private static List<Received> snapshots(Ground ground) {
        return ground.sandbox().genesys().received().stream()
                .filter(call -> call.method().equals("GET") && call.path().equals(Ground.SEGMENTS))
                .toList();
    }

    private static List<String> passes(Ground ground) throws Exception {
        List<String> began = new ArrayList<>();
        try (ClockTopic clock = ground.clock()) {
            clock.catchUp(record -> {
                if (ClockTopic.BEGAN.equals(record.path("type").asText())) {
                    began.add(record.path("runId").asText());
                }
            });
        }
        return began;
    }

    private static boolean waitsLongerThan(Bridge bridge, Duration time) {
        Instant since = reader(bridge).sendingSince();
        return since != null && since.plus(time).isBefore(Instant.now());
    }

    private static Reader reader(Bridge bridge) {
        return bridge.context().getRegistry().lookupByNameAndType("reader", Reader.class);
    }

    private static Worker worker(Bridge bridge) {
        return bridge.context().getRegistry().lookupByNameAndType("worker", Worker.class);
    }
}
