package dev.wfmbridge.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.sandbox.World;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What chaos with thousands of schedules in one JVM rests on. */
class ClosedBridgesTest {
    private static final int BRIDGES = 100;
    /** Caches that fill once are full by then. */
    private static final int FIRST = 20;
    /** A context with its routes is 4 MB: those of the eighty that follow would be 320, and 8 MB are 100 KB for each. */
    private static final long MOST_MORE = 8_000_000;

    private static final String MAPPING = Sample.acmeMapping(5000) + Sample.entry("Support", "acme", "sched-1");

    @TempDir
    Path folder;

    @Test
    @DisplayName("a hundred bridges started and closed in one JVM leave the heap where it was")
    void closedBridgesAreLetGo() throws Exception {
        List<WeakReference<CamelContext>> contexts = new ArrayList<>();
        long before = 0;
        for (int number = 1; number <= BRIDGES; number++) {
            // Every tenth one is managed, with its port, its metrics and its clock.
            contexts.add(startAndClose(number, number % 10 == 0));
            if (number == FIRST) {
                before = heap();
            }
        }
        // A closed bridge's last threads need some seconds to end, and hold it until then: what leaks stays.
        long first = before;
        await().atMost(ONE_MINUTE).pollInSameThread().untilAsserted(() -> {
            long more = heap() - first;
            // Camel's Simple language remembers the context that it was made for last.
            assertThat(contexts.stream().filter(context -> context.get() != null))
                    .as("contexts of closed bridges that something holds")
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(more)
                    .as("bytes more after %d bridges than after %d", BRIDGES, FIRST)
                    .isLessThan(MOST_MORE);
        });
    }

    private WeakReference<CamelContext> startAndClose(int number, boolean managed) throws Exception {
        World world = Sample.acme(1);
        Path own = Files.createDirectory(folder.resolve("bridge-" + number));
        try (Rehearsal rehearsal = Rehearsal.of(world, own, Town.FACTOR)) {
            rehearsal.mapping(MAPPING);
            if (managed) {
                rehearsal.polling();
            }
            rehearsal.start();
            rehearsal.byClock();
            assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(1);
            return new WeakReference<>(rehearsal.bridge().context());
        }
    }

    private static long heap() {
        // What a first collection frees of references and cleaners, a second one gives back.
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
