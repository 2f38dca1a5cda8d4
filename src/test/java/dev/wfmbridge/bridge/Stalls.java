package dev.wfmbridge.bridge;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How long this machine kept a runnable thread waiting during a test whose margins are milliseconds. */
public final class Stalls implements AutoCloseable {

    /** The least that the bridge reserves of a window for calls that take longer on their way. */
    static final Duration MARGIN = Duration.ofMillis(250);

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong longest = new AtomicLong();
    private final Thread watch = new Thread(this::watch, "stalls");
    private volatile boolean over;

    private Stalls() {}

    /** A scenario in which all times are divided by a factor. */
    public interface Play {
        void at(double factor) throws Exception;
    }

    /**
     * Plays it, and once more with all times longer if it failed on a machine that had no time for it, twice at most. The margin that keeps a
     * window from overflowing is divided by the factor, too: a thread that waits for a good part of it before it may go on
     * brings a 429 that says nothing of the bridge. A bridge that is at fault fails each time.
     */
    public static void played(double factor, Play play) throws Exception {
        double slower = factor;
        for (int left = 2; ; left--) {
            Duration bearable = Duration.ofNanos((long) (MARGIN.toNanos() / slower / 4));
            try (Stalls stalls = watched()) {
                try {
                    play.at(slower);
                    return;
                } catch (AssertionError failed) {
                    if (left == 0 || stalls.longest().compareTo(bearable) < 0) {
                        throw failed;
                    }
                    System.out.printf(
                            "once more, slower: a thread waited for %d ms%n",
                            stalls.longest().toMillis());
                }
            }
            slower /= 4;
        }
    }

    /** Starts watching. */
    private static Stalls watched() {
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
    private Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    @Override
    public void close() {
        over = true;
    }
}
