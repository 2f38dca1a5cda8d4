package dev.wfmbridge.bridge;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays the exit of a JVM after a signal until the bridge is closed, up to a limit. Camel's own hook does the same, but
 * is never removed, and holds its context with all routes for as long as the JVM lives.
 */
final class ExitHook {

    private static final Logger LOG = LoggerFactory.getLogger(ExitHook.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private ExitHook(Duration most) {
        thread = new Thread(
                () -> {
                    try {
                        if (!closed.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
                            LOG.warn("the routes did not stop within {} s", most.toSeconds());
                        }
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                "exit");
    }

    static ExitHook waiting(Duration most) {
        ExitHook hook = new ExitHook(most);
        Runtime.getRuntime().addShutdownHook(hook.thread);
        return hook;
    }

    /** The bridge is closed: nothing waits for it any longer, and nothing holds it. */
    void letGo() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            LOG.debug("closed because the JVM ends");
        }
    }
}
