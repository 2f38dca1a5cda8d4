package dev.wfmbridge.http;

import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * An OAuth client of one of the two APIs, with the state that outlives a pass: its gate (the quota belongs to it), its token,
 * and whether an operator suspended it.
 */
public final class ApiClient {

    private static final AtomicLong NUMBER = new AtomicLong();

    private final String name;
    private final URI api;
    private final URI login;
    private final Pace pace;
    private final String paceKey;
    private final String throttle;
    private final Gate gate;
    private final Tokens tokens = new Tokens();
    private final RoutesAway away;
    private final Map<Call.Kind, LongAdder> requests = new EnumMap<>(Call.Kind.class);
    private final LongAdder throttled = new LongAdder();
    private final LongAdder quotaWaitNanos = new LongAdder();
    private final WallClock clock;
    private volatile boolean suspended;
    private volatile AnswerListener listener = AnswerListener.NONE;

    /**
     * @param api the API's base address; null where the configuration cannot be used
     * @param login where tokens are asked for; null likewise
     * @param away the routes that are out of service, which concerns every client
     */
    public ApiClient(String name, URI api, URI login, Pace pace, Waits waits, RoutesAway away) {
        this(name, api, login, pace, waits, away, new WallClock());
    }

    ApiClient(String name, URI api, URI login, Pace pace, Waits waits, RoutesAway away, WallClock clock) {
        this.clock = clock;
        this.name = name;
        this.api = api;
        this.login = login;
        this.pace = pace;
        this.gate = new Gate(waits, pace);
        this.away = away;
        this.throttle = throttle(pace);
        // Lowering a limit makes the throttle block, so a client with another quota gets its own state there.
        this.paceKey = name + "#" + NUMBER.incrementAndGet();
        for (Call.Kind kind : Call.Kind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    /** The route whose throttle keeps quotas of this pace; its period is fixed, so each span length has its own route. */
    public static String throttle(Pace pace) {
        return "quota-" + pace.span().toMillis();
    }

    /** The route whose throttle keeps the client's quota. */
    public String throttle() {
        return throttle;
    }

    public String name() {
        return name;
    }

    public URI api() {
        return api;
    }

    public URI login() {
        return login;
    }

    public Pace pace() {
        return pace;
    }

    /** The throttle's correlation key of this client. */
    public String paceKey() {
        return clock.isSteady() ? paceKey : paceKey + "@" + clock.leaps();
    }

    public Gate gate() {
        return gate;
    }

    void count(Call.Kind kind) {
        requests.get(kind).increment();
    }

    /** Replaces the listener that counts the answers. */
    public void countedBy(AnswerListener counter) {
        listener = counter;
    }

    void answered(int status, long nanos) {
        listener.answered(this, status, nanos);
    }

    void countThrottled() {
        throttled.increment();
    }

    void countQuotaWait(long nanos) {
        quotaWaitNanos.add(nanos);
    }

    /** Calls of this kind since the start. */
    public long requests(Call.Kind kind) {
        return requests.get(kind).sum();
    }

    /** 429s since the start. */
    public long throttled() {
        return throttled.sum();
    }

    /** Nanoseconds that 429s asked to wait since the start. */
    public long quotaWaitNanos() {
        return quotaWaitNanos.sum();
    }

    public Tokens tokens() {
        return tokens;
    }

    public boolean suspended() {
        return suspended || away.isAny();
    }

    /** Whether {@link #suspend()} suspended it, regardless of anything else. */
    public boolean suspendedByOperator() {
        return suspended;
    }

    /** The routes that are suspended, as a sentence; null if there are none. */
    public String suspendedRoutes() {
        return away.sentence();
    }

    /** No call starts until it is resumed; calls on the wire end. */
    public void suspend() {
        suspended = true;
    }

    public void resume() {
        suspended = false;
    }
}
