package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Agent;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN.md, "Status back". */
class StatusBackTest {

    private static final long GROUP = 6130852536346L;
    private static final long FIRST = 6_000_000_000_000L;
    private static final String FIELD = "genesys_wfm_status";

    @TempDir
    Path folder;

    private final World world = new World()
            .addGroup(GROUP, "Support")
            .addOrganization("acme", "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "client", "secret-of-acme", 100_000)
            .addSchedule("acme", "sched-1");

    private Rehearsal rehearsal() throws Exception {
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int i = 0; i < 5; i++) {
            String email = "agent" + i + "@example.com";
            world.addAgent(Agent.of(FIRST + i, "Agent " + i, email))
                    .addMembership(FIRST + i, GROUP)
                    .addUser("acme", "user-" + i, email, "Agent " + i, "active");
        }
        return Rehearsal.of(world, folder, 50)
                .mapping(
                        """
                        organizations:
                          acme:
                            id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11
                            apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                            loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                            clientId: "{{env:ACME_CLIENT_ID}}"
                            clientSecret: "{{env:ACME_CLIENT_SECRET}}"
                            quota: { requests: 100000, per: 60s }
                        groups:
                          - zendeskGroup: Support
                            organization: acme
                            scheduleId: sched-1
                            status: APPROVED
                        """)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "100000")
                .with("ZENDESK_STATUS_FIELD", FIELD);
    }

    private static List<Received> writes(Rehearsal rehearsal) {
        return rehearsal.sandbox().zendesk().received().stream()
                .filter(call -> call.method().equals("PUT"))
                .toList();
    }

    private static String field(Rehearsal rehearsal, int agent) {
        return rehearsal.sandbox().zendesk().userFields(FIRST + agent).get(FIELD);
    }

    @Test
    @DisplayName("what Genesys says stands in Zendesk; an unchanged pass writes nothing; a person's no is shown")
    void statusIsShown() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
            assertThat(writes(rehearsal)).hasSize(1);
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(1);
            Segment segment = rehearsal.sandbox().genesys().segments("acme").stream()
                    .filter(s -> s.userId().equals("user-0"))
                    .findFirst()
                    .orElseThrow();
            world.decline("acme", segment.id());
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isEqualTo("rejected");
            assertThat(writes(rehearsal).get(1).body()).contains("rejected").doesNotContain("tags", "approved");
        }
    }

    @Test
    @DisplayName("a row that failed is counted and tried again by the next pass")
    void failedRow() throws Exception {
        world.addUserField(FIELD, "WFM").jobsFailFor(FIRST + 1);
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(dev.wfmbridge.report.RunReport.of(
                                    rehearsal.bridge().passes().current())
                            .path("organizations")
                            .path("acme")
                            .path("writtenBack")
                            .toString())
                    .isEqualTo("{\"changed\":4,\"failed\":1}");
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(2);
            assertThat(writes(rehearsal).get(1).body())
                    .contains(String.valueOf(FIRST + 1))
                    .doesNotContain(FIRST + ",");
        }
    }

    @Test
    @DisplayName("a field that does not exist: one warning, nothing written")
    void noField() throws Exception {
        try (Rehearsal rehearsal = rehearsal()) {
            Pass pass = rehearsal.once();
            assertThat(pass.warnings()).filteredOn(w -> w.contains(FIELD)).hasSize(1);
            assertThat(writes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("the field of who left is emptied, since we wrote it")
    void emptied() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.removeMembership(FIRST, GROUP);
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            assertThat(field(rehearsal, 1)).isEqualTo("approved");
            int written = writes(rehearsal).size();
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written);
        }
    }

    @Test
    @DisplayName("a plan says what would be written, and writes nothing")
    void plan() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            Pass plan = rehearsal.plan();
            assertThat(plan.writtenBack()).hasSize(5).containsValue("approved");
            assertThat(writes(rehearsal)).isEmpty();
        }
    }
}
