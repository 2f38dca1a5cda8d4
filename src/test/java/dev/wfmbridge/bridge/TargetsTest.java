package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The targets on the published API: what they cost, and that no group loses anybody, whatever fails. */
class TargetsTest {

    private static final String UNIT = "11111111-1111-4111-8111-111111111111";
    private static final String MU = "22222222-2222-4222-8222-222222222222";
    private static final String OTHER = "22222222-2222-4222-8222-222222222223";
    private static final String THIRD = "22222222-2222-4222-8222-222222222224";
    private static final String SG = "33333333-3333-4333-8333-333333333333";
    private static final String HEAD = Sample.acmeMapping(5000) + "  - zendeskGroup: Support\n    organization: acme\n";
    private static final String STAFFING =
            HEAD + "    target: staffinggroup\n    businessUnitId: " + UNIT + "\n    staffingGroupId: " + SG + "\n";
    private static final String MANAGEMENT = HEAD + "    target: managementunit\n    managementUnitId: " + MU + "\n";

    @TempDir
    Path folder;

    private final World world = Sample.acme()
            .workforce("acme")
            .addBusinessUnit(UNIT, "Business")
            .addManagementUnit(UNIT, MU, "One")
            .addManagementUnit(UNIT, OTHER, "Two")
            .addManagementUnit(UNIT, THIRD, "Three")
            .addStaffingGroup(UNIT, SG, "Staff")
            .world();

    private Rehearsal rehearsal(int agents, String mapping) throws Exception {
        Sample.join(world, 0, agents, Sample.SUPPORT);
        return Rehearsal.of(world, folder, 50).mapping(mapping).with("ZENDESK_REQUESTS_PER_MINUTE", "5000");
    }

