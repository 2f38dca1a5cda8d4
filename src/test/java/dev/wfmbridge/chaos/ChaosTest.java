package dev.wfmbridge.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault schedules by the seed, against the real routes, judged by an oracle. {@code -Dchaos.schedules=N} runs more of them,
 * {@code -Dchaos.seed=N} repeats one, {@code -Dchaos.first=N} begins elsewhere than at 1. Fewer than are asked for is a failure,
 * and so is a kind of fault or event that none of them met.
 */
class ChaosTest {
    private static final int DEFAULT = 200;

    @TempDir
    Path folder;

    @Test
    @DisplayName("whatever goes wrong: nothing lost, nothing twice, nothing wrongly removed, nothing told")
    void chaos() throws Exception {
        Long only = Long.getLong("chaos.seed");
        new Campaign(
                        "chaos",
                        folder,
                        seed -> List.of(Schedule.of(seed)),
                        (row, own) -> OneBridge.venue(row.get(0), own),
                        Integer.getInteger("chaos.threads", 8),
                        Duration.ofSeconds(10))
                .run(
                        only != null ? only : Long.getLong("chaos.first", 1L),
                        only != null ? 1 : Integer.getInteger("chaos.schedules", DEFAULT),
                        DEFAULT,
                        Met::missing);
    }
}
