package dev.wfmbridge.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Decides when a token is renewed: when less than 60 s or a tenth of its life is left, whichever is smaller. */
public final class TokenLife {

    /** A year: longer than any token is used. */
    private static final long MOST_SECONDS = 31_536_000;

    private TokenLife() {}

    /**
     * The life of a token in seconds. A token that has ended as it comes would be asked for again and again: nothing, and less than a second,
     * count as not told.
     *
     * @param told {@code expires_in} of the answer
     * @param otherwise if it is not told
     */
    public static long seconds(JsonNode told, long otherwise) {
        long seconds = told.asLong(otherwise);
        return seconds > 0 ? Math.min(seconds, MOST_SECONDS) : otherwise;
    }

    /** {@link System#nanoTime()} from which a token that is valid for this many seconds is renewed. */
    public static long renewAt(long lifeSeconds, Waits waits) {
        double left = Math.min(60, lifeSeconds / 10.0);
        return System.nanoTime() + waits.nanos(Duration.ofMillis((long) ((lifeSeconds - left) * 1000)));
    }
}
