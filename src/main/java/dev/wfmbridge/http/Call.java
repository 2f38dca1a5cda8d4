package dev.wfmbridge.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * One call to an API, from its first sending to its last answer: what is sent, and how often it failed. It is the exchange
 * property {@code wfmCall}; headers carry none of it, since headers leak into the next call (TrapsTest).
 */
public final class Call {

    /** What a call does; a 403 ends all calls of its kind for an organisation. */
    public enum Kind {
        TOKEN,
        READ,
        INSERT,
        CHANGE,
        REMOVE
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Kind kind;
    private final String method;
    private final String path;
    private final String query;
    private final String body;
    private final String expects;
    private final boolean expectsList;
    private volatile int failures;
    private volatile int unauthorized;
    private volatile int throttled;
    private volatile long notBefore;
    private volatile int status;
    private volatile long wentOutAt;
    private volatile Instant answeredAt = Instant.EPOCH;
    private volatile String correlationId;
    private volatile String errorCode;
    private volatile boolean sent;
    private volatile boolean onTheWire;
    private volatile Token token;
    private boolean optional;

    private Call(
            Kind kind, String method, String path, String query, String body, String expects, boolean expectsList) {
        this.kind = kind;
        this.method = method;
        this.path = path;
        this.query = query;
        this.body = body;
        this.expects = expects;
        this.expectsList = expectsList;
    }

    /** A GET whose answer is a JSON object with this field. */
    public static Call get(String path, String query, String expects) {
        return new Call(Kind.READ, "GET", path, query, null, expects, false);
    }

    /** A GET whose answer is a JSON object with a list in this field. */
    public static Call list(String path, String query, String expects) {
        return new Call(Kind.READ, "GET", path, query, null, expects, true);
    }

    /** A call with a JSON body. */
    public static Call send(Kind kind, String method, String path, String body) {
        return new Call(kind, method, path, null, body, null, false);
    }

    /** A call with a JSON body whose answer is a JSON object with this field. */
    public static Call send(Kind kind, String method, String path, String body, String expects) {
        return new Call(kind, method, path, null, body, expects, false);
    }

    /**
     * The same call with one more field in its body, for routes that add to what is sent. An existing field is replaced.
     *
     * @throws IllegalStateException if the call has no body, or one that is not a JSON object
     */
    public Call with(String field, String value) {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(body);
            return new Call(kind, method, path, query, json.put(field, value).toString(), expects, expectsList);
        } catch (IOException | RuntimeException none) {
            throw new IllegalStateException("this call has no JSON object to add " + field + " to");
        }
    }

    /** The same call, whose 403 does not forbid others: a read that the bridge can do without. */
    public Call optional() {
        optional = true;
        return this;
    }

    /** Whether a 403 to it affects no other call. */
    public boolean isOptional() {
        return optional;
    }

    /** Part of a path, or a query value, escaped. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public Kind kind() {
        return kind;
    }

    public String getMethod() {
        return method;
    }

    public String getPath() {
        return path;
    }

    public String getQuery() {
        return query;
    }

    public String getBody() {
        return body;
    }

    /** The field that a JSON answer must have; empty where any will do. */
    public Optional<String> expects() {
        return Optional.ofNullable(expects);
    }

    /** Whether the expected field must be a list. */
    public boolean expectsList() {
        return expectsList;
    }

    /** Whether a lost answer leaves it open whether the call was carried out, and repeating it does harm. */
    public boolean isInsert() {
        return kind == Kind.INSERT;
    }

    /** Failures so far that count as attempts, which 429 and 401 do not. */
    public int getFailures() {
        return failures;
    }

    public int failed() {
        return ++failures;
    }

    /** 401s so far. */
    public int getUnauthorized() {
        return unauthorized;
    }

    public int refusedToken() {
        return ++unauthorized;
    }

    /** 429s so far. */
    public int getThrottled() {
        return throttled;
    }

    public int wasThrottled() {
        return ++throttled;
    }

    /** {@link System#nanoTime()} before which it is not to be sent again; 0 = now. */
    public long notBefore() {
        return notBefore;
    }

    public void notBefore(long nanoTime) {
        notBefore = nanoTime;
    }

    /** HTTP status of the last answer; 0 if none came. */
    public int getStatus() {
        return status;
    }

    /** The vendor's own id of the call; null if the answer has none of the shape of an id. */
    public String correlationId() {
        return correlationId;
    }

    /** The {@code code} of the last error body, such as {@code version.conflict}; null where none has the shape of one. */
    public String getErrorCode() {
        return errorCode;
    }

    public void answered(int httpStatus, String correlation, String code) {
        answeredAt = Instant.now();
        status = httpStatus;
        correlationId = correlation;
        errorCode = code;
    }

    /** When its last answer came, or was no longer awaited. */
    public Instant answeredAt() {
        return answeredAt;
    }

    /** It takes a place on the wire now. */
    void goesOut(long nanoTime) {
        wentOutAt = nanoTime;
    }

    /** {@link System#nanoTime()} of its last sending. */
    long wentOutAt() {
        return wentOutAt;
    }

    /** Whether it went out at least once. */
    public boolean wasSent() {
        return sent;
    }

    /** Whether it has a place on the wire, from the gate to its answer. */
    boolean isOnTheWire() {
        return onTheWire;
    }

    void onTheWire(boolean now) {
        onTheWire = now;
    }

    /** It goes out now. */
    void sent() {
        sent = true;
    }

    /** What it is sent with. */
    void authorizedBy(Token with) {
        token = with;
    }

    /** The token that it was sent with last; null for a call that needs none. */
    public Token token() {
        return token;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
