package dev.wfmbridge.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.bridge.Stalls;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.Outcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another program uses the OAuth client too, and with it the quota. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedClientTest {

    private static final String OTHER = "x-other-program";
    private static final int QUOTA = 100;
    private static final int AGENTS = 130;
    private static final int WORKERS = 8;
    private static final double FACTOR = 6;
    private static final Duration PERIOD = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final HttpClient other = HttpClient.newHttpClient();

    @Test
    @DisplayName("what another program used is seen in the headers: no 429")
    void seen() throws Exception {
        Stalls.played(FACTOR, factor -> {
            try (Rehearsal rehearsal = rehearsal(factor, 50)) {
                Pass pass = rehearsal.once();
                assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(AGENTS);
                assertThat(own(rehearsal)).extracting(Received::status).doesNotContain(429);
                assertThat(pass.organization("acme").throttled()).isZero();
            }
        });
    }

    @Test
    @DisplayName(
            "another program used all of it: what is on the wire is refused, and nobody asks again before the time")
    void usedUp() throws Exception {
        Stalls.played(FACTOR, factor -> {
            try (Rehearsal rehearsal = rehearsal(factor, QUOTA)) {
                Pass pass = rehearsal.once();
                assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(AGENTS);
                List<Received> all = rehearsal.sandbox().genesys().received();
                long usedUp = all.stream()
                        .filter(call -> call.headers().containsKey(OTHER))
                        .mapToLong(Received::nanoTime)
                        .max()
                        .orElseThrow();
                List<Received> own = own(rehearsal);
                long end = own.get(0).nanoTime() + (long) (PERIOD.toNanos() / factor);
                assertThat(own.stream().filter(call -> call.nanoTime() > usedUp && call.nanoTime() < end))
                        .as("those that were on the wire, one for each worker")
                        .hasSizeLessThanOrEqualTo(WORKERS);
                assertThat(own.stream().filter(call -> call.status() == 429)).hasSizeLessThanOrEqualTo(WORKERS);
                assertThat(pass.organization("acme").currentHalt()).isNull();
            }
        });
    }

    /** When the bridge sends its 20th call, the other program sends this many of its own, and is done before the next answer. */
    private Rehearsal rehearsal(double factor, int calls) throws Exception {
        World world = Sample.acme(AGENTS).quota("acme", QUOTA, PERIOD);
        Rehearsal rehearsal = Rehearsal.of(world, Files.createTempDirectory(folder, "rehearsal"), factor)
                .mapping(Sample.acmeMapping(QUOTA) + Sample.entry("Support", "acme", "sched-1"))
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_WORKERS", String.valueOf(WORKERS));
        AtomicInteger own = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.tokenCall() || call.headers().containsKey(OTHER)) {
                return null;
            }
            int number = own.incrementAndGet();
            if (number == 20) {
                for (int i = 0; i < calls; i++) {
                    ask(rehearsal.sandbox().genesys().url(), call.headers().get("authorization"));
                }
                done.countDown();
            } else if (number > 20) {
                await(done);
            }
            return null;
        });
        return rehearsal;
    }

    private void ask(URI genesys, String authorization) {
        try {
            other.send(
                    HttpRequest.newBuilder(genesys.resolve("/api/v2/organizations/me"))
                            .header("Authorization", authorization)
                            .header(OTHER, "yes")
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** The bridge's own calls. */
    private static List<Received> own(Rehearsal rehearsal) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> !call.tokenCall() && !call.headers().containsKey(OTHER))
                .toList();
    }
}
