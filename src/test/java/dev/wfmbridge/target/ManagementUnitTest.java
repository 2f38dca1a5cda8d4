package dev.wfmbridge.target;

import static dev.wfmbridge.target.Ground.answer;
import static dev.wfmbridge.target.Ground.json;
import static dev.wfmbridge.target.Ground.toUnit;
import static dev.wfmbridge.target.Ground.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.segment.SegmentMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** Management units: who is moved, who is not, and what each result means, at the server. */
class ManagementUnitTest {

    @TempDir
    static Path folder;

    private static Ground ground;
    private String unit;
    private String other;

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
        unit = ground.unit(1);
        other = ground.unit(2);
    }

    @AfterEach
    void contract() {
        ground.assertFollowsTheVendorsFile();
    }

    private void support(int agents) throws Exception {
        support(agents, null);
    }

    private void support(int agents, String moveFrom) throws Exception {
        ground.mapping(toUnit(ground.group("Support", agents), unit, moveFrom));
    }

    private static String user(int number) {
        return ground.user("Support", number);
    }

    private Optional<String> unitOf(int number) {
        return ground.world.workforce("acme").managementUnitOf(user(number));
    }

    private void posts(List<Function<Received, Fault>> faults) {
        ground.failing(call -> call.method().equals("POST") && call.path().equals(Ground.ROOT + "/agents"), faults);
    }

    @Test
    @DisplayName("100 agents a call, each once, into the unit, confirmed by one read")
    void hundredACall() throws Exception {
        support(130);
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 130L));
        assertThat(ground.calls("POST")).hasSize(2);
        int sum = 0;
        for (Received call : ground.calls("POST")) {
            assertThat(json(call).path("destinationManagementUnitId").asText()).isEqualTo(unit);
            sum += values(json(call).path("userIds")).size();
            assertThat(json(call).path("userIds").size()).isLessThanOrEqualTo(100);
        }
        assertThat(sum).isEqualTo(130);
        String users = "/managementunits/" + unit + "/users";
        assertThat(ground.gets())
                .containsExactly(users, "/managementunits", "/managementunits/" + other + "/users", users);
        ground.quiet();
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("present", 130L));
        assertThat(ground.gets()).containsExactly(users);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AlreadyMoved", "NothingToDo"})
    @DisplayName("an agent who is there already is present, and nothing is read again")
    void alreadyThere(String result) throws Exception {
        support(1);
        posts(List.of(call ->
                answer(202, "{\"results\":[{\"user\":{\"id\":\"" + user(0) + "\"},\"result\":\"" + result + "\"}]}")));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("present", 1L));
        assertThat(ground.calls("POST")).hasSize(1);
        assertThat(ground.gets()).hasSize(3);
    }

    @Test
    @DisplayName("a move under way is read once more, then a letter; an agent who has arrived by then is there")
    void underWay() throws Exception {
        support(3);
        ground.world
                .workforce("acme")
                .moveUnderWay(user(0), Duration.ofHours(10))
                .moveUnderWay(user(1), unit, Duration.ofSeconds(1));
        assertThat(ground.outcomes(ground.once()))
                .isEqualTo(Map.of("move-in-progress", 1L, "present", 1L, "created", 1L));
        assertThat(ground.calls("POST")).hasSize(1);
        // Snapshot, list, the other unit, the confirmation, and one reading for those that were put aside.
        assertThat(ground.gets()).hasSize(5);
    }

    @Test
    @DisplayName("no result: read once more; moved nevertheless or not, nothing is sent twice")
    void noResult() throws Exception {
        support(2);
        ground.world.workforce("acme").omitMoveResult(user(0), true).omitMoveResult(user(1), false);
        Map<String, Long> outcomes = ground.outcomes(ground.once());
        assertThat(outcomes).isEqualTo(Map.of("present", 1L, "move-in-progress", 1L));
        assertThat(ground.calls("POST")).hasSize(1);
    }

    @Test
    @DisplayName("a success that no read shows: read once more, then a letter, tried again by the next pass")
    void unconfirmed() throws Exception {
        support(2);
        ground.world
                .workforce("acme")
                .showMovesLate(user(0), Duration.ofHours(10))
                .showMovesLate(user(1), Duration.ofSeconds(1));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 1L, "move-in-progress", 1L));
        assertThat(ground.calls("POST")).hasSize(1);
        ground.world.advance(Duration.ofHours(11));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("present", 2L));
    }

    @Test
    @DisplayName("a full unit: unit-full for those who did not fit")
    void full() throws Exception {
        String small = ground.unit(3, 2);
        ground.mapping(toUnit(ground.group("Support", 3), small, null));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L, "unit-full", 1L));
        support3();
        posts(List.of(call -> answer(
                202,
                "{\"results\":[{\"user\":{\"id\":\"" + ground.user("Third", 0)
                        + "\"},\"result\":\"DestinationBusinessUnitAgentLimitExceeded\"}]}")));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("unit-full", 1L));
    }

    private void support3() throws Exception {
        ground.quiet();
        ground.mapping(toUnit(ground.group("Third", 1), unit, null));
    }

    @Test
    @DisplayName("an agent of a unit that the client may not touch: source-unit-forbidden")
    void sourceForbidden() throws Exception {
        support(2, "any");
        ground.world.workforce("acme").putInManagementUnit(other, user(0)).forbidUnit(other);
        OrganizationPass acme = ground.once();
        assertThat(acme.isHalted()).isFalse();
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("created", 1L, "source-unit-forbidden", 1L));
        assertThat(unitOf(0)).contains(other);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a destination that is gone halts that unit only")
    void gone(boolean refusesCall) throws Exception {
        ground.group("Support", 2);
        ground.group("Sales", 1);
        ground.mapping(toUnit("Support", unit, null), toUnit("Sales", other, null));
        ground.world.workforce("acme").unknownUnitRefusesCall(refusesCall);
        try {
            posts(List.of(call -> {
                ground.unitIsGone(unit);
                return null;
            }));
            OrganizationPass acme = ground.once();
            assertThat(acme.isHalted()).isFalse();
            assertThat(acme.haltOf(unit).reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
            assertThat(acme.haltOf(other)).isNull();
            assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 2L, "created", 1L));
            assertThat(ground.calls("POST")).hasSize(2);
        } finally {
            ground.world.workforce("acme").unknownUnitRefusesCall(false);
        }
        ground.quiet();
        OrganizationPass acme = ground.once();
        assertThat(acme.haltOf(unit).reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 2L, "present", 1L));
        assertThat(ground.calls("POST")).isEmpty();
    }

    @Test
    @DisplayName("a user whom Genesys does not know refuses the call: halved, one GET more, agent-refused")
    void refused() throws Exception {
        support(4);
        posts(List.of());
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.method().equals("POST")
                                && call.path().endsWith("/agents")
                                && call.body().contains("\"" + user(2) + "\"")
                        ? answer(404, "{\"code\":\"user.ids.not.found\",\"status\":404}")
                        : null);
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 3L, "agent-refused", 1L));
        assertThat(ground.calls("POST")).hasSize(5);
        assertThat(ground.gets()).hasSize(5);
    }

    @Test
    @DisplayName("an agent is in one unit: the first entry in the file wins, the others are merged")
    void firstEntry() throws Exception {
        ground.group("Support", 2);
        ground.group("Sales", 1);
        ground.join("Sales", ground.agent(0, 0));
        ground.mapping(toUnit("Support", unit, null), toUnit("Sales", other, "any"));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 3L, "merged", 1L));
        assertThat(unitOf(0)).contains(unit);
        ground.quiet();
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("present", 3L, "merged", 1L));
        assertThat(ground.calls("POST")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "default", "any", "list"})
    @DisplayName("nobody is taken out of a unit except as moveFrom says; the report names the unit that they are in")
    void moveFrom(String which) throws Exception {
        String third = ground.unit(3);
        support(
                3,
                Map.of("none", "none", "default", "", "any", "any", "list", "[" + other + "]")
                        .get(which));
        if (which.equals("default")) {
            ground.mapping(toUnit("Support", unit, null));
        }
        ground.world.workforce("acme").putInManagementUnit(other, user(0)).putInManagementUnit(third, user(1));
        OrganizationPass acme = ground.once();
        assertThat(unitOf(0)).contains(which.equals("any") || which.equals("list") ? unit : other);
        assertThat(unitOf(1)).contains(which.equals("any") ? unit : third);
        assertThat(unitOf(2)).contains(unit);
        if (!which.equals("any")) {
            SegmentMessage skipped = acme.getMessages().stream()
                    .filter(message -> user(1).equals(message.genesysUserId()))
                    .findFirst()
                    .orElseThrow();
            assertThat(skipped.reason()).isEqualTo("in-another-unit");
            assertThat(skipped.evidence().detail()).contains(third);
        }
    }

    @Test
    @DisplayName(
            "a unit into which the bridge put the agent, and which no row wants any more, does not count as another one")
    void ownUnit() throws Exception {
        ground.group("Support", 2);
        ground.group("Sales", 0);
        ground.mapping(toUnit("Support", unit, null), toUnit("Sales", other, null));
        ground.once();
        ground.world.zendesk().removeMembership(ground.agent(0, 0), ground.groupId(0));
        ground.world.zendesk().addMembership(ground.agent(0, 0), ground.groupId(1));
        // Agents in both stay: a row still wants them in the unit that they are in.
        ground.world.zendesk().addMembership(ground.agent(0, 1), ground.groupId(1));
        ground.once();
        assertThat(unitOf(0)).contains(other);
        assertThat(unitOf(1)).contains(unit);
        // A person moves the agent back: that is not our doing, and stays.
        ground.world.workforce("acme").putInManagementUnit(unit, user(0));
        ground.rehearsal.restart();
        assertThat(ground.outcomes(ground.once())).containsEntry("in-another-unit", 1L);
        assertThat(unitOf(0)).contains(unit);
    }

    @Test
    @DisplayName("a listing that was not read to its end moves nobody out of a unit that the bridge put them into")
    void incompleteSource() throws Exception {
        ground.group("Support", 1);
        ground.group("Sales", 1);
        ground.mapping(toUnit("Support", unit, null), toUnit("Sales", other, null));
        ground.once();
        ground.world.zendesk().removeMembership(ground.agent(0, 0), ground.groupId(0));
        // The first row of a listing whose second page fails.
        ground.world.zendesk().addMembership(1, ground.agent(0, 0), ground.groupId(1));
        ground.group("Crowd", 120);
        ground.rehearsal.restart();
        ground.quiet();
        ground.rehearsal
                .sandbox()
                .zendesk()
                .interceptor(call -> call.path().contains("group_memberships")
                                && call.query().contains("after")
                        ? Fault.gatewayPage(503)
                        : null);
        try {
            OrganizationPass acme = ground.once();
            assertThat(ground.rehearsal.bridge().passes().current().getSource().isComplete())
                    .isFalse();
            assertThat(acme.getMessages())
                    .filteredOn(message -> user(0).equals(message.genesysUserId()))
                    .extracting(SegmentMessage::getOutcome, SegmentMessage::reason)
                    .containsExactly(tuple("held", "source-incomplete"));
            assertThat(unitOf(0)).contains(unit);
            assertThat(ground.calls("POST")).isEmpty();
        } finally {
            ground.rehearsal.sandbox().zendesk().interceptor(null);
            ground.world.zendesk().removeMembership(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 500})
    @DisplayName("a unit that no entry names cannot be read: no halt, each agent is looked up before they are moved")
    void unreadable(int status) throws Exception {
        support(3);
        ground.world.workforce("acme").putInManagementUnit(other, user(1));
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.path().endsWith(other + "/users")
                        ? answer(status, "{\"code\":\"some.code\",\"status\":" + status + "}")
                        : null);
        OrganizationPass acme = ground.once();
        assertThat(acme.isHalted()).isFalse();
        assertThat(acme.placeHalts()).isEmpty();
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("created", 2L, "in-another-unit", 1L));
        assertThat(ground.gets())
                .filteredOn(path -> path.startsWith("/agents/"))
                .hasSize(3);
        List<String> order = ground.rehearsal.sandbox().genesys().received().stream()
                .map(Received::path)
                .toList();
        assertThat(order.lastIndexOf(Ground.ROOT + "/agents/" + user(2) + "/managementunit"))
                .isLessThan(order.indexOf(Ground.ROOT + "/agents"));
    }

    @Test
    @DisplayName("an agent who cannot be looked up is not moved: a letter for them, the others go on")
    void unaskable() throws Exception {
        support(3);
        ground.world.workforce("acme").forbidUnit(other);
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.path().contains(user(0))
                        ? answer(403, "{\"code\":\"missing.division.permission\",\"status\":403}")
                        : call.path().contains(user(1)) ? Fault.gatewayPage(503) : null);
        OrganizationPass acme = ground.once();
        assertThat(acme.isHalted()).isFalse();
        assertThat(ground.outcomes(acme))
                .isEqualTo(Map.of("created", 1L, "source-unit-forbidden", 1L, "destination-unavailable", 1L));
        assertThat(unitOf(0)).isEmpty();
    }

    @Test
    @DisplayName("a lost answer: decided by a new read; what is sent again depends on where everybody is by then")
    void lost() throws Exception {
        support(3);
        posts(List.of(call -> Fault.loseAnswer()));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 3L));
        assertThat(ground.calls("POST")).hasSize(1);

        ground.quiet();
        ground.mapping(toUnit(ground.group("Other", 2), unit, null));
        posts(List.of(call -> {
            ground.world.workforce("acme").putInManagementUnit(other, ground.user("Other", 0));
            return Fault.loseRequest();
        }));
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 1L, "in-another-unit", 1L));
        assertThat(ground.calls("POST")).hasSize(2);
        assertThat(ground.world.workforce("acme").managementUnitOf(ground.user("Other", 0)))
                .contains(other);
    }

    @Test
    @DisplayName("the list of units cannot be read, then an answer is lost: the first failure does not hide the second")
    void twoFailures() throws Exception {
        support(2);
        AtomicInteger posts = new AtomicInteger();
        ground.rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.path().endsWith("/managementunits")) {
                return Fault.gatewayPage(503);
            }
            return call.path().endsWith("/agents") && posts.getAndIncrement() == 0 ? Fault.loseAnswer() : null;
        });
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("created", 2L));
        assertThat(posts).hasValue(1);
        assertThat(ground.gets())
                .filteredOn(path -> path.startsWith("/agents/"))
                .hasSize(2);
    }

    @Test
    @DisplayName("no usable answer at all: genesys.max-attempts POSTs, then letters")
    void neverAnswered() throws Exception {
        support(2);
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.path().endsWith("/agents") ? Fault.gatewayPage(504) : null);
        assertThat(ground.outcomes(ground.once())).isEqualTo(Map.of("destination-unavailable", 2L));
        assertThat(ground.calls("POST")).hasSize(4);
    }

    @Test
    @DisplayName("a unit that does not exist halts, and nothing is sent; a read that fails for good is no snapshot")
    void noSnapshot() throws Exception {
        support(1);
        ground.rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> call.path().endsWith(unit + "/users") ? Fault.gatewayPage(503) : null);
        OrganizationPass acme = ground.once();
        assertThat(acme.haltOf(unit).reason()).isEqualTo(HaltReason.SNAPSHOT_INCOMPLETE);
        ground.unitIsGone(unit);
        ground.rehearsal.sandbox().genesys().interceptor(null);
        acme = ground.once();
        assertThat(acme.haltOf(unit).reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 1L));
        assertThat(ground.calls("POST")).isEmpty();
    }

    @Test
    @DisplayName(
            "plan: an agent in another unit is skipped, and the unit is named; predictedRequests is what once sends")
    void plan() throws Exception {
        support(120);
        ground.world.workforce("acme").putInManagementUnit(other, user(0)).putInManagementUnit(unit, user(1));
        ground.rehearsal.restart();
        JsonNode planned =
                RunReport.of(ground.rehearsal.plan()).path("organizations").path("acme");
        assertThat(ground.calls("POST")).isEmpty();
        assertThat(planned.path("outcomes")
                        .path("skipped")
                        .path("in-another-unit")
                        .asInt())
                .isEqualTo(1);
        assertThat(planned.path("outcomes").path("created").asInt()).isEqualTo(118);
        assertThat(planned.path("segments"))
                .hasSize(119)
                .anyMatch(line -> line.path("action").asText().equals("skip")
                        && line.path("reason").asText().equals("in-another-unit")
                        && line.path("detail").asText().contains(other));
        ground.rehearsal.restart();
        OrganizationPass acme = ground.once();
        assertThat(planned.path("predictedRequests").asLong()).isEqualTo(acme.requests());
        assertThat(ground.outcomes(acme)).isEqualTo(Map.of("created", 118L, "in-another-unit", 1L, "present", 1L));
    }
}
