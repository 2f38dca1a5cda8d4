package dev.wfmbridge.http;

import java.time.Duration;

/**
 * The pace that a quota allows, as the throttle keeps it: a number of calls in any span of time of a given length. The quota's
 * period is lengthened by 2.5 % (at least 250 ms), so that neither a fixed nor a sliding window at the server overflows.
 *
 * <p>The throttle holds a permit for each call of a span and each client. A large quota is therefore kept as an equal share in
 * shorter spans, which is the same pace with fewer permits: 100,000 in 60 s become 400 in 0.25 s.
 *
 * @param requests calls that the quota allows in its period, at least 1
 * @param per the quota's period
 * @param calls calls in a span
 * @param span the length of a span
 */
public record Pace(int requests, Duration per, int calls, Duration span) {

    private static final int MOST_PERMITS = 400;
    private static final long SHORTEST_SPAN_MILLIS = 250;

    /** The pace of a quota. */
    public static Pace of(int requests, Duration per) {
        Duration lengthened = lengthened(per);
        long spans = Math.min(
                (requests + MOST_PERMITS - 1L) / MOST_PERMITS,
                Math.max(1, lengthened.toMillis() / SHORTEST_SPAN_MILLIS));
        return new Pace(
                requests,
                per,
                (int) Math.max(1, requests / spans),
                Duration.ofMillis((lengthened.toMillis() + spans - 1) / spans));
    }

    /** A period with the margin that keeps a window at the server from overflowing. */
    public static Duration lengthened(Duration per) {
        return per.plusMillis(Math.max(250, per.toMillis() / 40));
    }
}
