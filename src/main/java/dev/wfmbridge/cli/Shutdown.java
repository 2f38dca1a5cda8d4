package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a signal: calls on the wire end, nothing new starts, and the pass under way writes its report, no later
 * than after {@code bridge.shutdown-timeout}. The process then ends with the signal's status, 130 or 143.
 */
final class Shutdown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final CountDownLatch signal = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private Shutdown(Bridge bridge, Duration timeout) {
        hook = new Thread(
                () -> {
                    LOG.info("stopping: calls on the wire end, nothing new starts");
                    bridge.stop();
                    signal.countDown();
                    try {
                        if (!ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                            bridge.passes().finishNow();
                        }
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                "shutdown");
    }

    static Shutdown on(Bridge bridge, Duration timeout) {
        Shutdown shutdown = new Shutdown(bridge, timeout);
        Runtime.getRuntime().addShutdownHook(shutdown.hook);
        return shutdown;
    }

    /** Waits for a signal, for so long; true if it came. */
    boolean awaits(Duration most) throws InterruptedException {
        return signal.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The work is done, no signal came. */
    void done() {
        if (signal.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException stopping) {
                LOG.debug("the signal came as the work was done");
            }
        }
    }

    @Override
    public void close() {
        ended.countDown();
        done();
    }
}
