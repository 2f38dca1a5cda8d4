package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.sandbox.World;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hand-over is worth as much as its client: it is carried out for a client that waits, and for no other. */
@Timeout(value = 5, unit = java.util.concurrent.TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandoverTest {

    private static final String[] APPROVE = {"once", "--approve-removals", "acme/sched-1=2"};

    @TempDir
    Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private Site site;

    /** Two of five agents left, and their removal needs an approval. */
    @BeforeEach
    void twoLeft() throws Exception {
        World world = Site.world(5);
        site = Site.of(world, folder)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "delete")
                .with("REMOVALS_MIN_COUNT", "0")
                .with("REMOVALS_MAX_SHARE", "0");
        Child once = site.start("once");
        assertThat(once.exit()).as(once.output()).isZero();
        world.zendesk().removeMembership(Site.FIRST_AGENT, Site.GROUP);
        world.zendesk().removeMembership(Site.FIRST_AGENT + 1, Site.GROUP);
    }

    @AfterEach
    void end() {
        go.countDown();
        site.close();
    }

    private Path handover() {
        return site.data().resolve("handover");
    }

    private int segments() {
        return site.sandbox().genesys().segments("acme").size();
    }

    /** A run whose first pass lasts until it is released. */
    private Child busyRun() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        site.interceptor(call -> {
            if (Site.isListing(call)) {
                reached.countDown();
                pause(go);
            }
            return null;
        });
        Child run = site.start("run");
        until(run, () -> reached.getCount() == 0);
        return run;
    }

    /** Something else is handed over and served, so that everything that was there before has had its turn. */
    private void served(Child run) throws Exception {
        Child other = site.start("replay");
        assertThat(other.exit()).as(other.output() + run.output()).isZero();
        assertThat(run.process().isAlive()).as(run.output()).isTrue();
    }

    @Test
    @DisplayName("a client that ends while it waits withdraws its approval, however it ends")
    void clientGone() throws Exception {
        Child run = busyRun();
        for (String signal : List.of("-TERM", "-INT")) {
            Child client = ended(signal);
            assertThat(client.output()).contains("Withdrawn, stopped").doesNotContain("\tat ", "Exception");
            assertThat(Site.files(handover())).as(signal).isEmpty();
        }
        ended("-KILL");
        go.countDown();
        served(run);

        assertThat(segments()).isEqualTo(5);
        assertThat(Site.files(handover())).isEmpty();
        run.process().destroy();
        assertThat(run.exit()).as(run.output()).isEqualTo(143);
    }

    /** A client that got this signal while it waited. */
    private Child ended(String signal) throws Exception {
        Child client = site.startInterruptible(APPROVE);
        until(client, () -> !Site.files(handover()).isEmpty());
        new ProcessBuilder("kill", signal, String.valueOf(client.process().pid()))
                .start()
                .waitFor();
        assertThat(client.exit()).as(signal).isNotZero();
        return client;
    }

    @Test
    @DisplayName(
            "what an earlier run left, and what has expired, is withdrawn; what is cut off is put aside; none of it ends a run")
    void leftBehind() throws Exception {
        ObjectNode approval = JsonNodeFactory.instance.objectNode();
        approval.putObject("approvals").put("acme/sched-1", 2);
        approval.put("expiresAt", Instant.now().plus(Duration.ofHours(1)).toString());
        DataFolder data = DataFolder.open(site.data());
        data.writeJson(Path.of("handover/once-1-1.request.json"), approval);
        data.writeJson(Path.of("handover/once-1-2.taken.json"), approval);
        data.writeJson(Path.of("handover/once-1-3.result.json"), approval);
        Files.writeString(handover().resolve("once-1-4.request.json"), "{\"approvals\": {\"acme/sched-1\"");
        go.countDown();
        Child run = site.start("run");
        until(run, () -> Files.exists(handover().resolve("once-1-4.request.json.unreadable")));
        assertThat(run.output()).contains("handover/once-1-4.request.json in the data folder is not JSON");

        // While it runs, too: truncated; without a client; of a live client, but expired.
        Files.writeString(handover().resolve("once-2-1.request.json"), "{\"approvals\"");
        Files.writeString(handover().resolve("once-2-2.request.json"), "{\"approvals\": 7}");
        data.writeJson(Path.of("handover/once-2-3.request.json"), approval);
        approval.put("expiresAt", Instant.now().minusSeconds(1).toString());
        try (Closeable held = data.writeHeld(Path.of("handover/once-2-4.request.json"), approval)) {
            assertThat(held).isNotNull();
            served(run);
        }

        assertThat(segments()).isEqualTo(5);
        assertThat(Site.files(handover()))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(
                        "once-1-4.request.json.unreadable",
                        "once-2-1.request.json.unreadable",
                        "once-2-2.request.json.unreadable");
        assertThat(run.output()).doesNotContain("\tat ", "Exception");
        run.process().destroy();
        assertThat(run.exit()).as(run.output()).isEqualTo(143);
    }

    @Test
    @DisplayName("a result that cannot be written does not end the run; its client is told that there is none")
    void noRoomForTheResult() throws Exception {
        Child run = busyRun();
        Child client = site.start(APPROVE);
        until(client, () -> !Site.files(handover()).isEmpty());
        String request = Site.files(handover()).get(0).getFileName().toString();
        // In the result's place there is something that cannot be replaced.
        Files.createDirectories(
                handover().resolve(request.replace(".request.", ".result.")).resolve("full"));
        go.countDown();

        assertThat(client.exit()).as(client.output()).isEqualTo(2);
        assertThat(client.output()).contains("The run left no result").doesNotContain("\tat ", "Exception");
        served(run);
        assertThat(segments()).as("its pass was carried out").isEqualTo(3);
        assertThat(run.output()).contains("its result cannot be written").doesNotContain("\tat ", "Exception");
        run.process().destroy();
        assertThat(run.exit()).as(run.output()).isEqualTo(143);
    }

    private static void until(Child child, Callable<Boolean> condition) throws Exception {
        await().atMost(Duration.ofSeconds(120))
                .until(() -> condition.call() || !child.process().isAlive());
        assertThat(condition.call()).as(child.output()).isTrue();
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
