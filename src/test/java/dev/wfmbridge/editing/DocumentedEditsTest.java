package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.segment.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each edit of docs/editing-routes.md, taken from there, made on a copy, and verified at the servers. */
class DocumentedEditsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Copy copy;

    @BeforeEach
    void copies() throws Exception {
        copy = Copy.in(folder);
    }

    private static JsonNode body(Received call) {
        try {
            return JSON.readTree(call.body());
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** user/schedule → status, as posted. */
    private static Map<String, String> posted(Rehearsal rehearsal) {
        Map<String, String> posted = new TreeMap<>();
        for (Received call : Edits.posts(rehearsal)) {
            JsonNode body = body(call);
            posted.put(
                    body.path("userId").asText() + "/" + body.path("scheduleId").asText(),
                    body.path("status").asText());
        }
        return posted;
    }

    @Test
    @DisplayName("another status rule, by tags in the mapping")
    void statusByTag() throws Exception {
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            Edits.of("Another status for new segments").get(0).apply(copy);
            rehearsal.once();
            assertThat(posted(rehearsal))
                    .isEqualTo(Map.of(
                            "user-0/sched-1", "PENDING",
                            "user-0/sched-2", "PENDING",
                            "user-1/sched-1", "APPROVED",
                            "user-1/sched-2", "APPROVED"));
        }
    }

    @Test
    @DisplayName("another status rule, by the schedule in a route")
    void statusBySchedule() throws Exception {
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            Edits.of("Another status for new segments").get(1).apply(copy);
            rehearsal.once();
            assertThat(posted(rehearsal))
                    .isEqualTo(Map.of(
                            "user-0/sched-1", "APPROVED",
                            "user-0/sched-2", "PENDING",
                            "user-1/sched-1", "APPROVED",
                            "user-1/sched-2", "PENDING"));
        }
    }

    @Test
    @DisplayName("another limit for one organisation: its calls are spread over more periods")
    void limit() throws Exception {
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(35))) {
            for (Edits.Patch patch : Edits.of("Another limit for one organisation")) {
                patch.apply(copy);
            }
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme-emea").count(Outcome.CREATED)).isEqualTo(70);
            List<Long> times = Edits.posts(rehearsal).stream()
                    .map(Received::nanoTime)
                    .sorted()
                    .toList();
            // The 61st call may leave a whole period after the first at the earliest; 300 in a period would not have
            // waited.
            Duration period = Duration.ofSeconds(60).dividedBy(50);
            assertThat(Duration.ofNanos(times.get(times.size() - 1) - times.get(0)))
                    .isGreaterThan(period.multipliedBy(8).dividedBy(10));
            for (int i = 60; i < times.size(); i++) {
                assertThat(Duration.ofNanos(times.get(i) - times.get(i - 60)))
                        .as("call %d after call %d", i, i - 60)
                        .isGreaterThan(period.multipliedBy(8).dividedBy(10));
            }
        }
    }

    @Test
    @DisplayName(
            "a notification of a dead letter arrives once, with ids only; one that cannot be delivered disturbs nothing")
    void notification() throws Exception {
        Queue<String> notified = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            notified.add(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).strip());
            exchange.sendResponseHeaders(notified.size() == 1 ? 204 : 500, -1);
            exchange.close();
        });
        server.start();
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            for (Edits.Patch patch : Edits.of("A notification on a dead letter")) {
                patch.apply(copy);
            }
            // Instead of the environment variable, which a test cannot set.
            copy.edit(
                    "routes/dead-letter.camel.yaml",
                    "{{env:NOTIFY_URL}}",
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.method().equals("POST")
                                    && call.path().endsWith("/userschedulesegments")
                                    && call.body().contains("sched-2")
                            ? Fault.answer(
                                    400,
                                    Map.of("Content-Type", "application/json"),
                                    "{\"code\":\"invalid\",\"status\":400,\"message\":\"no\"}")
                            : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme-emea").count(Outcome.CREATED)).isEqualTo(2);
            assertThat(pass.organization("acme-emea").count(Outcome.DEAD_LETTERED))
                    .isEqualTo(2);
            List<String> expected = Edits.posts(rehearsal).stream()
                    .map(DocumentedEditsTest::body)
                    .filter(body -> body.path("scheduleId").asText().equals("sched-2"))
                    .map(body -> "POST {\"text\": \"acme-emea: segment "
                            + body.path("segmentId").asText() + " is a dead letter: invalid-request\"}")
                    .toList();
            await().atMost(Duration.ofMinutes(2)).until(() -> notified.size() >= 2);
            assertThat(notified).containsExactlyInAnyOrderElementsOf(expected);
            // The letters wait until they are due: no second notification.
            assertThat(rehearsal.once().organization("acme-emea").count(Outcome.DEAD_LETTERED))
                    .isEqualTo(2);
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            rehearsal.bridge().context().getInflightRepository().size() == 0);
            assertThat(notified).hasSize(2);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("one more field in the payload")
    void field() throws Exception {
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            for (Edits.Patch patch : Edits.of("One more field in the payload")) {
                patch.apply(copy);
            }
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme-emea").count(Outcome.CREATED)).isEqualTo(4);
            assertThat(Edits.posts(rehearsal)).hasSize(4).allSatisfy(call -> {
                assertThat(body(call).path("zendeskGroup").asText()).isEqualTo("6130852536346");
                assertThat(body(call).path("segmentId").asText()).isNotEmpty();
            });
        }
    }

    @Test
    @DisplayName("an outcome of the user's own is counted in a pass and in a plan, and what it skips is not posted")
    void ownOutcome() throws Exception {
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            Edits.of("Another status for new segments").get(0).apply(copy);
            for (Edits.Patch patch : Edits.of("An outcome of your own")) {
                patch.apply(copy);
            }
            assertThat(rehearsal.plan().organization("acme-emea").skipped()).isEqualTo(Map.of("planned-by-hand", 1L));
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme-emea").skipped()).isEqualTo(Map.of("planned-by-hand", 1L));
            assertThat(pass.balance()).isZero();
            assertThat(posted(rehearsal).keySet())
                    .containsExactly("user-0/sched-1", "user-1/sched-1", "user-1/sched-2");
        }
    }
}
