package dev.wfmbridge.http;

import java.util.concurrent.TimeUnit;

/**
 * Notices that the machine's clock was set. Camel's throttle counts by it: set back by an hour, it would hold its permits for
 * an hour.
 */
final class WallClock {

    private static final long TOLERANCE_MILLIS = 1_000;

    private long difference = difference();
    private int leaps;

    /** Whether it went as the monotonic clock did, since the start. */
    synchronized boolean isSteady() {
        long now = difference();
        // Set forward, permits only come early: the gate counts by the monotonic clock.
        if (difference - now > TOLERANCE_MILLIS) {
            leaps++;
        }
        difference = now;
        return leaps == 0;
    }

    /** How often it was set back. */
    synchronized int leaps() {
        return leaps;
    }

    private static long difference() {
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
