package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.cli.Site.Child;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program gets that reads a command's output. */
class OutputTest {

    @TempDir
    Path folder;

    /** The command, as a process with this for its standard output. */
    private Child into(Site site, Path out, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(Program.command());
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", Path.of("").toAbsolutePath().toString()));
        Path err = folder.resolve("said");
        return new Child(site.process(command, out, err), out, err);
    }

    @Test
    @DisplayName("is UTF-8 whatever the locale, the report and nothing else, and not silently cut off by a full disk")
    void output() throws Exception {
        String group = "Kundenservice Süd";
        try (Site site = Site.of(Site.world(1), folder)
                .mapping(Site.mapping(Site.ACME, 5_000, group))
                .with("LC_ALL", "C")) {
            Path out = folder.resolve("report");
            assertThat(into(site, out, "once", "--json").exit()).isEqualTo(2);
            assertThat(Files.readString(out)).contains(group);
            assertThat(new ObjectMapper().readTree(Files.readAllBytes(out))).isEqualTo(site.latest());

            Child full = into(site, Path.of("/dev/full"), "report", "--json");
            assertThat(full.exit()).isEqualTo(1);
            assertThat(Files.readString(full.err()))
                    .startsWith("Standard output could not be written: No space left on device")
                    .hasLineCount(1);
        }
    }

    @Test
    @DisplayName("a webhook's port that is taken is named, and not the management port")
    void port() throws Exception {
        try (Site site = Site.of(Site.world(1), folder);
                ServerSocket taken = new ServerSocket(0)) {
            site.with("WEBHOOK_PORT", String.valueOf(taken.getLocalPort()))
                    .with("WEBHOOK_SECRET", "a-secret-of-the-webhook");
            Terminal.Said run = Terminal.type(site, "run");
            assertThat(run.exit()).as(run.text()).isEqualTo(1);
            assertThat(run.err()).contains("webhook.port " + taken.getLocalPort() + " cannot be opened");
        }
    }

    @Test
    @DisplayName("an id with more digits than any of Zendesk's is not looked for")
    void longId() throws Exception {
        try (Site site = Site.of(Site.world(1), folder)) {
            Terminal.Said why = Terminal.type(site, "why", "99999999999999999999", "--live");
            assertThat(why.exit()).as(why.text()).isEqualTo(1);
            assertThat(why.err()).contains("Zendesk has no ids as long as this.");
        }
    }

    @Test
    @DisplayName("check --json is JSON also where the configuration cannot be used")
    void check() throws Exception {
        try (Site site = Site.of(Site.world(1), folder).mapping("organizations: [")) {
            Terminal.Said check = Terminal.type(site, "check", "--json");
            assertThat(check.exit()).as(check.text()).isEqualTo(1);
            JsonNode said = new ObjectMapper().readTree(check.out());
            assertThat(said.path("failed").asBoolean()).isTrue();
            assertThat(said.at("/lines/0/mark").asText()).isEqualTo("✗");
            assertThat(said.at("/lines/0/text").asText()).contains("mapping.yaml:1");
        }
    }
}
