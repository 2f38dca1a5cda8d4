package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.sandbox.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program is stopped, meets another one, or cannot write. */
@Timeout(value = 5, unit = java.util.concurrent.TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopTest {

    private static final int AGENTS = 40;
    private static final int QUOTA = 12;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "SIGTERM while workers wait for the quota: the call on the wire ends, no other goes out, then comes the report")
    void stopped() throws Exception {
        // The report can come in time only because of the answer: the time-out is longer than the test.
        try (Site site = Site.of(Site.world(AGENTS), folder)
                .mapping(Site.mapping(Site.ACME, QUOTA, "Support"))
                .with("BRIDGE_SHUTDOWN_TIMEOUT", "10m")) {
            site.world().quota("acme", QUOTA, Duration.ofMinutes(1));
            AtomicInteger calls = new AtomicInteger();
            CountDownLatch answer = new CountDownLatch(1);
            // The last call that the quota allows stays on the wire.
            site.sandbox().genesys().interceptor(call -> {
                if (!call.tokenCall() && calls.incrementAndGet() == QUOTA) {
                    until(answer);
                }
                return null;
            });
            Child child = site.start("once");
            until(child, () -> calls.get() == QUOTA);
            int posts = site.posts().size();
            child.process().destroy();
            until(child, () -> child.output().contains("stopping: "));
            assertThat(child.process().isAlive()).isTrue();
            assertThat(site.data().resolve("runs/latest.json")).doesNotExist();
            Instant answered = Instant.now();
            // Calls that waited would find the quota open now.
            site.world().advance(Duration.ofMinutes(2));
            answer.countDown();
            assertThat(child.exit()).isEqualTo(143);

            assertThat(calls).hasValue(QUOTA);
            assertThat(site.posts()).hasSize(posts).allMatch(call -> call.status() == 201);
            JsonNode report = site.latest();
            JsonNode acme = report.path("organizations").path("acme");
            assertThat(report.path("complete").asBoolean(true)).isFalse();
            assertThat(report.path("exitCode").asInt()).isEqualTo(2);
            assertThat(report.path("balance").asLong(-1)).isZero();
            assertThat(acme.path("halted").path("reason").asText()).isEqualTo("stopping");
            assertThat(acme.path("outcomes").path("created").asInt()).isEqualTo(posts);
            assertThat(acme.path("outcomes").path("held").asInt()).isEqualTo(AGENTS - posts);
            assertThat(child.output()).doesNotContain("\tat ", "Exception");
            System.out.printf(
                    "the report came %d ms after the last answer%n",
                    Duration.between(
                                    answered,
                                    Instant.parse(report.path("finishedAt").asText()))
                            .toMillis());
        }
    }

    @Test
    @DisplayName("SIGINT while a call gets no answer: the report is written after bridge.shutdown-timeout")
    void stoppedWithoutAnswer() throws Exception {
        try (Site site = Site.of(Site.world(3), folder).with("BRIDGE_SHUTDOWN_TIMEOUT", "2s")) {
            CountDownLatch answer = new CountDownLatch(1);
            site.sandbox().genesys().interceptor(call -> {
                if (Site.isPost(call)) {
                    until(answer);
                }
                return null;
            });
            Child child = site.startInterruptible("once");
            until(child, () -> site.posts().size() == 3);
            Interrupt.send(child.process());
            // No answer comes before the program has ended.
            assertThat(child.exit()).isEqualTo(130);
            JsonNode report = site.latest();
            assertThat(report.path("complete").asBoolean(true)).isFalse();
            assertThat(report.path("finishedAt").asText()).isNotEmpty();
            assertThat(site.posts()).hasSize(3);
            assertThat(child.output()).doesNotContain("\tat ", "Exception");
            answer.countDown();
        }
    }

    @Test
    @DisplayName("beside a run: replay is handed over, a second once is told who has the folder")
    void company() throws Exception {
        try (Site site = Site.of(Site.world(3), folder).refuse("user-1")) {
            Child run = site.start("run");
            Path latest = site.data().resolve("runs/latest.json");
            until(run, () -> Files.exists(latest));
            Path letters = site.data().resolve("dead-letter/acme");
            assertThat(Site.files(letters)).hasSize(1);
            String report = Files.readString(latest);

            Child again = site.start("replay");
            assertThat(again.exit()).as(again.output()).isEqualTo(3);
            assertThat(Site.files(letters)).hasSize(1);
            int posts = site.posts().size();

            Child once = site.start("once");
            assertThat(once.exit()).as(once.output()).isEqualTo(1);
            assertThat(once.output())
                    .contains("is in use by run, process " + run.process().pid())
                    .doesNotContain("\tat ", "Exception");
            assertThat(site.posts()).hasSize(posts);

            site.refuse("nobody");
            Child replay = site.start("replay", "--organization", "acme");
            assertThat(replay.exit()).as(replay.output()).isZero();
            assertThat(Site.files(letters)).isEmpty();
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(3);
            assertThat(Site.files(site.data().resolve("handover"))).isEmpty();
            assertThat(Files.readString(latest)).isEqualTo(report);

            run.process().destroy();
            assertThat(run.exit()).as(run.output()).isEqualTo(143);
            assertThat(run.output()).doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    @DisplayName("beside a run: an approval of removals is handed over, and holds for that one pass")
    void approval() throws Exception {
        World world = Site.world(5);
        try (Site site = Site.of(world, folder)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "delete")
                .with("REMOVALS_MIN_COUNT", "0")
                .with("REMOVALS_MAX_SHARE", "0")) {
            Child run = site.start("run");
            Path latest = site.data().resolve("runs/latest.json");
            until(run, () -> Files.exists(latest));
            world.zendesk().removeMembership(Site.FIRST_AGENT, Site.GROUP);
            world.zendesk().removeMembership(Site.FIRST_AGENT + 1, Site.GROUP);

            Child other = site.start("once", "--approve-removals", "acme/sched-1=1");
            assertThat(other.exit()).as(other.output()).isZero();
            assertThat(other.output()).contains("acme: 0 removed by the run", "--approve-removals acme/sched-1=2");
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(5);

            Child right = site.start("once", "--approve-removals", "acme/sched-1=2");
            assertThat(right.exit()).as(right.output()).isZero();
            assertThat(right.output()).contains("acme: 2 removed by the run");
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(3);

            run.process().destroy();
            assertThat(run.exit()).as(run.output()).isEqualTo(143);
        }
    }

    @Test
    @DisplayName("a data folder that cannot be written at the start: exit 1, and nothing was sent")
    void noDataFolder() throws Exception {
        try (Site site = Site.of(Site.world(3), folder)) {
            Files.writeString(site.data(), "a file where the folder should be");
            Child child = site.start("once");
            assertThat(child.exit()).isEqualTo(1);
            assertThat(child.output())
                    .contains("cannot be used", "bridge.data-dir")
                    .doesNotContain("\tat ", "Exception");
            assertThat(site.sandbox().genesys().received()).isEmpty();
            assertThat(site.sandbox().zendesk().received()).isEmpty();
        }
    }

    @Test
    @DisplayName("a data folder that fails later: delivery goes on, letters and report go to the log, exit 2")
    void dataFolderFails() throws Exception {
        try (Site site = Site.of(Site.world(3), folder).refuse("user-1")) {
            site.interceptor(call -> {
                if (call.path().equals(Site.SEGMENTS)) {
                    try {
                        Files.writeString(site.data().resolve("runs"), "a file");
                        Files.writeString(site.data().resolve("dead-letter"), "a file");
                        Files.writeString(site.data().resolve("ledger"), "a file");
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                }
                return null;
            });
            Child child = site.start("once");
            assertThat(child.exit()).as(child.output()).isEqualTo(2);
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(2);
            assertThat(child.output())
                    .contains("Dead letter that could not be written", "The report could not be written")
                    .doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    @DisplayName(
            "no room in the middle of a file: delivery goes on, exit 2, no half of a file; with room, all is present")
    void noRoom() throws Exception {
        try (Site site = Site.of(Site.world(150), folder)) {
            // Files of more than 8 or 16 kB cannot be written: ledger and outcomes are longer, the lock and the log are
            // not.
            Child child = site.startBy(List.of("sh", "-c", "ulimit -f 16; exec \"$@\"", "sh"), "once");
            assertThat(child.exit()).as(child.output()).isEqualTo(2);
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(150);
            assertThat(child.output())
                    .contains("could not be written", "free disk space")
                    .doesNotContain("\tat ", "Exception");
            assertThat(Site.files(site.data().resolve("ledger"))).isEmpty();
            assertThat(Site.files(site.data().resolve("runs"))).isEmpty();
            int posts = site.posts().size();

            Child again = site.start("once");
            assertThat(again.exit()).as(again.output()).isZero();
            assertThat(site.posts()).hasSize(posts);
            assertThat(Files.readAllLines(site.data().resolve("ledger/acme.jsonl")))
                    .hasSize(150);
            assertThat(site.latest()
                            .path("organizations")
                            .path("acme")
                            .path("outcomes")
                            .path("present")
                            .asInt())
                    .isEqualTo(150);
        }
    }

    /** Waits for something that the program does, for as long as it lives. */
    private static void until(Child child, Callable<Boolean> condition) throws Exception {
        await().atMost(Duration.ofSeconds(120))
                .until(() -> condition.call() || !child.process().isAlive());
        assertThat(condition.call()).as(child.output()).isTrue();
    }

    private static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
