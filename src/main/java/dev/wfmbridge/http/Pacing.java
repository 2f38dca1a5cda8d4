package dev.wfmbridge.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code pacing} of the call routes: whether a call may go out, and what its answer says about the next ones. It
 * does not decide about retries: the error policies in the routes do.
 */
public final class Pacing {

    private static final Logger LOG = LoggerFactory.getLogger(Pacing.class);
    private static final StrictJson JSON = new StrictJson();
    private static final ContentType JSON_TYPE = ContentType.create("application/json");
    private static final int LONGEST_TOKEN = 8 << 10;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String WAIT = "wait";
    private static final Duration MOMENT = Duration.ofMillis(50);
    /** Of a quota's span: little beside the margin that the pace has, and enough for several places. */
    private static final int SHARE = 100;

    private static final Duration MOST_SEVERAL = Duration.ofMillis(250);

    private static final Duration QUOTA_JITTER = Duration.ofSeconds(1);

    private final Waits waits;
    private final Duration backoffMin;
    private final Duration backoffMax;
    private final Duration mostQuotaWait;
    private final int maxAttempts;

    /**
     * @param backoffMin the first wait after a failure, doubled with each further failure
     * @param backoffMax the longest
     * @param mostQuotaWait the maximum total of waits after 429s for one side in a pass
     * @param maxAttempts attempts of one token call
     */
    public Pacing(Waits waits, Duration backoffMin, Duration backoffMax, Duration mostQuotaWait, int maxAttempts) {
        this.waits = waits;
        this.backoffMin = backoffMin;
        this.backoffMax = backoffMax;
        this.mostQuotaWait = mostQuotaWait;
        this.maxAttempts = maxAttempts;
    }

    /**
     * Sets what the call does next: ask the throttle of that name for that client and its quota, now that it has a place on the wire; get
     * a {@code token} for all that need it; or {@code wait}. Sets it itself, since an expression that calls a bean copies the
     * exchange, twice, and every call comes by here.
     *
     * @throws HaltedException if it is not to go out at all
     */
    public void turn(Exchange exchange) throws HaltedException {
        // An earlier failure handled by a doCatch leaves this mark, which would keep error policies from
        // handling this call's own.
        exchange.getExchangeExtension().setErrorHandlerHandled(null);
        exchange.setProperty(CallProperties.TURN, next(exchange));
    }

    private String next(Exchange exchange) throws HaltedException {
        Side side = side(exchange);
        Call call = call(exchange);
        long now = System.nanoTime();
        side.carryOver(mostQuotaWait, waits, now);
        side.proceed(call.kind());
        if (waitsForItself(call, now)) {
            return WAIT;
        }
        Token candidate = exchange.getProperty(CallProperties.CANDIDATE, Token.class);
        Token token = candidate != null ? candidate : side.client().tokens().fresh(now);
        if (token == null) {
            return side.client().tokens().begin() ? "token" : WAIT;
        }
        if (!side.client().gate().enter(now)) {
            return WAIT;
        }
        call.onTheWire(true);
        call.authorizedBy(token);
        exchange.setProperty(CallProperties.PACE_KEY, side.client().paceKey());
        exchange.setProperty(CallProperties.PACE_CALLS, side.client().pace().calls());
        return side.client().throttle();
    }

    /** The throttle turned the call away: it gives back its place on the wire. */
    public void stepBack(Exchange exchange) {
        call(exchange).onTheWire(false);
        side(exchange).client().gate().leave();
        exchange.setProperty(CallProperties.TURN, WAIT);
    }

    /** A token was proved and is now used by all calls of the client. */
    public void takeToken(Exchange exchange) {
        side(exchange).client().tokens().take(exchange.getProperty(CallProperties.CANDIDATE, Token.class));
    }

    /** No token could be obtained. */
    public void noToken(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (!(failure instanceof HaltedException)) {
            side(exchange).client().tokens().failed(side(exchange), failure);
        }
    }

    /** The token route has ended. */
    public void tokenDone(Exchange exchange) {
        side(exchange).client().tokens().end();
    }

