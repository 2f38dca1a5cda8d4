package dev.wfmbridge.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Counts of events since the process began; each is counted where it happens. */
public final class EventCounts {

    /** Upper bounds in seconds of the time from an event to its outcome; the last one is infinite. */
    public static final double[] BOUNDS = {1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, Double.POSITIVE_INFINITY};

    /** Why an event was not accepted: a closed list. */
    public enum Refusal {
        /** Not signed by one of our secrets. */
        SIGNATURE,
        /** Signed too long ago, or in the future. */
        STALE,
        /** More than 256 KB. */
        SIZE,
        /** Its body arrived too slowly, or in too many parts at once. */
        SLOW,
        /** Too many agents are waiting, or too many requests at once. */
        FULL,
        /** Our own secret cannot be read. */
        SECRET
    }

    private final LongAdder received = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder unconcerned = new LongAdder();
    private final LongAdder coalesced = new LongAdder();
    private final LongAdder passes = new LongAdder();
    private final Map<Refusal, LongAdder> refused = new ConcurrentHashMap<>();
    private final LongAdder[] outcomes = new LongAdder[BOUNDS.length];
    private final DoubleAdder seconds = new DoubleAdder();
    private volatile Instant lastReceived;

    public EventCounts() {
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = new LongAdder();
        }
    }

    /** A genuine event came. */
    void took() {
        received.increment();
        lastReceived = Instant.now();
    }

    void repeated() {
        repeated.increment();
    }

    void unconcerned() {
        unconcerned.increment();
    }

    void coalesced() {
        coalesced.increment();
    }

    void refused(Refusal why) {
        refused.computeIfAbsent(why, r -> new LongAdder()).increment();
    }

    /** A pass requested by events has ended. */
    void passed() {
        passes.increment();
    }

    /** The time from an event to its agent's outcome. */
    void outcomeAfter(Duration time) {
        double took = Math.max(0, time.toMillis() / 1000.0);
        int bound = 0;
        while (took > BOUNDS[bound]) {
            bound++;
        }
        outcomes[bound].increment();
        seconds.add(took);
    }

    /** Events with a valid signature. */
    public long received() {
        return received.sum();
    }

    /** Events received before. */
    public long repeatedEvents() {
        return repeated.sum();
    }

    /** Events that require nothing. */
    public long ofNoConcern() {
        return unconcerned.sum();
    }

    /** Events about an agent who was already waiting. */
    public long coalescedEvents() {
        return coalesced.sum();
    }

    /** Passes requested by events. */
    public long passes() {
        return passes.sum();
    }

    /** Events that were refused, by reason; all reasons are there. */
    public Map<Refusal, Long> refusals() {
        Map<Refusal, Long> counts = new TreeMap<>();
        for (Refusal why : Refusal.values()) {
            LongAdder count = refused.get(why);
            counts.put(why, count == null ? 0 : count.sum());
        }
        return counts;
    }

    /** How many outcomes came within each of {@link #BOUNDS}, not cumulative. */
    public long[] outcomes() {
        long[] counts = new long[outcomes.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = outcomes[i].sum();
        }
        return counts;
    }

    /** The total seconds from event to outcome. */
    public double outcomeSeconds() {
        return seconds.sum();
    }

    /** When the last genuine event came; null if none did. */
    public Instant lastReceived() {
        return lastReceived;
    }
}
