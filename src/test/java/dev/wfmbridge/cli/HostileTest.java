package dev.wfmbridge.cli;

import static dev.wfmbridge.cli.HostileServer.head;
import static dev.wfmbridge.cli.HostileServer.json;
import static dev.wfmbridge.cli.HostileServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.HostileServer.Asked;
import dev.wfmbridge.cli.HostileServer.Hostility;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One organisation answers as it should, the others as attackers would, each in its own way. Each attacker loses its
 * own part of the pass, and the good one nothing: exit 2, a report that balances, no stack trace, and nothing of what
 * the attackers sent.
 */
class HostileTest {

    private static final int AGENTS = 3;
    private static final String JSON_TYPE = "Content-Type: application/json\r\n";

    @TempDir
    Path folder;

    /** An attacker: what it does, and what the report says of it. */
    private record Attack(Hostility how, String says) {}

    /** The program's surroundings: acme, and an organisation for each attack, all with the same agents. */
    private final class Street implements AutoCloseable {

        private final Map<String, HostileServer> evil = new LinkedHashMap<>();
        private final Map<String, Attack> attacks = new LinkedHashMap<>();
        private final Site site;

        Street(Map<String, Attack> all) throws Exception {
            World world = Site.world(AGENTS);
            StringBuilder organizations =
                    new StringBuilder(organization("acme", Site.ACME, "{{env:SANDBOX_GENESYS_URL}}"));
            StringBuilder groups = new StringBuilder(group("acme"));
            List<String> names = new ArrayList<>();
            for (String attack : all.keySet()) {
                String name = "evil-" + attack.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
                names.add(name);
                attacks.put(name, all.get(attack));
                world.addOrganization(name, id(names.size()), "client-of-" + name, "secret-of-" + name, 100_000)
                        .addSchedule(name, "sched-1");
                for (int i = 0; i < AGENTS; i++) {
                    world.addUser(name, name + "-user-" + i, "agent" + i + "@example.com", "Agent " + i, "active");
                }
            }
            site = Site.of(world, folder);
            for (String name : names) {
                HostileServer server =
                        new HostileServer(site.sandbox().genesys().url()).does(attacks.get(name).how);
                evil.put(name, server);
                organizations.append(organization(name, id(evil.size()), server.url()));
                groups.append(group(name));
            }
            site.mapping("organizations:\n" + organizations + "groups:\n" + groups);
            site.with("HTTP_BACKOFF", "1ms-2ms")
                    .with("HTTP_MAX_ATTEMPTS", "2")
                    .with("GENESYS_CONFLICT_WAIT", "1ms-2ms")
                    .with("GENESYS_MAX_ATTEMPTS", "2");
        }

        private static String id(int number) {
            return String.format(Locale.ROOT, "aaaaaaaa-0000-4000-8000-%012x", number);
        }

        private static String organization(String name, String id, String url) {
            String variable = name.toUpperCase(Locale.ROOT).replace('-', '_');
            return """
                      %s:
                        id: %s
                        apiUrl: "%s"
                        loginUrl: "%s"
                        clientId: "{{env:%s_CLIENT_ID}}"
                        clientSecret: "{{env:%s_CLIENT_SECRET}}"
                        quota: { requests: 5000, per: 60s }
                    """
                    .formatted(name, id, url, url, variable, variable)
                    .indent(2);
        }

        private static String group(String name) {
            return """
                    - zendeskGroup: Support
                      organization: %s
                      scheduleId: sched-1
                      status: APPROVED
                    """
                    .formatted(name)
                    .indent(2);
        }

        /** The good one has all of its segments, and each of the others says why it does not. */
        void isWhole() throws IOException {
            JsonNode report = site.latest();
            JsonNode acme = report.path("organizations").path("acme");
            assertThat(acme.path("halted").isNull()).as(acme.toString()).isTrue();
            assertThat(acme.path("outcomes").path("created").asInt()).isEqualTo(AGENTS);
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(AGENTS);
            assertThat(report.path("balance").asInt()).isZero();
            attacks.forEach((name, attack) -> {
                JsonNode part = report.path("organizations").path(name);
                assertThat(part.path("mapped").asInt()).as(name).isEqualTo(AGENTS);
                if (attack.says != null) {
                    assertThat(part.path("halted").toString() + part.path("haltedSchedules"))
                            .as(name)
                            .contains(attack.says);
                }
            });
        }

