package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Agent;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Files;
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
                            quota: { requests: 3000, per: 60s }
                        groups:
                          - zendeskGroup: Support
                            organization: acme
                            scheduleId: sched-1
                            status: APPROVED
                        """)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "3000")
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

    @Test
    @DisplayName("the field of who left is emptied although his segment was deleted, and he is then forgotten")
    void emptiedAfterDelete() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal().with("REMOVALS_POLICY", "delete").with("BRIDGE_INSTANCE", "test")) {
            rehearsal.once();
            world.removeMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").removed()).isEqualTo(1);
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            int written = writes(rehearsal).size();
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written);
            assertThat(Files.readString(rehearsal.data().resolve("ledger/acme.jsonl")))
                    .doesNotContain(String.valueOf(FIRST) + ",");
        }
    }

    @Test
    @DisplayName("the field is emptied of who gave his Genesys user to another agent")
    void emptiedAfterHandOver() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.removeMembership(FIRST, GROUP);
            world.updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
            world.addAgent(Agent.of(FIRST + 9, "Agent 9", "agent0@example.com")).addMembership(FIRST + 9, GROUP);
            rehearsal.restart();
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            assertThat(field(rehearsal, 9)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("who was deleted in Zendesk is not written for ever")
    void deletedAgent() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.removeMembership(FIRST, GROUP).removeAgent(FIRST);
            Pass pass = rehearsal.once();
            assertThat(pass.writeBackFailures()).isZero();
            int written = writes(rehearsal).size();
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written);
        }
    }

    @Test
    @DisplayName("the status of a segment that has an agent's id and is somebody else's is not shown as his")
    void takenId() throws Exception {
        world.addUserField(FIELD, "WFM")
                .addSegment(
                        "acme",
                        Scene.id("8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "sched-1", "user-0"),
                        "somebody",
                        "sched-1",
                        "REJECTED");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            assertThat(field(rehearsal, 1)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("our own writing starts no round: the agents are newer, and nothing is written or posted for it")
    void noRound() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            int written = writes(rehearsal).size();
            for (int i = 0; i < 3; i++) {
                rehearsal.once();
            }
            assertThat(writes(rehearsal)).hasSize(written);
            assertThat(rehearsal.sandbox().genesys().posts("acme")).isEqualTo(5);
            world.updateAgent(FIRST, agent -> agent.withUserField(FIELD, "typed by hand"));
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written + 1);
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("an agent is written only if all schedules that concern him were read")
    void notAllRead() throws Exception {
        world.addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(
                            call -> call.method().equals("GET") && call.path().endsWith("userschedulesegments")
                                    ? Fault.gatewayPage(502)
                                    : null);
            rehearsal.once();
            assertThat(writes(rehearsal)).isEmpty();
        }
    }
}
