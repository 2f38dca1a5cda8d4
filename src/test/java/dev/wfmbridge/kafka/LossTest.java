package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/scale-out.md: a process that loses an organisation, or may have lost it, makes no new call for it within a second. */
class LossTest {

    private static final int ORGANIZATIONS = 8;
    private static final int AGENTS = 150;
    /** A part takes about twenty seconds with it, unless somebody ends it. */
    private static final Fault SLOW = Fault.delay(Duration.ofMillis(500));

    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String[] SHORT_SESSION = {
        "CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS",
        String.valueOf(SESSION.toMillis()),
        "CAMEL_COMPONENT_KAFKA_HEARTBEAT_INTERVAL_MS",
        "300"
    };

    @TempDir
    Path folder;

    private Broker broker;
    private Ground ground;

    @BeforeEach
    void open() throws Exception {
        broker = Broker.withDoors(folder, 1);
        ground = new Ground(folder, broker, "loss", ORGANIZATIONS, AGENTS, 1);
        ground.sandbox()
                .genesys()
                .interceptor(call -> call.method().equals("POST") && call.path().equals(Ground.SEGMENTS) ? SLOW : null);
    }

    @AfterEach
    void close() {
        ground.close();
        broker.close();
    }

    @Test
    @DisplayName(
            "partitions that another process gets: the last call of the old owner comes before the first of the new one")
    void rebalance() throws Exception {
        Worker one = worker(ground.process("one", 1, SHORT_SESSION));
        await().atMost(Ground.LIMIT).until(() -> one.ownedPartitions() == Topics.PARTITIONS);
        String order = ground.order();
        await().atMost(Ground.LIMIT).until(() -> ground.posts() > 3 * ORGANIZATIONS);
        ground.process("two", 1, SHORT_SESSION);
        await().atMost(Ground.LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> one.ownedPartitions() < Topics.PARTITIONS);
        long lost = System.nanoTime();
        await().atMost(Ground.LIMIT).until(() -> !moved().isEmpty());
        ground.sandbox().genesys().interceptor(null);
        assertInStep(ground.report(order));
        for (List<Received> calls : moved()) {
            assertEndsBy(lost + SECOND.toNanos(), calls);
            assertThat(lastOfFirst(calls))
                    .as("the first owner's last call, beside the second one's first")
                    .isLessThan(firstOfSecond(calls));
        }
    }

    @Test
    @DisplayName("a process that Kafka does not hear makes no call once others take its organisations over")
    void cutOff() throws Exception {
        Worker two = worker(ground.process("two", 1, SHORT_SESSION));
        await().atMost(Ground.LIMIT).until(() -> two.ownedPartitions() == Topics.PARTITIONS);
        List<String> through = new ArrayList<>(List.of(SHORT_SESSION));
        through.addAll(List.of("KAFKA_BROKERS", "127.0.0.1:" + broker.door(0).port()));
        Worker one = worker(ground.process("one", 1, through.toArray(String[]::new)));
        await().atMost(Ground.LIMIT).until(() -> one.ownedPartitions() == Topics.PARTITIONS / 2);
        String order = ground.order();
        await().atMost(Ground.LIMIT).until(() -> ground.posts() > 3 * ORGANIZATIONS);
        broker.door(0).fallSilent();
        await().atMost(Ground.LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> two.ownedPartitions() == Topics.PARTITIONS);
        long lost = System.nanoTime();
        await().atMost(Ground.LIMIT).until(() -> !moved().isEmpty());
        assertInStep(ground.report(order));
        assertThat(moved()).as("organisations that two processes called").isNotEmpty();
        for (List<Received> calls : moved()) {
            assertEndsBy(lost + SECOND.toNanos(), calls);
        }
        broker.door(0).open();
        await().atMost(Ground.LIMIT).until(() -> one.ownedPartitions() == Topics.PARTITIONS / 2);
        assertInStep(ground.pass());
    }

    @Test
    @DisplayName("a process whose poll hangs makes no call once its session would be over, and is of use again")
    void hangs() throws Exception {
        Worker one = worker(ground.process("one", 1, SHORT_SESSION));
        ground.order();
        await().atMost(Ground.LIMIT).until(() -> ground.posts() > 3 * ORGANIZATIONS);
        // The thread that polls asks this object what it may commit; heartbeats are another thread's.
        synchronized (one.offsets()) {
            long since = System.nanoTime();
            Duration until = SESSION.plus(SECOND);
            await().atMost(Ground.LIMIT).until(() -> System.nanoTime() - since > until.toNanos());
            long posts = ground.posts();
            await().atMost(Ground.LIMIT).during(SECOND.multipliedBy(3)).until(() -> ground.posts() == posts);
            assertThat(posts).isLessThan((long) ORGANIZATIONS * AGENTS);
        }
        ground.sandbox().genesys().interceptor(null);
        assertInStep(ground.pass());
    }

    private void assertInStep(JsonNode report) {
        assertThat(report.path("exitCode").asInt(-1))
                .as(report.toPrettyString())
                .isZero();
        ground.assertAllThereOnce();
    }

    /** The calls of each organisation that a second process called too, which has another token. */
    private List<List<Received>> moved() {
        List<List<Received>> moved = new ArrayList<>();
        for (int o = 0; o < ORGANIZATIONS; o++) {
            String name = Ground.name(o);
            List<Received> calls = ground.sandbox().genesys().received().stream()
                    .filter(call -> name.equals(call.account()) && !call.tokenCall())
                    .sorted(Comparator.comparingLong(Received::nanoTime))
                    .toList();
            if (calls.stream().map(LossTest::token).distinct().count() == 2) {
                moved.add(calls);
            }
        }
        return moved;
    }

    private static String token(Received call) {
        return call.headers().get("authorization");
    }

    private static void assertEndsBy(long limit, List<Received> calls) {
        assertThat(lastOfFirst(calls) - limit)
                .as(
                        "the last call of the process that lost %s, in ns after the limit",
                        calls.get(0).account())
                .isLessThanOrEqualTo(0);
    }

    private static long lastOfFirst(List<Received> calls) {
        String first = token(calls.get(0));
        return calls.stream()
                .filter(call -> token(call).equals(first))
                .mapToLong(Received::nanoTime)
                .max()
                .orElseThrow();
    }

    private static long firstOfSecond(List<Received> calls) {
        String first = token(calls.get(0));
        return calls.stream()
                .filter(call -> !token(call).equals(first))
                .mapToLong(Received::nanoTime)
                .min()
                .orElseThrow();
    }

    private static Worker worker(Bridge bridge) {
        return bridge.context().getRegistry().lookupByNameAndType("worker", Worker.class);
    }
}
