package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.cli.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edited routes as a user sees them run: the program as a process of its own. */
class EditedProgramTest {

    private static final String DELIVER = "routes/segment-deliver.camel.yaml";

    /** A property that the edit introduces, and whose type nothing reveals. */
    private static final String EDIT =
            """
                    - setProperty:
                        name: mine
                        simple: "${body}"
                    - filter:
                        simple: "${exchangeProperty.mine.place.idd} == 'sched-2'"
                        steps:
                          - log:
                              message: "one for sched-2"
                    - log:
                        message: "new segment of agent ${body.membership.userId}"
            """;

    @TempDir
    Path folder;

    private record Ended(int status, String out, String err) {}

    private Ended once(Rehearsal rehearsal) throws Exception {
        List<String> command = new ArrayList<>(Program.command());
        command.addAll(List.of("once", "--home", folder.toString()));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("(LC_.*|LANG|LOG_.*|ZENDESK_.*|HTTP_.*|BRIDGE_.*)"));
        builder.environment().putAll(rehearsal.sandbox().environment());
        builder.environment()
                .putAll(Map.of(
                        "BRIDGE_DATA_DIR",
                        folder.resolve("data").toString(),
                        "BRIDGE_MAPPING",
                        folder.resolve("config/mapping.yaml").toString()));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @DisplayName(
            "a mistake that shows only at run time is one line with the step's file and line, and exit status 4; with the corrected route the next pass delivers everything, and what a log step says is seen")
    void whileItRuns() throws Exception {
        Copy copy = Copy.in(folder);
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            copy.edit(
                    DELIVER,
                    "        - log:\n            message: \"to be made, as ${body.wantedStatus}\"\n",
                    EDIT + "        - log:\n            message: \"to be made, as ${body.wantedStatus}\"\n");
            int line = copy.line(DELIVER, "        - filter:\n            simple: \"${exchangeProperty.mine");

            Ended once = once(rehearsal);

            assertThat(once.status()).as(once.err()).isEqualTo(4);
            assertThat(once.err().lines().filter(said -> said.startsWith(DELIVER)))
                    .as(once.err())
                    .singleElement()
                    .satisfies(said -> assertThat(said)
                            .startsWith(DELIVER + ":" + line + ": ")
                            .contains("nothing is named \"idd\" in a Place")
                            .contains("The routes are edited wrongly"));
            assertThat(once.err())
                    .doesNotContain("Message History")
                    .doesNotContain("Exception")
                    .doesNotContain("report it");
            assertThat(once.err()
                            .lines()
                            .filter(said -> said.contains(" ERROR ") && said.contains(DELIVER + ":" + line)))
                    .as("in the log it is told once, however many messages meet it")
                    .hasSize(1);
            JsonNode report = new ObjectMapper()
                    .readTree(folder.resolve("data/runs/latest.json").toFile());
            assertThat(report.path("exitCode").asInt()).isEqualTo(4);
            assertThat(Edits.posts(rehearsal)).isEmpty();

            copy.edit(DELIVER, "mine.place.idd", "mine.place.id");
            Ended mended = once(rehearsal);

            assertThat(mended.status()).as(mended.err()).isZero();
            assertThat(Edits.posts(rehearsal)).hasSize(4);
            assertThat(mended.err()
                            .lines()
                            .filter(said -> said.contains(" INFO ") && said.contains("routes.segment-new")))
                    .hasSize(6)
                    .anySatisfy(said -> assertThat(said).endsWith("one for sched-2"))
                    .anySatisfy(said -> assertThat(said).endsWith("new segment of agent 6000000000001"));
        }
    }

    @Test
    @DisplayName("an outcome of the user's own is counted in the report and shown in the summary")
    void ownOutcome() throws Exception {
        Copy copy = Copy.in(folder);
        try (Rehearsal rehearsal = Edits.rehearsal(copy, Edits.world(2))) {
            Edits.of("Another status for new segments").get(0).apply(copy);
            Edits.of("An outcome of your own").get(0).apply(copy);

            Ended once = once(rehearsal);

            assertThat(once.status()).as(once.err()).isZero();
            assertThat(once.out()).containsPattern("acme-emea skipped: .*planned-by-hand");
            JsonNode report = new ObjectMapper()
                    .readTree(folder.resolve("data/runs/latest.json").toFile());
            assertThat(report.path("balance").asInt()).isZero();
            assertThat(report.path("organizations")
                            .path("acme-emea")
                            .path("outcomes")
                            .path("skipped")
                            .path("planned-by-hand")
                            .asInt())
                    .isEqualTo(1);
        }
    }
}
