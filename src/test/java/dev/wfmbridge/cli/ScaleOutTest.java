package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.kafka.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/scale-out.md, "From one process to three" and back, step by step. */
class ScaleOutTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int AGENTS = 5;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "from one process to three and back: each command says what comes next, nothing is posted twice, nothing is forgotten")
    void thereAndBack() throws Exception {
        try (Broker broker = Broker.in(folder);
                Site site = Site.of(Site.world(AGENTS), folder.resolve("site"))
                        .with("BRIDGE_INSTANCE", "test")
                        .refuse("user-3")) {
            assertThat(Terminal.type(site, "once").exit()).isEqualTo(3);
            assertThat(site.posts()).hasSize(AGENTS);
            Set<String> ledger = ledger(site.data());
            assertThat(ledger).hasSize(AGENTS - 1);

            // 2 and 3.
            site.with("KAFKA_BROKERS", broker.address());
            Said unmade = Terminal.type(site, "check");
            assertThat(unmade.exit()).isEqualTo(1);
            assertThat(unmade.out()).contains("topic wfm-bridge-segments is not there: wfm-bridge kafka create-topics");
            assertThat(Terminal.type(site, "kafka", "create-topics", "--replicas", "1")
                            .out())
                    .contains("made wfm-bridge-segments");
            Said made = Terminal.type(site, "check");
            assertThat(made.exit()).as(made.text()).isZero();
            assertThat(made.out()).contains("Kafka: topic wfm-bridge-segments", "no process shares the work now");
            for (String[] asked : List.of(
                    new String[] {"report"},
                    new String[] {"report", "--json"},
                    new String[] {"report", "--list"},
                    new String[] {"report", "20261124T162314.720Z"})) {
                Said none = Terminal.type(site, asked);
                assertThat(none.exit()).isEqualTo(1);
                assertThat(none.err())
                        .startsWith("There is no report of ")
                        .contains("Kafka")
                        .doesNotContain("/")
                        .hasLineCount(1);
            }

            // 4. The single process is stopped.
            assertThat(Terminal.type(site, "kafka", "import").out())
                    .contains((AGENTS - 1) + " ledger lines, 1 dead letters and 1 reports are in Kafka");

            // 5.
            List<Site.Child> processes = new ArrayList<>();
            for (int number = 1; number <= 3; number++) {
                site.with("BRIDGE_DATA_DIR", folder.resolve("process-" + number).toString());
                processes.add(site.start("run"));
            }
            site.with("BRIDGE_DATA_DIR", folder.resolve("no-matter").toString());
            await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                Said checked = Terminal.type(site, "check");
                assertThat(checked.exit()).as(checked.text()).isZero();
                assertThat(checked.out().lines().filter(line -> line.contains("Kafka: process")))
                        .hasSize(3)
                        .as("64 partitions over three")
                        .noneMatch(line -> line.contains(": 0 of 64"))
                        .filteredOn(line -> line.contains("reads Zendesk"))
                        .hasSize(1);
            });
            for (String moves : List.of("import", "export")) {
                Said refused = Terminal.type(site, "kafka", moves);
                assertThat(refused.exit()).as(moves).isEqualTo(1);
                assertThat(refused.err())
                        .as(moves)
                        .startsWith("These processes share the work now: ")
                        .contains("Stop them all first")
                        .hasLineCount(1);
            }
            Said once = Terminal.type(site, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(3);
            assertThat(Terminal.type(site, "report", "--list").out()).contains("present " + (AGENTS - 1));
            assertThat(Terminal.type(site, "replay", "--dry-run").out()).contains("invalid-request");
            assertThat(Terminal.type(site, "why", String.valueOf(Site.FIRST_AGENT))
                            .out())
                    .contains("present");
            // The refused one waits for its time.
            assertThat(site.posts()).hasSize(AGENTS);

            // To go back.
            for (Site.Child process : processes) {
                process.process().destroy();
            }
            for (Site.Child process : processes) {
                assertThat(process.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            Path back = folder.resolve("back");
            site.with("BRIDGE_DATA_DIR", back.toString());
            assertThat(Terminal.type(site, "kafka", "export").exit()).isZero();
            assertThat(ledger(back)).isEqualTo(ledger);
            site.without("KAFKA_BROKERS");
            assertThat(Terminal.type(site, "once").exit()).isEqualTo(3);
            assertThat(site.posts()).hasSize(AGENTS);
        }
    }

    private static Set<String> ledger(Path data) throws IOException {
        Set<String> segments = new TreeSet<>();
        for (String line : Files.readAllLines(data.resolve("ledger/acme.jsonl"))) {
            JsonNode json = new ObjectMapper().readTree(line);
            segments.add(
                    json.path("segmentId").asText() + " " + json.path("userId").asText());
        }
        return segments;
    }
}
