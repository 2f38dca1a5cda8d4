package dev.wfmbridge.chaos;

import dev.wfmbridge.kafka.Company;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same faults and events as of {@link ChaosTest}, against three processes that share the organisations over a broker, and of which some
 * die, stop and come in the midst of passes. {@code -Dchaos.scale.schedules=N} runs more of them, {@code -Dchaos.scale.seed=N} repeats one,
 * {@code -Dchaos.scale.first=N} begins elsewhere than at 1. Those of a row ({@link Schedule#row}) are served one after the other by the same
 * processes: what fails only after others is repeated with {@code first} and {@code schedules}.
 */
class ScaleChaosTest {
    private static final int DEFAULT = 100;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "whatever goes wrong, and whoever dies in the midst of it: nothing lost, nothing twice, nothing wrongly removed")
    void chaos() throws Exception {
        Long only = Long.getLong("chaos.scale.seed");
        int threads = Integer.getInteger("chaos.scale.threads", 5);
        try (Company.Place place = new Company.Place(folder, threads, threads * 12)) {
            new Campaign(
                            "chaos.scale",
                            folder,
                            Schedule::row,
                            (row, own) -> new ThreeProcesses(place, row, own),
                            threads,
                            Duration.ofSeconds(60))
                    .run(
                            only != null ? only : Long.getLong("chaos.scale.first", 1L),
                            only != null ? 1 : Integer.getInteger("chaos.scale.schedules", DEFAULT),
                            DEFAULT,
                            Met::missingOfProcesses);
        }
    }
}
