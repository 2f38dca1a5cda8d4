package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that the mapping names and Zendesk does not have: a whole team stops being planned, so it is never silent. */
class MissingGroupTest {

    @TempDir
    Path folder;

    private static long outcomes(Pass pass, String organization, Outcome outcome) {
        return pass.organization(organization).count(outcome);
    }

    private static void inStep(Pass pass) {
        assertThat(pass.isComplete()).isTrue();
        assertThat(RunReport.exitCode(pass)).isZero();
        assertThat(pass.warnings()).noneMatch(warning -> warning.contains("Zendesk has no group"));
    }

    @Test
    @DisplayName(
            "a renamed group makes each pass incomplete, with its line in report and log, until it is back, absent or removed from the mapping; nobody else is affected")
    void renamed() throws Exception {
        try (Stage stage = Stage.with(folder, 3);
                Logged logged = Logged.of("dev.wfmbridge")) {
            inStep(stage.rehearsal.byClock());

            stage.rehearsal.world().zendesk().renameGroup(Stage.SUPPORT, "Support EMEA");
            // A second pass says it again.
            for (int pass = 1; pass <= 2; pass++) {
                logged.clear();
                Pass missing = stage.rehearsal.byClock();
                assertThat(missing.isComplete()).isFalse();
                assertThat(RunReport.exitCode(missing)).isEqualTo(2);
                assertThat(missing.getSource().missingGroups()).containsExactly("Support");
                int line = missing.mapping().entries().get(0).line();
                assertThat(missing.warnings())
                        .filteredOn(warning -> warning.contains("Zendesk has no group"))
                        .singleElement()
                        .asString()
                        .contains("\"Support\"", "mapping.yaml:" + line, "acme");
                assertThat(logged.lines())
                        .filteredOn(text -> text.contains("Zendesk has no group \"Support\"")
                                && text.contains("mapping.yaml:" + line))
                        .hasSize(1);
                assertThat(RunReport.of(missing).path("complete").asBoolean(true))
                        .isFalse();
                assertThat(RunReport.of(missing)
                                .at("/zendesk/default/missingEntries")
                                .toString())
                        .isEqualTo("[{\"zendeskGroup\":\"Support\",\"organization\":\"acme\",\"line\":" + line + "}]");
                // None of its members is mapped, and members of other groups are as before.
                assertThat(missing.organization("acme").mapped()).isZero();
                assertThat(outcomes(missing, "globex", Outcome.PRESENT)).isEqualTo(1);
                assertThat(missing.organization("globex").isHalted()).isFalse();
                assertThat(missing.balance()).isZero();
            }

            stage.rehearsal.mapping(Stage.BOTH.replaceFirst("status: APPROVED", "status: APPROVED\n    absent: true"));
            inStep(stage.rehearsal.byClock());
            stage.rehearsal.mapping(Stage.BOTH);
            assertThat(stage.rehearsal.byClock().isComplete()).isFalse();
            stage.rehearsal.mapping(Stage.GLOBEX_ALONE);
            inStep(stage.rehearsal.byClock());
            stage.rehearsal.mapping(Stage.BOTH);
            stage.rehearsal.world().zendesk().renameGroup(Stage.SUPPORT, "Support");
            Pass back = stage.rehearsal.byClock();
            inStep(back);
            assertThat(outcomes(back, "acme", Outcome.PRESENT)).isEqualTo(3);
        }
    }

    @Test
    @DisplayName(
            "its letters stay, and so do the statuses written for its members; those of others are cleared as usual")
    void lettersAndStatuses() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.rehearsal.world().zendesk().addUserField("genesys_wfm_status", "WFM");
            stage.rehearsal.with("ZENDESK_STATUS_FIELD", "genesys_wfm_status");
            stage.rehearsal.mapping(Stage.BOTH);
            stage.genesys(Stage.answers(
                    call -> Stage.isPost(call)
                            && (call.body().contains("\"user-0\"") || "globex".equals(call.account())),
                    400));
            Pass first = stage.rehearsal.byClock();
            assertThat(outcomes(first, "acme", Outcome.DEAD_LETTERED)).isEqualTo(1);
            assertThat(outcomes(first, "globex", Outcome.DEAD_LETTERED)).isEqualTo(1);
            assertThat(first.writtenBack()).isEqualTo(Map.of(Stage.AGENT + 1, "approved", Stage.AGENT + 2, "approved"));

            stage.rehearsal.world().zendesk().renameGroup(Stage.SUPPORT, "Support EMEA");
            stage.rehearsal.world().zendesk().removeMembership(Stage.AGENT, Stage.SALES);
            stage.genesys(null);
            Pass missing = stage.rehearsal.byClock();
            assertThat(letters(stage, "acme")).isEqualTo(1);
            assertThat(letters(stage, "globex")).isZero();
            assertThat(missing.writtenBack()).isEmpty();

            stage.rehearsal.mapping(Stage.GLOBEX_ALONE.replace("organizations:\n", "organizations:\n" + Stage.ACME));
            Pass out = stage.rehearsal.byClock();
            assertThat(letters(stage, "acme")).isZero();
            assertThat(out.writtenBack()).isEqualTo(Map.of(Stage.AGENT + 1, "", Stage.AGENT + 2, ""));
        }
    }

    @Test
    @DisplayName(
            "nothing is concluded from a listing that was not read to its end, and a plan says the same as its pass")
    void unread() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            stage.rehearsal.byClock();
            stage.rehearsal.world().zendesk().renameGroup(Stage.SUPPORT, "Support EMEA");
            Pass plan = stage.rehearsal.plan();
            assertThat(RunReport.exitCode(plan)).isEqualTo(2);
            assertThat(plan.warnings()).anyMatch(warning -> warning.contains("Zendesk has no group \"Support\""));

            stage.zendesk(Stage.answers(call -> call.path().endsWith("group_memberships"), 500));
            Pass unread = stage.rehearsal.byClock();
            assertThat(unread.getSource().missingGroups()).isEmpty();
            assertThat(unread.warnings()).noneMatch(warning -> warning.contains("Zendesk has no group"));
        }
    }

    private static long letters(Stage stage, String organization) throws Exception {
        Path of = stage.rehearsal.data().resolve("dead-letter").resolve(organization);
        if (!Files.isDirectory(of)) {
            return 0;
        }
        try (var files = Files.list(of)) {
            return files.count();
        }
    }
}