    private static List<Received> workforce(Rehearsal rehearsal, String method) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.path().contains("workforcemanagement"))
                .filter(call -> call.method().equals(method))
                .toList();
    }

    @Test
    @DisplayName("a staffing group of 400, 30 of them new: one GET and one PATCH; nothing new: one GET")
    void staffingGroupCost() throws Exception {
        try (Rehearsal rehearsal = rehearsal(400, STAFFING)) {
            for (int i = 0; i < 370; i++) {
                world.workforce("acme").addStaffingGroupMember(SG, "user-" + i);
            }
            world.workforce("acme").addStaffingGroupMember(SG, "somebody-else");
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(30);
            assertThat(acme.count(Outcome.PRESENT)).isEqualTo(370);
            assertThat(workforce(rehearsal, "GET")).hasSize(1);
            assertThat(workforce(rehearsal, "PATCH")).hasSize(1);
            assertThat(world.workforce("acme").staffingGroupMembers(SG))
                    .hasSize(401)
                    .contains("somebody-else");
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.once();
            assertThat(workforce(rehearsal, "GET")).hasSize(1);
            assertThat(workforce(rehearsal, "PATCH")).isEmpty();
        }
    }

    @Test
    @DisplayName("one refused agent among 16 costs at most 2·log2 16 + 1 PATCHes, and the others join")
    void refusedAgent() throws Exception {
        try (Rehearsal rehearsal = rehearsal(16, STAFFING)) {
            world.workforce("acme").refuseInStaffingGroup("user-5", 400, "bad.request");
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(15);
            assertThat(acme.count(Outcome.DEAD_LETTERED)).isEqualTo(1);
            assertThat(workforce(rehearsal, "PATCH")).hasSizeLessThanOrEqualTo(9);
            assertThat(workforce(rehearsal, "GET")).hasSize(2);
        }
    }

    @Test
    @DisplayName("somebody else's change meanwhile, and a lost answer: nobody is lost from the group")
    void versionMoved() throws Exception {
        try (Rehearsal rehearsal = rehearsal(5, STAFFING)) {
            AtomicBoolean changed = new AtomicBoolean();
            AtomicBoolean lost = new AtomicBoolean();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (call.method().equals("PATCH") && changed.compareAndSet(false, true)) {
                    world.workforce("acme").addStaffingGroupMember(SG, "put-in-by-hand");
                    return null;
                }
                return call.method().equals("PATCH") && lost.compareAndSet(false, true) ? Fault.loseAnswer() : null;
            });
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(5);
            assertThat(world.workforce("acme").staffingGroupMembers(SG))
                    .hasSize(6)
                    .contains("put-in-by-hand");
            assertThat(workforce(rehearsal, "PATCH")).hasSize(2);
        }
    }

    @Test
    @DisplayName("an answer without users is no snapshot: the group is halted, nothing is sent")
    void noUsers() throws Exception {
        try (Rehearsal rehearsal = rehearsal(3, STAFFING)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.path().contains("staffinggroups")
                            ? Fault.answer(
                                    200,
                                    Map.of("Content-Type", "application/json"),
                                    "{\"id\":\"" + SG + "\",\"name\":\"Staff\",\"metadata\":{\"version\":1}}")
                            : null);
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.haltOf(SG).reason()).isEqualTo(HaltReason.SNAPSHOT_INCOMPLETE);
            assertThat(acme.count(Outcome.HELD)).isEqualTo(3);
            assertThat(workforce(rehearsal, "PATCH")).isEmpty();
        }
    }

    @Test
    @DisplayName("250 new agents in an organisation of 3 units: 3 POSTs and 3 + 2 GETs; nobody new: one GET")
    void managementUnitCost() throws Exception {
        try (Rehearsal rehearsal = rehearsal(250, MANAGEMENT)) {
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(250);
            assertThat(workforce(rehearsal, "POST")).hasSize(3);
            assertThat(workforce(rehearsal, "GET")).hasSize(5);
            assertThat(world.workforce("acme").managementUnitOf("user-7")).contains(MU);
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.once();
            assertThat(workforce(rehearsal, "POST")).isEmpty();
            assertThat(workforce(rehearsal, "GET")).hasSize(1);
        }
    }

    @Test
    @DisplayName("an agent in another unit stays there, unless moveFrom says otherwise")
    void otherUnit() throws Exception {
        try (Rehearsal rehearsal = rehearsal(3, MANAGEMENT)) {
            world.workforce("acme").putInManagementUnit(OTHER, "user-0").putInManagementUnit(THIRD, "user-1");
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.skipped()).containsEntry("in-another-unit", 2L);
            assertThat(world.workforce("acme").managementUnitOf("user-0")).contains(OTHER);
            rehearsal.mapping(MANAGEMENT + "    moveFrom: [" + OTHER + "]\n");
            rehearsal.once();
            assertThat(world.workforce("acme").managementUnitOf("user-0")).contains(MU);
            assertThat(world.workforce("acme").managementUnitOf("user-1")).contains(THIRD);
        }
    }

    @Test
    @DisplayName("a unit that cannot be read is not a halt; each agent to be moved is looked up first")
    void unreadableUnit() throws Exception {
        try (Rehearsal rehearsal = rehearsal(3, MANAGEMENT)) {
            world.workforce("acme").forbidUnit(OTHER).putInManagementUnit(OTHER, "user-0");
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.isHalted()).isFalse();
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(2);
            assertThat(world.workforce("acme").managementUnitOf("user-0")).contains(OTHER);
            assertThat(rehearsal.sandbox().genesys().received())
                    .filteredOn(call -> call.path().endsWith("/managementunit"))
                    .hasSize(3);
        }
    }

    @Test
    @DisplayName("a full unit and a move under way are dead letters of their own; a lost answer is decided by reading")
    void letters() throws Exception {
        try (Rehearsal rehearsal = rehearsal(3, MANAGEMENT)) {
            world.workforce("acme").moveUnderWay("user-0", Duration.ofHours(10));
            AtomicBoolean lost = new AtomicBoolean();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.method().equals("POST")
                                    && call.path().endsWith("/agents")
                                    && lost.compareAndSet(false, true)
                            ? Fault.loseAnswer()
                            : null);
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.count(Outcome.CREATED)).isEqualTo(2);
            assertThat(acme.getMessages())
                    .filteredOn(message -> message.ending() == Outcome.DEAD_LETTERED)
                    .extracting(message -> message.reason())
                    .containsExactly("move-in-progress");
        }
    }
}