    /** Fills the HTTP request: no headers of another call go out. */
    public void request(Exchange exchange) {
        Side side = side(exchange);
        Call call = call(exchange);
        side.countRequest(call.kind());
        call.sent();
        call.goesOut(System.nanoTime());
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        Message request = exchange.getMessage();
        // A map of another kind would be copied.
        request.setHeaders(exchange.getContext()
                .getCamelContextExtension()
                .getHeadersMapFactory()
                .newMap());
        // As Camel's own constant: given text, Camel would search all of its converters for each call.
        request.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(call.getMethod()));
        request.setHeader(Exchange.HTTP_URI, side.client().api().toString());
        request.setHeader(Exchange.HTTP_PATH, call.getPath());
        if (call.getQuery() != null) {
            request.setHeader(Exchange.HTTP_RAW_QUERY, call.getQuery());
        }
        request.setHeader("Authorization", call.token().authorization());
        request.setHeader(BoundedCalls.TIME_LEFT, side.nanosLeft());
        request.setHeader("Accept", "application/json");
        request.setHeader(Exchange.CONTENT_TYPE, JSON_TYPE.getMimeType());
        // As HttpClient takes it: given text, Camel would parse the content type for each call.
        request.setBody(
                call.getBody() == null
                        ? null
                        : new ByteArrayEntity(call.getBody().getBytes(StandardCharsets.UTF_8), JSON_TYPE));
    }

    /**
     * Milliseconds to wait before asking again: short enough that a halt or a stop is seen within a second, and a little longer than until
     * the next place is free. Otherwise each call of a first load would wait, and wake up, for itself.
     */
    public long untilOpen(Exchange exchange) {
        Call call = call(exchange);
        ApiClient client = side(exchange).client();
        long now = System.nanoTime();
        long ofGate = client.gate().nanosUntilOpen(now);
        long nanos = Math.max(
                ofGate > 0 ? ofGate + several(client.pace().span()) : 0,
                waitsForItself(call, now) ? call.notBefore() - now : 0);
        long millis = nanos <= 0 ? moment() : nanos / 1_000_000 + 1;
        return Math.min(millis, waits.millis(LOOK_AGAIN));
    }

    /** Nanoseconds in which several places become free. */
    private long several(Duration span) {
        Duration share = span.dividedBy(SHARE);
        return waits.nanos(share.compareTo(MOST_SEVERAL) < 0 ? share : MOST_SEVERAL);
    }

    private long moment() {
        return waits.millis(MOMENT);
    }

    /** The route of the calls is suspended or stopped: nothing waits for it. */
    public void routeAway(Exchange exchange) {
        Call call = call(exchange);
        if (call != null && call.isOnTheWire()) {
            stepBack(exchange);
        }
        Side side = side(exchange);
        String named = side.client().suspendedRoutes();
        side.halt(
                HaltReason.SUSPENDED,
                named != null ? named : "A route is suspended or stopped in JMX: resume or start it there.");
    }

    /**
     * Parses the answer as JSON, and checks that it is what the call expects.
     *
     * @throws IOException if it is not JSON, or not of the expected form
     */
    public void read(Exchange exchange) throws IOException {
        Call call = call(exchange);
        Message answer = exchange.getMessage();
        Integer status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status != null && status == 204) {
            answer.setBody(null);
        } else {
            answer.setBody(json(answer));
        }
        if (call.expects().isPresent()) {
            JsonNode body = (JsonNode) answer.getBody();
            String field = call.expects().get();
            if (body == null) {
                throw new UnexpectedAnswerException(
                        "the answer was empty (HTTP " + status + "), where JSON with \"" + field + "\" was due");
            }
            if (!body.isObject() || !body.hasNonNull(field)) {
                throw new UnexpectedAnswerException("the answer has no field \"" + field + "\"");
            }
            if (call.expectsList() && !body.get(field).isArray()) {
                throw new UnexpectedAnswerException("the answer's field \"" + field + "\" is not a list");
            }
        }
    }

    /**
     * Parses the answer to a token request as JSON, and checks that it has a token.
     *
     * @throws IOException if it has none
     */
    public void readToken(Exchange exchange) throws IOException {
        JsonNode answer = json(exchange.getMessage());
        if (!answer.path("access_token").isTextual()) {
            throw new UnexpectedAnswerException("the token answer has no access_token");
        }
        if (!mayBeSent(answer.get("access_token").textValue())) {
            throw new UnexpectedAnswerException("the token answer has an access_token that no header can carry");
        }
        exchange.getMessage().setBody(answer);
    }

    /** Visible ASCII, and no longer than any token: a line break in it would start another header. */
    private static boolean mayBeSent(String token) {
        return !token.isEmpty()
                && token.length() <= LONGEST_TOKEN
                && token.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static JsonNode json(Message answer) throws IOException {
        try (InputStream body = answer.getBody(InputStream.class)) {
            JsonNode json = body == null ? null : JSON.read(body);
            if (json == null || json.isMissingNode()) {
                throw new UnexpectedAnswerException("the answer was empty");
            }
            return json;
        } catch (StreamConstraintsException tooMuch) {
            throw new UnexpectedAnswerException(
                    "the answer's JSON is nested deeper, or has more in it, than any answer of this API");
        } catch (MismatchedInputException twofold) {
            throw new UnexpectedAnswerException("the answer's JSON has a key twice, or something behind its end");
        } catch (JacksonException garbage) {
            throw new UnexpectedAnswerException("the answer was not JSON" + type(answer));
        }
    }

    private static String type(Message answer) {
        String type = answer.getHeader(Exchange.CONTENT_TYPE, String.class);
        return type == null ? "" : type.endsWith("json") ? ", though it is called " + type : ", but " + type;
    }

    /** Notes what came back, whatever it was: the quota's headers, a 429's wait, a refused token, failures in a row. */
    public void answered(Exchange exchange) {
        Side side = side(exchange);
        Call call = call(exchange);
        Gate gate = side.client().gate();
        long now = System.nanoTime();
        call.onTheWire(false);
        Exception failure = failure(exchange);
        HttpOperationFailedException refused = failure instanceof HttpOperationFailedException f ? f : null;
        Message message = exchange.getMessage();
        Integer code = refused != null
                ? Integer.valueOf(refused.getStatusCode())
                : message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (code == null) {
            gate.lost(now);
            side.answered(call, 0, now);
            call.answered(0, null, null);
            backOff(call, now);
            side.failed(LastAnswer.of(call, failure));
            return;
        }
        UnaryOperator<String> headers = refused != null ? headers(refused) : name -> text(message.getHeader(name));
        gate.answered(QuotaHeaders.of(headers), code == 429, now);
        LOG.debug("{}: {} answered HTTP {}", side.getName(), call, code);
        side.answered(call, code, now);
        note(call, code, headers, refused);
        if (code == 429) {
            call.wasThrottled();
            side.works();
            side.waitOut(told(headers, gate.period()), jitter(), mostQuotaWait, waits, now);
        } else if (code == 401) {
            side.works();
            refuseToken(side, call, failure);
        } else if (code == 403) {
            side.works();
            if (!call.isOptional()) {
                side.forbid(call.kind(), "Last answer: " + LastAnswer.of(call, failure) + ".");
            }
        } else if (code == 408 || code >= 500 || (refused == null && failure != null)) {
            backOff(call, now);
            side.failed(LastAnswer.of(call, failure));
        } else {
            side.works();
        }
    }

    /** Whether the token endpoint may be asked now: the organisation's waits apply to it too. */
    public boolean isTokenShut(Exchange exchange) throws HaltedException {
        Side side = side(exchange);
        Call call = call(exchange);
        long now = System.nanoTime();
        side.carryOver(mostQuotaWait, waits, now);
        side.proceed(Call.Kind.TOKEN);
        return waitsForItself(call, now) || side.client().gate().waitsOut(now);
    }

    /** Notes how a token call ended: throttled, refused or failed permanently (docs/architecture.md, "What the answers mean"). */
    public void tokenAnswered(Exchange exchange) {
        Side side = side(exchange);
        Call call = call(exchange);
        Exception failure = failure(exchange);
        if (failure == null) {
            return;
        }
        long now = System.nanoTime();
        if (failure instanceof HttpOperationFailedException refused) {
            int code = refused.getStatusCode();
            UnaryOperator<String> headers = headers(refused);
            note(call, code, headers, refused);
            if (code == 429 || (code == 400 && speaksOfRate(refused.getResponseBody()))) {
                Duration wait = RetryAfter.parse(headers.apply("retry-after"), Instant.now())
                        .orElseGet(() -> backoff(call.failed()));
                if (call.getFailures() >= maxAttempts) {
                    side.halt(HaltReason.UNAVAILABLE, "Token requests are throttled.");
                } else {
                    side.waitOut(wait, jitter(), mostQuotaWait, waits, now);
                }
                return;
            }
            if (code == 407) {
                side.halt(HaltReason.UNAVAILABLE, "Token request: " + LastAnswer.of(call, failure) + ".");
                return;
            }
            if (code < 500 && code != 408) {
                side.halt(
                        code >= 300 && code < 400 ? HaltReason.UNAVAILABLE : HaltReason.CREDENTIALS,
                        "Last answer: " + LastAnswer.of(call, failure) + ".");
                return;
            }
        }
        if (!(failure instanceof HttpOperationFailedException)) {
            call.answered(0, null, null);
        }
        backOff(call, now);
        if (call.getFailures() >= maxAttempts) {
            side.halt(HaltReason.UNAVAILABLE, "Token request: " + LastAnswer.of(call, failure) + ".");
        }
    }

    private void refuseToken(Side side, Call call, Exception failure) {
        if (call.token() != null) {
            side.client().tokens().drop(call.token());
        }
        if (call.refusedToken() > 1) {
            side.halt(
                    HaltReason.CREDENTIALS,
                    "A new token was refused too. Last answer: " + LastAnswer.of(call, failure) + ".");
        }
    }

    private void note(Call call, int code, UnaryOperator<String> header, HttpOperationFailedException refused) {
        String correlation = Shape.idOrNull(header.apply("inin-correlation-id"));
        String errorCode = null;
        if (refused != null && refused.getResponseBody() != null) {
            try {
                JsonNode error = JSON.read(refused.getResponseBody());
                if (error != null) {
                    errorCode = Shape.idOrNull(error.get("code"));
                    if (correlation == null) {
                        correlation = Shape.idOrNull(error.get("contextId"));
                    }
                }
            } catch (IOException noJson) {
                // A gateway's page: it has neither a code nor an id, and its status says what it means.
                errorCode = null;
            }
        }
        call.answered(code, correlation, errorCode);
    }

    private static boolean speaksOfRate(String body) {
        return body != null && body.toLowerCase(Locale.ROOT).contains("rate limit");
    }

    private Duration told(UnaryOperator<String> header, Duration otherwise) {
        return RetryAfter.parse(header.apply("retry-after"), Instant.now()).orElseGet(() -> {
            long reset = QuotaHeaders.of(header).resetSeconds();
            return reset > 0 ? Duration.ofSeconds(reset) : otherwise;
        });
    }

    private static boolean waitsForItself(Call call, long now) {
        return call.notBefore() != 0 && now - call.notBefore() < 0;
    }

    private void backOff(Call call, long now) {
        call.notBefore(now + waits.nanos(backoff(call.failed())));
    }

    private Duration backoff(int failures) {
        long most = Math.min(backoffMax.toMillis(), backoffMin.toMillis() << Math.min(20, Math.max(0, failures - 1)));
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private static Duration jitter() {
        // A margin of 50 ms, since the other side's clock and ours do not tick together.
        return Duration.ofMillis(50 + ThreadLocalRandom.current().nextLong(QUOTA_JITTER.toMillis() / 2));
    }

    private static Exception failure(Exchange exchange) {
        Exception failure = exchange.getException();
        return failure != null ? failure : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    /** The headers of a refusal by their names in lower case; those of a message Camel finds in any case. */
    private static UnaryOperator<String> headers(HttpOperationFailedException refused) {
        Map<String, String> lower = new HashMap<>();
        if (refused.getResponseHeaders() != null) {
            refused.getResponseHeaders()
                    .forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        }
        return lower::get;
    }

    private static String text(Object header) {
        return header == null ? null : header.toString();
    }

    private static Side side(Exchange exchange) {
        return exchange.getProperty(CallProperties.SIDE, Side.class);
    }

    private static Call call(Exchange exchange) {
        return exchange.getProperty(CallProperties.CALL, Call.class);
    }
}
