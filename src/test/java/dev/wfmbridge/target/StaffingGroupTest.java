package dev.wfmbridge.target;

import static dev.wfmbridge.target.Ground.BUSINESS;
import static dev.wfmbridge.target.Ground.answer;
import static dev.wfmbridge.target.Ground.json;
import static dev.wfmbridge.target.Ground.toStaffingGroup;
import static dev.wfmbridge.target.Ground.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Staffing groups: what is sent, and what each answer means, at the server. */
class StaffingGroupTest {

    @TempDir
    static Path folder;

    private static Ground ground;
    private String group;

    @BeforeAll
    static void start() {
        ground = new Ground(folder);
    }

    @AfterAll
    static void stop() {
        ground.close();
    }

    @BeforeEach
    void fresh() {
        ground.fresh();
        group = ground.staffingGroup(1);
    }

    @AfterEach
    void contract() {
        ground.assertFollowsTheVendorsFile();
    }

    private void support(int agents) throws Exception {
        ground.mapping(toStaffingGroup(ground.group("Support", agents), group));
    }

    private Set<String> members() {
        return ground.world.workforce("acme").staffingGroupMembers(group);
    }

    private void patches(List<Function<Received, Fault>> faults) {
        ground.failing(call -> call.method().equals("PATCH"), faults);
    }

