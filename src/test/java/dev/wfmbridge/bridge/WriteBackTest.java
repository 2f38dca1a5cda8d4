package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/removals.md, "The status in Zendesk". */
class WriteBackTest {

    private static final long GROUP = Sample.SUPPORT;
    private static final long FIRST = Sample.FIRST_AGENT;
    private static final long ESCALATION = 6130852536347L;
    private static final String FIELD = "genesys_wfm_status";
    private static final String MAPPING = Sample.acmeMapping(3000) + Sample.entry("Support", "acme", "sched-1");

    @TempDir
    Path folder;

    private final World world = Sample.acme(5);

    private Rehearsal rehearsal() throws Exception {
        return Rehearsal.of(world, folder, 50)
                .mapping(MAPPING)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "3000")
                .with("ZENDESK_STATUS_FIELD", FIELD);
    }

    private static List<Received> writes(Rehearsal rehearsal) {
        return rehearsal.sandbox().zendesk().received().stream()
                .filter(call -> call.method().equals("PUT"))
                .toList();
    }

    /** What a call writes: Zendesk user → text of the field, empty if it is emptied. */
    private static Map<Long, String> written(Received call) {
        Map<Long, String> written = new TreeMap<>();
        try {
            for (JsonNode user : new ObjectMapper().readTree(call.body()).path("users")) {
                JsonNode text = user.path("user_fields").path(FIELD);
                written.put(user.path("id").asLong(), text.isNull() ? "" : text.asText());
            }
        } catch (JsonProcessingException noJson) {
            throw new IllegalArgumentException("a write whose body is not JSON", noJson);
        }
        return written;
    }

    private static String field(Rehearsal rehearsal, int agent) {
        return rehearsal.sandbox().zendesk().userFields(FIRST + agent).get(FIELD);
    }

    @Test
    @DisplayName("Zendesk shows Genesys' status; an unchanged pass writes nothing; a person's rejection is shown")
    void statusIsShown() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
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
        world.zendesk().addUserField(FIELD, "WFM").jobsFailFor(FIRST + 1);
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
    @DisplayName("the field of an agent who left is emptied, since we wrote it")
    void emptied() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP);
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
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            Pass plan = rehearsal.plan();
            assertThat(plan.writtenBack()).hasSize(5).containsValue("approved");
            assertThat(writes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "the field of an agent who left is emptied although their segment was deleted, and they are then forgotten")
    void emptiedAfterDelete() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal().with("REMOVALS_POLICY", "delete").with("BRIDGE_INSTANCE", "test")) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP);
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
    @DisplayName("the field of an agent whose Genesys user was given to another agent is emptied")
    void emptiedAfterHandOver() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP);
            world.zendesk().updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent0@example.com"))
                    .addMembership(FIRST + 9, GROUP);
            rehearsal.restart();
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            assertThat(field(rehearsal, 9)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("an agent deleted in Zendesk is not tried for ever")
    void deletedAgent() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP).removeAgent(FIRST);
            Pass pass = rehearsal.once();
            assertThat(pass.writeBackFailures()).isZero();
            int written = writes(rehearsal).size();
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written);
        }
    }

    @Test
    @DisplayName("the status of a segment that has an agent's id but belongs to somebody else is not shown as theirs")
    void takenId() throws Exception {
        world.zendesk()
                .addUserField(FIELD, "WFM")
                .world()
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
    @DisplayName(
            "our own writes cause no further ones: the agents are newer, and nothing is written or posted for that")
    void noRound() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            int written = writes(rehearsal).size();
            for (int i = 0; i < 3; i++) {
                rehearsal.once();
            }
            assertThat(writes(rehearsal)).hasSize(written);
            assertThat(rehearsal.sandbox().genesys().posts("acme")).isEqualTo(5);
            world.zendesk().updateAgent(FIRST, agent -> agent.withUserField(FIELD, "typed by hand"));
            rehearsal.once();
            assertThat(writes(rehearsal)).hasSize(written + 1);
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
        }
    }

    /** Everybody is in two schedules; members of Escalation are in a third one too. */
    private Rehearsal severalSchedules() throws Exception {
        world.addSchedule("acme", "sched-2", "sched-3").zendesk().addGroup(ESCALATION, "Escalation");
        Rehearsal rehearsal = rehearsal();
        return rehearsal.mapping(
                MAPPING
                        + """
                  - zendeskGroup: Support
                    organization: acme
                    scheduleId: sched-2
                    status: APPROVED
                  - zendeskGroup: Escalation
                    organization: acme
                    scheduleId: sched-3
                    status: APPROVED
                """);
    }

    @Test
    @DisplayName(
            "an agent with a schedule that was not read is not written, whatever their other schedules say; the others are")
    void oneOfSeveralNotRead() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = severalSchedules()) {
            world.zendesk().addMembership(FIRST, ESCALATION).addMembership(FIRST + 1, ESCALATION);
            world.addSegment("acme", "said-no", "user-0", "sched-1", "REJECTED");
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.method().equals("GET")
                                    && String.valueOf(call.query()).contains("sched-3")
                            ? Fault.gatewayPage(502)
                            : null);
            rehearsal.once();
            assertThat(rehearsal.report("acme").path("haltedSchedules").has("sched-3"))
                    .isTrue();
            assertThat(field(rehearsal, 0)).isNullOrEmpty();
            assertThat(field(rehearsal, 1)).isNullOrEmpty();
            for (int i = 2; i < 5; i++) {
                assertThat(field(rehearsal, i)).isEqualTo("approved");
            }
            assertThat(writes(rehearsal)).hasSize(1);
            assertThat(written(writes(rehearsal).get(0))).containsOnlyKeys(FIRST + 2, FIRST + 3, FIRST + 4);
            rehearsal.sandbox().genesys().interceptor(null);
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isEqualTo("rejected");
            assertThat(field(rehearsal, 1)).isEqualTo("approved");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REJECTED, CANCELLED, rejected", "REJECTED, PENDING, rejected", "REJECTED, APPROVED, rejected",
        "CANCELLED, PENDING, cancelled", "CANCELLED, APPROVED, cancelled", "PENDING, APPROVED, pending"
    })
    @DisplayName("of several schedules the one that needs attention is shown, whichever comes first")
    void precedence(String urgent, String other, String shown) throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = severalSchedules()) {
            world.addSegment("acme", "first-0", "user-0", "sched-1", urgent)
                    .addSegment("acme", "second-0", "user-0", "sched-2", other)
                    .addSegment("acme", "first-1", "user-1", "sched-1", other)
                    .addSegment("acme", "second-1", "user-1", "sched-2", urgent);
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isEqualTo(shown);
            assertThat(field(rehearsal, 1)).isEqualTo(shown);
            assertThat(field(rehearsal, 2)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("no field is emptied after half a listing; after the whole one it is")
    void halfAListing() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            for (int i = 0; i < 100; i++) {
                world.zendesk().addMembership(6_900_000_000_000L + i, 6_900_000_000_999L);
            }
            world.zendesk().removeMembership(FIRST, GROUP).addMembership(FIRST, GROUP);
            rehearsal.once();
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
            int written = writes(rehearsal).size();
            world.zendesk().removeMembership(FIRST + 1, GROUP);
            // The agent is on the second page, where an agent who left could be too.
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(call -> call.path().equals("/api/v2/group_memberships")
                                    && call.query().contains("after")
                            ? Fault.gatewayPage(502)
                            : null);
            rehearsal.once();
            assertThat(rehearsal.report().path("complete").asBoolean(true)).isFalse();
            assertThat(writes(rehearsal)).hasSize(written);
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
            rehearsal.sandbox().zendesk().interceptor(null);
            rehearsal.once();
            assertThat(written(writes(rehearsal).get(written))).isEqualTo(Map.of(FIRST + 1, ""));
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
            assertThat(field(rehearsal, 1)).isNullOrEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"A, 2", "A+B, 3", "A+B+C+B, 4", "'', 1", "no-meta, 1"})
    @DisplayName(
            "user fields whose cursors repeat or are missing count as not read: no field is reported missing, none is written")
    void endlessFields(String cursors, int pages) throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(Scene.endless(
                            Scene.get("/api/v2/user_fields"), "user_fields", List.of(cursors.split("[+]"))));
            rehearsal.once();
            assertThat(rehearsal.sandbox().zendesk().received())
                    .filteredOn(call -> call.path().equals("/api/v2/user_fields"))
                    .hasSize(pages);
            assertThat(writes(rehearsal)).isEmpty();
            assertThat(rehearsal.report().path("warnings").toString())
                    .contains("user fields could not be read")
                    .doesNotContain("has no user field");
        }
    }

    @Test
    @DisplayName("a field on the second page is found")
    void fieldOnTheSecondPage() throws Exception {
        for (int i = 0; i < 100; i++) {
            world.zendesk().addUserField("other_" + i, "Other " + i);
        }
        world.zendesk().addUserField(FIELD, "WFM");
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(rehearsal.sandbox().zendesk().received())
                    .filteredOn(call -> call.path().equals("/api/v2/user_fields"))
                    .hasSize(2);
            assertThat(field(rehearsal, 0)).isEqualTo("approved");
        }
    }

    @Test
    @DisplayName("100 agents a call and no more: 101 take two, and each is written")
    void hundredAgentsACall() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        for (int i = 20; i < 116; i++) {
            String email = "agent" + i + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + i, "Agent " + i, email))
                    .addMembership(FIRST + i, GROUP)
                    .world()
                    .addUser("acme", "user-" + i, email, "Agent " + i, "active");
        }
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(writes(rehearsal))
                    .extracting(call -> written(call).size())
                    .containsExactly(100, 1);
            assertThat(rehearsal.sandbox().zendesk().userFields(FIRST + 115)).containsEntry(FIELD, "approved");
            assertThat(rehearsal.report("acme").path("writtenBack")).hasToString("{\"changed\":101,\"failed\":0}");
        }
    }
}
