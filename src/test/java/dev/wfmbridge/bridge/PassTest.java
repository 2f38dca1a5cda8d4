package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassTest {

    private static final String MAPPING = Sample.acmeMapping(20_000) + Sample.entry("Support", "acme", "sched-1");

    @TempDir
    Path folder;

    private Rehearsal rehearsal(World world) throws Exception {
        return Rehearsal.of(world, folder, 10).mapping(MAPPING).with("ZENDESK_REQUESTS_PER_MINUTE", "20000");
    }

    private static List<Received> calls(List<Received> received) {
        return received.stream().filter(call -> !call.tokenCall()).toList();
    }

    @Test
    @DisplayName("each member gets one segment; a second pass and a restarted one post nothing")
    void once() throws Exception {
        try (Rehearsal rehearsal = rehearsal(Sample.acme(25))) {
            Pass first = rehearsal.once();
            assertThat(first.balance()).isZero();
            assertThat(first.organization("acme").count(Outcome.CREATED)).isEqualTo(25);
            assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(25);
            rehearsal.restart();
            Pass second = rehearsal.once();
            assertThat(second.organization("acme").count(Outcome.PRESENT)).isEqualTo(25);
            assertThat(rehearsal.sandbox().genesys().posts("acme")).isEqualTo(25);
        }
    }

    @Test
    @DisplayName("10,000 memberships, nothing new: the requests are those of the cost formula, and none is a POST")
    void cost() throws Exception {
        try (Rehearsal rehearsal = rehearsal(Sample.acme(10_000)).with("GENESYS_WORKERS", "8")) {
            for (int i = 0; i < 10_000; i++) {
                rehearsal.world().addSegment("acme", "by-hand-" + i, "user-" + i, "sched-1", "APPROVED");
            }
            Pass plan = rehearsal.plan();
            assertThat(calls(rehearsal.sandbox().zendesk().received())).hasSize(100);
            // identity, users by 500, segments by 100
            assertThat(calls(rehearsal.sandbox().genesys().received())).hasSize(1 + 20 + 100);
            assertThat(rehearsal.sandbox().genesys().received())
                    .filteredOn(call -> !call.tokenCall())
                    .extracting(Received::method)
                    .containsOnly("GET");
            assertThat(plan.organization("acme").requests()).isEqualTo(121);
            assertThat(plan.organization("acme").count(Outcome.ADOPTED)).isEqualTo(10_000);
        }
    }

    @Test
    @DisplayName("a lost answer to a POST is decided by a new read; the segment is there once")
    void lostAnswer() throws Exception {
        try (Rehearsal rehearsal = rehearsal(Sample.acme(5))) {
            java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.method().equals("POST")
                                    && call.path().endsWith("userschedulesegments")
                                    && done.compareAndSet(false, true)
                            ? dev.wfmbridge.sandbox.Fault.loseAnswer()
                            : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(5);
            assertThat(rehearsal.sandbox().genesys().received())
                    .filteredOn(call -> call.method().equals("POST") && !call.tokenCall())
                    .hasSize(5);
        }
    }

    @Test
    @DisplayName("a 429 is waited out by the whole organisation, and does not count as an attempt")
    void throttled() throws Exception {
        try (Rehearsal rehearsal = rehearsal(Sample.acme(8))) {
            java.util.concurrent.atomic.AtomicLong refusedAt = new java.util.concurrent.atomic.AtomicLong();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!call.method().equals("POST") || !call.path().endsWith("userschedulesegments")) {
                    return null;
                }
                if (!refusedAt.compareAndSet(0, System.nanoTime())) {
                    rehearsal.untilNoticed("acme", refusedAt.get(), Duration.ofSeconds(1));
                } else {
                    return dev.wfmbridge.sandbox.Fault.answer(
                            429,
                            java.util.Map.of("Retry-After", "10"),
                            "{\"code\":\"too.many.requests.retry.after\",\"status\":429,\"message\":\"\"}");
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(8);
            assertThat(pass.organization("acme").throttled()).isEqualTo(1);
            // The three others on the wire may arrive; after them nothing comes before the second is over (10 s divided
            // by 10).
            long early = rehearsal.sandbox().genesys().received().stream()
                    .filter(call -> call.nanoTime() > refusedAt.get())
                    .filter(call -> call.nanoTime() - refusedAt.get()
                            < Duration.ofMillis(990).toNanos())
                    .count();
            assertThat(early).isLessThanOrEqualTo(3);
        }
    }

    @Test
    @DisplayName("a 429 and then an answer that was carried out and lost: no blind second POST")
    void throttledThenLost() throws Exception {
        try (Rehearsal rehearsal = rehearsal(Sample.acme(1))) {
            java.util.concurrent.atomic.AtomicInteger posts = new java.util.concurrent.atomic.AtomicInteger();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!call.method().equals("POST") || !call.path().endsWith("userschedulesegments")) {
                    return null;
                }
                return switch (posts.incrementAndGet()) {
                    case 1 ->
                        dev.wfmbridge.sandbox.Fault.answer(
                                429, java.util.Map.of("Retry-After", "1"), "{\"status\":429}");
                    case 2 -> dev.wfmbridge.sandbox.Fault.carryOutThenGatewayPage(504);
                    default -> null;
                };
            });
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(1);
            assertThat(posts).hasValue(2);
        }
    }

    @Test
    @DisplayName("a message that an edited route drops shows in the balance")
    void droppedMessage() throws Exception {
        Path home = folder.resolve("home");
        copy(Rehearsal.HOME.resolve("config"), home.resolve("config"));
        copy(Rehearsal.HOME.resolve("routes"), home.resolve("routes"));
        Path deliver = home.resolve("routes/segment-deliver.camel.yaml");
        String text = java.nio.file.Files.readString(deliver);
        String edited = text.replace(
                "        - to:\n            uri: direct:outcome",
                "        - filter:\n"
                        + "            simple: \"${body.membership.userId} != 6000000000001\"\n"
                        + "            steps:\n"
                        + "              - to:\n"
                        + "                  uri: direct:outcome");
        assertThat(edited).isNotEqualTo(text);
        java.nio.file.Files.writeString(deliver, edited);
        try (Rehearsal rehearsal = rehearsal(Sample.acme(3)).home(home)) {
            Pass pass = rehearsal.once();
            assertThat(pass.balance()).isEqualTo(1);
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(2);
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (java.util.stream.Stream<Path> files = java.nio.file.Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (java.nio.file.Files.isDirectory(file)) {
                    java.nio.file.Files.createDirectories(target);
                } else {
                    java.nio.file.Files.copy(file, target);
                }
            }
        }
    }
}
