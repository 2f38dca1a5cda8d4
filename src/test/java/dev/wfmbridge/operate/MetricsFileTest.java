package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.bridge.Rehearsal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("once writes its metrics to the configured file with the configured mode, and nothing else there")
    void elsewhere() throws Exception {
        Path collector = Files.createDirectory(folder.resolve("collector"));
        Path file = collector.resolve("wfm-bridge.prom");
        try (Stage stage = Stage.once(folder, 2)) {
            stage.rehearsal.with("METRICS_FILE", file.toString()).with("METRICS_FILE_MODE", "0644");
            stage.rehearsal.once();
            assertThat(Files.readString(file)).contains("wfm_bridge_pass_complete 1.0");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r--r--");
            assertThat(stage.rehearsal.data().resolve("metrics.prom")).doesNotExist();
            try (var files = Files.list(collector)) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    @Test
    @DisplayName("by default it is in the data folder, for the bridge's user alone")
    void byDefault() throws Exception {
        try (Stage stage = Stage.once(folder, 2)) {
            stage.rehearsal.once();
            Path file = stage.rehearsal.data().resolve("metrics.prom");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    @DisplayName("a missing folder is a warning")
    void nowhere() throws Exception {
        try (Stage stage = Stage.once(folder, 2)) {
            Rehearsal told = stage.rehearsal.with(
                    "METRICS_FILE", folder.resolve("none/x.prom").toString());
            assertThat(told.once().warnings()).anyMatch(warning -> warning.contains("metrics.file"));
        }
    }
}
