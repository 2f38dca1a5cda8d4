package dev.wfmbridge.bridge;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How long this machine kept a runnable thread waiting during a test whose margins are milliseconds. */
final class Stalls implements AutoCloseable {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong longest = new AtomicLong();
    private final Thread watch = new Thread(this::watch, "stalls");
    private volatile boolean over;

    private Stalls() {}

    /** Starts watching. */
    static Stalls watched() {
        Stalls stalls = new Stalls();
        stalls.watch.setDaemon(true);
        stalls.watch.start();
        return stalls;
    }

    private void watch() {
        long before = System.nanoTime();
        while (!over) {
            LockSupport.parkNanos(STEP_NANOS);
            long now = System.nanoTime();
            longest.accumulateAndGet(now - before - STEP_NANOS, Math::max);
            before = now;
        }
    }

    /** The longest one so far. */
    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    @Override
    public void close() {
        over = true;
    }
}
