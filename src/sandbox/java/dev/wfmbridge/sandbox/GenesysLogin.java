package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** {@code /oauth/token}: the client credentials grant, and what became of each token. */
final class GenesysLogin {
    /** A token that was given out. */
    static final class Token {
        private final String clientId;
        private final String organization;
        private final long expiresAt;
        private volatile boolean revoked;

        Token(String clientId, String organization, long expiresAt) {
            this.clientId = clientId;
            this.organization = organization;
            this.expiresAt = expiresAt;
        }

        String clientId() {
            return clientId;
        }

        String organization() {
            return organization;
        }

        boolean good(long now) {
            return !revoked && now < expiresAt;
        }
    }

    private final World world;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, String> overrides = new ConcurrentHashMap<>();
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();

    GenesysLogin(World world) {
        this.world = world;
    }

    Optional<Token> find(String token) {
        return Optional.ofNullable(tokens.get(token));
    }

    /** The organisation whose client asks, whether its secret is right or not. */
    Optional<GenesysTenant> client(Request request) {
        return request.basic().flatMap(basic -> world.organizationOfClient(basic.name()));
    }

    void revoke(String organization) {
        tokens.values().stream()
                .filter(token -> token.organization().equals(organization))
                .forEach(token -> token.revoked = true);
    }

    void override(String organization, String other) {
        if (other == null) {
            overrides.remove(organization);
        } else {
            overrides.put(organization, other);
        }
    }

    Answer grant(Request request) {
        if (!request.method().equals("POST")) {
            return refusal(405, "invalid_request", "method not allowed");
        }
        Optional<GenesysTenant> organization = client(request);
        if (organization.isPresent() && throttled(organization.get())) {
            return refusal(400, "invalid_request", "rate limit exceeded; too many token requests for this client");
        }
        String grant = Request.form(request.body()).get("grant_type");
        if (grant == null) {
            return refusal(400, "invalid_request", "grant_type is required");
        }
        if (!grant.equals("client_credentials")) {
            return refusal(400, "unsupported_grant_type", "grant type " + grant + " is not supported");
        }
        boolean known = organization.isPresent()
                && organization
                        .get()
                        .clientSecret()
                        .equals(request.basic().orElseThrow().password());
        if (!known) {
            return refusal(401, "invalid_client", "client not found or wrong secret");
        }
        return issue(organization.get());
    }

    private boolean throttled(GenesysTenant organization) {
        Weather weather = world.weather();
        Meter meter = meters.computeIfAbsent(organization.clientId(), id -> new Meter());
        return meter.count(
                        Meter.Kind.FROM_FIRST_CALL,
                        world.now(),
                        weather.tokenRequests(),
                        weather.tokenWindow().toNanos())
                .refused();
    }

    private Answer issue(GenesysTenant organization) {
        var life = world.weather().genesysTokenLife();
        String token = UUID.randomUUID().toString().replace("-", "");
        String belongsTo = overrides.getOrDefault(organization.name(), organization.name());
        long taken = life.plus(world.weather().genesysTokenGrace()).toNanos();
        tokens.put(token, new Token(organization.clientId(), belongsTo, world.now() + taken));
        return Answer.json(
                200,
                Json.object()
                        .put("access_token", token)
                        .put("token_type", "bearer")
                        .put("expires_in", life.toSeconds()));
    }

    private static Answer refusal(int status, String error, String description) {
        ObjectNode body = Json.object()
                .put("error", error)
                .put("description", description)
                .put("error_description", description);
        return Answer.json(status, body);
    }
}
