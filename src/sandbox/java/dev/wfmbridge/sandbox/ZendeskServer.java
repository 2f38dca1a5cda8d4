package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Zendesk's side of the contract: one account, its tokens included. Its limit counts all calls of the account but those for
 * tokens, in full minutes since the world began.
 */
public final class ZendeskServer implements AutoCloseable {
    private static final String TOKEN_PATH = "/oauth/tokens";
    private static final String JSON_SUFFIX = ".json";
    private static final String OVER_LIMIT = "Number of allowed API requests per minute exceeded";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final World world;
    private final ZendeskLogin tokens;
    private final ZendeskJobs jobs;
    private final Routes<ZendeskCall> routes = new Routes<>();
    private final Meter meter = new Meter();
    private final Chance chance = new Chance();
    private final AtomicInteger refusals = new AtomicInteger();
    private final ZendeskWebhooks webhooks;
    private final RecordingServer server;

    ZendeskServer(World world, int port) {
        this.world = world;
        this.tokens = new ZendeskLogin(world);
        this.jobs = new ZendeskJobs(world);
        ZendeskUsers users = new ZendeskUsers(world);
        new ZendeskGroups(world).register(routes);
        new ZendeskMemberships(world, users).register(routes);
        users.register(routes);
        new ZendeskUserFields(world).register(routes);
        this.webhooks = new ZendeskWebhooks(world);
        webhooks.register(routes);
        jobs.register(routes);
        this.server = new RecordingServer("zendesk", world, new Calls(), port);
    }

    /** The webhooks that receive events. */
    public ZendeskWebhooks webhooks() {
        return webhooks;
    }

    /** The base of all its addresses. */
    public URI url() {
        return server.url();
    }

    /** All calls since the start or the last {@link #clearReceived()}, in the order of arrival. */
    public List<Received> received() {
        return server.received();
    }

    /** Forgets the calls, not the state. */
    public void clearReceived() {
        server.clearReceived();
    }

    /** Scripts faults from now on; {@code null}: none. Token calls are asked about too. */
    public void interceptor(Interceptor interceptor) {
        server.interceptor(interceptor);
    }

    /** All tokens given out so far are answered 401 from now on. */
    public void revokeTokens() {
        tokens.revoke();
    }

    /** Jobs that are completed are answered 404 from now on: an hour or a day has passed. */
    public void forgetJobs() {
        jobs.forget();
    }

