package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.GenesysContract.violations;
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

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request.Method;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each answer of units and staffing groups, and the call that it answers, validates against what the vendor publishes; and
 * the code of a refusal is one that the vendor lists for that path and status.
 */
class PublishedContractTest {
    private static final JsonNode PUBLISHED = PublishedContract.PUBLISHED;
    private static final OpenApiInteractionValidator CONTRACT = PublishedContract.CONTRACT;

    private static final String AGENTS = "/agents";
    private static final String UNIT_OF = "/agents/{agentId}/managementunit";
    private static final String USERS = "/managementunits/{managementUnitId}/users";
    private static final String GROUPS = "/businessunits/{businessUnitId}/staffinggroups";
    private static final String ONE = GROUPS + "/{staffingGroupId}";

    private final World world = Worlds.published();
    private final Sandbox sandbox = Sandbox.start(world);
    private final Caller caller = Caller.ofGenesys(sandbox, "emea", "emea-secret");

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private static SimpleResponse response(HttpResponse<String> answer) {
        SimpleResponse.Builder response = new SimpleResponse.Builder(answer.statusCode());
        answer.headers().map().forEach((name, values) -> response.withHeader(name, values.toArray(String[]::new)));
        return response.withBody(answer.body()).build();
    }

    private Received last() {
        var all = sandbox.genesys().received();
        return all.get(all.size() - 1);
    }

    private SimpleRequest lastRequest() {
        return GenesysContract.request(last());
    }

    /** @param pattern the path as the vendor writes it */
    private void assertFollows(HttpResponse<String> answer, int status, String pattern) {
        assertAnswerFollows(answer, status, pattern);
        assertThat(violations(CONTRACT.validate(lastRequest(), response(answer))))
                .as("%s", last().path())
                .isEmpty();
    }

    private void assertAnswerFollows(HttpResponse<String> answer, int status, String pattern) {
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(status);
        Method method = Method.valueOf(last().method());
        assertThat(violations(CONTRACT.validateResponse(last().path(), method, response(answer))))
                .as("%s", last().path())
                .isEmpty();
        if (status >= 400) {
            JsonNode codes = PUBLISHED
                    .path("paths")
                    .path(WFM + pattern)
                    .path(method.name().toLowerCase(Locale.ROOT))
                    .path("responses")
                    .path(Integer.toString(status))
                    .path("x-inin-error-codes");
            assertThat(codes.properties())
                    .extracting(Map.Entry::getKey)
                    .contains(Caller.json(answer).path("code").asText());
            assertThat(Caller.json(answer).path("status").asInt()).isEqualTo(status);
        }
    }

    /** A check that lets everything through would prove nothing. */
    @Test
    void whatBreaksTheContractIsReported() {
        SimpleResponse nameless = new SimpleResponse.Builder(200)
                .withHeader("Content-Type", "application/json")
                .withBody("{\"id\": \"s1\", \"users\": [{\"id\": 1}]}")
                .build();
        assertThat(violations(CONTRACT.validateResponse(groupPath(GROUP), Method.GET, nameless)))
                .isNotEmpty();
        SimpleResponse unknownResult = new SimpleResponse.Builder(202)
                .withHeader("Content-Type", "application/json")
                .withBody("{\"results\": [{\"user\": {\"id\": \"ann\"}, \"result\": \"Moved\"}]}")
                .build();
        assertThat(violations(CONTRACT.validateResponse(WFM + AGENTS, Method.POST, unknownResult)))
                .isNotEmpty();
        SimpleRequest withoutVersion = new SimpleRequest.Builder(Method.PATCH, groupPath(GROUP))
                .withHeader("Content-Type", "application/json")
                .withBody("{\"userIds\": {\"values\": []}}")
                .build();
        assertThat(violations(CONTRACT.validateRequest(withoutVersion))).isNotEmpty();
    }

    @Test
    void lists() {
        world.workforce(EMEA).addStaffingGroupMember(GROUP, "ann");
        assertFollows(caller.get(WFM + "/businessunits"), 200, "/businessunits");
        assertFollows(caller.get(WFM + "/managementunits"), 200, "/managementunits");
        assertFollows(caller.get(WFM + "/businessunits/" + UNIT + "/staffinggroups"), 200, GROUPS);
        assertFollows(
                caller.get(WFM + "/businessunits/" + UNIT + "/staffinggroups?managementUnitId=" + FRONT), 200, GROUPS);
        assertFollows(
                caller.get(WFM + "/businessunits/" + UNIT + "/staffinggroups?managementUnitId=none"), 400, GROUPS);
        assertFollows(caller.get(WFM + "/businessunits/none/staffinggroups"), 404, GROUPS);
    }

