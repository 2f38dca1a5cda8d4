package dev.wfmbridge.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts of events since the process began; each is counted where it happens. */
public final class EventCounts {

    /** Upper bounds in seconds of the time from an event to its outcome; the last one is infinite. */
    public static final double[] BOUNDS = {1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, Double.POSITIVE_INFINITY};

    /** What is counted. */
    public enum Kind {
        /** Events with a valid signature. */
        RECEIVED,
        /** Events received before. */
        REPEATED,
        /** Events that require nothing. */
        OF_NO_CONCERN,
        /** Events about an agent who was already waiting. */
        COALESCED,
        /** Passes requested by events that have ended. */
        PASSES
    }

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

    private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private final LongAdder[] outcomes =
            Stream.generate(LongAdder::new).limit(BOUNDS.length).toArray(LongAdder[]::new);
    private final DoubleAdder seconds = new DoubleAdder();
    private volatile Instant lastReceived;

    public EventCounts() {
        Arrays.stream(Kind.values()).forEach(kind -> counts.put(kind, new LongAdder()));
        Arrays.stream(Refusal.values()).forEach(why -> refused.put(why, new LongAdder()));
    }

    void count(Kind kind) {
        counts.get(kind).increment();
        if (kind == Kind.RECEIVED) {
            lastReceived = Instant.now();
        }
    }

    void refused(Refusal why) {
        refused.get(why).increment();
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

    /** How many there were so far. */
    public long of(Kind kind) {
        return counts.get(kind).sum();
    }

    /** Events that were refused for this reason. */
    public long of(Refusal why) {
        return refused.get(why).sum();
    }

    /** How many outcomes came within each of {@link #BOUNDS}, not cumulative. */
    public long[] outcomes() {
        return Arrays.stream(outcomes).mapToLong(LongAdder::sum).toArray();
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
