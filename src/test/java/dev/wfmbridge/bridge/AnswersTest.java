package dev.wfmbridge.bridge;

import static dev.wfmbridge.bridge.Scene.always;
import static dev.wfmbridge.bridge.Scene.answer;
import static dev.wfmbridge.bridge.Scene.first;
import static dev.wfmbridge.bridge.Scene.genesys;
import static dev.wfmbridge.bridge.Scene.get;
import static dev.wfmbridge.bridge.Scene.halt;
import static dev.wfmbridge.bridge.Scene.idOf;
import static dev.wfmbridge.bridge.Scene.keyKept;
import static dev.wfmbridge.bridge.Scene.letterCodes;
import static dev.wfmbridge.bridge.Scene.outcomes;
import static dev.wfmbridge.bridge.Scene.placeHalts;
import static dev.wfmbridge.bridge.Scene.posts;
import static dev.wfmbridge.bridge.Scene.rehearsal;
import static dev.wfmbridge.bridge.Scene.world;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Permission;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table "What the answers mean" of docs/architecture.md, row by row. */
class AnswersTest {

    @TempDir
    Path folder;

    static Stream<Arguments> posted() {
        Map<String, String> elsewhere = Map.of("Location", "/api/v2/elsewhere");
        Map<String, String> json = Map.of("Content-Type", "application/json");
        Map<String, String> html = Map.of("Content-Type", "text/html");
        return Stream.of(
                // how many POSTs get it, what they get, outcome, code of the letter, halt, total POSTs, key kept
                arguments("201", 0, answer(201), "created", null, null, 1, true),
                arguments("200", 1, answer(200, "{}"), "dead-lettered", "unexpected-answer", null, 1, false),
                arguments("400", 1, answer(400), "dead-lettered", "invalid-request", null, 1, false),
                arguments("422", 1, answer(422), "dead-lettered", "invalid-request", null, 1, false),
                arguments("401 once", 1, answer(401), "created", null, null, 2, true),
                arguments("401 twice", 2, answer(401), "held", null, "credentials", 2, false),
                arguments("403", 1, answer(403), "held", null, "forbidden", 1, false),
                arguments("404, active user", 1, answer(404), "dead-lettered", "schedule-not-found", null, 1, false),
                arguments("408", 1, answer(408), "created", null, null, 2, true),
                arguments("418", 1, answer(418), "dead-lettered", "unexpected-answer", null, 1, false),
                arguments("500", 1, answer(500), "created", null, null, 2, true),
                arguments("503 page", 1, Fault.gatewayPage(503), "created", null, null, 2, true),
                arguments(
                        "503 for good",
                        9,
                        Fault.gatewayPage(503),
                        "dead-lettered",
                        "destination-unavailable",
                        null,
                        4,
                        false),
                arguments("504 carried out", 1, Fault.carryOutThenGatewayPage(504), "created", null, null, 1, null),
                arguments("201, no JSON", 1, Fault.carryOutThen(201, html, "<html/>"), "created", null, null, 1, null),
                arguments("lost answer", 1, Fault.loseAnswer(), "created", null, null, 1, null),
                arguments("lost request", 1, Fault.loseRequest(), "created", null, null, 2, true),
                arguments(
                        "301",
                        1,
                        Fault.answer(301, elsewhere, ""),
                        "dead-lettered",
                        "unexpected-answer",
                        null,
                        1,
                        false),
                arguments(
                        "307",
                        1,
                        Fault.answer(307, elsewhere, "{}"),
                        "dead-lettered",
                        "unexpected-answer",
                        null,
                        1,
                        false),
                arguments(
                        "429 twice",
                        2,
                        Fault.answer(429, Map.of("Retry-After", "1"), ""),
                        "created",
                        null,
                        null,
                        3,
                        true));
    }

    /** A page with the one agent, which says that there are more pages. */
    private static final String FIRST_PAGE =
            """
            {"group_memberships": [{"id": 7130855204506, "user_id": %d, "group_id": %d}],
             "users": [{"id": %d, "email": "agent0@example.com", "role": "agent", "active": true, "suspended": false,
                        "tags": [], "user_fields": {}}],
             "groups": [{"id": %d, "name": "Support", "deleted": false}],
             "meta": {"has_more": true, "after_cursor": "next"}}
            """
                    .formatted(Scene.FIRST_AGENT, Scene.SUPPORT, Scene.FIRST_AGENT, Scene.SUPPORT);

