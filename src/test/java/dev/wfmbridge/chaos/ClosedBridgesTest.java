package dev.wfmbridge.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
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
    /** A context with its routes is 4 MB: those of the eighty that follow would be 320. */
    private static final long MOST_MORE = 24_000_000;

    private static final String GROUP = "6130852536346";
    private static final String MAPPING =
            """
            organizations:
              acme:
                id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11
                apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                clientId: "{{env:ACME_CLIENT_ID}}"
                clientSecret: "{{env:ACME_CLIENT_SECRET}}"
                quota: { requests: 5000, per: 60s }
            groups:
              - { zendeskGroup: %s, organization: acme, scheduleId: sched-1, status: APPROVED }
            """
                    .formatted(GROUP);

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
        long after = heap();
        // Camel's Simple language remembers the context that it was made for last.
        assertThat(contexts.stream().filter(context -> context.get() != null).count())
                .as("contexts of closed bridges that something holds")
                .isLessThanOrEqualTo(1);
        assertThat(after - before)
                .as("bytes more after %d bridges than after %d", BRIDGES, FIRST)
                .isLessThan(MOST_MORE);
    }

    private WeakReference<CamelContext> startAndClose(int number, boolean managed) throws Exception {
        World world = new World();
        world.zendesk()
                .client("zendesk-client", "secret")
                .addGroup(Long.parseLong(GROUP), "Support")
                .addAgent(ZendeskAgent.of(6_000_000_000_001L, "Ottilie", "ottilie@quendelhain.example"))
                .addMembership(6_000_000_000_001L, Long.parseLong(GROUP));
        world.addOrganization("acme", "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "client-of-acme", "acme-secret", 100_000)
                .addSchedule("acme", "sched-1")
                .addUser("acme", "user-1", "ottilie@quendelhain.example", "Ottilie", "active");
        Path own = Files.createDirectory(folder.resolve("bridge-" + number));
        if (!managed) {
            System.setProperty(ChaosTest.NO_JMX, "true");
        }
        try (Rehearsal rehearsal = Rehearsal.of(world, own, Town.FACTOR)) {
            rehearsal.mapping(MAPPING);
            if (managed) {
                rehearsal.polling();
            }
            rehearsal.start();
            rehearsal.byClock();
            assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(1);
            return new WeakReference<>(rehearsal.bridge().context());
        } finally {
            System.clearProperty(ChaosTest.NO_JMX);
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