    /** The values of a user's fields as they are now, after the jobs whose time is over; a field without one is absent. */
    public Map<String, String> userFields(long userId) {
        jobs.settle();
        Map<String, String> values =
                new LinkedHashMap<>(world.zendesk().agent(userId).userFields());
        values.values().removeIf(Objects::isNull);
        return values;
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Calls implements Api {
        @Override
        public Admission admit(Request request) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("x-zendesk-api-version", "v2");
            headers.put("x-request-id", UUID.randomUUID().toString());
            headers.put("cache-control", "max-age=0, private, must-revalidate");
            if (request.path().equals(TOKEN_PATH)) {
                String clientId = request.json()
                        .map(body -> body.path("client_id"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue)
                        .orElse(null);
                boolean known = world.zendesk().clientId().equals(clientId);
                return new Admission(
                        known ? world.zendesk().account() : null, known ? clientId : null, true, headers, null);
            }
            Meter.Reading reading = meter.count(
                    Meter.Kind.ALIGNED, world.now(), world.weather().zendeskRequestsPerMinute(), MINUTE.toNanos());
            long seconds = reading.secondsLeft(world.weather().secondsRoundedDown());
            headers.put("rate-limit", Integer.toString(reading.allowed()));
            headers.put("x-rate-limit", Integer.toString(reading.allowed()));
            headers.put("x-rate-limit-remaining", Integer.toString(reading.remaining()));
            headers.put("ratelimit-limit", Integer.toString(reading.allowed()));
            headers.put("ratelimit-remaining", Integer.toString(reading.remaining()));
            headers.put("ratelimit-reset", Long.toString(seconds));
            String clientId = clientId(request);
            return new Admission(
                    clientId == null ? null : world.zendesk().account(),
                    clientId,
                    false,
                    headers,
                    reading.refused() ? refusal(seconds) : null);
        }

        private String clientId(Request request) {
            if (legacy(request)) {
                return world.zendesk().email();
            }
            return request.bearer().flatMap(tokens::good).isPresent()
                    ? world.zendesk().clientId()
                    : null;
        }

        private boolean legacy(Request request) {
            Optional<String> apiToken = world.zendesk().apiToken();
            return apiToken.isPresent()
                    && request.basic()
                            .equals(Optional.of(
                                    new Request.Credentials(world.zendesk().email() + "/token", apiToken.get())));
        }

        private Answer refusal(long seconds) {
            List<ThrottleShape> shapes = world.weather().throttleShapes();
            Map<String, String> retryAfter = Map.of("Retry-After", Long.toString(seconds));
            return switch (shapes.get(Math.floorMod(refusals.getAndIncrement(), shapes.size()))) {
                case JSON ->
                    ZendeskCall.error(429, "APIRateLimitExceeded", OVER_LIMIT).with(retryAfter);
                case TEXT ->
                    Answer.text(429, Map.of("Content-Type", "text/plain"), OVER_LIMIT)
                            .with(retryAfter);
                case TEXT_WITHOUT_RETRY_AFTER -> Answer.text(429, Map.of("Content-Type", "text/plain"), OVER_LIMIT);
                case EDGE ->
                    Answer.json(
                                    429,
                                    Json.object()
                                            .put("detail", "Rate limited by Zendesk edge protection")
                                            .put("status", "429")
                                            .put("title", "Too Many Requests")
                                            .put("type", "about:blank"))
                            .with(retryAfter);
            };
        }

        @Override
        public Fault weather(Request request, Admission admission) {
            Fault outage = world.weather().outageOf(World.ZENDESK);
            if (outage != null) {
                return outage;
            }
            if (admission.tokenCall()) {
                return null;
            }
            Weather weather = world.weather();
            Chance.Draw draw = chance.draw(weather.seed(), "zendesk", request);
            if (draw.of("lost answer") < weather.zendeskLostAnswers()) {
                return draw.of("page instead of silence") < 0.5
                        ? Fault.carryOutThenGatewayPage(502)
                        : Fault.loseAnswer();
            }
            return null;
        }

        @Override
        public Answer carryOut(Request request, Admission admission) {
            if (admission.tokenCall()) {
                return tokens.grant(request);
            }
            jobs.settle();
            String path = request.path().endsWith(JSON_SUFFIX)
                    ? request.path().substring(0, request.path().length() - JSON_SUFFIX.length())
                    : request.path();
            boolean legacy = legacy(request);
            Optional<ZendeskLogin.Token> token = request.bearer().flatMap(tokens::good);
            boolean known = legacy || token.isPresent();
            boolean anonymousMe = request.anonymous() && path.equals("/api/v2/users/me");
            if (!known && !anonymousMe) {
                return Answer.json(401, Json.object().put("error", "Couldn't authenticate you"));
            }
            boolean mayWrite = legacy || token.map(ZendeskLogin.Token::mayWrite).orElse(false);
            String needed = path.startsWith("/api/v2/webhooks")
                    ? request.method().equals("GET") ? "webhooks:read" : "webhooks:write"
                    : request.method().equals("GET") ? "read" : "write";
            if (!legacy
                    && known
                    && !needed.equals("read")
                    && !token.get().scopes().contains(needed)) {
                return ZendeskCall.error(403, "Forbidden", "You are missing the following required scopes: " + needed);
            }
            ZendeskCall call = new ZendeskCall(
                    request,
                    path,
                    known ? world.zendesk().callerId() : null,
                    mayWrite,
                    world.zendesk().publicHost());
            Answer answer = routes.dispatch(
                    call,
                    request.method(),
                    path,
                    status -> status == 404
                            ? ZendeskCall.error(404, "InvalidEndpoint", "Not found")
                            : ZendeskCall.error(405, "MethodNotAllowed", "Method not allowed"));
            return answer.status() < 300 ? answer.with(Map.of("etag", "W/\"" + answer.bodyDigest() + "\"")) : answer;
        }
    }
}
