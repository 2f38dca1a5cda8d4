package dev.wfmbridge.bridge;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a signal ends the JVM while some work is under way: the JVM waits for the work's end, which closes the hook. Camel's own
 * hook is never removed, and holds its context with all routes for as long as the JVM lives; this one is gone once it is closed.
 */
public final class ExitHook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExitHook.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param name of the thread that waits
     * @param first is run at the signal
     * @param most how long the JVM then waits
     * @param late is run if the hook is not closed by then
     */
    public ExitHook(String name, Runnable first, Duration most, Runnable late) {
        thread = new Thread(
                () -> {
                    first.run();
                    try {
                        if (!closed.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
                            late.run();
                        }
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** The work is done: nothing waits for it any longer, and nothing holds it. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            LOG.debug("{}: closed because the JVM ends", thread.getName());
        }
    }
}
