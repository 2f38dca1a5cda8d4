package dev.wfmbridge.sandbox;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Genesys' side of the contract: one host for all organisations and for their tokens. Which organisation a call reaches is
 * decided by the token alone.
 *
 * <p>Quota (contract, {@code TooManyRequests}): it counts per OAuth client, whichever of its tokens carries a call, expired and
 * revoked ones too, and whatever the answer is; calls with an unknown token belong to no client and are not counted.
 */
public final class GenesysServer implements AutoCloseable {
    private static final String TOKEN_PATH = "/oauth/token";
    private static final String SEGMENTS_PATH = "/api/v2/wfm/userschedulesegments";
    private static final String CORRELATION_ID = "ININ-Correlation-Id";

    private final World world;
    private final GenesysLogin tokens;
    private final Routes<GenesysCall> routes = new Routes<>();
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();
    private final Chance chance = new Chance();
    private final RecordingServer server;

    GenesysServer(World world, int port) {
        this.world = world;
        this.tokens = new GenesysLogin(world);
        new GenesysOrganizations().register(routes);
        new GenesysPeople(world).register(routes);
        new GenesysSegments(world).register(routes);
        new GenesysUnits(world).register(routes);
        new GenesysAgents(world).register(routes);
        new GenesysStaffingGroups(world).register(routes);
        this.server = new RecordingServer("genesys", world, new Calls(), port);
    }

    /** The base of all its addresses, for the API and for tokens. */
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

    /** Tokens that belong to the organisation are answered 401 from now on; new ones can be had. */
    public void revokeTokens(String organization) {
        world.organization(organization);
        tokens.revoke(organization);
    }

    /**
     * New tokens for this organisation's client belong to another organisation, as they do when somebody mixes up two
     * secrets.
     *
     * @param other {@code null} ends it
     */
    public void tokenOrganizationOverride(String organization, String other) {
        world.organization(organization);
        tokens.override(organization, other);
    }

    /** The segments that a caller can read, in the order of their insertion. */
    public List<Segment> segments(String organization) {
        synchronized (world) {
            return world.organization(organization).visible(segment -> true);
        }
    }

    /** The segments that are taken and that no caller can read yet. */
    public List<Segment> committing(String organization) {
        synchronized (world) {
            return world.organization(organization).committing();
        }
    }

    /** All changes of the organisation's segments, by whomever, in their order. */
    public List<SegmentWrite> history(String organization) {
        synchronized (world) {
            return world.organization(organization).history();
        }
    }

    /** How many POSTs of a segment were carried out, whether or not the caller got to know. */
    public long posts(String organization) {
        return history(organization).stream()
                .filter(write -> write.kind() == SegmentWrite.Kind.POST)
                .count();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Calls implements Api {
        @Override
        public Admission admit(Request request) {
            String correlationId = UUID.randomUUID().toString();
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put(CORRELATION_ID, correlationId);
            if (request.path().equals(TOKEN_PATH)) {
                Optional<GenesysTenant> client = tokens.client(request);
                return new Admission(
                        client.map(GenesysTenant::name).orElse(null),
                        client.map(GenesysTenant::clientId).orElse(null),
                        true,
                        headers,
                        null);
            }
            Optional<GenesysLogin.Token> token = request.bearer().flatMap(tokens::find);
            return token.isEmpty()
                    ? new Admission(null, null, false, headers, null)
                    : metered(token.get(), correlationId, headers);
        }

        private Admission metered(GenesysLogin.Token token, String correlationId, Map<String, String> headers) {
            Meter.Reading reading = count(token.clientId());
            long seconds = reading.secondsLeft(world.weather().secondsRoundedDown());
            headers.put("inin-ratelimit-allowed", Integer.toString(reading.allowed()));
            headers.put("inin-ratelimit-count", Integer.toString(reading.count()));
            headers.put("inin-ratelimit-reset", Long.toString(seconds));
            Answer refusal = null;
            if (reading.refused()) {
                headers.put("Retry-After", Long.toString(seconds));
                refusal = GenesysErrors.error(
                        correlationId,
                        429,
                        "too.many.requests.retry.after",
                        "Rate limit exceeded the maximum. Retry the request in [" + seconds + "] seconds");
            }
            return new Admission(token.organization(), token.clientId(), false, headers, refusal);
        }

        private Meter.Reading count(String clientId) {
            synchronized (world) {
                GenesysTenant owner = world.organizationOfClient(clientId).orElseThrow();
                return meters.computeIfAbsent(clientId, id -> new Meter())
                        .count(
                                world.weather().slidingQuota() ? Meter.Kind.SLIDING : Meter.Kind.FROM_FIRST_CALL,
                                world.now(),
                                owner.quota(),
                                owner.quotaPeriod().toNanos());
            }
        }

        @Override
        public Fault weather(Request request, Admission admission) {
            Fault outage = world.weather().outageOf(admission.account());
            if (outage != null) {
                return outage;
            }
            if (admission.tokenCall()) {
                return null;
            }
            Weather weather = world.weather();
            Chance.Draw draw = chance.draw(weather.seed(), String.valueOf(admission.account()), request);
            boolean page = draw.of("page instead of silence") < 0.5;
            boolean post = request.method().equals("POST") && request.path().equals(SEGMENTS_PATH);
            if (post && draw.of("commit lag") < weather.commitLagShare()) {
                return page
                        ? Fault.commitLateThenGatewayPage(weather.commitLag(), 504)
                        : Fault.commitLate(weather.commitLag());
            }
            if (draw.of("lost answer") < weather.genesysLostAnswers()) {
                return page ? Fault.carryOutThenGatewayPage(504) : Fault.loseAnswer();
            }
            return null;
        }

        @Override
        public Answer carryOut(Request request, Admission admission) {
            if (admission.tokenCall()) {
                return tokens.grant(request);
            }
            String correlationId = admission.headers().get(CORRELATION_ID);
            if (request.bearer().isEmpty()) {
                return GenesysErrors.error(
                        correlationId, 401, "authentication.required", "No authentication bearer token specified");
            }
            Optional<GenesysLogin.Token> token =
                    request.bearer().flatMap(tokens::find).filter(found -> found.good(world.now()));
            if (token.isEmpty()) {
                return GenesysErrors.error(correlationId, 401, "bad.credentials", "Invalid login credentials.");
            }
            GenesysCall call = new GenesysCall(world.organization(token.get().organization()), request, correlationId);
            return routes.dispatch(
                    call,
                    request.method(),
                    request.path(),
                    status -> status == 404
                            ? call.notFound("HTTP 404 Not Found")
                            : call.error(405, "method.not.allowed", "HTTP 405 Method Not Allowed"));
        }
    }
}
