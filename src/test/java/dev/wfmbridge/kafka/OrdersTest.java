package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.pass.Pass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("An order of a pass")
class OrdersTest {

    private static final double FACTOR = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.plain();

    private static Ground ground(String name) throws Exception {
        return shared.ground(name, 2, 2, FACTOR);
    }

    private static ObjectNode order(String id, Instant at) {
        return JSON.createObjectNode()
                .put("type", ClockTopic.ORDER)
                .put("id", id)
                .put("kind", "pass")
                .put("at", at.toString());
    }

    private static ObjectNode taken(String id) {
        return JSON.createObjectNode()
                .put("type", ClockTopic.TAKEN)
                .put("id", id)
                .put("reader", "gone");
    }

    @Test
    @DisplayName(
            "that a reader has taken is carried out by the next one, however old it is; one that nobody took is not")
    void takenLongAgo() throws Exception {
        try (Ground ground = ground("longago");
                ClockTopic clock = ground.clock()) {
            Instant old = Instant.now().minus(Duration.ofHours(1));
            clock.say(order("nobody-took", old));
            clock.say(order("was-taken", old));
            clock.say(taken("was-taken"));
            ground.process("one", FACTOR);
            assertThat(ground.report("was-taken").path("exitCode").asInt(-1)).isZero();
            ground.assertAllThereOnce();
            List<String> answered = new ArrayList<>();
            clock.catchUp(record -> record.path("orders").forEach(order -> answered.add(order.asText())));
            assertThat(answered).containsExactly("was-taken");
            assertThat(clock.isTaken("nobody-took")).isFalse();
        }
    }

    @Test
    @DisplayName("for some agents leaves outcomes that every process can show, beside those of the whole pass before")
    void outcomesOfSomeAgents() throws Exception {
        try (Ground ground = ground("agents");
                ClockTopic clock = ground.clock()) {
            ground.process("one", FACTOR);
            String whole = ground.pass().path("runId").asText();
            ObjectNode order = order("agents", Instant.now());
            order.putArray("agents").add(6_000_000_000_000L);
            clock.say(order);
            String partial = ground.report("agents").path("runId").asText();
            DataFolder seen = ground.seen();
            assertThat(seen.readLines(Path.of("runs", whole + ".outcomes.jsonl")))
                    .hasSize(4);
            assertThat(seen.readLines(Path.of("runs", partial + ".outcomes.jsonl")))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("that cannot be carried out is given up, and its sender told so; one whose pass cannot begin waits")
    void fullFolder() throws Exception {
        try (Ground ground = ground("full")) {
            Bridge one = ground.process("one", FACTOR);
            assertThat(ground.pass().path("exitCode").asInt(-1)).isZero();
            // What the folder cannot take.
            Path inTheWay = one.folder().path().resolve("dead-letter").resolve("org-1");
            Files.createDirectories(inTheWay.getParent());
            Files.deleteIfExists(inTheWay);
            Files.createFile(inTheWay);
            try (SegmentsTopic segments = new SegmentsTopic(
                    Connection.of(shared.broker().address(), Map.of()),
                    new Topics("full"),
                    DataFolder.open(shared.folder().resolve("somebody")))) {
                JsonNode letter = JSON.readTree("{\"segment\":{\"segmentId\":\"s-1\"},\"code\":\"user-not-found\","
                        + "\"evidence\":{\"lastAt\":\"2026-01-01T00:00:00Z\"}}");
                segments.letter("org-1", "s-1", letter);
                segments.flush();
            }
            ObjectNode replay = JSON.createObjectNode().put("kind", "replay");
            replay.putObject("filter");
            assertThatThrownBy(() -> new Shell(ground.access()).order(replay, () -> false, waiting -> {}))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("fullone could not carry out the order");

            Pass before = one.passes().current();
            String order = ground.order();
            Set<String> refused = new HashSet<>();
            await().atMost(Ground.LIMIT).until(() -> {
                Pass now = one.passes().current();
                if (now != before && now.isRefused()) {
                    refused.add(now.getRunId());
                }
                return refused.size() > 3;
            });
            Files.delete(inTheWay);
            assertThat(ground.report(order).path("exitCode").asInt(-1)).isZero();
        }
    }
}
