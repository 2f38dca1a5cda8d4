package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultHeadersMapFactory;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call may do, and what its answer means for the next ones: nothing is started and nothing is sent. */
class PacingTest {

    private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

    static {
        // As in a context that was started: the headers of a message are found in any case.
        CAMEL.getCamelContextExtension().setHeadersMapFactory(new DefaultHeadersMapFactory());
    }

    private static final long SECOND = 1_000_000_000L;
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final int HALT_AFTER = 3;

    private final Pacing pacing = new Pacing(new Waits(1), Duration.ofSeconds(2), Duration.ofSeconds(10), MOST_WAIT, 3);
    private final RoutesAway away = new RoutesAway();
    private final ApiClient client = new ApiClient(
            "acme",
            URI.create("https://api.example.com"),
            URI.create("https://login.example.com"),
            Pace.of(300, Duration.ofSeconds(60)),
            new Waits(1),
            away);
    private final List<String> answers = new ArrayList<>();
    private boolean stopping;
    private boolean outOfTime;
    private final Side side = new OneSide(client);
    private final Token token = new Token("Bearer t", System.nanoTime() + 3600 * SECOND);

    private final class OneSide extends Side {
        OneSide(ApiClient client) {
            super(
                    client,
                    new PassGuard() {
                        @Override
                        public boolean stopping() {
                            return stopping;
                        }

                        @Override
                        public boolean outOfTime() {
                            return outOfTime;
                        }

                        @Override
                        public long nanosLeft() {
                            return 5 * SECOND;
                        }
                    },
                    HALT_AFTER);
        }

        @Override
        public String getTokenGrant() {
            return "genesys";
        }
    }

    private Exchange exchange(Call call) {
        Exchange exchange = new DefaultExchange(CAMEL);
        exchange.setProperty(CallProperties.SIDE, side);
        exchange.setProperty(CallProperties.CALL, call);
        return exchange;
    }

    private String turn(Exchange exchange) throws HaltedException {
        pacing.turn(exchange);
        return exchange.getProperty(CallProperties.TURN, String.class);
    }

    private static Call read() {
        return Call.get("/api/v2/users/u1", null, "id");
    }

    private void hasToken() {
        client.tokens().take(token);
    }

    /** A call that went out and came back with this status. */
    private Call answered(Call call, int status, Map<String, String> headers, String body) throws Exception {
        Exchange exchange = exchange(call);
        assertThat(turn(exchange)).isEqualTo(client.throttle());
        pacing.request(exchange);
        answer(exchange, status, headers, body);
        pacing.answered(exchange);
        return call;
    }

    private static void answer(Exchange exchange, int status, Map<String, String> headers, String body) {
        exchange.getMessage().setHeaders(new HashMap<>());
        if (status >= 300) {
            exchange.setException(
                    new HttpOperationFailedException("https://api.example.com", status, "", null, headers, body));
        } else {
            headers.forEach(exchange.getMessage()::setHeader);
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        }
    }

    // --- whose turn it is

    @Test
    @DisplayName("one call gets the token, the others wait for it; then each takes a place and asks the throttle")
    void tokenFirst() throws Exception {
        Exchange first = exchange(read());
        Exchange second = exchange(read());
        assertThat(turn(first)).isEqualTo("token");
        assertThat(turn(second)).isEqualTo("wait");
        assertThat(client.gate().onTheWire()).isZero();
        first.setProperty(CallProperties.CANDIDATE, token);
        // The identity read goes with the token that it is to prove.
        assertThat(turn(first)).isEqualTo("quota-61500");
        Call call = first.getProperty(CallProperties.CALL, Call.class);
        assertThat(call.token()).isSameAs(token);
        assertThat(call.isOnTheWire()).isTrue();
        assertThat(client.gate().onTheWire()).isEqualTo(1);
        pacing.takeToken(first);
        pacing.tokenDone(first);
        // The first call goes alone.
        assertThat(turn(second)).isEqualTo("wait");
        pacing.stepBack(first);
        assertThat(first.getProperty(CallProperties.TURN)).isEqualTo("wait");
        assertThat(call.isOnTheWire()).isFalse();
        assertThat(client.gate().onTheWire()).isZero();
        assertThat(turn(second)).isEqualTo("quota-61500");
        assertThat(second.getProperty(CallProperties.PACE_KEY, String.class)).startsWith("acme#");
        assertThat(second.getProperty(CallProperties.PACE_CALLS)).isEqualTo(300);
    }

