package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script learns from the exit status: incomplete (2) is worse than dead letters (3), and {@code --fail-on} chooses. */
class ExitStatusTest {

    private static final String SECOND =
            """
              - zendeskGroup: Support
                organization: acme
                scheduleId: sched-2
                status: APPROVED
            """;

    @TempDir
    Path folder;

    /** Three agents in two schedules, in a bridge that gives up soon. */
    private Site site() throws Exception {
        return Site.of(Site.world(3).addSchedule("acme", "sched-2"), folder)
                .mapping(Site.mapping(Site.ACME, 5_000, "Support") + SECOND)
                .with("HTTP_BACKOFF", "1ms-2ms")
                .with("HTTP_MAX_ATTEMPTS", "2");
    }

    /** The second schedule cannot be read. */
    private static final Interceptor SECOND_UNREAD =
            call -> Site.isListing(call) && call.query().contains("sched-2") ? Fault.gatewayPage(502) : null;

    private static void assertExit(Site site, int status, String... arguments) throws Exception {
        Said said = Terminal.type(site, arguments);
        assertThat(said.exit())
                .as(String.join(" ", arguments) + "\n" + said.text())
                .isEqualTo(status);
    }

    private static void assertReport(Site site, int exitCode, boolean complete, int letters) throws Exception {
        JsonNode report = site.latest();
        assertThat(report.path("exitCode").asInt()).isEqualTo(exitCode);
        assertThat(report.path("complete").asBoolean(!complete)).isEqualTo(complete);
        assertThat(report.at("/organizations/acme/outcomes/dead-lettered").asInt())
                .isEqualTo(letters);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 3, 3", "0, 2, 2", "2, 3, 2", "3, 3, 3", "2, 2, 2", "2, 4, 4", "3, 4, 4"})
    @DisplayName("of several passes of a sandbox the worst counts, and 2 is worse than 3 whichever came first")
    void ofSeveralPasses(int one, int other, int status) {
        assertThat(RunReport.worse(one, other)).isEqualTo(status);
        assertThat(RunReport.worse(other, one)).isEqualTo(status);
    }

    @Test
    @DisplayName("in step: 0; dead letters: 3, and 0 with --fail-on incomplete or never")
    void deadLetters() throws Exception {
        try (Site site = site()) {
            assertExit(site, 0, "once");
            assertReport(site, 0, true, 0);
            site.world()
                    .zendesk()
                    .addAgent(ZendeskAgent.of(Site.FIRST_AGENT + 3, "Agent 3", "agent3@example.com"))
                    .addMembership(Site.FIRST_AGENT + 3, Site.GROUP)
                    .world()
                    .addUser("acme", "user-3", "agent3@example.com", "Agent 3", "active");
            site.refuse("user-3");
            assertExit(site, 3, "once");
            assertReport(site, 3, true, 2);
            assertExit(site, 3, "once", "--fail-on", "dead-letters");
            assertExit(site, 0, "once", "--fail-on", "incomplete");
            assertExit(site, 0, "once", "--fail-on", "never");
            assertReport(site, 3, true, 2);
        }
    }

    @Test
    @DisplayName("a halted schedule and dead letters: 2, not 3, and 0 only with --fail-on never")
    void haltWinsOverDeadLetters() throws Exception {
        try (Site site = site().refuse("user-1").interceptor(SECOND_UNREAD)) {
            assertExit(site, 2, "once");
            assertReport(site, 2, false, 1);
            assertExit(site, 2, "once", "--fail-on", "dead-letters");
            assertExit(site, 2, "once", "--fail-on", "incomplete");
            assertExit(site, 0, "once", "--fail-on", "never");
            assertReport(site, 2, false, 1);
        }
    }

    @Test
    @DisplayName("half a listing and dead letters in it: 2, not 3")
    void halfAListingWinsOverDeadLetters() throws Exception {
        try (Site site = site().refuse("user-1")) {
            for (int i = 0; i < 100; i++) {
                site.world().zendesk().addMembership(6_900_000_000_000L + i, 6_900_000_000_999L);
            }
            site.interceptor(call -> call.path().equals("/api/v2/group_memberships")
                            && call.query().contains("after")
                    ? Fault.gatewayPage(502)
                    : null);
            assertExit(site, 2, "once");
            assertReport(site, 2, false, 2);
            assertExit(site, 0, "once", "--fail-on", "never");
        }
    }

    @Test
    @DisplayName("replay: 3 if a letter failed again, 2 if something was halted as well, 0 if all went through")
    void replay() throws Exception {
        try (Site site = site().refuse("user-1")) {
            assertExit(site, 3, "once");
            assertReport(site, 3, true, 2);
            assertExit(site, 3, "replay");
            site.interceptor(SECOND_UNREAD);
            assertExit(site, 2, "replay");
            site.refuse("nobody");
            assertExit(site, 0, "replay");
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(6);
            assertReport(site, 3, true, 2);
        }
    }

    @Test
    @DisplayName("refused credentials are 1, and --fail-on does not change that")
    void refused() throws Exception {
        try (Site site = site().with("ZENDESK_CLIENT_SECRET", "wrong-secret-of-zendesk")) {
            assertExit(site, 1, "once");
            assertExit(site, 1, "once", "--fail-on", "never");
            assertExit(site, 1, "once", "--fail-on", "whatever");
        }
    }
}
