package dev.wfmbridge.http;

import java.time.Duration;

/**
 * Turns the durations in configuration and answers into actual waits. The factor is 1 except in tests, which
 * divide all waits by one number.
 */
public final class Waits {

    private final double factor;

    public Waits(double factor) {
        if (!(factor >= 1)) {
            throw new IllegalArgumentException("The factor divides waits, so it is 1 or more: " + factor);
        }
        this.factor = factor;
    }

    /** Milliseconds to wait for a nominal duration, rounded up, at least 1. */
    public long millis(Duration nominal) {
        return Math.max(1, (long) Math.ceil(nominal.toMillis() / factor));
    }

    /** Nanoseconds to wait for a nominal duration. */
    public long nanos(Duration nominal) {
        return (long) (nominal.toNanos() / factor);
    }

    /** The nominal duration of a wait, in nanoseconds. */
    public long nominalNanos(long waited) {
        return (long) (waited * factor);
    }

    public Duration scaled(Duration nominal) {
        return Duration.ofNanos(nanos(nominal));
    }
}
