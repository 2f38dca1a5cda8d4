package dev.wfmbridge.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the machine's clock was set. Camel's throttle uses it: set back by an hour, it would hold its permits
 * for an hour.
 */
final class WallClock {

    private static final long TOLERANCE_MILLIS = 1_000;

    private final LongSupplier millis;
    private final LongSupplier nanos;
    private long difference;
    private int leaps;

    WallClock() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    /**
     * @param millis the machine's clock
     * @param nanos one that is never set
     */
    WallClock(LongSupplier millis, LongSupplier nanos) {
        this.millis = millis;
        this.nanos = nanos;
        this.difference = difference();
    }

    /** Whether it has kept step with the monotonic clock since the start. */
    synchronized boolean isSteady() {
        long now = difference();
        // Set forward, permits only come early: the gate uses the monotonic clock.
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

    private long difference() {
        return millis.getAsLong() - TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
