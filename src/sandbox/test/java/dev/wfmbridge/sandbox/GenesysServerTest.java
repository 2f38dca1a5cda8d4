package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.Caller.json;
import static dev.wfmbridge.sandbox.Worlds.AMER;
import static dev.wfmbridge.sandbox.Worlds.EMEA;
import static dev.wfmbridge.sandbox.Worlds.SEGMENTS;
import static dev.wfmbridge.sandbox.Worlds.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Genesys' traps, each as the contract describes it. */
class GenesysServerTest {
    private final World world = Worlds.genesys();
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
        assertThat(json(response).path("status").asInt()).isEqualTo(status);
        assertThat(json(response).path("contextId").asText())
                .isNotEmpty()
                .isEqualTo(response.headers().firstValue("ININ-Correlation-Id").orElseThrow());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Nested
    class Conflicts {
        @Test
        void causeA_theSameSegmentIsThereAlready() {
            assertThat(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED"))
                            .statusCode())
                    .isEqualTo(201);
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 409, "conflict");
            assertThat(genesys.posts(EMEA)).isEqualTo(1);
        }

        @Test
        void causeB_anotherSegmentOfTheSameUserAndScheduleIsThere() {
            world.addSegment(EMEA, "manual", "ann", "sched-1", "APPROVED");
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 409, "conflict");
            assertThat(emea.post(SEGMENTS, segment("s1", "ann", "sched-2", "APPROVED"))
                            .statusCode())
                    .isEqualTo(201);
        }

        @Test
        void causeB_oneThatAPersonTurnedDownIsInTheWayToo() {
            world.addSegment(EMEA, "manual", "ann", "sched-1", "APPROVED").decline(EMEA, "manual");
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 409, "conflict");
        }

        @Test
        void causeC_theSegmentIsStillBeingCommitted() {
            genesys.interceptor(
                    request -> request.method().equals("POST") ? Fault.commitLate(Duration.ofHours(1)) : null);
            assertThatThrownBy(() -> emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")))
                    .isInstanceOf(UncheckedIOException.class);
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 409, "conflict");
            assertError(emea.get(SEGMENTS + "/s1"), 404, "not.found");
            assertThat(json(emea.get(SEGMENTS + "?userId=ann")).path("total").asInt())
                    .isZero();
            assertThat(genesys.segments(EMEA)).isEmpty();
            assertThat(genesys.committing(EMEA)).extracting(Segment::id).containsExactly("s1");

            world.advance(Duration.ofHours(1));
            assertThat(emea.get(SEGMENTS + "/s1").statusCode()).isEqualTo(200);
            assertThat(genesys.committing(EMEA)).isEmpty();
        }

        @Test
        void causeD_theIdIsTakenInAnotherOrganisation() {
            amer.post(SEGMENTS, segment("s1", "eve", "sched-1", "APPROVED"));
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 409, "conflict");
            assertError(emea.get(SEGMENTS + "/s1"), 404, "not.found");
            assertThat(json(emea.get(SEGMENTS + "?segmentId=s1")).path("total").asInt())
                    .isZero();
        }

        @Test
        void aStaleVersionIsAConflictOfItsOwn() {
            emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED"));
            world.cancel(EMEA, "s1");
            assertError(
                    emea.put(SEGMENTS + "/s1", "{\"status\": \"APPROVED\", \"version\": 1}"), 409, "version.conflict");
            HttpResponse<String> back = emea.put(SEGMENTS + "/s1", "{\"status\": \"APPROVED\", \"version\": 2}");
            assertThat(json(back).path("version").asInt()).isEqualTo(3);
            assertThat(json(back).path("status").asText()).isEqualTo("APPROVED");
        }
    }

    @Nested
    class Losses {
        private final String body = segment("s1", "ann", "sched-1", "APPROVED");

        @Test
        void aLostAnswerIsCarriedOut() {
            genesys.interceptor(request -> Fault.loseAnswer());
            assertThatThrownBy(() -> emea.post(SEGMENTS, body)).isInstanceOf(UncheckedIOException.class);
            assertThat(genesys.posts(EMEA)).isEqualTo(1);
            assertThat(lastReceived().status()).isEqualTo(Received.LOST);
        }

        @Test
        void aLostRequestIsNot() {
            genesys.interceptor(request -> Fault.loseRequest());
            assertThatThrownBy(() -> emea.post(SEGMENTS, body)).isInstanceOf(UncheckedIOException.class);
            assertThat(genesys.posts(EMEA)).isZero();
            assertThat(lastReceived().status()).isEqualTo(Received.LOST);
        }

        @Test
        void aGatewaysPageMayComeAfterTheFact() {
            genesys.interceptor(request -> Fault.carryOutThenGatewayPage(504));
            HttpResponse<String> response = emea.post(SEGMENTS, body);
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(header(response, "Content-Type")).isEqualTo("text/html");
            assertThat(genesys.posts(EMEA)).isEqualTo(1);
        }

        @Test
        void faultsCountInTheQuota() {
            genesys.interceptor(request -> Fault.answer(503, Map.of(), ""));
            emea.get(SEGMENTS);
            genesys.interceptor(null);
            assertThat(header(emea.get(SEGMENTS), "inin-ratelimit-count")).isEqualTo("2");
        }

        @Test
        void whatWasReceivedTellsWhoAskedForWhat() {
            genesys.clearReceived();
            emea.post(SEGMENTS + "?a=b%5B", body);
            Received received = lastReceived();
            assertThat(received.method()).isEqualTo("POST");
            assertThat(received.path()).isEqualTo(SEGMENTS);
            assertThat(received.query()).isEqualTo("a=b%5B");
            assertThat(received.body()).isEqualTo(body);
            assertThat(received.headers()).containsEntry("content-type", "application/json");
            assertThat(received.account()).isEqualTo(EMEA);
            assertThat(received.clientId()).isEqualTo("emea");
            assertThat(received.status()).isEqualTo(201);
            assertThat(received.tokenCall()).isFalse();
        }

        private Received lastReceived() {
            return genesys.received().get(genesys.received().size() - 1);
        }
    }

    @Nested
    class Weathers {
        /** The same seed and calls in another order: the same calls are hit. */
        @Test
        void itDependsOnWhatIsAskedAndNotOnWhen() {
            Set<String> forwards = hit(IntStream.range(0, 60));
            Set<String> backwards = hit(IntStream.range(0, 60).map(i -> 59 - i));
            assertThat(forwards).isEqualTo(backwards).hasSizeBetween(5, 55);
        }

        private Set<String> hit(IntStream order) {
            World rough = Worlds.genesys();
            rough.weather().seed(7).genesysLostAnswers(0.3).commitLag(0.2, Duration.ofHours(1));
            Set<String> hit = new HashSet<>();
            try (Sandbox own = Sandbox.start(rough)) {
                Caller caller = Caller.ofGenesys(own, "emea", "emea-secret");
                order.forEach(i -> {
                    rough.addUser(EMEA, "u" + i, "u" + i + "@acme.example", "U", "active");
                    try {
                        if (caller.post(SEGMENTS, segment("s" + i, "u" + i, "sched-1", "APPROVED"))
                                        .statusCode()
                                == 504) {
                            hit.add("s" + i);
                        }
                    } catch (UncheckedIOException lost) {
                        hit.add("s" + i);
                    }
                });
                assertThat(own.genesys().posts(EMEA)).isEqualTo(60);
            }
            return hit;
        }

        @Test
        void approvedIsPendingUntilTheWorkflowHasRun() {
            world.weather().approvalDelay(Duration.ofHours(1));
            HttpResponse<String> posted = emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED"));
            assertThat(posted.statusCode()).isEqualTo(201);
            assertThat(json(posted).path("status").asText()).isEqualTo("PENDING");
            assertThat(json(emea.get(SEGMENTS + "/s1")).path("status").asText()).isEqualTo("PENDING");

            world.advance(Duration.ofHours(1));
            assertThat(json(emea.get(SEGMENTS + "/s1")).path("status").asText()).isEqualTo("APPROVED");
            assertThat(json(emea.get(SEGMENTS + "/s1")).path("version").asInt()).isEqualTo(2);
        }

        @Test
        void aDelayedCallBehavesNormallyAfterwards() {
            genesys.interceptor(request -> Fault.delay(Duration.ofMillis(50)));
            long before = System.nanoTime();
            assertThat(emea.get(SEGMENTS).statusCode()).isEqualTo(200);
            assertThat(System.nanoTime() - before)
                    .isGreaterThan(Duration.ofMillis(50).toNanos());
        }
    }

    @Nested
    class Tokens {
        private final Caller client = new Caller(genesys.url()).basic("emea", "emea-secret");

        @Test
        void aRevokedTokenIs401AndANewOneHelps() {
            genesys.revokeTokens(EMEA);
            assertError(emea.get(SEGMENTS), 401, "bad.credentials");
            assertThat(amer.get(SEGMENTS).statusCode()).isEqualTo(200);
            assertThat(Caller.ofGenesys(sandbox, "emea", "emea-secret")
                            .get(SEGMENTS)
                            .statusCode())
                    .isEqualTo(200);
        }

        @Test
        void anExpiredTokenIs401() {
            world.advance(Duration.ofSeconds(86_400));
            assertError(emea.get(SEGMENTS), 401, "bad.credentials");
        }

        @Test
        void noTokenIs401() {
            assertError(emea.anonymous().get(SEGMENTS), 401, "authentication.required");
        }

        @Test
        void aWrongSecretIsAnInvalidClient() {
            HttpResponse<String> response =
                    client.basic("emea", "guess").form("/oauth/token", "grant_type=client_credentials");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(json(response).path("error").asText()).isEqualTo("invalid_client");
        }

        @Test
        void tooManyTokenRequestsAreA400() {
            world.weather().tokenRequests(1, Duration.ofMinutes(1));
            world.advance(Duration.ofMinutes(1));
            assertThat(client.form("/oauth/token", "grant_type=client_credentials")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> response = client.form("/oauth/token", "grant_type=client_credentials");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(json(response).path("error").asText()).isEqualTo("invalid_request");
            assertThat(json(response).path("description").asText()).startsWith("rate limit exceeded; ");
            world.advance(Duration.ofMinutes(1));
            assertThat(client.form("/oauth/token", "grant_type=client_credentials")
                            .statusCode())
                    .isEqualTo(200);
        }

        @Test
        void aTokenOfAnotherOrganisationIsAnsweredOutOfThatOne() {
            genesys.tokenOrganizationOverride(EMEA, AMER);
            Caller mixedUp = Caller.ofGenesys(sandbox, "emea", "emea-secret");
            assertThat(json(mixedUp.get("/api/v2/organizations/me")).path("id").asText())
                    .isEqualTo("c40d7e92-1a86-4f57-b3a9-9e07d5b86b33");
            assertThat(mixedUp.get("/api/v2/users/eve").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class Quota {
        @Test
        void itCountsTheClientWhicheverTokenAndRefusedCallsToo() {
            world.quota(EMEA, 2, Duration.ofMinutes(1));
            assertThat(header(emea.get(SEGMENTS), "inin-ratelimit-count")).isEqualTo("1");
            assertThat(emea.get("/api/v2/users/nobody").statusCode()).isEqualTo(404);
            Caller again = Caller.ofGenesys(sandbox, "emea", "emea-secret");
            HttpResponse<String> refused = again.get(SEGMENTS);
            assertError(refused, 429, "too.many.requests.retry.after");
            assertThat(header(refused, "inin-ratelimit-allowed")).isEqualTo("2");
            assertThat(header(refused, "inin-ratelimit-count")).isEqualTo("3");
            assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(1, 60);
            assertThat(header(refused, "inin-ratelimit-reset")).isEqualTo(header(refused, "Retry-After"));
            assertThat(header(emea.get(SEGMENTS), "inin-ratelimit-count")).isEqualTo("4");
            assertThat(amer.get(SEGMENTS).statusCode()).isEqualTo(200);

            world.advance(Duration.ofMinutes(1));
            assertThat(header(emea.get(SEGMENTS), "inin-ratelimit-count")).isEqualTo("1");
        }

        @Test
        void theTimeFactorDividesTheWindowAndNotWhatIsTold() {
            World fast = Worlds.genesys().timeFactor(100).quota(EMEA, 1, Duration.ofMinutes(1));
            try (Sandbox own = Sandbox.start(fast)) {
                Caller caller = Caller.ofGenesys(own, "emea", "emea-secret");
                caller.get(SEGMENTS);
                String told = header(caller.get(SEGMENTS), "Retry-After");
                assertThat(Integer.parseInt(told)).isBetween(1, 60);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> caller.get(SEGMENTS).statusCode() == 200);
            }
        }

        @Test
        void aRefusedPostIsNotCarriedOut() {
            world.quota(EMEA, 0, Duration.ofMinutes(1));
            assertThat(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED"))
                            .statusCode())
                    .isEqualTo(429);
            assertThat(genesys.posts(EMEA)).isZero();
        }
    }

    @Nested
    class Segments {
        @Test
        void aMissingUserOrScheduleIs404WithAMessageThatChanges() {
            HttpResponse<String> user = emea.post(SEGMENTS, segment("s1", "nobody", "sched-1", "APPROVED"));
            HttpResponse<String> schedule = emea.post(SEGMENTS, segment("s1", "ann", "sched-9", "APPROVED"));
            assertError(user, 404, "not.found");
            assertError(schedule, 404, "not.found");
            assertError(emea.post(SEGMENTS, segment("s1", "dot", "sched-1", "APPROVED")), 404, "not.found");
            assertThat(json(user).path("message")).isNotEqualTo(json(schedule).path("message"));
        }

        @Test
        void aScheduleThatDoesNotExistIsAnEmptyPage() {
            HttpResponse<String> response = emea.get(SEGMENTS + "?scheduleId=sched-9");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(json(response).path("total").asInt()).isZero();
        }

        @Test
        void pagesEndWithoutNextUri() {
            for (int i = 0; i < 5; i++) {
                world.addSegment(EMEA, "m" + i, "u" + i, "sched-1", "APPROVED");
            }
            var first = json(emea.get(SEGMENTS + "?scheduleId=sched-1&pageSize=3"));
            assertThat(first.path("pageCount").asInt()).isEqualTo(2);
            var second = json(emea.get(first.path("nextUri").asText()));
            assertThat(second.path("entities")).hasSize(2);
            assertThat(second.has("nextUri")).isFalse();
        }

        @Test
        void whatIsWrongInItselfIs400() {
            assertThat(emea.post(SEGMENTS, "no JSON").statusCode()).isEqualTo(400);
            assertError(
                    emea.post(SEGMENTS, segment("s".repeat(65), "ann", "sched-1", "APPROVED")), 400, "invalid.value");
            assertError(emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "REJECTED")), 400, "invalid.value");
            assertError(emea.get(SEGMENTS + "?pageSize=101"), 400, "invalid.value");
            assertError(emea.get("/api/v2/users?pageSize=501"), 400, "invalid.value");
        }

        @Test
        void aRoleCanLackOnePermissionAndHaveTheOthers() {
            world.revoke(EMEA, Permission.INSERT_SEGMENTS);
            assertError(
                    emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED")), 403, "missing.any.permissions");
            assertThat(emea.get(SEGMENTS).statusCode()).isEqualTo(200);
        }

        @Test
        void anOrganisationMayNotServeThePathAtAll() {
            world.servesSegments(EMEA, false);
            assertError(emea.get(SEGMENTS), 404, "not.found");
            assertThat(emea.get("/api/v2/users").statusCode()).isEqualTo(200);
        }

        @Test
        void theHistoryTellsWhoDidWhat() {
            emea.post(SEGMENTS, segment("s1", "ann", "sched-1", "APPROVED"));
            emea.put(SEGMENTS + "/s1", "{\"status\": \"CANCELLED\", \"version\": 1}");
            world.approve(EMEA, "s1");
            assertThat(emea.delete(SEGMENTS + "/s1").statusCode()).isEqualTo(204);
            assertError(emea.delete(SEGMENTS + "/s1"), 404, "not.found");
            assertThat(genesys.history(EMEA))
                    .extracting(SegmentWrite::kind)
                    .containsExactly(
                            SegmentWrite.Kind.POST,
                            SegmentWrite.Kind.PUT,
                            SegmentWrite.Kind.PERSON,
                            SegmentWrite.Kind.DELETE);
        }
    }

    @Nested
    class Users {
        @Test
        void theListingHasActiveOnesUnlessAskedOtherwise() {
            assertThat(json(emea.get("/api/v2/users")).path("total").asInt()).isEqualTo(2);
            assertThat(json(emea.get("/api/v2/users?state=any")).path("total").asInt())
                    .isEqualTo(4);
            assertThat(json(emea.get("/api/v2/users/dot")).path("state").asText())
                    .isEqualTo("deleted");
        }

        @Test
        void theSearchIsExactWithoutRegardToCaseAndInAnyState() {
            var found =
                    json(search("\"ANN@ACME.example\", \"dot@acme.example\", \"eve@acme.example\", \"acme.example\""));
            assertThat(found.path("results").findValuesAsText("id")).containsExactly("ann", "dot");
            assertThat(found.path("total").asInt()).isEqualTo(2);
        }

        @Test
        void noMatchHasNoResultsField() {
            var nothing = json(search("\"nobody@acme.example\""));
            assertThat(nothing.has("results")).isFalse();
            assertThat(nothing.path("total").asInt()).isZero();
        }

        private HttpResponse<String> search(String values) {
            return emea.post(
                    "/api/v2/users/search",
                    """
                    {"pageSize": 100, "query": [{"type": "EXACT", "fields": ["email"], "values": [%s]}]}"""
                            .formatted(values));
        }
    }
}