    /** One bridge for all rows of POSTs: each row begins with a clean slate. */
    private static Rehearsal shared;

    @TempDir
    static Path sharedFolder;

    @BeforeAll
    static void open() throws Exception {
        shared = Scene.rehearsal(world(1), sharedFolder, Scene.SIMPLE);
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    @ParameterizedTest(name = "{0}: {3} {4} {5}")
    @MethodSource("posted")
    void post(String name, int times, Fault fault, String outcome, String code, String halt, int posts, Boolean key)
            throws Exception {
        post(Scene.cleanSlate(shared), times, fault, outcome, code, halt, posts, key);
    }

    @ParameterizedTest(name = "after half a listing, {0}: {3} {4} {5}")
    @MethodSource("posted")
    void postAfterHalfAListing(
            String name, int times, Fault fault, String outcome, String code, String halt, int posts, Boolean key)
            throws Exception {
        Rehearsal rehearsal = Scene.cleanSlate(shared);
        rehearsal.sandbox().zendesk().interceptor(call -> {
            if (!call.path().equals("/api/v2/group_memberships")) {
                return null;
            }
            return call.query().contains("after") ? Fault.gatewayPage(502) : answer(200, FIRST_PAGE);
        });
        Pass pass = post(rehearsal, times, fault, outcome, code, halt, posts, key);
        assertThat(pass.getSource().isComplete()).isFalse();
        assertThat(rehearsal.report().path("exitCode").asInt()).isEqualTo(2);
    }

    private static Pass post(
            Rehearsal rehearsal,
            int times,
            Fault fault,
            String outcome,
            String code,
            String halt,
            int posts,
            Boolean key)
            throws Exception {
        rehearsal.sandbox().genesys().interceptor(first(times, Scene::isPost, call -> fault));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of(outcome, 1L));
        assertThat(letterCodes(rehearsal)).isEqualTo(code == null ? List.of() : List.of(code));
        assertThat(halt(pass, "acme")).isEqualTo(halt);
        assertThat(posts(rehearsal)).hasSize(posts);
        assertThat(posts(rehearsal).stream().map(Received::body).distinct()).hasSize(1);
        assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(outcome.equals("created") ? 1 : 0);
        assertThat(genesys(rehearsal, call -> call.path().equals("/api/v2/elsewhere")))
                .isEmpty();
        assertThat(pass.balance()).isZero();
        if (key != null) {
            assertThat(keyKept(rehearsal, idOf(0))).isEqualTo(key);
        }
        return pass;
    }