    @Test
    @DisplayName("one GET, one PATCH with all current members, the missing ones, and the version that was read")
    void onePatch() throws Exception {
        support(3);
        ground.world
                .workforce("acme")
                .addStaffingGroupMember(group, "somebody")
                .addStaffingGroupMember(group, ground.user("Support", 0));
        OrganizationPass acme = ground.once();
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("created", 2L, "present", 1L));
        assertThat(ground.gets()).containsExactly("/businessunits/" + BUSINESS + "/staffinggroups/" + group);
        JsonNode patch = json(ground.calls("PATCH").get(0));
        assertThat(values(patch.path("userIds").path("values")))
                .containsExactly("somebody", "support-" + suffix(0), "support-" + suffix(1), "support-" + suffix(2));
        assertThat(patch.path("metadata").path("version").asInt()).isEqualTo(3);
        assertThat(ground.calls("PATCH")).hasSize(1);
    }

    private String suffix(int number) {
        return ground.user("Support", number).substring("support-".length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"G\",\"metadata\":{\"version\":1}}",
                "{\"id\":\"G\",\"users\":null,\"metadata\":{\"version\":1}}",
                "{\"id\":\"G\",\"users\":[{\"selfUri\":\"/x\"}],\"metadata\":{\"version\":1}}",
                "{\"id\":\"G\",\"users\":[],\"metadata\":{}}",
                "{\"id\":\"G\",\"users\":[]}"
            })
    @DisplayName(
            "an answer without users or metadata.version is no snapshot: that group halts, nothing is sent, others go on")
    void noSnapshot(String body) throws Exception {
        String other = ground.staffingGroup(2);
        ground.group("Support", 2);
        ground.group("Sales", 1);
        ground.mapping(toStaffingGroup("Support", group), toStaffingGroup("Sales", other));
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.path().endsWith(group) ? answer(200, body) : null);
        OrganizationPass acme = ground.once();
        assertThat(acme.haltOf(group).reason()).isEqualTo(HaltReason.SNAPSHOT_INCOMPLETE);
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 2L, "created", 1L));
        assertThat(ground.calls("PATCH")).extracting(Received::path).allMatch(path -> path.endsWith(other));
    }

    @Test
    @DisplayName(
            "after a version conflict the group is read, decided and patched again; an agent whom a person put in is present")
    void versionMoved() throws Exception {
        support(3);
        patches(List.of(
                call -> {
                    ground.world.workforce("acme").addStaffingGroupMember(group, ground.user("Support", 1));
                    return null;
                },
                call -> {
                    ground.world.workforce("acme").addStaffingGroupMember(group, "by-hand");
                    return null;
                }));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L, "present", 1L));
        assertThat(ground.calls("PATCH"))
                .hasSize(3)
                .extracting(Received::status)
                .containsExactly(409, 409, 200);
        assertThat(ground.calls("GET")).hasSize(3);
        assertThat(members()).hasSize(4).contains("by-hand");
    }

    @Test
    @DisplayName("a version conflict each time: genesys.max-attempts PATCHes, then letters, and nobody is lost")
    void versionMovesOn() throws Exception {
        support(2);
        AtomicInteger number = new AtomicInteger();
        ground.rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.method().equals("PATCH")) {
                ground.world.workforce("acme").addStaffingGroupMember(group, "by-hand-" + number.getAndIncrement());
            }
            return null;
        });
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("destination-unavailable", 2L));
        assertThat(ground.calls("PATCH")).hasSize(4);
        assertThat(members()).containsExactly("by-hand-0", "by-hand-1", "by-hand-2", "by-hand-3");
    }

    @Test
    @DisplayName("an unknown outcome: read before anything is sent again; what was carried out is not sent twice")
    void unknown() throws Exception {
        support(2);
        patches(List.of(call -> Fault.loseAnswer()));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L));
        assertThat(ground.calls("PATCH")).hasSize(1);
        assertThat(ground.calls("GET")).hasSize(2);

        support2(2);
        patches(List.of(
                call -> Fault.loseRequest(),
                call -> Fault.gatewayPage(503),
                call -> Fault.carryOutThen(
                        200, Map.of("Content-Type", "application/json"), "{\"id\":\"" + group + "\"}")));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L));
        assertThat(order()).containsExactly("GET", "PATCH", "GET", "PATCH", "GET", "PATCH", "GET");
        assertThat(members()).hasSize(4);
    }

    private void support2(int agents) throws Exception {
        ground.quiet();
        ground.mapping(toStaffingGroup(ground.group("Other", agents), group));
    }

    private List<String> order() {
        return ground.rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.path().startsWith(Ground.ROOT))
                .map(Received::method)
                .toList();
    }

    @Test
    @DisplayName("an agent missing from the answer's users is agent-refused, the others are created")
    void leftOut() throws Exception {
        support(3);
        ground.world.workforce("acme").leaveOutOfStaffingGroup(ground.user("Support", 1));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L, "agent-refused", 1L));
        assertThat(ground.calls("PATCH")).hasSize(1);
        // The letter does not wait: the next pass tries again by itself.
        ground.world.workforce("acme").acceptInStaffingGroup(ground.user("Support", 1));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 1L, "present", 2L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20})
    @DisplayName("k refused among n: one GET more, at most 2k⌈log2 n⌉ + 1 PATCHes, the others join")
    void refused(int agents) throws Exception {
        support(agents);
        ground.world.workforce("acme").addStaffingGroupMember(group, "somebody");
        int refused = Math.min(agents, 3);
        String[] codes = {"wfm.validation.failure", "wfm.entity.not.found", "request.conflict"};
        int[] statuses = {400, 404, 409};
        for (int i = 0; i < refused; i++) {
            String user = ground.user("Support", i * (agents - 1) / Math.max(1, refused - 1));
            ground.world.workforce("acme").refuseInStaffingGroup(user, statuses[i], codes[i]);
        }
        Map<String, Long> outcomes = ground.outcomes(ground.once());
        assertThat(outcomes.get("agent-refused")).isEqualTo(refused);
        assertThat(outcomes.getOrDefault("created", 0L)).isEqualTo(agents - refused);
        int levels = 32 - Integer.numberOfLeadingZeros(agents - 1);
        assertThat(ground.calls("PATCH")).hasSizeLessThanOrEqualTo(2 * refused * levels + 1);
        assertThat(ground.calls("GET")).hasSize(2);
        assertThat(members()).hasSize(agents - refused + 1).contains("somebody");
    }

    @Test
    @DisplayName("a group that is gone: one GET says so, it halts, and the organisation's others go on")
    void gone() throws Exception {
        String other = ground.staffingGroup(2);
        ground.group("Support", 4);
        ground.group("Sales", 1);
        ground.mapping(toStaffingGroup("Support", group), toStaffingGroup("Sales", other));
        AtomicInteger first = new AtomicInteger();
        ground.rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.method().equals("PATCH") && call.path().endsWith(group) && first.getAndIncrement() == 0) {
                ground.world.workforce("acme").removeStaffingGroup(group);
            }
            return null;
        });
        OrganizationPass acme = ground.once();
        assertThat(acme.haltOf(group).reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
        assertThat(acme.isHalted()).isFalse();
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 4L, "created", 1L));
        assertThat(ground.calls("PATCH")).hasSize(2);
        assertThat(ground.calls("GET")).hasSize(3);
        ground.quiet();
        acme = ground.once();
        assertThat(acme.haltOf(group).reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
        assertThat(ground.calls("PATCH")).isEmpty();
    }

    @Test
    @DisplayName("a 429 is waited out and costs no attempt; a 403 ends the inserts of the organisation")
    void throttledAndForbidden() throws Exception {
        support(2);
        Function<Received, Fault> tooMany = call -> Fault.answer(429, Map.of("Retry-After", "1"), "{}");
        patches(List.of(tooMany, tooMany, tooMany, tooMany, tooMany, tooMany));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L));
        assertThat(ground.calls("PATCH")).hasSize(7);
        assertThat(ground.calls("GET")).hasSize(1);

        support2(2);
        patches(List.of(call -> answer(403, "{\"code\":\"missing.division.permission\",\"status\":403}")));
        OrganizationPass acme = ground.once();
        assertThat(acme.currentHalt().reason()).isEqualTo(HaltReason.FORBIDDEN);
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 2L));
        assertThat(ground.calls("PATCH")).hasSize(1);
    }

    @Test
    @DisplayName("several Zendesk groups make one staffing group: one PATCH; an agent in both is merged")
    void severalGroups() throws Exception {
        ground.group("Support", 2);
        ground.group("Sales", 2);
        ground.join("Sales", ground.agent(0, 0));
        ground.mapping(toStaffingGroup("Support", group), toStaffingGroup("Sales", group));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 4L, "merged", 1L));
        assertThat(ground.calls("PATCH")).hasSize(1);
        assertThat(ground.calls("GET")).hasSize(1);
    }

    @Test
    @DisplayName("plan: predictedRequests is what once sends, and it sends no PATCH itself")
    void plan() throws Exception {
        String other = ground.staffingGroup(2);
        ground.group("Support", 5);
        ground.group("Sales", 3);
        ground.mapping(toStaffingGroup("Support", group), toStaffingGroup("Sales", other));
        ground.world.workforce("acme").addStaffingGroupMember(group, ground.user("Support", 0));
        ground.once();
        ground.world.workforce("acme").removeStaffingGroupMember(group, ground.user("Support", 3));
        ground.rehearsal.restart();
        ground.quiet();
        JsonNode planned =
                RunReport.of(ground.rehearsal.plan()).path("organizations").path("acme");
        assertThat(ground.calls("PATCH")).isEmpty();
        assertThat(planned.path("segments")).hasSize(1);
        ground.rehearsal.restart();
        ground.quiet();
        OrganizationPass acme = ground.once();
        assertThat(planned.path("predictedRequests").asLong()).isEqualTo(acme.requests());
        assertThat(ground.calls("PATCH")).hasSize(1);
    }

    /** So that the tests above cannot pass with an interceptor that never fires. */
    @Test
    @DisplayName("an answer outside the contract becomes a letter, without another PATCH")
    void unexpected() throws Exception {
        support(2);
        Interceptor redirect =
                call -> call.method().equals("PATCH") ? Fault.answer(302, Map.of("Location", "/login"), "") : null;
        ground.rehearsal.sandbox().genesys().interceptor(redirect);
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("unexpected-answer", 2L));
        assertThat(ground.calls("PATCH")).hasSize(1);
        assertThat(members()).isEmpty();
    }
}
