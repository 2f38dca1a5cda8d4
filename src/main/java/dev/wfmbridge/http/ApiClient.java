package dev.wfmbridge.http;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * An OAuth client of one of the two APIs, with what outlives a pass: its gate (the quota belongs to it), its token, and
 * whether an operator suspended it.
 */
public final class ApiClient {

    private static final String OPERATOR = "";

    private final String name;
    private final Gate gate;
    private final Tokens tokens;
    private final Map<Call.Kind, LongAdder> requests = new EnumMap<>(Call.Kind.class);
    private final LongAdder throttled = new LongAdder();
    private final LongAdder quotaWaitNanos = new LongAdder();
    private volatile AnswerListener listener = AnswerListener.NONE;
    private final Set<String> suspendedBy = new ConcurrentSkipListSet<>();

    public ApiClient(String name, Gate gate, Tokens tokens) {
        this.name = name;
        this.gate = gate;
        this.tokens = tokens;
        for (Call.Kind kind : Call.Kind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    public String name() {
        return name;
    }

    public Gate gate() {
        return gate;
    }

    void count(Call.Kind kind) {
        requests.get(kind).increment();
    }

    /** Takes who counts the answers, in the stead of the one before. */
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
        return !suspendedBy.isEmpty();
    }

    /** Whether {@link #suspend()} suspended it, whatever else did. */
    public boolean suspendedByOperator() {
        return suspendedBy.contains(OPERATOR);
    }

    /** The routes that are suspended, as a sentence; null if there are none. */
    public String suspendedRoutes() {
        List<String> routes =
                suspendedBy.stream().filter(by -> !by.equals(OPERATOR)).toList();
        return routes.isEmpty()
                ? null
                : "Suspended or stopped in JMX: " + String.join(", ", routes) + ". Resume or start it there.";
    }

    /** No call starts until it is resumed; calls on the wire end. */
    public void suspend() {
        suspendedBy.add(OPERATOR);
    }

    public void resume() {
        suspendedBy.remove(OPERATOR);
    }

    /** A route of this client is out of service; calls could not get through. */
    public void suspendedByRoute(String routeId) {
        suspendedBy.add(routeId);
    }

    public void resumedByRoute(String routeId) {
        suspendedBy.remove(routeId);
    }
}