    @Test
    @DisplayName("a POST whose answer is unknown is looked up in a new read before it is sent again")
    void unknownThenRead() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(1), folder, Scene.SIMPLE)) {
            rehearsal.sandbox().genesys().interceptor(first(1, Scene::isPost, call -> Fault.loseRequest()));
            rehearsal.once();
            List<String> order = genesys(rehearsal, call -> Scene.isPost(call) || Scene.isListing(call)).stream()
                    .map(Received::method)
                    .toList();
            assertThat(order).containsExactly("GET", "POST", "GET", "POST");
            assertThat(genesys(rehearsal, Scene::isConflictRead)).isEmpty();
        }
    }

    static Stream<Arguments> goneUsers() {
        return Stream.of(arguments("inactive"), arguments("deleted"), arguments("none"));
    }

    @ParameterizedTest(name = "404 to a POST, user {0}: user-not-found, and the cached user is forgotten")
    @MethodSource("goneUsers")
    void userGone(String state) throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(1), folder, Scene.SIMPLE)) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (Scene.isPost(call)) {
                    if (!state.equals("none")) {
                        rehearsal.world().userState("acme", "user-0", state);
                    }
                    return answer(404);
                }
                return state.equals("none") && call.path().equals("/api/v2/users/user-0") ? answer(404) : null;
            });
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 1L));
            assertThat(letterCodes(rehearsal)).containsExactly("user-not-found");
            assertThat(genesys(rehearsal, get("/api/v2/users/user-0"))).hasSize(1);
            assertThat(keyKept(rehearsal, idOf(0))).isFalse();
            // Forgotten: the next pass searches for the address again, although the list of active users is fresh.
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.once();
            assertThat(genesys(rehearsal, call -> call.path().equals("/api/v2/users/search")))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("the second 404 for another active user halts the schedule: the others are held without a POST")
    void scheduleGone() throws Exception {
        World world = world(30).removeSchedule("acme", "sched-1");
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE + Scene.entry("Support", "acme", "sched-2"))
                .with("GENESYS_WORKERS", "1")) {
            Pass pass = rehearsal.once();
            assertThat(placeHalts(pass, "acme")).isEqualTo(Map.of("sched-1", "schedule-not-found"));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 2L, "held", 28L, "created", 30L));
            assertThat(posts(rehearsal)).hasSize(32);
            assertThat(halt(pass, "acme")).isNull();
            assertThat(pass.balance()).isZero();
        }
    }

    @Test
    @DisplayName("a schedule that shows a segment is never halted by 404s")
    void scheduleProved() throws Exception {
        World world = world(5).addUser("acme", "by-hand", "hand@example.com", "Hand", "active")
                .addSegment("acme", "made-by-hand", "by-hand", "sched-1", "APPROVED");
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal.sandbox().genesys().interceptor(first(3, Scene::isPost, call -> answer(404)));
            Pass pass = rehearsal.once();
            assertThat(placeHalts(pass, "acme")).isEmpty();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 3L, "created", 2L));
            assertThat(letterCodes(rehearsal))
                    .containsOnly("schedule-not-found")
                    .hasSize(3);
        }
    }

    static Stream<Arguments> readFaults() {
        Map<String, String> json = Map.of("Content-Type", "application/json");
        return Stream.of(
                arguments("503 page", Fault.gatewayPage(503)),
                arguments("408", answer(408)),
                arguments("HTML with status 200", Fault.gatewayPage(200)),
                arguments("wrong shape", answer(200, "{\"items\":[]}")),
                arguments("entities that are not a list", answer(200, "{\"entities\":{},\"pageCount\":1}")),
                arguments("an array", answer(200, "[]")),
                arguments("empty", Fault.answer(200, json, "")),
                arguments("lost", Fault.loseAnswer()));
    }

    @ParameterizedTest(name = "{0}: a read is repeated with backoff, and at most http.max-attempts times")
    @MethodSource("readFaults")
    void reads(String name, Fault fault) throws Exception {
        Rehearsal rehearsal = Scene.cleanSlate(shared);
        rehearsal.sandbox().genesys().interceptor(first(3, Scene::isListing, call -> fault));
        Pass healed = rehearsal.once();
        assertThat(outcomes(healed, "acme")).isEqualTo(Map.of("created", 1L));
        List<Received> readings = genesys(rehearsal, Scene::isListing);
        assertThat(readings).hasSize(4);
        // 1, 2 and 4 s, or at least half of that.
        assertThat(gap(readings, 0)).isGreaterThanOrEqualTo(nominal(500));
        assertThat(gap(readings, 1)).isGreaterThanOrEqualTo(nominal(1000));
        assertThat(gap(readings, 2)).isGreaterThanOrEqualTo(nominal(2000));
        rehearsal.sandbox().genesys().clearReceived();
        rehearsal.sandbox().genesys().interceptor(always(Scene::isListing, call -> fault));
        Pass broken = rehearsal.once();
        assertThat(placeHalts(broken, "acme")).isEqualTo(Map.of("sched-1", "snapshot-incomplete"));
        assertThat(outcomes(broken, "acme")).isEqualTo(Map.of("held", 1L));
        assertThat(genesys(rehearsal, Scene::isListing)).hasSize(4);
        assertThat(broken.isComplete()).isFalse();
    }

    private static long gap(List<Received> calls, int index) {
        return calls.get(index + 1).nanoTime() - calls.get(index).nanoTime();
    }

    private static long nominal(long millis) {
        return (long) (Duration.ofMillis(millis).toNanos() / Scene.FACTOR);
    }

    @Test
    @DisplayName("a page of a snapshot that fails for good holds that schedule only, whatever was read before it")
    void snapshotPage() throws Exception {
        World world = world(3);
        for (int i = 0; i < 150; i++) {
            world.addSegment("acme", "by-hand-" + i, "other-user-" + i, "sched-1", "APPROVED");
        }
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE + Scene.entry("Support", "acme", "sched-2"))) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(
                            call -> Scene.isListing(call)
                                    && call.query().contains("sched-1")
                                    && call.query().contains("pageNumber=2"),
                            call -> Fault.gatewayPage(502)));
            Pass pass = rehearsal.once();
            assertThat(placeHalts(pass, "acme")).isEqualTo(Map.of("sched-1", "snapshot-incomplete"));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 3L, "created", 3L));
            assertThat(posts(rehearsal)).allMatch(call -> call.body().contains("sched-2"));
        }
    }

    @Test
    @DisplayName("a page that does not say how many there are leaves the read incomplete")
    void pageCountMissing() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(1), folder, Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(Scene::isListing, call -> answer(200, "{\"entities\":[]}")));
            assertThat(placeHalts(rehearsal.once(), "acme")).isEqualTo(Map.of("sched-1", "snapshot-incomplete"));
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(get("/api/v2/users"), call -> answer(200, "{\"entities\":[]}")));
            rehearsal.restart();
            assertThat(halt(rehearsal.once(), "acme")).isEqualTo("users-incomplete");
            assertThat(posts(rehearsal)).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}: {1}, exit {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'scheduleId': 'sched-1', 'status': 'approved'          | present  | 0",
                "'scheduleId': 'sched-1', 'status': 'Rejected'          | declined | 0",
                "'scheduleId': 'sched-1', 'status': 'SOMETHING_NEW'     | held     | 2",
                "'scheduleId': 'sched-1', 'status': 'not <one> word'    | held     | 2",
                "'scheduleId': 'sched-1', 'status': null                | held     | 2",
                "'scheduleId': 'sched-1', 'status': 1                   | held     | 2",
                "'scheduleId': 'sched-1'                                | held     | 2",
                "'status': 'APPROVED'                                   | held     | 2",
                "'scheduleId': null, 'status': 'APPROVED'               | held     | 2",
                "'scheduleId': 'not <an> id', 'status': 'APPROVED'      | held     | 2"
            },
            quoteCharacter = '"')
    @DisplayName(
            "a row that does not say whether a segment is there holds its agent alone: no POST, no letter, a warning")
    void unclearRow(String fields, String outcome, int exit) throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(2), folder, Scene.SIMPLE)) {
            String row = "{'id': '" + idOf(0) + "', 'userId': 'user-0', 'version': 1, " + fields + "}";
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(first(
                            1,
                            Scene::isListing,
                            call -> answer(200, ("{'entities': [" + row + "], 'pageCount': 1}").replace('\'', '"'))));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of(outcome, 1L, "created", 1L));
            assertThat(posts(rehearsal)).hasSize(1).noneMatch(call -> call.body()
                    .contains("user-0"));
            assertThat(letterCodes(rehearsal)).isEmpty();
            assertThat(placeHalts(pass, "acme")).isEmpty();
            assertThat(rehearsal.report().path("exitCode").asInt()).isEqualTo(exit);
            assertThat(pass.warnings()).hasSize(exit == 0 ? 0 : 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "userId", "scheduleId"})
    @DisplayName(
            "after a 409, a segment that does not say which it is, whose or where says nothing: the schedule is read again")
    void unclearOwnRow(String field) throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(1), folder, Scene.SIMPLE)) {
            String row =
                    "{\"id\":\"%s\",\"userId\":\"user-0\",\"scheduleId\":\"sched-1\",\"status\":\"APPROVED\",\"version\":1}"
                            .formatted(idOf(0))
                            .replaceAll("\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"not <an> id\"");
            Interceptor conflict = first(1, Scene::isPost, call -> answer(409));
            Interceptor own = always(get(Scene.SEGMENTS + "/" + idOf(0)), call -> answer(200, row));
            rehearsal.sandbox().genesys().interceptor(call -> {
                Fault fault = conflict.on(call);
                return fault == null ? own.on(call) : fault;
            });
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L));
            assertThat(letterCodes(rehearsal)).isEmpty();
            assertThat(genesys(rehearsal, Scene::isListing)).hasSize(2);
        }
    }

    @Test
    @DisplayName("404 to the first read of segments: target-not-available, no further call")
    void targetNotAvailable() throws Exception {
        try (Rehearsal rehearsal = rehearsal(
                world(3).servesSegments("acme", false),
                folder,
                Scene.SIMPLE + Scene.entry("Support", "acme", "sched-2"))) {
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("target-not-available");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 6L));
            assertThat(genesys(rehearsal, call -> call.path().startsWith(Scene.SEGMENTS)))
                    .hasSize(1);
            assertThat(pass.organization("acme").currentHalt().nextStep()).contains("docs/targets.md");
        }
    }

    @Test
    @DisplayName("a 404 to a later read does not mean that the target is missing")
    void laterReadingNotFound() throws Exception {
        try (Rehearsal rehearsal =
                rehearsal(world(3), folder, Scene.SIMPLE + Scene.entry("Support", "acme", "sched-2"))) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(
                            call -> Scene.isListing(call) && call.query().contains("sched-2"), call -> answer(404)));
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isNull();
            assertThat(placeHalts(pass, "acme")).isEqualTo(Map.of("sched-2", "snapshot-incomplete"));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 3L, "created", 3L));
        }
    }

    @Test
    @DisplayName(
            "users that cannot be read to the end: users-incomplete, nobody is guessed; the other organisation goes on")
    void usersIncomplete() throws Exception {
        World world =
                world(3).zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES).world();
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.BOTH)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(
                            get("/api/v2/users").and(call -> call.account().equals("acme")),
                            call -> Fault.gatewayPage(502)));
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("users-incomplete");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 3L));
            assertThat(genesys(rehearsal, get("/api/v2/users").and(call -> call.account()
                            .equals("acme"))))
                    .hasSize(4);
            assertThat(outcomes(pass, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(halt(pass, "globex")).isNull();
        }
    }

    @Test
    @DisplayName("a merged pair leaves the letter of the segment that stands for it where it is")
    void mergedLeavesLetter() throws Exception {
        World world = Scene.world(1);
        world.zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES);
        String mapping = Scene.organizations("acme")
                + Scene.entry("Support", "acme", "sched-1")
                + Scene.entry("Sales", "acme", "sched-1");
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, mapping).with("GENESYS_WORKERS", "1")) {
            rehearsal.sandbox().genesys().interceptor(Scene.always(Scene::isPost, call -> Scene.answer(422)));
            assertThat(Scene.outcomes(rehearsal.once(), "acme")).isEqualTo(Map.of("dead-lettered", 1L, "merged", 1L));
            assertThat(rehearsal.data().resolve("dead-letter/acme/" + Scene.idOf(0) + ".json"))
                    .exists();
        }
    }

    @Test
    @DisplayName("403 on the listing of users wins over users-incomplete, and costs no further call")
    void usersForbidden() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(3).revoke("acme", Permission.READ_USERS), folder, Scene.SIMPLE)) {
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("forbidden");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 3L));
            assertThat(genesys(rehearsal, call -> !call.tokenCall())).hasSize(2);
        }
    }

    @Test
    @DisplayName("403 to a read or an insert of segments ends all calls to the organisation")
    void segmentsForbidden() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(20).revoke("acme", Permission.INSERT_SEGMENTS), folder, Scene.SIMPLE)
                .with("GENESYS_WORKERS", "1")) {
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("forbidden");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 20L));
            assertThat(posts(rehearsal)).hasSize(1);
            rehearsal.world().grant("acme", Permission.INSERT_SEGMENTS).revoke("acme", Permission.READ_SEGMENTS);
            Pass second = rehearsal.once();
            assertThat(halt(second, "acme")).isEqualTo("forbidden");
            rehearsal.world().grant("acme", Permission.READ_SEGMENTS);
            assertThat(outcomes(rehearsal.once(), "acme")).isEqualTo(Map.of("created", 20L));
        }
    }

    @Test
    @DisplayName(
            "genesys.halt-after failures in a row halt the organisation: its messages are held, no storm follows, the other organisation is served")
    void unavailable() throws Exception {
        World world = world(40);
        for (int i = 0; i < 40; i++) {
            world.zendesk().addMembership(Scene.FIRST_AGENT + i, Scene.SALES);
        }
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.BOTH)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(always(
                            call -> Scene.isPost(call) && call.account().equals("acme"),
                            call -> Fault.gatewayPage(503)));
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("unavailable");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 40L));
            // Ten in a row, plus what the other three workers had on the wire.
            assertThat(genesys(
                            rehearsal,
                            call -> Scene.isPost(call) && call.account().equals("acme")))
                    .hasSizeBetween(10, 13);
            assertThat(letterCodes(rehearsal)).isEmpty();
            assertThat(outcomes(pass, "globex")).isEqualTo(Map.of("created", 40L));
            assertThat(pass.balance()).isZero();
        }
    }
}
