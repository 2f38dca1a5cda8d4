package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever does not use Kafka does not pay for it. */
class NoKafkaTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("without kafka.brokers a pass loads no class of Kafka, of camel-kafka, or of the bridge's part for it")
    void nothingIsLoaded() throws Exception {
        Path loaded = folder.resolve("loaded");
        try (Site site = Site.of(Site.world(3), folder)) {
            List<String> command = new ArrayList<>(Program.command());
            command.add(1, "-Xlog:class+load:file=" + loaded);
            command.addAll(
                    List.of("once", "--home", Path.of("").toAbsolutePath().toString()));
            Process process = site.process(command, folder.resolve("out"), folder.resolve("err"));
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("err")))
                    .isZero();
        }
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes).hasSizeGreaterThan(2000);
        assertThat(classes)
                .noneMatch(line -> line.contains("org.apache.kafka.")
                        || line.contains("org.apache.camel.component.kafka.")
                        // An exception that the command line recognises is not part of Kafka.
                        || line.contains("dev.wfmbridge.kafka.") && !line.contains("UnreachableException"));
    }
}