    @Test
    @DisplayName(
            "a call that asks for its turn has no mark of an earlier failure, which would keep its own from being handled")
    void begins() throws Exception {
        Exchange exchange = exchange(read());
        exchange.getExchangeExtension().setErrorHandlerHandled(true);
        turn(exchange);
        assertThat(exchange.getExchangeExtension().isErrorHandlerHandledSet()).isFalse();
    }

    @Test
    @DisplayName("after a token route that brought none, another call may try")
    void tokenAgain() throws Exception {
        Exchange first = exchange(read());
        assertThat(turn(first)).isEqualTo("token");
        pacing.tokenDone(first);
        assertThat(turn(exchange(read()))).isEqualTo("token");
    }

    @Test
    @DisplayName(
            "no token: the side is halted, unless it is halted already; a first refusal may be one of a token just revoked")
    void noToken() {
        Exchange exchange = exchange(read());
        HttpOperationFailedException refused =
                new HttpOperationFailedException("https://login.example.com", 401, "", null, Map.of(), "");
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, refused);
        pacing.noToken(exchange);
        assertThat(side.isHalted()).isFalse();
        pacing.noToken(exchange);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.CREDENTIALS);
    }

    @Test
    @DisplayName("a halt while the token was requested is the halt that stays")
    void noTokenAfterAHalt() {
        Exchange exchange = exchange(read());
        side.halt(HaltReason.STOPPING, null);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new HaltedException(side.currentHalt()));
        pacing.noToken(exchange);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.STOPPING);
    }

    @Test
    @DisplayName(
            "nothing goes out of a side that is halted, suspended, out of time or stopping, nor of a kind that is forbidden")
    void halted() {
        hasToken();
        Call change = Call.send(Call.Kind.CHANGE, "PUT", "/x", "{}");
        side.forbid(Call.Kind.CHANGE, "no");
        assertThat(side.forbidden(Call.Kind.CHANGE).reason()).isEqualTo(HaltReason.FORBIDDEN);
        assertThatThrownBy(() -> turn(exchange(change))).isInstanceOf(HaltedException.class);
        assertThatCode(() -> turn(exchange(read()))).doesNotThrowAnyException();
        away.changed("genesys-read", true);
        assertThatThrownBy(() -> turn(exchange(read()))).isInstanceOf(HaltedException.class);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.SUSPENDED);
        assertThat(client.gate().onTheWire()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"true, false, STOPPING", "false, true, PASS_TIME"})
    @DisplayName("a stop and the end of the pass' time halt the side")
    void guarded(boolean stops, boolean late, HaltReason reason) {
        stopping = stops;
        outOfTime = late;
        assertThatThrownBy(() -> turn(exchange(read()))).isInstanceOf(HaltedException.class);
        assertThat(side.currentHalt().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"READ, true", "INSERT, true", "CHANGE, false", "REMOVE, false"})
    @DisplayName("where reading or inserting is forbidden, all other calls are pointless")
    void forbidden(Call.Kind kind, boolean halts) {
        side.forbid(kind, "no");
        assertThat(side.isHalted()).isEqualTo(halts);
        assertThat(side.forbidden(kind) == null).isEqualTo(halts);
    }

    @Test
    @DisplayName("whoever waits asks again soon: for their own wait, for the gate's, within a second in any case")
    void untilOpen() throws Exception {
        hasToken();
        Call call = read();
        Exchange exchange = exchange(call);
        assertThat(pacing.untilOpen(exchange)).isEqualTo(50);
        call.notBefore(System.nanoTime() + 3600 * SECOND);
        assertThat(turn(exchange)).isEqualTo("wait");
        assertThat(pacing.untilOpen(exchange)).isEqualTo(1000);
        call.notBefore(System.nanoTime() + SECOND / 2);
        long wait = pacing.untilOpen(exchange);
        assertThat(wait).isBetween(1L, 501L);
        assertThat(wait * 1_000_000).as("not too early").isGreaterThanOrEqualTo(call.notBefore() - System.nanoTime());
        call.notBefore(System.nanoTime() - 1);
        assertThat(pacing.untilOpen(exchange)).isEqualTo(50);
        client.gate().waitOut(3600 * SECOND, System.nanoTime());
        assertThat(pacing.untilOpen(exchange)).isEqualTo(1000);
        assertThat(turn(exchange)).isEqualTo("wait");
    }

    @Test
    @DisplayName(
            "whoever waits for the quota sleeps a hundredth of the span longer, so that several calls go after one wait")
    void severalAfterOneWait() throws Exception {
        Pace pace = Pace.of(24_000, Duration.ofSeconds(60));
        long sent = System.nanoTime() - SECOND / 2;
        ApiClient fast = new ApiClient("fast", client.api(), client.api(), pace, new Waits(1), away);
        for (int call = 0; call < pace.calls(); call++) {
            assertThat(fast.gate().enter(sent)).isTrue();
            fast.gate().answered(QuotaHeaders.of(name -> null), false, sent);
        }
        Exchange exchange = exchange(read());
        exchange.setProperty(CallProperties.SIDE, new OneSide(fast));
        long before = System.nanoTime();
        long wait = pacing.untilOpen(exchange) * 1_000_000;
        long after = System.nanoTime();
        long next = sent + pace.span().toNanos() + pace.span().toNanos() / 100;
        assertThat(after + wait).isGreaterThanOrEqualTo(next);
        assertThat(before + wait).isLessThanOrEqualTo(next + 4_000_000);
    }

    @Test
    @DisplayName("a route that is out of service halts the side and takes the place on the wire back")
    void routeAway() throws Exception {
        hasToken();
        Exchange exchange = exchange(read());
        turn(exchange);
        away.changed("genesys-read", true);
        pacing.routeAway(exchange);
        assertThat(client.gate().onTheWire()).isZero();
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.SUSPENDED);
        assertThat(side.currentHalt().message()).contains("genesys-read");
        pacing.routeAway(exchange);
        assertThat(client.gate().onTheWire()).isZero();
        exchange.removeProperty(CallProperties.CALL);
        assertThatCode(() -> pacing.routeAway(exchange)).doesNotThrowAnyException();
    }

    // --- the request

    @Test
    @DisplayName("a request is made of the call alone: nothing of another call goes out")
    void request() throws Exception {
        hasToken();
        Call call = Call.get("/api/v2/users", "pageSize=500", "entities");
        Exchange exchange = exchange(call);
        turn(exchange);
        exchange.getMessage().setHeader("Cookie", "of another call");
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IOException("of another call"));
        pacing.request(exchange);
        Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
        assertThat((long) headers.remove(BoundedCalls.TIME_LEFT)).isEqualTo(5 * SECOND);
        assertThat(headers)
                .isEqualTo(Map.of(
                        Exchange.HTTP_METHOD,
                        HttpMethods.GET,
                        Exchange.HTTP_URI,
                        "https://api.example.com",
                        Exchange.HTTP_PATH,
                        "/api/v2/users",
                        Exchange.HTTP_RAW_QUERY,
                        "pageSize=500",
                        "Authorization",
                        "Bearer t",
                        "Accept",
                        "application/json",
                        Exchange.CONTENT_TYPE,
                        "application/json"));
        assertThat(exchange.getMessage().getBody()).isNull();
        assertThat(exchange.getProperty(Exchange.EXCEPTION_CAUGHT)).isNull();
        assertThat(side.requests()).isEqualTo(1);
        assertThat(side.requests(Call.Kind.READ)).isEqualTo(1);
        assertThat(client.requests(Call.Kind.READ)).isEqualTo(1);
        assertThat(call.wasSent()).isTrue();
        Exchange post = exchange(Call.send(Call.Kind.INSERT, "POST", "/x", "{\"a\":1}"));
        post.getProperty(CallProperties.CALL, Call.class).authorizedBy(token);
        pacing.request(post);
        HttpEntity sent = post.getMessage().getBody(HttpEntity.class);
        assertThat(EntityUtils.toString(sent)).isEqualTo("{\"a\":1}");
        assertThat(sent.getContentType()).isEqualTo("application/json");
        assertThat(post.getMessage().getHeaders()).doesNotContainKey(Exchange.HTTP_RAW_QUERY);
    }

    // --- what comes back

    private Object read(Call call, int status, String type, String body) throws IOException {
        Exchange exchange = exchange(call);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        pacing.read(exchange);
        return exchange.getMessage().getBody();
    }

    @Test
    @DisplayName("an answer is JSON with the expected field")
    void readsJson() throws Exception {
        assertThat((JsonNode) read(read(), 200, "application/json", "{\"id\":\"u1\"}"))
                .isNotNull();
        assertThat((JsonNode) read(Call.list("/x", null, "rows"), 200, "application/json", "{\"rows\":[]}"))
                .isNotNull();
        assertThat(read(Call.send(Call.Kind.REMOVE, "DELETE", "/x", null), 204, null, ""))
                .isNull();
        assertThat(read(Call.send(Call.Kind.REMOVE, "DELETE", "/x", null), 200, "application/json", "{}"))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "204 | application/json | ''               | was empty (HTTP 204)",
                "200 | application/json | ''               | the answer was empty",
                "200 | application/json | {}               | has no field \"\"id\"\"",
                "200 | application/json | [1]              | has no field",
                "200 | application/json | {'id':null}      | has no field",
                "200 | application/json | {'id':1}{'id':2} | a key twice, or something behind its end",
                "200 | text/html        | <html>           | the answer was not JSON, but text/html",
                "200 | application/json | <html>           | though it is called application/json"
            })
    @DisplayName("anything else is no answer, and the message says what it was")
    void readsNothingElse(int status, String type, String body, String said) {
        String text = body.equals("''") ? "" : body.replace('\'', '"');
        assertThatThrownBy(() -> read(read(), status, type, text))
                .isInstanceOf(UnexpectedAnswerException.class)
                .hasMessageContaining(said.replace("\"\"", "\""));
    }

    @Test
    @DisplayName("an answer whose list is not a list is none, nor is one without a content type")
    void readsNoList() {
        assertThatThrownBy(() -> read(Call.list("/x", null, "rows"), 200, "application/json", "{\"rows\":{}}"))
                .hasMessageContaining("is not a list");
        assertThatThrownBy(() -> read(read(), 200, null, "<html>")).hasMessage("the answer was not JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'access_token':'abc'} | true",
                "{'access_token':''} | false",
                "{'access_token':7} | false",
                "{} | false",
                "{'access_token':'a b'} | false",
                "{'access_token':'a\\nX: y'} | false",
                "{'access_token':'a\\u007f'} | false",
                "{'access_token':'!~'} | true"
            })
    @DisplayName("a token is visible ASCII: a line break in it would start another header")
    void token(String body, boolean usable) {
        Exchange exchange = exchange(read());
        exchange.getMessage()
                .setBody(new ByteArrayInputStream(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        if (usable) {
            assertThatCode(() -> pacing.readToken(exchange)).doesNotThrowAnyException();
            assertThat(exchange.getMessage().getBody()).isInstanceOf(JsonNode.class);
        } else {
            assertThatThrownBy(() -> pacing.readToken(exchange)).isInstanceOf(UnexpectedAnswerException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"8192, true", "8193, false"})
    @DisplayName("a token has an end")
    void longToken(int length, boolean usable) {
        Exchange exchange = exchange(read());
        String body = "{\"access_token\":\"" + "x".repeat(length) + "\"}";
        exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        if (usable) {
            assertThatCode(() -> pacing.readToken(exchange)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> pacing.readToken(exchange)).isInstanceOf(UnexpectedAnswerException.class);
        }
    }

    // --- what an answer means

    @Test
    @DisplayName("an answer tells the gate what it says of the quota, and gives the place back")
    void answeredWell() throws Exception {
        hasToken();
        client.countedBy((who, status, nanos) ->
                answers.add(who.name() + " " + status + " " + (nanos >= 0 && nanos < 60 * SECOND)));
        Call call = answered(
                read(),
                200,
                Map.of("inin-ratelimit-allowed", "250", "inin-ratelimit-count", "1", "ININ-Correlation-Id", "c-1"),
                null);
        assertThat(client.gate().allowed()).isEqualTo(250);
        assertThat(client.gate().onTheWire()).isZero();
        assertThat(call.isOnTheWire()).isFalse();
        assertThat(call.getStatus()).isEqualTo(200);
        assertThat(call.correlationId()).isEqualTo("c-1");
        assertThat(call.getFailures()).isZero();
        assertThat(answers).containsExactly("acme 200 true");
        // Nobody goes alone any more.
        assertThat(turn(exchange(read()))).isEqualTo("quota-61500");
        assertThat(turn(exchange(read()))).isEqualTo("quota-61500");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // Retry-After, reset, seconds to wait
                "7, 20, 7",
                "-, 20, 20",
                "0, 20, 20",
                "-5, 20, 20",
                "soon, 20, 20",
                "-, -, 60",
                "-, 0, 60"
            })
    @DisplayName("a 429 is waited out as it says, or for the rest of the window, or for a period, and is no failure")
    void tooMany(String retryAfter, String reset, long seconds) throws Exception {
        hasToken();
        Map<String, String> headers = new HashMap<>();
        if (retryAfter != null) {
            headers.put("Retry-After", retryAfter);
        }
        if (reset != null) {
            headers.put("inin-ratelimit-reset", reset);
        }
        long before = System.nanoTime();
        Call call = answered(read(), 429, headers, null);
        long after = System.nanoTime();
        // Never earlier than asked, and the jitter is half a second at most.
        assertThat(client.gate().waitsOut(before + seconds * SECOND + 49_000_000))
                .isTrue();
        assertThat(client.gate().waitsOut(after + (seconds + 1) * SECOND)).isFalse();
        assertThat(call.getThrottled()).isEqualTo(1);
        assertThat(call.getFailures()).isZero();
        assertThat(call.notBefore()).isZero();
        assertThat(side.throttled()).isEqualTo(1);
        assertThat(client.throttled()).isEqualTo(1);
        assertThat(side.quotaWaitNanos()).isEqualTo(seconds * SECOND);
        assertThat(client.quotaWaitNanos()).isEqualTo(seconds * SECOND);
        assertThat(side.isHalted()).isFalse();
    }

    @Test
    @DisplayName("waits after 429s count by the clock; beyond http.max-quota-wait the side is halted at once")
    void quotaWait() {
        long now = System.nanoTime();
        Duration jitter = Duration.ofMillis(100);
        for (int i = 0; i < 8; i++) {
            side.waitOut(Duration.ofSeconds(15), jitter, MOST_WAIT, new Waits(1), now);
        }
        assertThat(side.quotaWaitNanos()).isEqualTo(15 * SECOND);
        assertThat(side.throttled()).isEqualTo(8);
        side.waitOut(Duration.ofSeconds(45), jitter, MOST_WAIT, new Waits(1), now + 20 * SECOND);
        assertThat(side.quotaWaitNanos()).isEqualTo(60 * SECOND);
        assertThat(side.isHalted()).isFalse();
        side.waitOut(Duration.ofSeconds(1), jitter, MOST_WAIT, new Waits(1), now + 70 * SECOND);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.QUOTA);
        assertThat(side.quotaWaitNanos()).isEqualTo(60 * SECOND);
    }

    @Test
    @DisplayName("a wait that an earlier pass left is taken over, once, and halts if it is too long")
    void carriedOver() {
        long now = System.nanoTime();
        client.gate().waitOut(30 * SECOND, now);
        side.carryOver(MOST_WAIT, new Waits(1), now);
        side.carryOver(MOST_WAIT, new Waits(1), now);
        assertThat(side.quotaWaitNanos()).isEqualTo(30 * SECOND);
        Side next = new OneSide(client);
        client.gate().waitOut(61 * SECOND, now);
        next.carryOver(MOST_WAIT, new Waits(1), now);
        assertThat(next.currentHalt().reason()).isEqualTo(HaltReason.QUOTA);
        Side later = new OneSide(client);
        later.carryOver(MOST_WAIT, new Waits(1), now + 100 * SECOND);
        assertThat(later.isHalted()).isFalse();
        assertThat(later.quotaWaitNanos()).isZero();
    }

    @Test
    @DisplayName("the turn of a call and of a token call take such a wait over as well")
    void carriedOverByACall() throws Exception {
        hasToken();
        client.gate().waitOut(30 * SECOND, System.nanoTime());
        assertThat(turn(exchange(read()))).isEqualTo("wait");
        assertThat(side.quotaWaitNanos()).isBetween(20 * SECOND, 30 * SECOND);
        Side other = new OneSide(client);
        Exchange exchange = exchange(read());
        exchange.setProperty(CallProperties.SIDE, other);
        assertThat(pacing.isTokenShut(exchange)).isTrue();
        assertThat(other.quotaWaitNanos()).isBetween(20 * SECOND, 30 * SECOND);
    }

    @Test
    @DisplayName("a 401 drops the token that it was sent with; a second one for the same call halts")
    void refusedToken() throws Exception {
        hasToken();
        Call call = answered(read(), 401, Map.of(), null);
        assertThat(client.tokens().fresh(System.nanoTime())).isNull();
        assertThat(call.getUnauthorized()).isEqualTo(1);
        assertThat(call.getFailures()).isZero();
        assertThat(side.isHalted()).isFalse();
        hasToken();
        answered(call, 401, Map.of(), null);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.CREDENTIALS);
    }

    @Test
    @DisplayName("a 403 forbids calls of its kind, except of a read that is optional")
    void refusedKind() throws Exception {
        hasToken();
        answered(read().optional(), 403, Map.of(), null);
        assertThat(side.isHalted()).isFalse();
        answered(Call.send(Call.Kind.CHANGE, "PUT", "/x", "{}"), 403, Map.of(), null);
        assertThat(side.isHalted()).isFalse();
        assertThat(side.forbidden(Call.Kind.CHANGE)).isNotNull();
        assertThat(side.forbidden(Call.Kind.REMOVE)).isNull();
        answered(read(), 403, Map.of(), null);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource({
        "408, true",
        "500, true",
        "503, true",
        "499, false",
        "400, false",
        "404, false",
        "409, false",
        "302, false"
    })
    @DisplayName(
            "408 and 5xx are failures: the call backs off, and so many in a row halt; other answers show that the side works")
    void failures(int status, boolean fails) throws Exception {
        hasToken();
        for (int i = 1; i < HALT_AFTER; i++) {
            long before = System.nanoTime();
            Call call = answered(read(), status, Map.of(), null);
            assertThat(call.getFailures()).isEqualTo(fails ? 1 : 0);
            if (fails) {
                // The first wait is 2 s, of which half is by chance.
                assertThat(call.notBefore() - before).isBetween(SECOND, 600 * SECOND);
                assertThat(call.notBefore() - System.nanoTime()).isLessThanOrEqualTo(2 * SECOND);
            } else {
                assertThat(call.notBefore()).isZero();
            }
        }
        assertThat(side.isHalted()).isFalse();
        answered(read(), status, Map.of(), null);
        assertThat(side.isHalted()).isEqualTo(fails);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 429, 401, 403, 404})
    @DisplayName("an answer that shows that the side works restarts the count of failures in a row")
    void rowEnds(int status) throws Exception {
        hasToken();
        for (int i = 1; i < HALT_AFTER; i++) {
            answered(read(), 500, Map.of(), null);
        }
        answered(Call.send(Call.Kind.CHANGE, "PUT", "/x", "{}"), status, Map.of("Retry-After", "0.001"), null);
        hasToken();
        Exchange lost = exchange(read());
        lost.setException(new IOException("reset"));
        pacing.answered(lost);
        assertThat(side.isHalted()).isFalse();
    }

    @Test
    @DisplayName("a call without an answer is a failure, and waits longer each time, up to the longest")
    void lost() {
        Call call = read();
        long[] most = {2, 4, 8, 10, 10};
        for (long seconds : most) {
            Exchange exchange = exchange(call);
            exchange.setException(new IOException("reset"));
            long before = System.nanoTime();
            pacing.answered(exchange);
            assertThat(call.notBefore() - before).isGreaterThanOrEqualTo(seconds * SECOND / 2);
            assertThat(call.notBefore() - System.nanoTime()).isLessThanOrEqualTo(seconds * SECOND);
            assertThat(call.getStatus()).isZero();
        }
        assertThat(call.getFailures()).isEqualTo(5);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.UNAVAILABLE);
    }

    @Test
    @DisplayName("a call without an answer gives its place back, is counted, and shows no status of an earlier answer")
    void lostOnTheWire() throws Exception {
        hasToken();
        client.countedBy((who, status, nanos) -> answers.add(who.name() + " " + status));
        Call call = read();
        call.answered(503, "c-1", null);
        Exchange exchange = exchange(call);
        turn(exchange);
        pacing.request(exchange);
        exchange.setException(new IOException("reset"));
        pacing.answered(exchange);
        assertThat(client.gate().onTheWire()).isZero();
        assertThat(answers).containsExactly("acme 0");
        assertThat(call.getStatus()).isZero();
        assertThat(side.getName()).isEqualTo("acme");
    }

    @Test
    @DisplayName("an answer 200 that is not JSON is a failure")
    void noJson() throws Exception {
        hasToken();
        Call call = read();
        Exchange exchange = exchange(call);
        turn(exchange);
        pacing.request(exchange);
        answer(exchange, 200, Map.of(), null);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new UnexpectedAnswerException("the answer was not JSON"));
        pacing.answered(exchange);
        assertThat(call.getFailures()).isEqualTo(1);
        assertThat(call.getStatus()).isEqualTo(200);
    }

    @Test
    @DisplayName("code and id of an error's body are noted, if they have the shape of one")
    void errorBody() throws Exception {
        hasToken();
        Call call = answered(read(), 409, Map.of(), "{\"code\":\"version.conflict\",\"contextId\":\"ctx-1\"}");
        assertThat(call.getErrorCode()).isEqualTo("version.conflict");
        assertThat(call.correlationId()).isEqualTo("ctx-1");
        call = answered(
                read(),
                409,
                Map.of("ININ-Correlation-Id", "c-2"),
                "{\"code\":\"ann@example.com\",\"contextId\":\"x\"}");
        assertThat(call.getErrorCode()).isNull();
        assertThat(call.correlationId()).isEqualTo("c-2");
        call = answered(read(), 404, Map.of(), "<html>");
        assertThat(call.getErrorCode()).isNull();
    }

    // --- what the answer to a token request means

    private Call tokenAnswered(Call call, Exception failure) {
        Exchange exchange = exchange(call);
        if (failure != null) {
            exchange.setException(failure);
        }
        pacing.tokenAnswered(exchange);
        return call;
    }

    private static Call tokenCall() {
        return Call.send(Call.Kind.TOKEN, "POST", "/oauth/token", "x", "access_token");
    }

    private static Exception refusal(int status, Map<String, String> headers, String body) {
        return new HttpOperationFailedException("https://login.example.com", status, "", null, headers, body);
    }

    @ParameterizedTest
    @CsvSource({
        "401, CREDENTIALS",
        "400, CREDENTIALS",
        "403, CREDENTIALS",
        "300, UNAVAILABLE",
        "302, UNAVAILABLE",
        "407, UNAVAILABLE"
    })
    @DisplayName("credentials that are refused halt at once, as do a redirect and a proxy that wants a password")
    void tokenRefused(int status, HaltReason reason) {
        tokenAnswered(tokenCall(), refusal(status, Map.of(), "{\"error\":\"invalid_client\"}"));
        assertThat(side.currentHalt().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"429, ''", "400, Rate limit exceeded"})
    @DisplayName("token requests that are throttled are waited out, and halt after http.max-attempts")
    void tokenThrottled(int status, String body) {
        Call call = tokenCall();
        long before = System.nanoTime();
        tokenAnswered(call, refusal(status, Map.of("Retry-After", "7"), body));
        assertThat(client.gate().waitsOut(before + 7 * SECOND)).isTrue();
        assertThat(side.isHalted()).isFalse();
        call = tokenCall();
        for (int i = 1; i < 3; i++) {
            tokenAnswered(call, refusal(status, Map.of(), body));
            assertThat(side.isHalted()).isFalse();
        }
        tokenAnswered(call, refusal(status, Map.of(), body));
        assertThat(call.getFailures()).isEqualTo(3);
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 500, 503})
    @DisplayName("a token endpoint that is out of order is asked again, http.max-attempts times")
    void tokenFails(int status) {
        Call call = tokenCall();
        call.answered(429, null, null);
        for (int i = 1; i <= 3; i++) {
            assertThat(side.isHalted()).isFalse();
            long before = System.nanoTime();
            tokenAnswered(call, status == 0 ? new IOException("reset") : refusal(status, Map.of(), null));
            assertThat(call.getFailures()).isEqualTo(i);
            assertThat(call.getStatus()).isEqualTo(status);
            assertThat(call.notBefore() - before).isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(side.currentHalt().reason()).isEqualTo(HaltReason.UNAVAILABLE);
    }

    @Test
    @DisplayName("a token that came changes nothing")
    void tokenCame() {
        Call call = tokenAnswered(tokenCall(), null);
        assertThat(call.getFailures()).isZero();
        assertThat(side.isHalted()).isFalse();
    }

    @Test
    @DisplayName("the token endpoint is not asked while a 429 is waited out, nor before a failed call may go again")
    void tokenShut() throws Exception {
        Call call = tokenCall();
        Exchange exchange = exchange(call);
        assertThat(pacing.isTokenShut(exchange)).isFalse();
        call.notBefore(System.nanoTime() + 3600 * SECOND);
        assertThat(pacing.isTokenShut(exchange)).isTrue();
        call.notBefore(0);
        client.gate().waitOut(SECOND * 50, System.nanoTime());
        assertThat(pacing.isTokenShut(exchange)).isTrue();
        side.halt(HaltReason.STOPPING, null);
        assertThatThrownBy(() -> pacing.isTokenShut(exchange)).isInstanceOf(HaltedException.class);
    }

    @Test
    @DisplayName("what another process did counts for the pass, and not for this process' client")
    void elsewhere() {
        side.countElsewhere(Map.of(Call.Kind.READ, 5L, Call.Kind.INSERT, 2L), 3);
        assertThat(side.requests()).isEqualTo(7);
        assertThat(side.requests(Call.Kind.INSERT)).isEqualTo(2);
        assertThat(side.throttled()).isEqualTo(3);
        assertThat(client.requests(Call.Kind.READ)).isZero();
    }
}
