package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.GenesysContract.CONTRACT;
import static dev.wfmbridge.sandbox.GenesysContract.violations;
import static dev.wfmbridge.sandbox.Worlds.AMER;
import static dev.wfmbridge.sandbox.Worlds.EMEA;
import static dev.wfmbridge.sandbox.Worlds.SEGMENTS;
import static dev.wfmbridge.sandbox.Worlds.segment;
import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.model.Request.Method;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each answer of Genesys' side, and the call that it answers, validates against the contract. */
class GenesysContractTest {
    private final World world = Worlds.genesys();
    private final Sandbox sandbox = Sandbox.start(world);
    private final Caller caller = Caller.ofGenesys(sandbox, "emea", "emea-secret");

    @AfterEach
    void stop() {
        sandbox.close();
    }

    /** Validates the last call that was received, and its answer. */
    private void assertFollowsContract(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        var all = sandbox.genesys().received();
        Received last = all.get(all.size() - 1);
        SimpleResponse.Builder response = new SimpleResponse.Builder(answer.statusCode());
        answer.headers().map().forEach((name, values) -> response.withHeader(name, values.toArray(String[]::new)));
        if (!answer.body().isEmpty()) {
            response.withBody(answer.body());
        }
        var report = CONTRACT.validate(GenesysContract.request(last), response.build());
        assertThat(violations(report)).as("%s", last.path()).isEmpty();
        if (status >= 400) {
            assertError(Caller.json(answer), last.tokenCall(), status);
        }
    }

    private static void assertError(JsonNode body, boolean tokenCall, int status) {
        if (tokenCall) {
            assertThat(body.path("error").isTextual()).isTrue();
            assertThat(body.path("description").isTextual()).isTrue();
            assertThat(body.path("error_description").isTextual()).isTrue();
        } else {
            assertThat(body.path("message").isTextual()).isTrue();
            assertThat(body.path("code").isTextual()).isTrue();
            assertThat(body.path("status").asInt()).isEqualTo(status);
        }
    }

    /** A check that lets everything through would prove nothing. */
    @Test
    void whatBreaksTheContractIsReported() {
        var request = new SimpleRequest.Builder(Method.POST, SEGMENTS)
                .withHeader("Authorization", "Bearer x")
                .withHeader("Content-Type", "application/json")
                .withBody(segment("s1", "ann", "sched-1", "REJECTED"))
                .build();
        var response = new SimpleResponse.Builder(201)
                .withHeader("Content-Type", "application/json")
                .withBody("{\"id\": \"s1\"}")
                .build();
        assertThat(violations(CONTRACT.validateRequest(request))).isNotEmpty();
        assertThat(violations(CONTRACT.validateResponse(SEGMENTS, Method.POST, response)))
                .isNotEmpty();
    }

    @Test
    void token() {
        Caller client = new Caller(sandbox.genesys().url()).basic("emea", "emea-secret");
        assertFollowsContract(client.form("/oauth/token", "grant_type=client_credentials"), 200);
        assertFollowsContract(client.basic("emea", "guess").form("/oauth/token", "grant_type=client_credentials"), 401);
    }

    @Test
    void organization() {
        assertFollowsContract(caller.get("/api/v2/organizations/me"), 200);
        sandbox.genesys().revokeTokens(EMEA);
        assertFollowsContract(caller.get("/api/v2/organizations/me"), 401);
    }

    @Test
    void users() {
        assertFollowsContract(caller.get("/api/v2/users?pageSize=1&pageNumber=1&state=any"), 200);
        assertFollowsContract(caller.get("/api/v2/users?pageSize=500&pageNumber=9"), 200);
        assertFollowsContract(caller.get("/api/v2/users/ann"), 200);
        assertFollowsContract(caller.get("/api/v2/users/nobody"), 404);
        String search =
                """
                {"pageSize": 100, "query": [{"type": "EXACT", "fields": ["email"], "values": ["%s"]}]}""";
        assertFollowsContract(caller.post("/api/v2/users/search", search.formatted("ann@acme.example")), 200);
        assertFollowsContract(caller.post("/api/v2/users/search", search.formatted("nobody@acme.example")), 200);
    }

    @Test
    void segments() {
        assertFollowsContract(caller.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 201);
        assertFollowsContract(caller.post(SEGMENTS, segment("s2", "ben", "sched-1", "PENDING")), 201);
        assertFollowsContract(caller.get(SEGMENTS + "?scheduleId=sched-1&pageSize=1"), 200);
        assertFollowsContract(caller.get(SEGMENTS + "?scheduleId=sched-9&pageSize=100"), 200);
        assertFollowsContract(caller.get(SEGMENTS + "/s1"), 200);
        assertFollowsContract(caller.get(SEGMENTS + "/s9"), 404);
        assertFollowsContract(caller.put(SEGMENTS + "/s1", "{\"status\": \"CANCELLED\", \"version\": 1}"), 200);
        assertFollowsContract(caller.put(SEGMENTS + "/s1", "{\"status\": \"APPROVED\", \"version\": 1}"), 409);
        assertFollowsContract(caller.put(SEGMENTS + "/s9", "{\"status\": \"APPROVED\", \"version\": 1}"), 404);
        assertFollowsContract(caller.delete(SEGMENTS + "/s2"), 204);
        assertFollowsContract(caller.delete(SEGMENTS + "/s2"), 404);
    }

    @Test
    void refusals() {
        world.addSegment(AMER, "theirs", "eve", "sched-1", "APPROVED");
        assertFollowsContract(caller.post(SEGMENTS, segment("theirs", "ann", "sched-1", "APPROVED")), 409);
        assertFollowsContract(caller.post(SEGMENTS, segment("s1", "nobody", "sched-1", "APPROVED")), 404);
        world.revoke(EMEA, Permission.INSERT_SEGMENTS, Permission.READ_SEGMENTS);
        assertFollowsContract(caller.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 403);
        assertFollowsContract(caller.get(SEGMENTS), 403);
        world.servesSegments(EMEA, false);
        assertFollowsContract(caller.get(SEGMENTS), 404);
        world.quota(EMEA, 1, Duration.ofMinutes(1));
        assertFollowsContract(caller.get("/api/v2/users"), 429);
    }
}
