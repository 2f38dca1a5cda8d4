package dev.wfmbridge.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.events.EventCounts.Kind;
import dev.wfmbridge.network.FreePort;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events as Zendesk sends them, and what both sides see as a result. All waits are divided by ten. */
class WebhookTest {

    private static final long SUPPORT = 6130852536346L;
    private static final long OTHER = 6130852536474L;
    private static final long FIRST = 6_000_000_000_000L;
    private static final String SECRET = "bmV3IHNlY3JldCBvZiBhIHdlYmhvb2s=";
    private static final String OLD_SECRET = "b2xkIHNlY3JldCBvZiBhIHdlYmhvb2s=";
    private static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String MAPPING = "genesysUserIdField: genesys_user_id\n"
            + Sample.acmeMapping(100_000)
            + Sample.entry("Support", "acme", "sched-1");

    @TempDir
    Path folder;

    private final int port = port();
    private final EventSender zendesk = new EventSender(port, SECRET);
    private World world;
    private Rehearsal rehearsal;

    private static int port() {
        try {
            return FreePort.any();
        } catch (java.io.IOException none) {
            throw new java.io.UncheckedIOException(none);
        }
    }

    private Rehearsal run(int agents) throws Exception {
        return run(agents, "3s");
    }

    /** @param window in which events are collected; a long one for those that have to be in one */
    private Rehearsal run(int agents, String window) throws Exception {
        world = Sample.acme().zendesk().addGroup(OTHER, "Other").world();
        for (int i = 0; i < agents; i++) {
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + i, "Agent " + i, "agent" + i + "@example.com"))
                    .world()
                    .addUser("acme", "user-" + i, "agent" + i + "@example.com", "Agent " + i, "active");
        }
        // One agent is there from the start, so that users and groups are known.
        world.zendesk().addMembership(FIRST, SUPPORT);
        rehearsal = Rehearsal.of(world, folder, 10)
                .mapping(MAPPING)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "100000")
                .with("WEBHOOK_PORT", String.valueOf(port))
                .with("WEBHOOK_DEBOUNCE", window)
                .with("WEBHOOK_SECRET", SECRET + "," + OLD_SECRET)
                .polling();
        rehearsal.byClock();
        clear();
        return rehearsal;
    }

    private void clear() {
        rehearsal.sandbox().zendesk().clearReceived();
        rehearsal.sandbox().genesys().clearReceived();
    }

    @AfterEach
    void end() {
        if (rehearsal != null) {
            rehearsal.close();
        }
    }

    private List<Received> posts() {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals(SEGMENTS))
                .toList();
    }

    private List<Received> readings(long agent) {
        return rehearsal.sandbox().zendesk().received().stream()
                .filter(call -> call.path().equals("/api/v2/users/" + agent + "/group_memberships"))
                .toList();
    }

    private long segments() {
        return rehearsal.sandbox().genesys().segments("acme").size();
    }

    private EventCounts counts() throws Exception {
        return rehearsal.bridge().context().getRegistry().findSingleByType(EventCounts.class);
    }

    @Test
    @DisplayName("an agent who joins a group has a segment when the window is over, for one read, one GET and one POST")
    void seconds() throws Exception {
        run(3);
        world.zendesk().addMembership(FIRST + 1, SUPPORT);
        assertThat(zendesk.send(EventSender.event("group_membership_created", FIRST + 1)))
                .isEqualTo(200);
        await().atMost(LIMIT).until(() -> segments() == 2);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(rehearsal.sandbox().zendesk().received())
                .extracting(Received::path)
                .containsExactly("/api/v2/users/" + (FIRST + 1) + "/group_memberships");
        assertThat(rehearsal.sandbox().genesys().received())
                .extracting(Received::method)
                .containsExactly("GET", "POST");
        assertThat(rehearsal.sandbox().genesys().received().get(0).query()).contains("userId=user-1");
    }

    @Test
    @DisplayName("another secret, a stale or early timestamp, one byte more: 401, and no call is made")
    void refused() throws Exception {
        run(2);
        String event = EventSender.event("tags_changed", FIRST + 1);
        String now = Instant.now().toString();
        String good = Signature.of(SECRET, now, event.getBytes());
        assertThat(zendesk.send(event, now, Signature.of("another", now, event.getBytes()))
                        .statusCode())
                .isEqualTo(401);
        assertThat(zendesk.send(event + " ", now, good).statusCode()).isEqualTo(401);
        assertThat(zendesk.send(event, Instant.now().plusSeconds(1).toString(), good)
                        .statusCode())
                .isEqualTo(401);
        assertThat(zendesk.send(event, now, "").statusCode()).isEqualTo(401);
        assertThat(zendesk.send(event, now, "no base64 ∞".replace("∞", "!")).statusCode())
                .isEqualTo(401);
        assertThat(zendesk.send(event, Instant.now().minusSeconds(301).toString()))
                .isEqualTo(401);
        assertThat(zendesk.send(event, Instant.now().plusSeconds(330).toString()))
                .isEqualTo(401);
        assertThat(zendesk.send(event, "yesterday")).isEqualTo(401);
        assertThat(zendesk.send("x".repeat(256 * 1024 + 1))).isEqualTo(413);
        assertThat(zendesk.send("x".repeat(256 * 1024))).isEqualTo(200);
        assertThat(zendesk.ask("GET", "/zendesk/events", "application/json", ""))
                .isEqualTo(405);
        assertThat(zendesk.ask("POST", "/observe/health", "application/json", ""))
                .isEqualTo(404);
        assertThat(zendesk.ask("POST", "/zendesk/events", "multipart/form-data; boundary=x", "--x"))
                .isEqualTo(415);
        assertThat(zendesk.ask("POST", "/zendesk/events", "application/json", "{}"))
                .isEqualTo(401);
        assertThat(counts().of(EventCounts.Refusal.SIGNATURE)).isEqualTo(6);
        assertThat(counts().of(EventCounts.Refusal.STALE)).isEqualTo(3);
        assertThat(counts().of(EventCounts.Refusal.SIZE)).isEqualTo(1);
        // The genuine one comes last: anything accepted before would have been in its window.
        assertThat(zendesk.send(EventSender.event("tags_changed", FIRST))).isEqualTo(200);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST + 1)).isEmpty();
        assertThat(rehearsal.sandbox().zendesk().received()).hasSize(1);
    }

    @Test
    @DisplayName("the other secret counts too while they are rotated")
    void rotation() throws Exception {
        run(2);
        world.zendesk().addMembership(FIRST + 1, SUPPORT);
        assertThat(new EventSender(port, OLD_SECRET).send(EventSender.event("group_membership_created", FIRST + 1)))
                .isEqualTo(200);
        await().atMost(LIMIT).until(() -> segments() == 2);
    }

    @Test
    @DisplayName("the same event a hundred times is one read, and so are many events about one agent in a window")
    void once() throws Exception {
        run(2, "60s");
        String event = EventSender.event("tags_changed", FIRST + 1);
        for (int i = 0; i < 100; i++) {
            assertThat(zendesk.send(event)).isEqualTo(200);
        }
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST + 1)).hasSize(1);
        assertThat(zendesk.send(event)).isEqualTo(200);
        assertThat(counts().of(Kind.REPEATED)).isEqualTo(100);

        for (String type : List.of("suspended_changed", "role_changed", "active_changed", "identity_changed")) {
            assertThat(zendesk.send(EventSender.event(type, FIRST))).isEqualTo(200);
        }
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 2);
        assertThat(readings(FIRST)).hasSize(1);
        assertThat(readings(FIRST + 1)).hasSize(1);
        assertThat(counts().of(Kind.COALESCED)).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "an event that cannot change who is planned is answered, and no call is made; both spellings of a type count")
    void concern() throws Exception {
        run(4, "60s");
        for (String type : List.of("name_changed", "last_login_changed", "notes_changed")) {
            assertThat(zendesk.send(EventSender.event(type, FIRST + 1))).isEqualTo(200);
        }
        assertThat(zendesk.send(EventSender.event("u1", "tags_changed", FIRST + 1, "end-user", "{}")))
                .isEqualTo(200);
        assertThat(zendesk.send(EventSender.event(
                        "u2",
                        "custom_field_changed",
                        FIRST + 1,
                        "agent",
                        "{\"field\":{\"key\":\"genesys_wfm_status\"}}")))
                .isEqualTo(200);
        assertThat(zendesk.send("[]")).isEqualTo(200);
        assertThat(zendesk.send("not json")).isEqualTo(200);
        assertThat(zendesk.send(EventSender.event("tags_changed", 0))).isEqualTo(200);
        assertThat(counts().of(Kind.OF_NO_CONCERN)).isEqualTo(8);

        assertThat(zendesk.send(EventSender.event(
                                "u3", "merged", FIRST + 2, "agent", "{\"user\":{\"id\":\"" + (FIRST + 3) + "\"}}")
                        .replace("event-type:user", "event-type/user")))
                .isEqualTo(200);
        assertThat(zendesk.send(EventSender.event(
                        "u4", "custom_field_changed", FIRST, "agent", "{\"field\":{\"key\":\"genesys_user_id\"}}")))
                .isEqualTo(200);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST + 1)).isEmpty();
        assertThat(List.of(
                        readings(FIRST).size(),
                        readings(FIRST + 2).size(),
                        readings(FIRST + 3).size()))
                .containsOnly(1);
        assertThat(rehearsal.sandbox().genesys().received()).hasSize(1);
    }

    @Test
    @DisplayName(
            "while a whole pass runs, an event is answered at once and handled when the pass is over; the clock's pass waits for one requested by events")
    void besideAPass() throws Exception {
        run(3);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Predicate<Received> listing = call -> call.path().equals("/api/v2/group_memberships");
        rehearsal.sandbox().zendesk().interceptor(call -> {
            if (listing.test(call)) {
                reached.countDown();
                waitFor(goOn);
            }
            return null;
        });
        CompletableFuture<Void> whole = CompletableFuture.runAsync(() -> {
            try {
                rehearsal.bridge().pass(new PassOrder(Trigger.CRON, null, false));
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertThat(reached.await(120, TimeUnit.SECONDS)).isTrue();
        world.zendesk().addMembership(FIRST + 1, SUPPORT);
        String event = EventSender.event("group_membership_created", FIRST + 1);
        zendesk.send(EventSender.event("name_changed", FIRST));
        assertThat(zendesk.send(event)).isEqualTo(200);
        assertThat(whole).as("the pass that the answer did not wait for").isNotDone();
        assertThat(counts().of(Kind.PASSES)).isZero();
        goOn.countDown();
        whole.get(120, TimeUnit.SECONDS);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST + 1)).hasSize(1);
        assertThat(segments()).isEqualTo(2);

        // The other way round.
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(1);
        rehearsal.sandbox().zendesk().interceptor(call -> {
            if (call.path().endsWith("/group_memberships") && call.path().contains("/users/")) {
                reading.countDown();
                waitFor(again);
            }
            return null;
        });
        clear();
        zendesk.send(EventSender.event("tags_changed", FIRST + 2));
        assertThat(reading.await(120, TimeUnit.SECONDS)).isTrue();
        assertThat(rehearsal.bridge().pass(new PassOrder(Trigger.CRON, null, false)))
                .isNull();
        again.countDown();
        await().atMost(LIMIT)
                .until(() -> rehearsal.sandbox().zendesk().received().stream().anyMatch(listing));
        assertThat(rehearsal.bridge().passes().current().warnings()).noneMatch(warning -> warning.contains("left out"));
    }

    @Test
    @DisplayName("more than 500 waiting agents become one whole pass, and each has exactly one segment")
    void storm() throws Exception {
        run(700);
        for (int i = 1; i < 700; i++) {
            world.zendesk().addMembership(FIRST + i, SUPPORT);
        }
        CountDownLatch goOn = new CountDownLatch(1);
        rehearsal.sandbox().zendesk().interceptor(call -> {
            if (call.path().equals("/api/v2/users/" + FIRST + "/group_memberships")) {
                waitFor(goOn);
            }
            return null;
        });
        zendesk.send(EventSender.event("tags_changed", FIRST));
        await().atMost(LIMIT).until(() -> rehearsal.bridge().passes().isUnderWay());
        for (int round = 0; round < 2; round++) {
            for (int i = 1; i < 700; i++) {
                assertThat(zendesk.send(EventSender.event("group_membership_created", FIRST + i)))
                        .isEqualTo(200);
            }
        }
        goOn.countDown();
        await().atMost(LIMIT).until(() -> segments() == 700);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 2);
        assertThat(posts()).hasSize(699);
        assertThat(readings(FIRST + 1)).isEmpty();
        assertThat(counts().of(Kind.COALESCED)).isGreaterThanOrEqualTo(699);
    }

    @Test
    @DisplayName(
            "Zendesk is out of order for a while: the pass requested by events ends incomplete, and the next whole one delivers the agent")
    void zendeskDown() throws Exception {
        run(2);
        world.zendesk().addMembership(FIRST + 1, SUPPORT);
        rehearsal
                .sandbox()
                .zendesk()
                .interceptor(
                        call -> call.path().contains("/users/") ? Fault.answer(503, java.util.Map.of(), "down") : null);
        zendesk.send(EventSender.event("group_membership_created", FIRST + 1));
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(posts()).isEmpty();
        rehearsal.sandbox().zendesk().interceptor(null);
        rehearsal.byClock();
        assertThat(segments()).isEqualTo(2);
    }

    @Test
    @DisplayName("a body that comes too slowly is cut off, and one of undeclared length as soon as it is too long")
    void slowAndEndless() throws Exception {
        run(1);
        try (Socket slow = new Socket("127.0.0.1", port);
                Socket endless = new Socket("127.0.0.1", port)) {
            slow.setSoTimeout(30_000);
            endless.setSoTimeout(30_000);
            slow.getOutputStream()
                    .write(("POST /zendesk/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 100\r\n\r\n{")
                            .getBytes());
            OutputStream chunks = endless.getOutputStream();
            chunks.write(("POST /zendesk/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n")
                    .getBytes());
            byte[] chunk = ("10000\r\n" + "x".repeat(65_536) + "\r\n").getBytes();
            for (int i = 0; i < 5; i++) {
                chunks.write(chunk);
            }
            byte[] status = endless.getInputStream().readNBytes(12);
            assertThat(new String(status)).isEqualTo("HTTP/1.1 413");
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
            assertThat(counts().of(EventCounts.Refusal.SLOW)).isEqualTo(1);
            assertThat(counts().of(EventCounts.Refusal.SIZE)).isEqualTo(1);
        }
        assertThat(zendesk.send(EventSender.event("name_changed", FIRST))).isEqualTo(200);
    }

    private Socket begins(int length) throws IOException {
        Socket sender = new Socket("127.0.0.1", port);
        sender.setSoTimeout((int) LIMIT.toMillis());
        sender.getOutputStream()
                .write(
                        ("POST /zendesk/events HTTP/1.1\r\nHost: bridge\r\nContent-Type: application/json\r\nContent-Length: "
                                        + length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return sender;
    }

    @Test
    @DisplayName(
            "a declared length that is too much is refused before any of the body is read, and the connection ends")
    void toldTooMuch() throws Exception {
        run(1);
        try (Socket sender = begins(256 * 1024 + 1)) {
            // To the end of the stream: nobody waits for the rest.
            assertThat(new String(sender.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413");
        }
        assertThat(counts().of(EventCounts.Refusal.SIZE)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a hundred requests at once and no more: the next gets 503 with Retry-After, and is taken when the others are gone")
    void crowded() throws Exception {
        run(2);
        String event = EventSender.event("tags_changed", FIRST);
        List<Socket> others = new ArrayList<>();
        try {
            List<HttpResponse<String>> refused = new ArrayList<>();
            await().atMost(LIMIT).until(() -> {
                // Each is cut off after ten seconds, and a busy machine may take longer for all of them.
                for (int i = 0; i < 100; i++) {
                    others.add(begins(10));
                }
                HttpResponse<String> answer = zendesk.send("{}", "0", "");
                if (answer.statusCode() == 503) {
                    refused.add(answer);
                }
                return !refused.isEmpty();
            });
            assertThat(refused.get(0).headers().firstValue("Retry-After")).contains("30");
            // A hundred were let in.
            assertThat(counts().of(EventCounts.Refusal.FULL)).isBetween(1L, others.size() - 99L);
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
        await().atMost(LIMIT).until(() -> zendesk.send(event) == 200);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST)).hasSize(1);
    }

    @Test
    @DisplayName("where no more agents may wait: 503 with Retry-After, and the same event is taken when it comes again")
    void full() throws Exception {
        run(2);
        Hints hints = rehearsal.bridge().context().getRegistry().lookupByNameAndType("hints", Hints.class);
        List<Long> others =
                LongStream.range(0, Hints.MOST).mapToObj(i -> 1_000L + i).toList();
        hints.take(new Event("others", "tags_changed", "agent", others, MissingNode.getInstance(), null));
        String event = EventSender.event("tags_changed", FIRST);
        String now = Instant.now().toString();
        HttpResponse<String> answer = zendesk.send(event, now, Signature.of(SECRET, now, event.getBytes()));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("30");
        assertThat(counts().of(EventCounts.Refusal.FULL)).isEqualTo(1);
        assertThat(rehearsal.sandbox().zendesk().received()).isEmpty();

        // The others were let through.
        hints.close();
        await().atMost(LIMIT).until(() -> !hints.nextOrder().isEmpty());
        assertThat(zendesk.send(event, now)).isEqualTo(200);
        await().atMost(LIMIT).until(() -> counts().of(Kind.PASSES) == 1);
        assertThat(readings(FIRST)).hasSize(1);
    }

    @Test
    @DisplayName("without webhook.port nothing listens, and the routes of events are not there")
    void off() throws Exception {
        run(1);
        HttpResponse<String> there = zendesk.send("{}", "0", "");
        assertThat(there.statusCode()).isEqualTo(401);
        assertThat(there.body()).isEmpty();
        assertThat(there.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase().startsWith("x-zendesk"));
        rehearsal.restart();
        rehearsal.with("WEBHOOK_PORT", "");
        rehearsal.start();
        assertThat(rehearsal.bridge().context().getRoute("zendesk-events")).isNull();
        assertThat(rehearsal.bridge().context().getRoute("pass")).isNotNull();
        assertThat(Files.exists(Path.of("file-uploads"))).isFalse();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
