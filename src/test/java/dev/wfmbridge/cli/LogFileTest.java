package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A {@code config/logback.xml} that somebody broke while editing it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogFileTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("a logback.xml that is not XML: one line with the place, exit 1, nothing sent; --version still works")
    void noXml() throws Exception {
        Path home = folder.resolve("home");
        for (String part : List.of("config", "routes")) {
            Files.createDirectories(home.resolve(part));
            try (Stream<Path> files = Files.list(Path.of(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, home.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Path log = home.resolve("config/logback.xml");
        String shipped = Files.readString(log);
        try (Site site = Site.of(Site.world(1), folder)) {
            Files.writeString(log, shipped.replace("</configuration>", ""));
            assertThat(type(site, home, "once")).matches("config/logback\\.xml:[0-9]+: is not XML, .*\\.\n1");
            Files.write(log, new byte[] {'<', (byte) 0xff, (byte) 0xfe, '>'});
            assertThat(type(site, home, "once")).matches("config/logback\\.xml(:1)?: [^\n]*\n1");
            assertThat(type(site, home, "--version")).startsWith("wfm-bridge ").endsWith("\n0");
            assertThat(site.sandbox().zendesk().received()).isEmpty();
            Files.writeString(log, shipped);
            assertThat(type(site, home, "once")).endsWith("\n0");
        }
    }

    /** Everything that it prints, and its exit status. */
    private String type(Site site, Path home, String... words) throws Exception {
        List<String> command = new ArrayList<>(Program.command());
        command.addAll(List.of(words));
        command.addAll(List.of("--home", home.toString()));
        Path out = folder.resolve("printed");
        Process process = site.process(command, out, out);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out) + process.exitValue();
    }
}
