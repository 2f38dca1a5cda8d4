package dev.wfmbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.pass.Pass;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's endpoints, as scripts and the page use them. */
class ConsoleTest {

    private static final String[] BEARER = {"Authorization", "Bearer " + Scene.TOKEN};
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "no data and no action is reached without the token, however its address is written; the page's files are open")
    void guarded() throws Exception {
        try (Scene scene = Scene.in(folder).withToken()) {
            for (String path :
                    new String[] {"overview", "passes", "letters", "plan", "why", "nothing", "", "do/pass"}) {
                assertThat(scene.get("/api/" + path).statusCode()).as(path).isEqualTo(401);
                assertThat(scene.post("/api/" + path, "{}").statusCode())
                        .as(path)
                        .isEqualTo(401);
                assertThat(scene.post("/api/" + path, "{}", "Authorization", "Bearer guess")
                                .statusCode())
                        .isEqualTo(401);
            }
            assertThat(scene.get("/api").statusCode()).isEqualTo(401);
            for (String written : new String[] {
                "/observe/console//api/overview",
                "//observe/console/api/overview",
                "/observe/console/x/../api/overview",
                "/observe/./console/api/overview",
                "/observe/console/%61pi/overview",
                "/observe/console/api%2Foverview",
                "/observe/console/;/api/overview",
                "/observe/console/API/overview",
                "/observe/metrics/../console/api/overview",
            }) {
                String answer =
                        raw(scene, "GET " + written + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertThat(answer).as(written).startsWith("HTTP/1.1 4").doesNotContain("bridgeVersion");
            }
            assertThat(scene.get("").statusCode()).isEqualTo(200);
            assertThat(scene.get("/console.js").statusCode()).isEqualTo(200);
            assertThat(scene.get("/api/overview", BEARER).statusCode()).isEqualTo(200);
            assertThat(raw(scene, "GET /observe/console HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421");
            assertThat(scene.get("", "Origin", "https://evil.example").statusCode())
                    .isEqualTo(403);
            assertThat(scene.post(
                                    "/api/do/pass",
                                    "{\"by\":\"Mallory\"}",
                                    "Origin",
                                    "http://localhost:3000",
                                    "Authorization",
                                    "Bearer " + Scene.TOKEN)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(scene.rehearsal.bridge().passes().current())
                    .as("nobody began a pass")
                    .isNull();
        }
    }

    @Test
    @DisplayName("where no token is set, loopback may look but do nothing; no form of a web page does anything")
    void lookingOnly() throws Exception {
        try (Scene scene = Scene.in(folder)) {
            assertThat(scene.get("/api/overview").statusCode()).isEqualTo(200);
            assertThat(Scene.read(scene.get("/api/overview").body())
                            .path("actions")
                            .asBoolean(true))
                    .isFalse();
            for (String action : new String[] {"pass", "suspend", "resume", "replay", "name"}) {
                HttpResponse<String> answer =
                        scene.post("/api/do/" + action, "{\"by\":\"Mona\",\"organization\":\"globex\"}", BEARER);
                assertThat(answer.statusCode()).as(action).isEqualTo(403);
                assertThat(answer.body()).contains("management.token");
            }
            for (String type :
                    new String[] {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
                assertThat(scene.post("/api/plan", "{}", "Content-Type", type).statusCode())
                        .isEqualTo(415);
            }
            for (String body : new String[] {"", "[]", "{\"who\":", "{} {}", "null", "[".repeat(5_000)}) {
                assertThat(scene.post("/api/why", body).statusCode()).as(body).isEqualTo(400);
            }
            assertThat(scene.post("/api/why", "{\"who\":\"" + "x".repeat(70_000) + "\"}")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(scene.post("/api/overview", "{}").statusCode()).isEqualTo(405);
            assertThat(scene.rehearsal.bridge().passes().current()).isNull();
            assertThat(scene.rehearsal.bridge().passes().plan()).isNull();
        }
    }

    @Test
    @DisplayName(
            "the page's files are those that are listed, each with a policy that allows nothing inline and nothing from elsewhere")
    void files() throws Exception {
        try (Scene scene = Scene.in(folder)) {
            String page = scene.get("").body();
            assertThat(page)
                    .doesNotContainPattern("(?i)<script(?![^>]*\\bsrc=)")
                    .doesNotContainPattern("(?i)<style|\\sstyle=|\\son[a-z]+=|javascript:|https?://");
            Set<String> named =
                    new TreeSet<>(List.of("dom.js", "time.js", "api.js", "table.js", "chart.js", "texts.js"));
            Pattern.compile("(?:href|src)=\"console/([^\"]+)\"")
                    .matcher(page)
                    .results()
                    .forEach(found -> named.add(found.group(1)));
            assertThat(named).contains("pico.css", "uplot.js", "console.css", "console.js");
            for (String name : named) {
                HttpResponse<String> file = scene.get("/" + name);
                assertThat(file.statusCode()).as(name).isEqualTo(200);
                assertThat(file.headers().firstValue("Content-Security-Policy"))
                        .hasValueSatisfying(policy -> assertThat(policy)
                                .startsWith("default-src 'self';")
                                .doesNotContain("unsafe", "data:", "*"));
                assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
                String etag = file.headers().firstValue("ETag").orElseThrow();
                assertThat(scene.get("/" + name, "If-None-Match", etag).statusCode())
                        .isEqualTo(304);
            }
            for (String other : new String[] {
                "Console.class",
                "package-info.java",
                "../application.properties",
                "%2e%2e/mapping.yaml",
                "x/console.js",
                "."
            }) {
                assertThat(raw(
                                scene,
                                "GET /observe/console/" + other
                                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .as(other)
                        .containsPattern("^HTTP/1.1 (404|308)");
            }
            HttpResponse<String> texts = scene.get("/texts.js", "Accept-Encoding", "gzip");
            assertThat(texts.headers().firstValue("Content-Encoding")).hasValue("gzip");
        }
    }

    @Test
    @DisplayName("at a glance: what the report says, per organisation, unchanged until something changes")
    void glance() throws Exception {
        try (Scene scene = Scene.in(folder).withToken().halts("acme-amer")) {
            assertThat(scene.read("/api/overview", 200).path("last").isNull()).isTrue();
            scene.rehearsal.byClock();
            JsonNode seen = await().atMost(LIMIT)
                    .until(() -> scene.read("/api/overview", 200), answer -> answer.path("last")
                            .isObject());
            JsonNode report = scene.rehearsal.report();
            assertThat(seen.at("/last/runId")).isEqualTo(report.path("runId"));
            assertThat(seen.at("/last/exitCode").asInt()).isEqualTo(2);
            assertThat(seen.path("inStepSince").isNull()).isTrue();
            assertThat(seen.path("nextPassAt").asText()).startsWith("2099");
            assertThat(seen.path("organizations")).hasSize(Scene.NAMES.size());
            for (JsonNode organization : seen.path("organizations")) {
                JsonNode reported = report.path("organizations")
                        .path(organization.path("name").asText());
                for (String field : new String[] {"mapped", "outcomes", "halted", "haltedSchedules", "requests"}) {
                    assertThat(organization.path(field)).as(field).isEqualTo(reported.path(field));
                }
                assertThat(organization.at("/quota/allowed").asLong()).isPositive();
            }
            JsonNode amer = named(seen, "acme-amer");
            assertThat(amer.at("/halted/reason").asText()).isEqualTo("credentials");
            assertThat(named(seen, "acme-apac").path("letters").asInt()).isEqualTo(2);
            assertThat(named(seen, "acme-apac").path("oldestChange").isNull()).isFalse();
            JsonNode passes = scene.read("/api/passes", 200).path("passes");
            assertThat(passes).hasSize(1);
            assertThat(passes.at("/0/outcomes/created").asInt()).isEqualTo(31);
            assertThat(passes.at("/0/outcomes/dead-lettered").asInt()).isEqualTo(2);
            assertThat(passes.at("/0/exitCode").asInt()).isEqualTo(2);

            HttpResponse<String> first = scene.get("/api/passes", BEARER);
            HttpResponse<String> again = scene.get(
                    "/api/passes",
                    "Authorization",
                    BEARER[1],
                    "If-None-Match",
                    first.headers().firstValue("ETag").orElseThrow());
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            HttpResponse<String> packed =
                    scene.get("/api/overview", "Authorization", BEARER[1], "Accept-Encoding", "gzip");
            assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        }
    }

    @Test
    @DisplayName("why: by id and by e-mail address, which gets into no URL, no log and no file; a name only on request")
    void why() throws Exception {
        try (Scene scene = Scene.in(folder).withToken()) {
            scene.rehearsal.searchedByAddress();
            assertThat(scene.post("/api/why", "{\"who\":\"1\"}", BEARER).statusCode())
                    .as("no pass yet")
                    .isEqualTo(404);
            scene.rehearsal.byClock();
            JsonNode refused = Scene.read(scene.post("/api/why", "{\"who\":\"agent1-3@example.com\"}", BEARER)
                    .body());
            assertThat(refused.path("zendeskUserId").asText()).isEqualTo(String.valueOf(Scene.agent("acme-apac", 3)));
            assertThat(refused.at("/pairs/0/outcome").asText()).isEqualTo("dead-lettered");
            assertThat(refused.at("/pairs/0/reason").asText()).isEqualTo("invalid-request");
            assertThat(refused.at("/pairs/0/meaning").asText()).contains("Compare the entry");
            JsonNode nobody = Scene.read(
                    scene.post("/api/why", "{\"who\":\"" + Scene.agent("globex", Scene.AGENTS - 1) + "\"}", BEARER)
                            .body());
            assertThat(nobody.at("/pairs/0/reason").asText()).isEqualTo("user-not-found");
            assertThat(scene.post("/api/why", "{\"who\":\"nobody@example.com\"}", BEARER)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(scene.post("/api/why", "{\"who\":\"neither\"}", BEARER).statusCode())
                    .isEqualTo(400);
            HttpResponse<String> unmapped = scene.post("/api/why", "{\"who\":\"42\"}", BEARER);
            assertThat(Scene.read(unmapped.body()).path("pairs")).isEmpty();
            assertThat(unmapped.headers().firstValue("Cache-Control")).hasValue("no-store");
            HttpResponse<String> name =
                    scene.post("/api/do/name", "{\"zendeskId\":\"" + Scene.agent("acme-emea", 1) + "\"}", BEARER);
            assertThat(Scene.read(name.body()).path("name").asText()).isEqualTo("Agent 0 1 <agent0-1@example.com>");
            assertThat(name.headers().firstValue("Cache-Control")).hasValue("no-store");

            // Both sides have changed since.
            scene.genesys(call -> null);
            scene.rehearsal
                    .world()
                    .addUser(
                            "globex",
                            "user-made-later",
                            "agent3-" + (Scene.AGENTS - 1) + "@example.com",
                            "Agent 3 11",
                            "active");
            assertThat(scene.post(
                                    "/api/why",
                                    "{\"who\":\"" + Scene.agent("globex", Scene.AGENTS - 1) + "\",\"live\":true}",
                                    BEARER)
                            .statusCode())
                    .isEqualTo(202);
            JsonNode live = await().atMost(LIMIT).until(() -> scene.read("/api/why", 200), answer -> !state(answer)
                    .equals("running"));
            assertThat(state(live)).isEqualTo("done");
            assertThat(live.at("/answer/pairs/0/genesysUserId").asText()).isEqualTo("user-made-later");
            assertThat(live.at("/answer/complete").asBoolean()).isTrue();
        }
    }

    @Test
    @DisplayName("a plan writes nothing; asked for ten times it is made once, and a pass that begins ends it at once")
    void plan() throws Exception {
        try (Scene scene = Scene.in(folder).withToken()) {
            assertThat(scene.post("/api/plan", "{}", BEARER).statusCode()).isEqualTo(202);
            JsonNode made = await().atMost(LIMIT).until(() -> scene.read("/api/plan", 200), answer -> !state(answer)
                    .equals("running"));
            assertThat(state(made)).isEqualTo("done");
            assertThat(made.at("/plan/planned").asBoolean()).isTrue();
            assertThat(made.at("/plan/organizations/globex/actions/create").asInt())
                    .isEqualTo(Scene.AGENTS - 1);
            assertThat(made.at("/plan/organizations/globex/actions/skip").asInt())
                    .isEqualTo(1);
            assertThat(made.at("/plan/organizations/globex/predictedRequests").asInt())
                    .isGreaterThan(Scene.AGENTS);
            assertThat(scene.posted()).isEmpty();
            assertThat(scene.rehearsal.data().resolve("runs")).doesNotExist();
            assertThat(scene.rehearsal.bridge().passes().current())
                    .as("it is no pass")
                    .isNull();

            // Zendesk takes its time.
            CountDownLatch listed = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            scene.rehearsal.sandbox().zendesk().interceptor(call -> {
                if (call.path().contains("group_memberships")) {
                    listed.countDown();
                    waitFor(goOn);
                }
                return null;
            });
            assertThat(scene.post("/api/plan", "{}", BEARER).statusCode()).isEqualTo(202);
            assertThat(listed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 10; i++) {
                assertThat(scene.post("/api/plan", "{}", BEARER).statusCode()).isEqualTo(409);
                assertThat(scene.post("/api/why", "{\"who\":\"42\",\"live\":true}", BEARER)
                                .statusCode())
                        .isEqualTo(409);
            }
            assertThat(scene.get("/api/overview", BEARER).statusCode()).isEqualTo(200);
            assertThat(scene.post("/api/do/pass", "{\"by\":\"Mona\"}", BEARER).statusCode())
                    .isEqualTo(200);
            await().atMost(LIMIT).until(() -> scene.rehearsal.bridge().passes().isUnderWay());
            assertThat(scene.post("/api/plan", "{}", BEARER).statusCode()).isEqualTo(409);
            goOn.countDown();
            await().atMost(LIMIT)
                    .until(() -> state(scene.read("/api/plan", 200)).equals("gave-way"));
            Pass pass = scene.rehearsal.bridge().passes().current();
            await().atMost(LIMIT).until(() -> pass.finishedAt() != null);
            assertThat(pass.isComplete()).isTrue();
            assertThat(scene.posted())
                    .hasSize(Scene.NAMES.size() * (Scene.AGENTS - 1))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("requests beyond what can be answered are turned away, and a pass goes on meanwhile")
    void bounded() throws Exception {
        try (Scene scene = Scene.in(folder).withToken()) {
            // A client's very first call goes alone.
            scene.rehearsal.byClock();
            CountDownLatch goOn = new CountDownLatch(1);
            scene.rehearsal.sandbox().zendesk().interceptor(call -> {
                if (call.path().contains("show_many")) {
                    waitFor(goOn);
                }
                return null;
            });
            List<CompletableFuture<Integer>> asked = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(20);
            try {
                for (int i = 0; i < 20; i++) {
                    asked.add(CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return scene.post("/api/do/name", "{\"zendeskId\":\"6000000000001\"}", BEARER)
                                            .statusCode();
                                } catch (Exception failed) {
                                    throw new IllegalStateException(failed);
                                }
                            },
                            threads));
                }
                await().atMost(LIMIT)
                        .until(() -> asked.stream()
                                        .filter(one -> one.getNow(0) == 503)
                                        .count()
                                == 15);
                Pass pass = scene.rehearsal.byClock();
                assertThat(pass.isComplete()).isTrue();
                assertThat(scene.get("/api/overview", BEARER).statusCode()).isEqualTo(200);
                goOn.countDown();
                assertThat(asked.stream().map(CompletableFuture::join).filter(status -> status == 200))
                        .hasSize(5);
            } finally {
                goOn.countDown();
                threads.shutdownNow();
            }
        }
    }

    @Test
    @DisplayName("actions: what is done, to whom, by whom; only the chosen letters are replayed")
    void actions() throws Exception {
        try (Scene scene = Scene.in(folder).withToken();
                Told log = Told.by(Actions.class)) {
            scene.rehearsal.byClock();
            assertThat(scene.post("/api/do/suspend", "{\"organization\":\"globex\"}", BEARER)
                            .statusCode())
                    .as("a name is needed")
                    .isEqualTo(400);
            assertThat(scene.post(
                                    "/api/do/suspend",
                                    "{\"organization\":\"globex\",\"by\":\"Mona\\n2026 ERROR forged\"}",
                                    BEARER)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(scene.post("/api/do/suspend", "{\"organization\":\"nobody\",\"by\":\"Mona\"}", BEARER)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(log.lines()).isEmpty();
            assertThat(scene.post("/api/do/suspend", "{\"organization\":\"globex\",\"by\":\"Mona\"}", BEARER)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(named(scene.read("/api/overview", 200), "globex")
                            .path("suspended")
                            .asBoolean())
                    .isTrue();
            assertThat(scene.post("/api/do/resume", "{\"organization\":\"globex\",\"by\":\"Mona\"}", BEARER)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(named(scene.read("/api/overview", 200), "globex")
                            .path("suspended")
                            .asBoolean())
                    .isFalse();

            JsonNode letters = scene.read("/api/letters?organization=acme-apac&code=invalid-request", 200);
            assertThat(letters.path("letters")).hasSize(2);
            assertThat(letters.at("/counts/acme-apac/invalid-request").asInt()).isEqualTo(2);
            assertThat(scene.read("/api/letters?organization=globex", 200).path("letters"))
                    .isEmpty();
            assertThat(scene.read("/api/letters?code=phantom-conflict", 200).path("letters"))
                    .isEmpty();
            assertThat(scene.get("/api/letters?code=none-such", BEARER).statusCode())
                    .isEqualTo(400);
            assertThat(scene.get("/api/letters?organization=..%2Fruns", BEARER).statusCode())
                    .isEqualTo(400);

            JsonNode chosen = letters.at("/letters/0");
            ObjectNode replay = new ObjectMapper().createObjectNode().put("by", "Mona");
            replay.putArray("segments");
            assertThat(scene.post("/api/do/replay", replay.toString(), BEARER).statusCode())
                    .as("none is not all")
                    .isEqualTo(400);
            replay.withArray("segments").add(chosen.at("/segment/segmentId").asText());
            int before = scene.posted().size();
            scene.rehearsal.sandbox().genesys().interceptor(null);
            assertThat(scene.post("/api/do/replay", replay.toString(), BEARER).statusCode())
                    .isEqualTo(200);
            await().atMost(LIMIT)
                    .until(() -> scene.read("/api/letters", 200).path("letters").size() == 1);
            assertThat(scene.posted().subList(before, scene.posted().size()))
                    .containsExactly(chosen.at("/segment/userId").asText());
            assertThat(log.lines())
                    .containsExactly(
                            "console: Mona suspended globex",
                            "console: Mona resumed globex",
                            "console: Mona replays 1 letters (organisation any, code any, 1 segments chosen)");
        }
    }

    @Test
    @DisplayName("letters come a page at a time, each once")
    void pages() throws Exception {
        try (Scene scene = Scene.in(folder).withToken()) {
            scene.rehearsal.byClock();
            JsonNode letter = scene.read("/api/letters", 200).at("/letters/0");
            int many = LetterPages.PAGE + 50;
            for (int i = 0; i < many; i++) {
                ObjectNode other = letter.deepCopy();
                String id = new UUID(7, i).toString();
                other.withObject("/segment").put("segmentId", id);
                Files.writeString(
                        scene.rehearsal.data().resolve("dead-letter/acme-apac/" + id + ".json"), other.toString());
            }
            JsonNode first = scene.read("/api/letters", 200);
            assertThat(first.path("letters")).hasSize(LetterPages.PAGE);
            JsonNode second =
                    scene.read("/api/letters?after=" + first.path("next").asText(), 200);
            assertThat(second.path("letters")).hasSize(many + 2 - LetterPages.PAGE);
            assertThat(second.path("next").isNull()).isTrue();
            Set<String> ids = new TreeSet<>();
            for (JsonNode page : List.of(first, second)) {
                page.path("letters")
                        .forEach(one -> ids.add(one.at("/segment/segmentId").asText()));
            }
            assertThat(ids).hasSize(many + 2);
        }
    }

    private static JsonNode named(JsonNode overview, String name) {
        for (JsonNode organization : overview.path("organizations")) {
            if (organization.path("name").asText().equals(name)) {
                return organization;
            }
        }
        throw new AssertionError("there is no " + name + " in " + overview);
    }

    private static String state(JsonNode job) {
        return job.path("state").asText();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sent as written, whereas a client would normalise the address first. */
    private static String raw(Scene scene, String request) throws Exception {
        try (Socket socket = new Socket(
                "127.0.0.1", ManagementPort.of(scene.rehearsal.bridge().context()))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
