package dev.wfmbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** One side that is down, and no other one with it. */
class OutageTest {

    private final World world = new World()
            .addOrganization("acme", "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "client-1", "secret-1", 1000)
            .addOrganization("globex", "2b6a4c3e-7d15-4b0f-8c8e-51f6e2c9d422", "client-2", "secret-2", 1000);
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> token(Sandbox sandbox, String id, String secret) throws Exception {
        String basic = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(sandbox.genesys().url().resolve("/oauth/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .timeout(Duration.ofSeconds(5))
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> me(Sandbox sandbox, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(sandbox.genesys().url().resolve("/api/v2/organizations/me"))
                        .header("Authorization", "Bearer " + token)
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> control(URI server, String method, String side, String how) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.resolve("/sandbox/fail" + side))
                        .method(method, BodyPublishers.ofString(how))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void eachCallOfOneOrganizationFailsAndNoOtherOnes() throws Exception {
        try (Sandbox sandbox = Sandbox.start(world)) {
            String early =
                    token(sandbox, "client-1", "secret-1").body().replaceAll(".*\"access_token\":\"(\\w+)\".*", "$1");
            world.outage("acme", Outage.BROKEN);
            assertThat(me(sandbox, early).statusCode()).isEqualTo(500);
            assertThat(token(sandbox, "client-1", "secret-1").statusCode()).isEqualTo(500);
            assertThat(token(sandbox, "client-2", "secret-2").statusCode()).isEqualTo(200);
            world.outage("acme", null);
            assertThat(me(sandbox, early).statusCode()).isEqualTo(200);

            world.outage("acme", Outage.THROTTLED);
            HttpResponse<String> throttled = me(sandbox, early);
            assertThat(throttled.statusCode()).isEqualTo(429);
            assertThat(throttled.headers().firstValue("Retry-After")).hasValue("900");
            world.outage("acme", Outage.REFUSED);
            assertThat(token(sandbox, "client-1", "secret-1").statusCode()).isEqualTo(401);

            world.outage("globex", Outage.SILENT);
            assertThatThrownBy(() -> client.send(
                            HttpRequest.newBuilder(sandbox.genesys().url().resolve("/oauth/token"))
                                    .header(
                                            "Authorization",
                                            "Basic "
                                                    + Base64.getEncoder()
                                                            .encodeToString(
                                                                    "client-2:x".getBytes(StandardCharsets.UTF_8)))
                                    .timeout(Duration.ofMillis(300))
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString()))
                    .isInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void itCanBeSwitchedWhileTheServersRunAndIsNoPartOfTheirApi() throws Exception {
        try (Sandbox sandbox = Sandbox.start(world)) {
            URI zendesk = sandbox.zendesk().url();
            assertThat(control(zendesk, "PUT", "/zendesk", "500\n").body()).isEqualTo("{\"zendesk\":\"500\"}");
            assertThat(control(zendesk, "PUT", "/acme", "timeout").statusCode()).isEqualTo(200);
            HttpResponse<String> users = client.send(
                    HttpRequest.newBuilder(zendesk.resolve("/api/v2/users.json"))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(users.statusCode()).isEqualTo(500);
            assertThat(control(sandbox.genesys().url(), "GET", "", "").body())
                    .contains("\"acme\":\"timeout\"", "\"zendesk\":\"500\"");
            assertThat(control(zendesk, "DELETE", "/zendesk", "").body()).isEqualTo("{\"acme\":\"timeout\"}");
            assertThat(control(zendesk, "PUT", "/acme", "418").statusCode()).isEqualTo(400);
            assertThat(control(zendesk, "PUT", "/initech", "500").statusCode()).isEqualTo(400);
            assertThat(sandbox.zendesk().received()).extracting(Received::path).containsExactly("/api/v2/users.json");
            assertThat(sandbox.genesys().received()).isEmpty();
        }
        assertThatThrownBy(() -> world.outage("initech", Outage.BROKEN)).isInstanceOf(NoSuchElementException.class);
    }
}
