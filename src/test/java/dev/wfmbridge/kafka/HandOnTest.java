package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.data.Runs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * docs/scale-out.md: what becomes of the organisations of a process that is stopped in good order. The session time-out is longer than the
 * test lasts, so that nothing moves by it.
 */
class HandOnTest {

    private static final double FACTOR = 20;
    private static final String SESSION = "1200000";

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.plain();

    private static Ground ground(String name) throws Exception {
        return shared.ground(name, 6, 2, FACTOR);
    }

    private static Bridge process(Ground ground, String name, boolean comesBack) throws Exception {
        return ground.process(
                name,
                FACTOR,
                "CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS",
                SESSION,
                "KAFKA_COMES_BACK",
                String.valueOf(comesBack));
    }

    @Test
    @DisplayName("a process that is stopped hands all on at once, and the next pass is whole")
    void stopped() throws Exception {
        try (Ground ground = ground("stopped")) {
            process(ground, "one", false);
            Bridge two = process(ground, "two", false);
            awaitShares(two);
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.end("one");
            await().atMost(Ground.LIMIT)
                    .until(() -> owns(two, Topics.PARTITIONS) && reader(two).isOwner());
            assertThat(members(ground).processes()).containsExactly("stoppedtwo");
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName(
            "a process that comes back gives away the reading of Zendesk alone, and has the organisations again that it had")
    void comesBack() throws Exception {
        try (Ground ground = ground("back")) {
            Bridge one = process(ground, "one", true);
            await().atMost(Ground.LIMIT).until(() -> reader(one).isOwner());
            Bridge two = process(ground, "two", true);
            awaitShares(two);
            Set<Integer> before = ofOne(ground);
            ground.end("one");
            await().atMost(Ground.LIMIT).until(() -> reader(two).isOwner());
            assertThat(ofOne(ground)).as("what waits for the one that is away").isEqualTo(before);
            Bridge again = process(ground, "one", true);
            await().atMost(Ground.LIMIT).until(() -> owns(again, before.size()));
            assertThat(ofOne(ground)).isEqualTo(before);
            assertThat(owns(two, Topics.PARTITIONS - before.size())).isTrue();
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName("passes after one of a machine whose clock was ahead are done by the workers all the same")
    void clockAhead() throws Exception {
        try (Ground ground = ground("ahead");
                ClockTopic clock = ground.clock()) {
            String ahead = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'")
                    .withZone(ZoneOffset.UTC)
                    .format(Instant.now().plusSeconds(3600));
            clock.began(ahead, "gone");
            process(ground, "one", false);
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
            clock.catchUp();
            assertThat(clock.newest()).isGreaterThan(ahead).isLessThan(Runs.idAfter(clock.newest()));
        }
    }

    @Test
    @DisplayName("an order that a reader takes as it is stopped is carried out by the next one")
    void orderOfTheStopped() throws Exception {
        try (Ground ground = ground("ordered");
                ClockTopic clock = ground.clock()) {
            Bridge one = process(ground, "one", false);
            await().atMost(Ground.LIMIT).until(() -> reader(one).isOwner());
            Bridge two = process(ground, "two", false);
            awaitShares(two);
            one.stop();
            String order = ground.order();
            List<String> taken = new ArrayList<>();
            await().atMost(Ground.LIMIT).until(() -> {
                clock.catchUp(record -> {
                    if (ClockTopic.TAKEN.equals(record.path("type").asText())) {
                        taken.add(record.path("id").asText() + " by "
                                + record.path("reader").asText());
                    }
                });
                return !taken.isEmpty();
            });
            assertThat(taken).containsExactly(order + " by orderedone");
            ground.end("one");
            assertThat(ground.report(order).path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName("an order in the queue of a process that is no longer the reader is not said to be taken")
    void orderOfTheReplaced() throws Exception {
        CompletableFuture<Void> hold = new CompletableFuture<>();
        try (Ground ground = ground("replaced");
                ClockTopic clock = ground.clock()) {
            Bridge one = process(ground, "one", false);
            await().atMost(Ground.LIMIT).until(() -> reader(one).isOwner() && isPolling(one));
            ground.sandbox().zendesk().interceptor(call -> {
                hold.join();
                return null;
            });
            ground.order();
            await().atMost(Ground.LIMIT)
                    .until(() -> !ground.sandbox().zendesk().received().isEmpty());
            TopicPartition ofClock = new TopicPartition(ground.access().prefix() + "-clock", 0);
            reader(one).take(order("queued", one, ofClock));
            reader(one).lost(Set.of(ofClock));
            hold.complete(null);
            // That stops after whatever is in the queue before it.
            await().atMost(Ground.LIMIT).until(() -> !isPolling(one));
            List<String> taken = new ArrayList<>();
            clock.catchUp(record -> {
                if (ClockTopic.TAKEN.equals(record.path("type").asText())) {
                    taken.add(record.path("id").asText());
                }
            });
            assertThat(taken).hasSize(1).doesNotContain("queued");
        } finally {
            hold.complete(null);
        }
    }

    private static Exchange order(String id, Bridge bridge, TopicPartition ofClock) {
        return ExchangeBuilder.anExchange(bridge.context())
                .withHeader(KafkaConstants.TOPIC, ofClock.topic())
                .withHeader(KafkaConstants.PARTITION, ofClock.partition())
                .withHeader(KafkaConstants.OFFSET, 1_000_000L)
                .withBody(("{\"type\":\"order\",\"id\":\"%s\",\"kind\":\"pass\",\"at\":\"%s\"}"
                                .formatted(id, Instant.now()))
                        .getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static boolean isPolling(Bridge bridge) {
        return bridge.context().getRouteController().getRouteStatus("poll").isStarted();
    }

    /** Each of two has its half. */
    private static void awaitShares(Bridge two) {
        await().atMost(Ground.LIMIT).until(() -> owns(two, Topics.PARTITIONS / 2));
    }

    private static boolean owns(Bridge bridge, int partitions) {
        return bridge.context()
                        .getRegistry()
                        .lookupByNameAndType("worker", Worker.class)
                        .ownedPartitions()
                == partitions;
    }

    private static Reader reader(Bridge bridge) {
        return bridge.context().getRegistry().lookupByNameAndType("reader", Reader.class);
    }

    private static Set<Integer> ofOne(Ground ground) throws Exception {
        return members(ground).owners().entrySet().stream()
                .filter(owner -> owner.getValue().endsWith("one"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Members members(Ground ground) throws Exception {
        try (Admin admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            return Members.of(admin, ground.access().group());
        }
    }
}
