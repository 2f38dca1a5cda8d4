package dev.wfmbridge.http;

import java.time.Duration;

/** Decides when a token is renewed: when less than 60 s or a tenth of its life is left, whichever is smaller. */
public final class TokenLife {

    private TokenLife() {}

    /** {@link System#nanoTime()} from which a token that is valid for this many seconds is renewed. */
    public static long renewAt(long lifeSeconds, Waits waits) {
        double left = Math.min(60, lifeSeconds / 10.0);
        return System.nanoTime() + waits.nanos(Duration.ofMillis((long) ((lifeSeconds - left) * 1000)));
    }
}
