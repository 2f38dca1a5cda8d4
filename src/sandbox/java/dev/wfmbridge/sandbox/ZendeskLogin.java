package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** {@code /oauth/tokens}: the client credentials grant of the Zendesk account. */
final class ZendeskLogin {
    private static final int SHORTEST = 300;
    private static final int LONGEST = 172_800;

    /** A token that was given out. */
    record Token(List<String> scopes, long expiresAt) {
        boolean mayWrite() {
            return scopes.contains("write");
        }
    }

    private final World world;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    ZendeskLogin(World world) {
        this.world = world;
    }

    Optional<Token> good(String token) {
        return Optional.ofNullable(tokens.get(token)).filter(found -> world.now() < found.expiresAt());
    }

    void revoke() {
        tokens.clear();
    }

    Answer grant(Request request) {
        if (!request.method().equals("POST")) {
            return refusal(405, "invalid_request", "The method is not allowed");
        }
        Optional<JsonNode> body = request.json();
        if (body.isEmpty() || !body.get().path("grant_type").asText().equals("client_credentials")) {
            return refusal(400, "unsupported_grant_type", "The authorization grant type is not supported");
        }
        boolean known =
                body.get().path("client_id").asText().equals(world.zendesk().clientId())
                        && body.get()
                                .path("client_secret")
                                .asText()
                                .equals(world.zendesk().clientSecret());
        if (!known) {
            return refusal(401, "invalid_client", "Client authentication failed");
        }
        int asked = body.get().path("expires_in").asInt(LONGEST - 1);
        if (asked <= SHORTEST || asked >= LONGEST) {
            return refusal(400, "invalid_request", "expires_in must be between " + SHORTEST + " and " + LONGEST);
        }
        return issue(body.get().path("scope").asText("read"), asked);
    }

    private Answer issue(String scope, int asked) {
        long life = Math.min(asked, world.weather().zendeskTokenLife().toSeconds());
        String token = UUID.randomUUID().toString().replace("-", "");
        tokens.put(
                token,
                new Token(
                        List.of(scope.split(" ")),
                        world.now() + Duration.ofSeconds(life).toNanos()));
        return Answer.json(
                200,
                Json.object()
                        .put("access_token", token)
                        .put("token_type", "bearer")
                        .put("scope", scope)
                        .put("expires_in", life)
                        .putNull("refresh_token")
                        .putNull("refresh_token_expires_in"));
    }

    private static Answer refusal(int status, String error, String description) {
        ObjectNode body = Json.object().put("error", error).put("error_description", description);
        return Answer.json(status, body);
    }
}
