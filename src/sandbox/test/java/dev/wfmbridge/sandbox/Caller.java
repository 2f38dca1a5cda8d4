package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A client of one of the servers, with the credentials it was given last. */
final class Caller {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private String authorization;

    Caller(URI base) {
        this.base = base;
    }

    Caller bearer(String token) {
        authorization = "Bearer " + token;
        return this;
    }

    Caller basic(String user, String password) {
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Caller anonymous() {
        authorization = null;
        return this;
    }

    /** A caller with a fresh token of this organisation's client. */
    static Caller ofGenesys(Sandbox sandbox, String clientId, String clientSecret) {
        Caller caller = new Caller(sandbox.genesys().url()).basic(clientId, clientSecret);
        return caller.bearer(json(caller.form("/oauth/token", "grant_type=client_credentials"))
                .path("access_token")
                .asText());
    }

    /** A caller with a fresh token for Zendesk, which may read and write. */
    static Caller ofZendesk(Sandbox sandbox) {
        Caller caller = new Caller(sandbox.zendesk().url());
        return caller.bearer(json(caller.post("/oauth/tokens", zendeskGrant("read write")))
                .path("access_token")
                .asText());
    }

    static String zendeskGrant(String scope) {
        return """
                {"grant_type": "client_credentials", "client_id": "sample-zendesk-client",
                 "client_secret": "sample-zendesk-secret", "scope": "%s", "expires_in": 172000}"""
                .formatted(scope);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + response.body(), e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    HttpResponse<String> post(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> put(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> patch(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> form(String path, String form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10));
        if (authorization != null) {
            builder.header("Authorization", authorization);
        }
        return builder;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