    @Test
    void staffingGroups() {
        assertFollows(caller.get(groupPath(GROUP)), 200, ONE);
        assertFollows(caller.patch(groupPath(GROUP), patch(1, "ann", "ben")), 200, ONE);
        assertFollows(caller.get(groupPath(GROUP)), 200, ONE);
        assertFollows(caller.get(groupPath("tied")), 200, ONE);
        assertFollows(caller.patch(groupPath(GROUP), patch(1, "ann")), 409, ONE);
        assertFollows(caller.patch(groupPath(GROUP), patch(2, "ann", "nobody")), 404, ONE);
        assertFollows(caller.patch(groupPath("tied"), patch(1, "ann")), 400, ONE);
        assertFollows(caller.get(groupPath("none")), 404, ONE);
        assertFollows(caller.patch(groupPath("none"), patch(1)), 404, ONE);
        assertFollows(caller.get(WFM + "/businessunits/none/staffinggroups/" + GROUP), 404, ONE);
        assertFollows(caller.patch(WFM + "/businessunits/none/staffinggroups/" + GROUP, patch(1)), 404, ONE);
        world.workforce(EMEA).refuseInStaffingGroup("cid", 409, "request.conflict");
        assertFollows(caller.patch(groupPath(GROUP), patch(2, "ann", "ben", "cid")), 409, ONE);
        assertAnswerFollows(caller.patch(groupPath(GROUP), "{\"userIds\": {\"values\": []}}"), 400, ONE);
        assertAnswerFollows(caller.patch(groupPath(GROUP), "nonsense"), 400, ONE);
    }

    @Test
    void moves() {
        assertFollows(caller.post(WFM + AGENTS, move(FRONT, "ann", "ben")), 202, AGENTS);
        assertFollows(caller.post(WFM + AGENTS, move("none", "ann")), 202, AGENTS);
        // The definition has no null for the destination, though its text asks for one.
        assertAnswerFollows(caller.post(WFM + AGENTS, move(null, "ben")), 202, AGENTS);
        assertThat(violations(CONTRACT.validateRequest(lastRequest()))).isNotEmpty();
        assertFollows(caller.get(WFM + "/agents/ann/managementunit"), 200, UNIT_OF);
        assertFollows(caller.get(WFM + "/agents/ben/managementunit"), 404, UNIT_OF);
        assertFollows(caller.get(WFM + "/managementunits/" + FRONT + "/users"), 200, USERS);
        assertFollows(caller.get(WFM + "/managementunits/" + BACK + "/users"), 200, USERS);
        assertFollows(caller.get(WFM + "/managementunits/none/users"), 404, USERS);
        assertFollows(caller.post(WFM + AGENTS, move(FRONT, "nobody")), 404, AGENTS);
        assertFollows(caller.post(WFM + AGENTS, move(FRONT, " ")), 400, AGENTS);
        assertFollows(caller.post(WFM + AGENTS, move(FRONT)), 400, AGENTS);
        world.workforce(EMEA).unknownUnitRefusesCall(true);
        assertFollows(caller.post(WFM + AGENTS, move("none", "ann")), 404, AGENTS);
    }

    @Test
    void refusals() {
        world.workforce(EMEA).forbidUnit(FRONT);
        assertFollows(caller.get(WFM + "/managementunits/" + FRONT + "/users"), 403, USERS);
        assertFollows(caller.post(WFM + AGENTS, move(FRONT, "ann")), 403, AGENTS);
        world.revoke(
                EMEA,
                Permission.VIEW_AGENTS,
                Permission.EDIT_AGENTS,
                Permission.VIEW_STAFFING_GROUPS,
                Permission.EDIT_STAFFING_GROUPS);
        assertFollows(caller.get(groupPath(GROUP)), 403, ONE);
        assertFollows(caller.patch(groupPath(GROUP), patch(1)), 403, ONE);
        assertFollows(caller.get(WFM + "/businessunits/" + UNIT + "/staffinggroups"), 403, GROUPS);
        assertFollows(caller.get(WFM + "/managementunits/" + BACK + "/users"), 403, USERS);
        assertFollows(caller.get(WFM + "/agents/ann/managementunit"), 403, UNIT_OF);
        assertFollows(caller.post(WFM + AGENTS, move(BACK, "ann")), 403, AGENTS);
        sandbox.genesys().revokeTokens(EMEA);
        assertFollows(caller.get(groupPath(GROUP)), 401, ONE);
        world.quota(EMEA, 1, Duration.ofMinutes(1));
        assertFollows(caller.get(groupPath(GROUP)), 429, ONE);
    }
}