        @Override
        public void close() throws Exception {
            for (HostileServer server : evil.values()) {
                server.close();
            }
            site.close();
        }
    }

    private static Attack at(Predicate<Asked> which, String says, Hostility how) {
        return new Attack((call, out) -> which.test(call) && how.answers(call, out), says);
    }

    private static boolean endless(OutputStream out, String again) throws IOException {
        byte[] bytes = again.repeat(Math.max(1, 65_536 / again.length())).getBytes(StandardCharsets.ISO_8859_1);
        while (true) {
            out.write(bytes);
        }
    }

    private static boolean endlessBody(OutputStream out, int status) throws IOException {
        head(out, status, JSON_TYPE);
        text(out, "{\"code\":\"");
        return endless(out, "x");
    }

    private static Hostility zipped(byte[] bomb, String encoding) {
        return (call, out) -> {
            head(out, 200, JSON_TYPE + "Content-Encoding: " + encoding + "\r\nContent-Length: " + bomb.length + "\r\n");
            out.write(bomb);
            return true;
        };
    }

    /** Blanks, as between two rows. */
    private static byte[] bomb(int size) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed, 1 << 16)) {
            out.write("{\"pageCount\":1,\"entities\":[".getBytes(StandardCharsets.US_ASCII));
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int written = 0; written < size; written += blanks.length) {
                out.write(blanks);
            }
            out.write("]}".getBytes(StandardCharsets.US_ASCII));
        }
        return packed.toByteArray();
    }

    @Test
    @DisplayName(
            "an answer that is too large costs only the organisation that sends it, with 256 MB of heap for all of them at once")
    void tooLarge() throws Exception {
        byte[] bomb = bomb(800 << 20);
        assertThat(bomb).hasSizeBetween(700_000, 900_000);
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("800 MB in gzip", at(Asked::isListing, "larger than", zipped(bomb, "gzip")));
        // Camel's own decompression looks for the word gzip anywhere in the header; HttpClient does not.
        attacks.put("gzip by another name", at(Asked::isListing, "not JSON", zipped(bomb, "x-notgzip")));
        attacks.put("users", at(call -> call.is("/api/v2/users"), "larger than", (call, out) -> {
            head(out, 200, JSON_TYPE);
            text(out, "{\"pageCount\":1,\"entities\":[");
            return endless(out, "{\"id\":\"a\"},");
        }));
        attacks.put("chunks", at(Asked::isListing, "larger than", (call, out) -> {
            head(out, 200, JSON_TYPE + "Transfer-Encoding: chunked\r\n");
            return endless(out, "8\r\n[[[[[[[[\r\n");
        }));
        attacks.put("error", at(Asked::isListing, "too much for an error", (call, out) -> endlessBody(out, 500)));
        // A POST that is cut off has an unknown outcome: it is looked for, and not found.
        attacks.put("refusal", at(Asked::isPost, null, (call, out) -> endlessBody(out, 400)));
        attacks.put("created", at(Asked::isPost, null, (call, out) -> endlessBody(out, 201)));
        attacks.put(
                "token", at(Asked::isToken, "too much for an error or a token", (call, out) -> endlessBody(out, 200)));
        attacks.put("no token", at(Asked::isToken, "too much for an error", (call, out) -> endlessBody(out, 401)));
        attacks.put("header", at(Asked::isListing, "head of the answer", (call, out) -> {
            text(out, "HTTP/1.1 200 OK\r\nX-Line: ");
            return endless(out, "x");
        }));
        attacks.put("headers", at(Asked::isListing, "head of the answer", (call, out) -> {
            text(out, "HTTP/1.1 200 OK\r\n");
            return endless(out, "X-Line: x\r\n");
        }));
        attacks.put(
                "first line", at(Asked::isListing, "head of the answer", (call, out) -> endless(out, "HTTP/1.1 200 ")));
        attacks.put("empty lines", at(Asked::isListing, "head of the answer", (call, out) -> endless(out, "\r\n")));
        try (Street street = new Street(attacks)) {
            Child once = street.site.with("JAVA_TOOL_OPTIONS", "-Xmx256m").start("once");
            assertThat(once.exit()).as(once.output()).isEqualTo(2);
            assertThat(once.output()).doesNotContain("\tat ", "java.lang.", "OutOfMemory", "xxxx");
            street.isWhole();
            for (String post : List.of("evil-refusal", "evil-created")) {
                JsonNode outcomes =
                        street.site.latest().path("organizations").path(post).path("outcomes");
                assertThat(outcomes.path("dead-lettered").asInt()
                                + outcomes.path("held").asInt())
                        .as(post + " " + outcomes)
                        .isEqualTo(AGENTS);
            }
        }
    }

    private static Hostility drips(String begin) {
        return (call, out) -> {
            text(out, begin);
            while (true) {
                // That is the attack; no test waits for it beyond its own limit.
                TimeUnit.MILLISECONDS.sleep(100);
                text(out, " ");
            }
        };
    }

    @Test
    @DisplayName("a server that sends an answer drop by drop is cut off after http.call-timeout")
    @Timeout(600)
    void tooSlow() throws Exception {
        String says = "http.call-timeout (5 s)";
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("page", at(Asked::isListing, says, drips("HTTP/1.1 200 OK\r\n\r\n")));
        attacks.put("head", at(Asked::isListing, says, drips("HTTP/1.1 200 OK\r\nX: ")));
        attacks.put("token", at(Asked::isToken, says, drips("HTTP/1.1 200 OK\r\n\r\n")));
        attacks.put("error", at(Asked::isListing, says, drips("HTTP/1.1 500 No\r\n\r\n")));
        attacks.put("goes on", at(Asked::isListing, says, (call, out) -> {
            while (true) {
                text(out, "HTTP/1.1 100 Continue\r\n\r\n");
                // The attack again: without a pause it would be one of size.
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }));
        try (Street street = new Street(attacks)) {
            Said once = Terminal.type(street.site.with("HTTP_CALL_TIMEOUT", "5s"), "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            street.isWhole();
        }
    }

    @Test
    @DisplayName("no call goes on after its pass has ended")
    @Timeout(600)
    void beyondThePass() throws Exception {
        Attack drips = at(Asked::isListing, "pass-time", drips("HTTP/1.1 200 OK\r\n\r\n"));
        try (Street street = new Street(Map.of("page", drips))) {
            street.site.with("POLL_MAX_PASS", "15s").with("HTTP_CALL_TIMEOUT", "10m");
            long begun = System.nanoTime();
            Said once = Terminal.type(street.site, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            // The call by itself would go on for 10 minutes.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(5));
            street.isWhole();
        }
    }

    @Test
    @DisplayName("no call ever carries a cookie, whichever answer set one")
    void cookies() throws Exception {
        try (Street street = new Street(Map.of("cookies", new Attack((call, out) -> false, null)))) {
            HostileServer server = street.evil.get("evil-cookies");
            server.adds("Set-Cookie: session=of-evil; Path=/\r\nSet-Cookie2: a=b\r\n");
            // Both at one address, as the organisations of a region are.
            Said once = Terminal.type(street.site.with("SANDBOX_GENESYS_URL", server.url()), "once");
            assertThat(once.exit()).as(once.text()).isZero();
            assertThat(server.asked())
                    .hasSizeGreaterThan(10)
                    .noneMatch(call -> call.head().toLowerCase(Locale.ROOT).contains("\ncookie"));
        }
    }

    private static Attack page(String says, String lines, String body) {
        return at(Asked::isListing, says, (call, out) -> HostileServer.answer(out, 200, lines, body));
    }

    @Test
    @DisplayName("an unusual kind of answer is described in words")
    void nonsense() throws Exception {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("204", at(Asked::isListing, "was empty", (call, out) -> HostileServer.answer(out, 204, "", "")));
        attacks.put("nothing", page("was empty", "", ""));
        attacks.put(
                "html", page("not JSON, but text/html", "Content-Type: text/html; charset=utf-8\r\n", "<html>Log in"));
        attacks.put("java", page("not JSON", "Content-Type: application/x-java-serialized-object\r\n", "sr"));
        attacks.put("charset", page("not JSON", "Content-Type: application/json; charset=no/such set\r\n", "x"));
        attacks.put(
                "charset of an error",
                at(
                        Asked::isListing,
                        "HTTP 500",
                        (call, out) -> HostileServer.answer(
                                out, 500, "Content-Type: application/json; charset=no/such set\r\n", "{}")));
        attacks.put("type", page("not JSON", "Content-Type: \u001b[31m/<b>\r\n", "x"));
        attacks.put("behind", page("something behind its end", JSON_TYPE, "{\"pageCount\":1,\"entities\":[]} {}"));
        attacks.put("twice", page("a key twice", JSON_TYPE, "{\"pageCount\":2,\"entities\":[],\"pageCount\":1}"));
        attacks.put("depth", page("nested deeper", JSON_TYPE, "{\"pageCount\":1,\"entities\":" + "[".repeat(100_000)));
        attacks.put(
                "rows",
                page(
                        "has more in it",
                        JSON_TYPE,
                        "{\"pageCount\":1,\"entities\":[" + "{},".repeat(1_500_000) + "{}]}"));
        attacks.put("text", page("is not a list", JSON_TYPE, "{\"pageCount\":1,\"entities\":\"all\"}"));
        attacks.put(
                "token",
                at(
                        Asked::isToken,
                        "no header can carry",
                        (call, out) -> json(out, 200, "{\"access_token\":\"a\\r\\nX-Evil: 1\",\"expires_in\":3600}")));
        try (Street street = new Street(attacks)) {
            Said once = Terminal.type(street.site, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text()).doesNotContain("\u001b", "<b>");
            street.isWhole();
        }
    }

    @Test
    @DisplayName("running out of memory is status 4 with a report, and never looks like a completed pass")
    @Timeout(600)
    void outOfMemory() throws Exception {
        try (Street street = new Street(Map.of());
                HostileServer zendesk =
                        new HostileServer(street.site.sandbox().zendesk().url())) {
            AtomicLong id = new AtomicLong(1);
            zendesk.does((call, out) -> {
                if (!call.is("/api/v2/group_memberships")) {
                    return false;
                }
                StringBuilder page = new StringBuilder("{\"group_memberships\":[");
                for (int row = 0; row < 60_000; row++) {
                    long next = id.incrementAndGet();
                    page.append("{\"id\":")
                            .append(next)
                            .append(",\"user_id\":")
                            .append(next)
                            .append(",\"group_id\":")
                            .append(Site.GROUP)
                            .append("},");
                }
                page.setLength(page.length() - 1);
                return json(out, 200, page + "],\"meta\":{\"has_more\":true,\"after_cursor\":\"c" + id + "\"}}");
            });
            street.site.with("ZENDESK_URL", zendesk.url()).with("JAVA_TOOL_OPTIONS", "-Xmx80m");
            Child once = street.site.start("once");
            assertThat(once.exit()).as(once.output()).isEqualTo(4);
            assertThat(once.output()).contains("OutOfMemoryError").doesNotContain("\tat ");
            JsonNode report = street.site.latest();
            assertThat(report.path("exitCode").asInt()).isEqualTo(4);
            assertThat(report.path("complete").asBoolean()).isFalse();
            assertThat(report.path("balance").asInt()).isZero();
        }
    }

    @Test
    @DisplayName("a listing without an end is incomplete, after http.max-pages at the latest")
    void withoutAnEnd() throws Exception {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put(
                "segments",
                at(
                        Asked::isListing,
                        "2147483647 pages",
                        (call, out) -> json(out, 200, "{\"pageCount\":2147483647,\"entities\":[]}")));
        attacks.put(
                "users",
                at(
                        call -> call.is("/api/v2/users"),
                        "2147483647 pages",
                        (call, out) -> json(out, 200, "{\"pageCount\":2147483647,\"entities\":[]}")));
        attacks.put(
                "search",
                new Attack(
                        (call, out) -> call.is("/api/v2/users/search")
                                ? json(out, 200, "{\"total\":1,\"pageCount\":2147483647,\"results\":[]}")
                                : call.is("/api/v2/users") && json(out, 200, "{\"pageCount\":1,\"entities\":[]}"),
                        "2147483647 pages"));
        AtomicLong pages = new AtomicLong();
        attacks.put(
                "ever more",
                at(
                        Asked::isListing,
                        "8 pages, more than http.max-pages (7)",
                        (call, out) -> json(
                                out, 200, "{\"pageCount\":" + (pages.incrementAndGet() + 1) + ",\"entities\":[]}")));
        try (Street street = new Street(attacks)) {
            Said once = Terminal.type(street.site.with("HTTP_MAX_PAGES", "7"), "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            street.isWhole();
            assertThat(pages).hasValue(7);
        }
    }

    @Test
    @DisplayName("once, check and draft follow no listing of Zendesk in a circle or for ever")
    void zendeskWithoutAnEnd() throws Exception {
        try (Street street = new Street(Map.of());
                HostileServer zendesk =
                        new HostileServer(street.site.sandbox().zendesk().url())) {
            street.site.with("ZENDESK_URL", zendesk.url()).with("HTTP_MAX_PAGES", "9");
            AtomicLong page = new AtomicLong();
            for (boolean circle : new boolean[] {true, false}) {
                String why = circle ? "came before" : "http.max-pages (9)";
                zendesk.does((call, out) -> {
                    boolean listing = call.is("/api/v2/group_memberships") || call.is("/api/v2/groups");
                    long number = page.incrementAndGet();
                    return listing
                            && json(
                                    out,
                                    200,
                                    "{\"group_memberships\":[],\"groups\":[],\"meta\":{\"has_more\":true,\"after_cursor\":\""
                                            + (circle ? number % 2 : number) + "\"}}");
                });
                int before = zendesk.asked().size();
                Said once = Terminal.type(street.site, "once");
                assertThat(once.exit()).as(once.text()).isEqualTo(2);
                assertThat(once.text()).contains(why);
                Said check = Terminal.type(street.site, "check");
                assertThat(check.exit()).as(check.text()).isEqualTo(1);
                assertThat(check.text()).contains("✗ Zendesk: groups", why);
                Said draft = Terminal.type(street.site, "draft", "acme");
                assertThat(draft.text()).contains(why);
                assertThat(zendesk.asked().size() - before).isLessThan(50);
            }
        }
    }

    /** What an attacker would like to see in a log: a person, and a command to the terminal of whoever reads it. */
    private static final String SAID = "Agent 0 <agent0@example.com> \\u001b[2J\\u009b";

    @Test
    @DisplayName("nothing of an answer gets into log, letter or report unless it has the shape of an id or a code")
    void says() throws Exception {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put(
                "code",
                at(
                        Asked::isPost,
                        null,
                        (call, out) -> HostileServer.answer(
                                out,
                                400,
                                JSON_TYPE + "ININ-Correlation-Id: Agent 0 agent0@example.com \u001b[2J\r\n",
                                "{\"code\":\"" + SAID + "\",\"message\":\"" + SAID + "\"}")));
        attacks.put(
                "context",
                at(
                        Asked::isListing,
                        "HTTP 400",
                        (call, out) -> json(
                                out, 400, "{\"code\":\"" + "x".repeat(500) + "\",\"contextId\":\"" + SAID + "\"}")));
        attacks.put(
                "identity",
                at(
                        call -> call.is("/api/v2/organizations/me"),
                        "It belongs to (no id)",
                        (call, out) -> json(out, 200, "{\"id\":\"" + SAID + "\"}")));
        attacks.put(
                "rows",
                at(
                        Asked::isListing,
                        null,
                        (call, out) -> json(
                                out,
                                200,
                                "{\"pageCount\":1,\"entities\":[{\"id\":\"" + SAID + "\",\"userId\":\"" + SAID
                                        + "\",\"scheduleId\":\"sched-1\",\"status\":\"" + SAID
                                        + "\"},{\"id\":\"a\",\"userId\":\"evil-rows-user-0\","
                                        + "\"scheduleId\":\"sched-1\",\"status\":\"" + SAID + "\",\"version\":1}]}")));
        attacks.put(
                "created",
                at(
                        Asked::isPost,
                        null,
                        (call, out) ->
                                json(out, 201, "{\"id\":\"" + SAID + "\",\"status\":\"" + SAID + "\",\"version\":1}")));
        attacks.put(
                "users",
                new Attack(
                        (call, out) -> call.is("/api/v2/users")
                                && json(
                                        out,
                                        200,
                                        "{\"pageCount\":1,\"entities\":[{\"id\":\"agent0@example.com\",\"email\":\"agent0@example.com\",\"state\":\"active\"}]}"),
                        null));
        attacks.put(
                "state",
                new Attack(
                        (call, out) -> call.isPost()
                                ? json(out, 404, "{}")
                                : call.is("/api/v2/users/evil-state-user-0")
                                        && json(out, 200, "{\"id\":\"a\",\"state\":\"" + SAID + "\"}"),
                        null));
        try (Street street = new Street(attacks)) {
            Said once = Terminal.type(street.site, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text() + once.log()).doesNotContain("\u001b", "\u009b", "agent0@", "Agent 0", "xxxx");
            street.isWhole();
            assertThat(street.site.latest().toString()).doesNotContain("agent0@", "Agent 0", "xxxx");
            Said check = Terminal.type(street.site, "check", "--list");
            assertThat(check.text() + check.log()).doesNotContain("\u001b", "\u009b", "agent0@");
        }
    }
}
