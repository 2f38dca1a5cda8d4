package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Zendesk's traps, each as the contract describes it. */
class ZendeskServerTest {
    private static final long ANN = 6_596_848_315_901L;
    private static final long BEN = ANN + 128;
    private static final long CID = ANN + 256;
    private static final long SUPPORT = 6_130_852_536_346L;
    private static final long BILLING = SUPPORT + 128;
    private static final String MEMBERSHIPS = "/api/v2/group_memberships";

    private final World world = new World()
            .zendesk()
            .addGroup(SUPPORT, "Support")
            .addGroup(BILLING, "Billing")
            .addAgent(ZendeskAgent.of(ANN, "Ann", "ann@acme.example"))
            .addAgent(ZendeskAgent.of(BEN, "Ben", null))
            .addAgent(ZendeskAgent.of(CID, "Cid", "cid@acme.example").withSuspended(true))
            .addMembership(ANN, SUPPORT)
            .addMembership(BEN, SUPPORT)
            .addMembership(ANN, BILLING)
            .addMembership(CID, BILLING)
            .addMembership(BEN, BILLING)
            .world();
    private final Sandbox sandbox = Sandbox.start(world);
    private final ZendeskServer zendesk = sandbox.zendesk();
    private final Caller caller = Caller.ofZendesk(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    /** The ids of all pages, by {@code has_more} and {@code after_cursor}. */
    private List<Long> walk(String path, String name, int size) {
        List<Long> ids = new ArrayList<>();
        String after = "";
        JsonNode page;
        do {
            page = json(caller.get(path + "?page%5Bsize%5D=" + size + after));
            page.path(name).forEach(row -> ids.add(row.path("id").asLong()));
            after = "&page%5Bafter%5D="
                    + URLEncoder.encode(page.path("meta").path("after_cursor").asText(), StandardCharsets.UTF_8);
        } while (page.path("meta").path("has_more").asBoolean());
        return ids;
    }

    private List<Long> ids(JsonNode rows) {
        List<Long> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.path("id").asLong()));
        return ids;
    }

    @Nested
    class Paging {
        @Test
        void theLastPageStillCarriesACursorAndALink() {
            JsonNode page = json(caller.get(MEMBERSHIPS + "?page[size]=100"));
            assertThat(page.path("meta").path("has_more").asBoolean()).isFalse();
            assertThat(page.path("meta").path("after_cursor").asText()).isNotEmpty();
            assertThat(page.path("links").path("next").asText()).contains("page%5Bafter%5D=");
        }

        @Test
        void linksNameAnotherHost() {
            JsonNode page = json(caller.get(MEMBERSHIPS + "?page[size]=2&include=users"));
            URI next = URI.create(page.path("links").path("next").asText());
            assertThat(next.getHost()).isEqualTo("z3n-acme.zendesk.com");
            assertThat(next.getRawQuery()).contains("include=users", "page%5Bsize%5D=2");
            assertThat(page.path("group_memberships").path(0).path("url").asText())
                    .startsWith("https://z3n-acme.zendesk.com/");
        }

        @Test
        void eachRowComesOnce() {
            assertThat(walk(MEMBERSHIPS, "group_memberships", 2))
                    .hasSize(5)
                    .isSorted()
                    .allMatch(id -> id > Integer.MAX_VALUE);
            assertThat(walk("/api/v2/groups", "groups", 1)).containsExactly(BILLING, SUPPORT);
        }

        @Test
        void aGroupThatIsRenamedMeanwhileIsMissed() {
            JsonNode first = json(caller.get("/api/v2/groups?page[size]=1"));
            assertThat(ids(first.path("groups"))).containsExactly(BILLING);
            world.zendesk().renameGroup(SUPPORT, "Assistance");
            JsonNode second = json(caller.get("/api/v2/groups?page[size]=1&page[after]="
                    + URLEncoder.encode(first.path("meta").path("after_cursor").asText(), StandardCharsets.UTF_8)));
            assertThat(second.path("groups")).isEmpty();
        }

        @Test
        void withoutPageSizeItIsByOffsetAndNotDeep() {
            JsonNode page = json(caller.get(MEMBERSHIPS));
            assertThat(page.has("meta")).isFalse();
            assertThat(page.path("count").asInt()).isEqualTo(5);
            assertThat(caller.get(MEMBERSHIPS + "?page=101").statusCode()).isEqualTo(400);
        }

        @Test
        void aPageTakesAHundredRowsAtMost() {
            assertThat(caller.get(MEMBERSHIPS + "?page[size]=101").statusCode()).isEqualTo(400);
            assertThat(caller.get(MEMBERSHIPS + "?page[size]=2&page[after]=garbage")
                            .statusCode())
                    .isEqualTo(400);
        }

        @Test
        void pagesCanRepeatARow() {
            world.zendesk().pagesRepeatLastRow(true);
            assertThat(walk(MEMBERSHIPS, "group_memberships", 2))
                    .hasSize(7)
                    .satisfies(all -> assertThat(all.stream().distinct()).hasSize(5));
        }

        @Test
        void malformedRowsComeAsTheyAre() {
            world.zendesk().addRawMembership(Json.object().put("id", "x").putNull("user_id"));
            JsonNode rows = json(caller.get(MEMBERSHIPS + "?page[size]=100&include=users,groups"))
                    .path("group_memberships");
            assertThat(rows.path(5).path("id").asText()).isEqualTo("x");
        }
    }

    @Nested
    class SideLoads {
        private JsonNode page() {
            return json(caller.get(MEMBERSHIPS + "?page%5Bsize%5D=100&include=users%2Cgroups"));
        }

        @Test
        void eachComesOnce() {
            assertThat(ids(page().path("users"))).containsExactlyInAnyOrder(ANN, BEN, CID);
            assertThat(ids(page().path("groups"))).containsExactlyInAnyOrder(SUPPORT, BILLING);
        }

        @Test
        void theyCanLackWhatExists() {
            world.zendesk().sideLoadLacksUsers(ANN).sideLoadLacksGroups(BILLING);
            assertThat(ids(page().path("users"))).containsExactlyInAnyOrder(BEN, CID);
            assertThat(ids(page().path("groups"))).containsExactly(SUPPORT);
            assertThat(ids(json(caller.get("/api/v2/users/show_many?ids=" + ANN + ",1"))
                            .path("users")))
                    .containsExactly(ANN);
        }

        @Test
        void aDeletedGroupKeepsItsMemberships() {
            world.zendesk().deleteGroup(BILLING);
            assertThat(page().path("group_memberships")).hasSize(5);
            assertThat(json(caller.get("/api/v2/groups/" + BILLING))
                            .path("group")
                            .path("deleted")
                            .asBoolean())
                    .isTrue();
            world.zendesk().removeGroup(BILLING);
            assertThat(caller.get("/api/v2/groups/" + BILLING).statusCode()).isEqualTo(404);
        }

        @Test
        void ofOneGroupAndOfOneUser() {
            assertThat(json(caller.get("/api/v2/groups/" + SUPPORT + "/memberships?page[size]=100&include=users"))
                            .path("group_memberships"))
                    .hasSize(2);
            world.zendesk().removeMembership(ANN, SUPPORT);
            assertThat(json(caller.get("/api/v2/users/" + ANN + "/group_memberships?page[size]=100"))
                            .path("group_memberships"))
                    .hasSize(1);
        }
    }

    @Nested
    class Limits {
        private HttpResponse<String> refused(ThrottleShape shape) {
            world.weather().zendeskRequestsPerMinute(0).throttleShapes(shape);
            HttpResponse<String> response = caller.get("/api/v2/groups");
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(header(response, "ratelimit-remaining")).isEqualTo("0");
            return response;
        }

        private String header(HttpResponse<String> response, String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        @Test
        void plainTextWithRetryAfter() {
            HttpResponse<String> response = refused(ThrottleShape.TEXT);
            assertThat(header(response, "Content-Type")).isEqualTo("text/plain");
            assertThat(Integer.parseInt(header(response, "Retry-After"))).isBetween(1, 60);
        }

        @Test
        void plainTextWithoutRetryAfter() {
            HttpResponse<String> response = refused(ThrottleShape.TEXT_WITHOUT_RETRY_AFTER);
            assertThat(header(response, "Content-Type")).isEqualTo("text/plain");
            assertThat(header(response, "Retry-After")).isNull();
        }

        @Test
        void jsonOfTheApiAndOfTheEdge() {
            assertThat(json(refused(ThrottleShape.JSON)).has("error")).isTrue();
            assertThat(json(refused(ThrottleShape.EDGE)).path("status").asText())
                    .isEqualTo("429");
        }

        @Test
        void theWindowIsAMinute() {
            world.advance(Duration.ofMinutes(1));
            world.weather().zendeskRequestsPerMinute(1);
            assertThat(caller.get("/api/v2/groups").statusCode()).isEqualTo(200);
            assertThat(caller.get("/api/v2/groups").statusCode()).isEqualTo(429);
            world.advance(Duration.ofMinutes(1));
            assertThat(caller.get("/api/v2/groups").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class Credentials {
        @Test
        void anonymousCallersAreAnsweredWhoTheyAreAndNothingElse() {
            HttpResponse<String> me = caller.anonymous().get("/api/v2/users/me");
            assertThat(me.statusCode()).isEqualTo(200);
            assertThat(json(me).path("user").path("id").isNull()).isTrue();
            HttpResponse<String> groups = caller.get("/api/v2/groups");
            assertThat(groups.statusCode()).isEqualTo(401);
            assertThat(json(groups).path("error").asText()).isEqualTo("Couldn't authenticate you");
        }

        @Test
        void aRevokedTokenIs401() {
            assertThat(json(caller.get("/api/v2/users/me"))
                            .path("user")
                            .path("role")
                            .asText())
                    .isEqualTo("admin");
            zendesk.revokeTokens();
            assertThat(caller.get("/api/v2/users/me").statusCode()).isEqualTo(401);
        }

        @Test
        void aTokenMayLiveShorterThanAskedFor() {
            world.weather().zendeskTokenLife(Duration.ofMinutes(10));
            Caller shortLived = Caller.ofZendesk(sandbox);
            world.advance(Duration.ofMinutes(10));
            assertThat(shortLived.get("/api/v2/groups").statusCode()).isEqualTo(401);
        }

        @Test
        void theLegacyTokenWorksWhereThereIsOne() {
            caller.basic("integration@acme.example/token", "sample-zendesk-api-token");
            assertThat(caller.get("/api/v2/groups").statusCode()).isEqualTo(200);
            assertThat(zendesk.received().get(zendesk.received().size() - 1).clientId())
                    .isEqualTo("integration@acme.example");
            world.zendesk().apiToken(null, null);
            assertThat(caller.get("/api/v2/groups").statusCode()).isEqualTo(401);
        }

        @Test
        void aTokenToReadMayNotWrite() {
            Caller reader = new Caller(zendesk.url());
            reader.bearer(json(reader.post("/oauth/tokens", Caller.zendeskGrant("read")))
                    .path("access_token")
                    .asText());
            assertThat(reader.post("/api/v2/user_fields", "{}").statusCode()).isEqualTo(403);
        }
    }

    @Nested
    class Search {
        @Test
        void anAddressIsFoundAsAPartOfALongerOne() {
            world.zendesk().addAgent(ZendeskAgent.of(CID + 128, "Joann", "joann@acme.example"));
            assertThat(ids(json(caller.get("/api/v2/users/search?query=email:ann@acme.example"))
                            .path("users")))
                    .containsExactly(ANN, CID + 128);
        }

        @Test
        void aHundredIdsAtMost() {
            String ids = LongStream.range(0, 101).mapToObj(Long::toString).collect(Collectors.joining(","));
            HttpResponse<String> response = caller.get("/api/v2/users/show_many?ids=" + ids);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(json(response).path("error").asText()).isEqualTo("TooManyValues");
        }
    }

    @Nested
    class Writing {
        private static final String FIELD =
                "{\"user_field\": {\"type\": \"text\", \"key\": \"genesys_wfm_status\", \"title\": \"WFM status\"}}";

        @Test
        void aFieldThatExistsIsADuplicate() {
            assertThat(caller.post("/api/v2/user_fields", FIELD).statusCode()).isEqualTo(201);
            HttpResponse<String> again = caller.post("/api/v2/user_fields", FIELD);
            assertThat(again.statusCode()).isEqualTo(422);
            assertThat(json(again)
                            .path("details")
                            .path("key")
                            .path(0)
                            .path("error")
                            .asText())
                    .isEqualTo("DuplicateValue");
        }

        @Test
        void anEmptyFieldIsNullAndAMissingOneAbsent() {
            String user = "/api/v2/users/" + ANN;
            assertThat(json(caller.get(user)).path("user").path("user_fields")).isEmpty();
            caller.post("/api/v2/user_fields", FIELD);
            assertThat(json(caller.get(user))
                            .at("/user/user_fields/genesys_wfm_status")
                            .isNull())
                    .isTrue();
        }

        @Test
        void aJobCompletesThoughARowFailsAndIsForgotten() {
            world.zendesk().addUserField("genesys_wfm_status", "WFM status").jobsFailFor(BEN);
            world.weather().jobDuration(Duration.ofHours(1));
            JsonNode job = update(ANN, BEN, 1L).path("job_status");
            assertThat(job.path("status").asText()).isEqualTo("queued");
            assertThat(job.path("progress").isNull()).isTrue();
            String path = "/api/v2/job_statuses/" + job.path("id").asText() + ".json";
            assertThat(zendesk.userFields(ANN)).isEmpty();

            world.advance(Duration.ofMinutes(45));
            assertThat(json(caller.get(path)).at("/job_status/status").asText()).isEqualTo("working");
            world.advance(Duration.ofMinutes(15));
            assertThat(zendesk.userFields(ANN)).containsEntry("genesys_wfm_status", "approved");
            assertThat(zendesk.userFields(BEN)).isEmpty();
            JsonNode done = json(caller.get(path)).path("job_status");
            assertThat(done.path("status").asText()).isEqualTo("completed");
            assertThat(done.path("results")).hasSize(3);
            assertThat(done.path("results").path(1).path("status").asText()).isEqualTo("Failed");
            assertThat(done.path("results").path(2).path("index").asInt()).isEqualTo(2);

            zendesk.forgetJobs();
            assertThat(caller.get(path).statusCode()).isEqualTo(404);
        }

        @Test
        void thirtyJobsAtOnce() {
            world.weather().jobDuration(Duration.ofHours(1));
            for (int i = 0; i < 30; i++) {
                update(ANN);
            }
            assertThat(update(ANN).path("error").asText()).isEqualTo("TooManyJobs");
        }

        private JsonNode update(Long... ids) {
            String rows = List.of(ids).stream()
                    .map(id -> "{\"id\": " + id + ", \"user_fields\": {\"genesys_wfm_status\": \"approved\"}}")
                    .collect(Collectors.joining(","));
            return json(caller.put("/api/v2/users/update_many.json", "{\"users\": [" + rows + "]}"));
        }
    }

    @Test
    void faultsCanBeScriptedHereToo() {
        zendesk.interceptor(request -> request.path().endsWith("/user_fields") ? Fault.loseAnswer() : null);
        String field = "{\"user_field\": {\"type\": \"text\", \"key\": \"k\", \"title\": \"K\"}}";
        assertThatThrownBy(() -> caller.post("/api/v2/user_fields", field)).isInstanceOf(UncheckedIOException.class);
        zendesk.interceptor(null);
        assertThat(caller.post("/api/v2/user_fields", field).statusCode()).isEqualTo(422);
        assertThat(zendesk.received()).extracting(Received::status).containsExactly(200, Received.LOST, 422);
    }
}
