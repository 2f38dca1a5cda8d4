package dev.wfmbridge.bridge;

import dev.wfmbridge.pass.Stopping;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens after an {@link Error}, such as running out of memory: nothing new starts, the pass under way ends as at
 * a stop, its report says what broke it, and the process ends with status 4. If the pass does not end within the
 * shutdown time, the process ends anyway.
 */
final class Breakdown {

    /** The exit status of an error of the bridge itself. */
    static final int STATUS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Breakdown.class);

    private final Stopping stopping;
    private final Duration patience;
    private final CountDownLatch happened = new CountDownLatch(1);
    private final Passes passes;
    private final Thread guard;

    /** @param patience how long the pass under way may take to end by itself */
    Breakdown(Passes passes, Stopping stopping, Duration patience) {
        this.passes = passes;
        this.stopping = stopping;
        this.patience = patience;
        // Created before it is needed: once memory has run out, there is none for a thread.
        guard = new Thread(this::guard, "breakdown");
        guard.setDaemon(true);
        guard.start();
    }

    /** It happened. */
    void of(Error error) {
        if (stopping.breaks(error.getClass().getSimpleName())) {
            happened.countDown();
            LOG.error(
                    "An error of the bridge itself, {}: nothing new starts",
                    error.getClass().getSimpleName());
        }
    }

    /** The bridge is closed. */
    void letGo() {
        guard.interrupt();
    }

    private void guard() {
        try {
            happened.await();
            TimeUnit.NANOSECONDS.sleep(patience.toNanos());
        } catch (InterruptedException closing) {
            return;
        }
        if (passes.isUnderWay()) {
            passes.breakNow();
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
