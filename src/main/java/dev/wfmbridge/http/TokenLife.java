package dev.wfmbridge.http;

import java.time.Duration;

/** When a token is renewed: when less than the smaller of 60 s and a tenth of its life is left. */
public final class TokenLife {

    private TokenLife() {}

    /** {@link System#nanoTime()} from which a token that lives for so many seconds from now is renewed. */
    public static long renewAt(long lifeSeconds, Waits waits) {
        double left = Math.min(60, lifeSeconds / 10.0);
        return System.nanoTime() + waits.nanos(Duration.ofMillis((long) ((lifeSeconds - left) * 1000)));
    }
}
