package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.Caller.json;
import static dev.wfmbridge.sandbox.Worlds.AMER;
import static dev.wfmbridge.sandbox.Worlds.BACK;
import static dev.wfmbridge.sandbox.Worlds.EMEA;
import static dev.wfmbridge.sandbox.Worlds.FRONT;
import static dev.wfmbridge.sandbox.Worlds.GROUP;
import static dev.wfmbridge.sandbox.Worlds.UNIT;
import static dev.wfmbridge.sandbox.Worlds.WFM;
import static dev.wfmbridge.sandbox.Worlds.groupPath;
import static dev.wfmbridge.sandbox.Worlds.move;
import static dev.wfmbridge.sandbox.Worlds.patch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The traps of staffing groups and management units. */
class PublishedServerTest {
    private static final String AGENTS = WFM + "/agents";

    private final World world = Worlds.published();
    private final Sandbox sandbox = Sandbox.start(world);
    private final GenesysServer genesys = sandbox.genesys();
    private final Caller emea = Caller.ofGenesys(sandbox, "emea", "emea-secret");
    private final Caller amer = Caller.ofGenesys(sandbox, "amer", "amer-secret");

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private static void assertError(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).path("code").asText()).isEqualTo(code);
    }

    private HttpResponse<String> patchGroup(int version, String... users) {
        return emea.patch(groupPath(GROUP), patch(version, users));
    }

    /** Result by user. */
    private Map<String, String> moved(String unit, String... users) {
        HttpResponse<String> answer = emea.post(AGENTS, move(unit, users));
        assertThat(answer.statusCode()).isEqualTo(202);
        Map<String, String> results = new HashMap<>();
        for (JsonNode row : json(answer).path("results")) {
            results.put(row.path("user").path("id").asText(), row.path("result").asText());
        }
        return results;
    }

    private HttpResponse<String> unitOf(String user) {
        return emea.get(WFM + "/agents/" + user + "/managementunit");
    }

    private HttpResponse<String> usersOf(String unit) {
        return emea.get(WFM + "/managementunits/" + unit + "/users");
    }

    @Nested
    class StaffingGroups {
        @Test
        void aPatchReplacesTheWholeSetAndMakesTheVersionOneHigher() {
            JsonNode first = json(patchGroup(1, "ann", "ben"));
            assertThat(first.path("users").findValuesAsText("id")).containsExactlyInAnyOrder("ann", "ben");
            assertThat(first.path("metadata").path("version").asInt()).isEqualTo(2);

            JsonNode second = json(patchGroup(2, "cid"));
            assertThat(second.path("users").findValuesAsText("id")).containsExactly("cid");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("cid");
            assertThat(world.workforce(EMEA).staffingGroupVersion(GROUP)).isEqualTo(3);
            assertThat(json(emea.get(groupPath(GROUP)))).isEqualTo(second);
        }

        @Test
        void aPatchWithoutUsersLeavesThem() {
            patchGroup(1, "ann");
            JsonNode renamed =
                    json(emea.patch(groupPath(GROUP), "{\"name\": \"Nights\", \"metadata\": {\"version\": 2}}"));
            assertThat(renamed.path("name").asText()).isEqualTo("Nights");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ann");
        }

        @Test
        void somebodyElsesEditBetweenReadingAndPatchIsAConflict() {
            genesys.interceptor(request -> {
                if (request.method().equals("PATCH") && world.workforce(EMEA).staffingGroupVersion(GROUP) == 1) {
                    world.workforce(EMEA).addStaffingGroupMember(GROUP, "ben");
                }
                return null;
            });
            assertError(patchGroup(1, "ann"), 409, "wfm.transaction.conflict");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ben");
            assertThat(patchGroup(2, "ann", "ben").statusCode()).isEqualTo(200);
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ann", "ben");
        }

        @Test
        void aVersionFromTheFutureIsAConflictToo() {
            assertError(patchGroup(7, "ann"), 409, "wfm.transaction.conflict");
        }

        @Test
        void anEditByHandThatChangesNothingMakesNoVersion() {
            world.workforce(EMEA)
                    .addStaffingGroupMember(GROUP, "ann")
                    .addStaffingGroupMember(GROUP, "ann")
                    .removeStaffingGroupMember(GROUP, "ben");
            assertThat(world.workforce(EMEA).staffingGroupVersion(GROUP)).isEqualTo(2);
            world.workforce(EMEA).removeStaffingGroupMember(GROUP, "ann");
            assertThat(world.workforce(EMEA).staffingGroupVersion(GROUP)).isEqualTo(3);
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"400, wfm.validation.failure", "404, wfm.entity.not.found", "409, request.conflict"})
        void oneRefusedUserRefusesAllAndIsNotNamed(int status, String code) {
            world.workforce(EMEA).refuseInStaffingGroup("ben", status, code);
            HttpResponse<String> refused = patchGroup(1, "ann", "ben");
            assertError(refused, status, code);
            assertThat(refused.body()).doesNotContain("ben");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).isEmpty();
            assertThat(patchGroup(1, "ann").statusCode()).isEqualTo(200);
            world.workforce(EMEA).acceptInStaffingGroup("ben");
            assertThat(patchGroup(2, "ann", "ben").statusCode()).isEqualTo(200);
        }

        @Test
        void whoIsInTheGroupAlreadyIsNotRefused() {
            world.workforce(EMEA)
                    .addStaffingGroupMember(GROUP, "ben")
                    .refuseInStaffingGroup("ben", 409, "request.conflict");
            assertThat(patchGroup(2, "ann", "ben").statusCode()).isEqualTo(200);
        }

        @ParameterizedTest
        @CsvSource({"nobody", "dot", "eve"})
        void aUserWhoIsUnknownDeletedOrOfAnotherOrganisationRefusesAll(String user) {
            assertError(patchGroup(1, "ann", user), 404, "wfm.entity.not.found");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).isEmpty();
        }

        @Test
        void aUserMayBeSilentlyLeftOut() {
            world.workforce(EMEA).leaveOutOfStaffingGroup("ben");
            HttpResponse<String> answer = patchGroup(1, "ann", "ben");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).path("users").findValuesAsText("id")).containsExactly("ann");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ann");
            assertThat(world.workforce(EMEA).staffingGroupVersion(GROUP)).isEqualTo(2);
        }

        @Test
        void aPersonCanAddHimNeverthelessAndThenHeStays() {
            world.workforce(EMEA).leaveOutOfStaffingGroup("ben").addStaffingGroupMember(GROUP, "ben");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ben");
            assertThat(patchGroup(2, "ann", "ben").statusCode()).isEqualTo(200);
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ann", "ben");
        }

        @Test
        void aGroupWithAUnitTakesOnlyItsAgents() {
            world.workforce(EMEA).addStaffingGroupMember("tied", "cid").putInManagementUnit(BACK, "ann");
            assertError(emea.patch(groupPath("tied"), patch(2, "ann", "cid")), 400, "wfm.validation.failure");
            world.workforce(EMEA).putInManagementUnit(FRONT, "ann");
            assertThat(emea.patch(groupPath("tied"), patch(2, "ann", "cid")).statusCode())
                    .isEqualTo(200);
        }

        @Test
        void aGroupMayKeepToItsBusinessUnit() {
            world.workforce(EMEA).staffingGroupsKeepToBusinessUnit(true);
            assertError(patchGroup(1, "ann"), 400, "wfm.validation.failure");
            world.workforce(EMEA).putInManagementUnit(BACK, "ann");
            assertThat(patchGroup(1, "ann").statusCode()).isEqualTo(200);
        }

        @Test
        void whichIsMissingIsTold() {
            assertError(
                    emea.get(WFM + "/businessunits/none/staffinggroups/" + GROUP), 404, "wfm.business.unit.not.found");
            assertError(emea.get(groupPath("none")), 404, "wfm.entity.not.found");
            world.workforce(EMEA).addBusinessUnit("other", "Other");
            assertError(emea.get(WFM + "/businessunits/other/staffinggroups/" + GROUP), 404, "wfm.entity.not.found");
            assertError(amer.get(groupPath(GROUP)), 404, "wfm.business.unit.not.found");
            world.workforce(EMEA).removeStaffingGroup(GROUP);
            assertError(patchGroup(1, "ann"), 404, "wfm.entity.not.found");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "nonsense | bad.request",
                    "{\"userIds\": {\"values\": []}} | wfm.validation.failure",
                    "{\"userIds\": {\"values\": []}, \"metadata\": {\"version\": \"1\"}} | wfm.validation.failure",
                    "{\"userIds\": {\"values\": null}, \"metadata\": {\"version\": 1}} | wfm.validation.failure",
                    "{\"userIds\": {\"values\": [\"\"]}, \"metadata\": {\"version\": 1}} | wfm.validation.failure",
                    "{\"userIds\": {\"values\": [\"ann\", \"ann\"]}, \"metadata\": {\"version\": 1}} | wfm.validation.failure",
                    "{\"planningGroupIds\": {\"values\": []}, \"metadata\": {\"version\": 1}} | bad.request",
                })
        void aMalformedPatchIsRefused(String body, String code) {
            assertError(emea.patch(groupPath(GROUP), body), 400, code);
            assertThat(world.workforce(EMEA).staffingGroupVersion(GROUP)).isEqualTo(1);
        }

        @Test
        void aLostAnswerIsCarriedOut() {
            genesys.interceptor(request -> Fault.loseAnswer());
            assertThatThrownBy(() -> patchGroup(1, "ann")).isInstanceOf(UncheckedIOException.class);
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).containsExactly("ann");
        }

        @Test
        void theListHasEachGroupWithItsUsers() {
            world.workforce(EMEA).addStaffingGroupMember(GROUP, "ann");
            JsonNode all = json(emea.get(WFM + "/businessunits/" + UNIT + "/staffinggroups"))
                    .path("entities");
            assertThat(all).hasSize(2);
            assertThat(all.get(0)).isEqualTo(json(emea.get(groupPath(GROUP))));
            JsonNode ofUnit =
                    json(emea.get(WFM + "/businessunits/" + UNIT + "/staffinggroups?managementUnitId=" + FRONT));
            assertThat(ofUnit.path("entities").get(0).path("id").asText()).isEqualTo("tied");
            assertThat(ofUnit.path("entities")).hasSize(1);
        }
    }

    @Nested
    class ManagementUnits {
        @Test
        void theListsHaveIdsNamesAndBusinessUnits() {
            JsonNode units = json(emea.get(WFM + "/managementunits")).path("entities");
            assertThat(units).hasSize(2);
            assertThat(units.get(0).path("id").asText()).isEqualTo(FRONT);
            assertThat(units.get(0).path("name").asText()).isEqualTo("Front");
            assertThat(units.get(0).path("businessUnit").path("id").asText()).isEqualTo(UNIT);
            JsonNode business = json(emea.get(WFM + "/businessunits")).path("entities");
            assertThat(business.get(0).path("id").asText()).isEqualTo(UNIT);
            assertThat(business.get(0).path("name").asText()).isEqualTo("EMEA");
            assertThat(json(amer.get(WFM + "/managementunits")).path("entities"))
                    .isEmpty();
        }

        @Test
        void aMoveTakesTheAgentOutOfTheOtherUnit() {
            world.workforce(EMEA).putInManagementUnit(BACK, "ann");
            assertThat(moved(FRONT, "ann", "ben"))
                    .containsEntry("ann", "MoveSuccessful")
                    .hasSize(2);
            assertThat(json(usersOf(FRONT)).path("entities").findValuesAsText("id"))
                    .containsExactlyInAnyOrder("ann", "ben");
            assertThat(json(usersOf(BACK)).path("entities")).isEmpty();
            assertThat(world.workforce(EMEA).managementUnitOf("ann")).contains(FRONT);
            assertThat(world.workforce(EMEA).managementUnitMembers(FRONT)).containsExactly("ann", "ben");
        }

        @Test
        void resultsDoNotComeInTheOrderOfTheRequest() {
            JsonNode results =
                    json(emea.post(AGENTS, move(FRONT, "ann", "ben", "cid"))).path("results");
            assertThat(results.get(0).path("user").path("id").asText()).isEqualTo("cid");
        }

        @Test
        void whoIsThereIsAlreadyMovedOrNothingToDo() {
            world.workforce(EMEA).putInManagementUnit(FRONT, "ann");
            moved(FRONT, "ben");
            assertThat(moved(FRONT, "ann", "ben"))
                    .containsEntry("ann", "NothingToDo")
                    .containsEntry("ben", "AlreadyMoved");
        }

        @Test
        void noDestinationTakesOut() {
            world.workforce(EMEA).putInManagementUnit(FRONT, "ann").putInManagementUnit(FRONT, "cid");
            assertThat(moved(null, "ann", "ben"))
                    .containsEntry("ann", "MoveSuccessful")
                    .containsEntry("ben", "NothingToDo");
            assertThat(emea.post(AGENTS, "{\"userIds\": [\"cid\"]}").statusCode())
                    .isEqualTo(202);
            assertThat(world.workforce(EMEA).managementUnitMembers(FRONT)).isEmpty();
        }

        @Test
        void whileAMoveIsUnderWayThereIsNoOther() {
            world.workforce(EMEA)
                    .putInManagementUnit(FRONT, "ann")
                    .moveUnderWay("ann", Duration.ofMinutes(5))
                    .moveUnderWay("ben", BACK, Duration.ofMinutes(5));
            assertThat(moved(BACK, "ann", "ben", "cid"))
                    .containsEntry("ann", "MovingToDifferentManagementUnit")
                    .containsEntry("ben", "MovingToDifferentManagementUnit")
                    .containsEntry("cid", "MoveSuccessful");
            assertThat(world.workforce(EMEA).managementUnitOf("ben")).isEmpty();

            world.advance(Duration.ofMinutes(5));
            assertThat(world.workforce(EMEA).managementUnitOf("ann")).contains(FRONT);
            assertThat(world.workforce(EMEA).managementUnitOf("ben")).contains(BACK);
            assertThat(moved(BACK, "ann")).containsEntry("ann", "MoveSuccessful");
        }

        @Test
        void aPersonsMoveEndsTheOneUnderWay() {
            world.workforce(EMEA)
                    .moveUnderWay("ann", BACK, Duration.ofMinutes(5))
                    .putInManagementUnit(FRONT, "ann");
            assertThat(moved(FRONT, "ann")).containsEntry("ann", "NothingToDo");
            world.advance(Duration.ofMinutes(5));
            assertThat(world.workforce(EMEA).managementUnitOf("ann")).contains(FRONT);
        }

        @Test
        void aFullUnitTakesUntilItIsFull() {
            world.workforce(EMEA).addManagementUnit(UNIT, "small", "Small", 1);
            assertThat(moved("small", "ann", "ben"))
                    .containsEntry("ann", "MoveSuccessful")
                    .containsEntry("ben", "DestinationManagementUnitAgentLimitExceeded");
            assertThat(moved("small", "ann")).containsEntry("ann", "AlreadyMoved");
            moved(null, "ann");
            assertThat(moved("small", "ben")).containsEntry("ben", "MoveSuccessful");
        }

        @Test
        void aFullBusinessUnitTakesNobodyFromOutside() {
            world.workforce(EMEA)
                    .addBusinessUnit("tiny", "Tiny", 1)
                    .addManagementUnit("tiny", "t1", "T1")
                    .addManagementUnit("tiny", "t2", "T2");
            assertThat(moved("t1", "ann", "ben"))
                    .containsEntry("ann", "MoveSuccessful")
                    .containsEntry("ben", "DestinationBusinessUnitAgentLimitExceeded");
            assertThat(moved("t2", "ann")).containsEntry("ann", "MoveSuccessful");
        }

        @Test
        void aUnitThatDoesNotExist() {
            assertThat(moved("none", "ann")).containsEntry("ann", "DestinationManagementUnitDoesNotExist");
            assertError(usersOf("none"), 404, "wfm.management.unit.not.found");
            world.workforce(EMEA).unknownUnitRefusesCall(true);
            assertError(emea.post(AGENTS, move("none", "ann")), 404, "wfm.management.unit.not.found");
        }

        @Test
        void aUnitThatIsRemovedHasNobody() {
            world.workforce(EMEA).putInManagementUnit(FRONT, "ann").removeManagementUnit(FRONT);
            assertError(unitOf("ann"), 404, "wfm.entity.not.found");
            assertError(usersOf(FRONT), 404, "wfm.management.unit.not.found");
        }

        @Test
        void aForbiddenUnitIsListedAndKeepsItsAgents() {
            world.workforce(EMEA).putInManagementUnit(BACK, "ann").forbidUnit(BACK);
            assertThat(json(emea.get(WFM + "/managementunits")).path("entities"))
                    .hasSize(2);
            assertError(usersOf(BACK), 403, "missing.division.permission");
            assertThat(json(unitOf("ann")).path("managementUnit").path("id").asText())
                    .isEqualTo(BACK);
            assertThat(moved(FRONT, "ann", "ben"))
                    .containsEntry("ann", "SourceManagementUnitNotAuthorized")
                    .containsEntry("ben", "MoveSuccessful");
            assertError(emea.post(AGENTS, move(BACK, "ben")), 403, "wfm.permission.failure");
            world.workforce(EMEA).allowUnit(BACK);
            assertThat(moved(FRONT, "ann")).containsEntry("ann", "MoveSuccessful");
        }

        @ParameterizedTest
        @CsvSource({"nobody", "dot", "eve"})
        void anUnknownUserRefusesTheWholeCall(String user) {
            assertError(emea.post(AGENTS, move(FRONT, "ann", user)), 404, "user.ids.not.found");
            assertThat(world.workforce(EMEA).managementUnitOf("ann")).isEmpty();
        }

        @Test
        void aResultMayBeMissing() {
            world.workforce(EMEA).omitMoveResult("ann", false).omitMoveResult("ben", true);
            assertThat(moved(FRONT, "ann", "ben", "cid")).containsOnlyKeys("cid");
            assertThat(world.workforce(EMEA).managementUnitMembers(FRONT)).containsExactly("ben", "cid");
            world.workforce(EMEA).tellMoveResult("ann");
            assertThat(moved(FRONT, "ann")).containsEntry("ann", "MoveSuccessful");
        }

        @Test
        void aSuccessMayNotBeShownYet() {
            world.workforce(EMEA).putInManagementUnit(BACK, "ann").showMovesLate("ann", Duration.ofHours(1));
            assertThat(moved(FRONT, "ann")).containsEntry("ann", "MoveSuccessful");
            assertThat(json(unitOf("ann")).path("managementUnit").path("id").asText())
                    .isEqualTo(BACK);
            assertThat(json(usersOf(FRONT)).path("entities")).isEmpty();
            assertThat(json(usersOf(BACK)).path("entities").findValuesAsText("id"))
                    .containsExactly("ann");
            assertThat(moved(FRONT, "ann")).containsEntry("ann", "AlreadyMoved");

            world.advance(Duration.ofHours(1));
            assertThat(json(usersOf(FRONT)).path("entities").findValuesAsText("id"))
                    .containsExactly("ann");
            assertThat(world.workforce(EMEA).managementUnitOf("ann")).contains(FRONT);
        }

        @Test
        void theBusinessUnitIsToldOnlyToWhoAsksForIt() {
            world.workforce(EMEA).putInManagementUnit(FRONT, "ann");
            assertThat(json(unitOf("ann")).has("businessUnit")).isFalse();
            JsonNode expanded = json(emea.get(WFM + "/agents/ann/managementunit?expand=businessUnit"));
            assertThat(expanded.path("businessUnit").path("id").asText()).isEqualTo(UNIT);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "nonsense | bad.request",
                    "{\"destinationManagementUnitId\": \"front\"} | constraint.validation",
                    "{\"userIds\": []} | constraint.validation",
                    "{\"userIds\": [\"ann\", \"ann\"]} | constraint.validation",
                    "{\"userIds\": [\"\"]} | wfm.ids.may.not.be.blank",
                    "{\"userIds\": [\"ann\"], \"destinationManagementUnitId\": 7} | bad.request",
                })
        void aMalformedMoveIsRefused(String body, String code) {
            assertError(emea.post(AGENTS, body), 400, code);
        }
    }

    @Nested
    class Permissions {
        @Test
        void viewAndEditAreApart() {
            world.revoke(EMEA, Permission.EDIT_STAFFING_GROUPS, Permission.EDIT_AGENTS);
            assertThat(emea.get(groupPath(GROUP)).statusCode()).isEqualTo(200);
            assertThat(usersOf(FRONT).statusCode()).isEqualTo(200);
            assertError(patchGroup(1, "ann"), 403, "missing.any.permissions");
            HttpResponse<String> refused = emea.post(AGENTS, move(FRONT, "ann"));
            assertError(refused, 403, "missing.any.permissions");
            assertThat(json(refused).path("message").asText()).contains("wfm:agent:edit");
            assertThat(world.workforce(EMEA).staffingGroupMembers(GROUP)).isEmpty();
        }

        @Test
        void eitherViewSufficesForTheUsersOfAUnit() {
            world.revoke(EMEA, Permission.VIEW_AGENTS);
            assertThat(usersOf(FRONT).statusCode()).isEqualTo(200);
            assertError(unitOf("ann"), 403, "missing.any.permissions");
            world.revoke(EMEA, Permission.VIEW_STAFFING_GROUPS);
            assertError(usersOf(FRONT), 403, "missing.any.permissions");
            assertError(emea.get(groupPath(GROUP)), 403, "missing.any.permissions");
            assertThat(emea.get(WFM + "/managementunits").statusCode()).isEqualTo(200);
        }

        @Test
        void eachCallCountsInTheQuota() {
            emea.get(WFM + "/businessunits");
            emea.get(WFM + "/managementunits");
            emea.get(WFM + "/businessunits/" + UNIT + "/staffinggroups");
            emea.get(groupPath("none"));
            patchGroup(7);
            emea.post(AGENTS, move(FRONT, "ann"));
            unitOf("ben");
            assertThat(usersOf(FRONT).headers().firstValue("inin-ratelimit-count"))
                    .contains("8");
            world.quota(EMEA, 8, Duration.ofMinutes(1));
            assertError(usersOf(FRONT), 429, "too.many.requests.retry.after");
        }
    }

    @Nested
    class Mistakes {
        @Test
        void whatDoesNotExistCannotBeNamed() {
            assertThatThrownBy(() -> world.workforce(EMEA).addManagementUnit("none", "m", "M"))
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> world.workforce(EMEA).putInManagementUnit("none", "ann"))
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> world.workforce(EMEA).staffingGroupMembers("none"))
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> world.workforce(EMEA).addBusinessUnit(UNIT, "EMEA"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> world.workforce(EMEA).refuseInStaffingGroup("ann", 503, "service.unavailable"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(world.workforce(AMER).managementUnitOf("eve")).isEmpty();
        }
    }
}
