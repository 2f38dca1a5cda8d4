package dev.wfmbridge.chaos;

import dev.wfmbridge.kafka.Company;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same schedules as of {@link ChaosTest}, against three processes that share the organisations over a broker, and of which some die,
 * stop and come in the midst of passes. {@code -Dchaos.scale.schedules=N} runs more of them, {@code -Dchaos.scale.seed=N} repeats one,
 * {@code -Dchaos.scale.first=N} begins elsewhere than at 1.
 */
class ScaleChaosTest {
    /** One takes about seven seconds of CPU, most of it for starting processes: more of them would not fit into each build. */
    private static final int DEFAULT = 24;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "whatever goes wrong, and whoever dies in the midst of it: nothing lost, nothing twice, nothing wrongly removed")
    void chaos() throws Exception {
        Long seed = Long.getLong("chaos.scale.seed");
        int threads = Integer.getInteger("chaos.scale.threads", 8);
        try (Company.Place place = new Company.Place(folder, threads, threads * 6)) {
            new Campaign(
                            "chaos.scale",
                            folder,
                            (world, own, schedule, met) -> new ThreeProcesses(place, world, own, schedule.seed(), met),
                            threads,
                            Duration.ofSeconds(60))
                    .run(
                            seed != null ? seed : Long.getLong("chaos.scale.first", 1L),
                            seed != null ? 1 : Integer.getInteger("chaos.scale.schedules", DEFAULT),
                            DEFAULT,
                            met -> met.missing(ThreeProcesses.Blow.values()));
        }
    }
}
