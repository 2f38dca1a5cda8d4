package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.ExitHook;
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
    private final ExitHook hook;

    Shutdown(Bridge bridge, Duration timeout) {
        hook = new ExitHook(
                "shutdown",
                () -> {
                    LOG.info("stopping: calls on the wire end, nothing new starts");
                    bridge.stop();
                    signal.countDown();
                },
                timeout,
                bridge.passes()::finishNow);
    }

    /** Waits for a signal, for so long; true if it came. */
    boolean awaits(Duration most) throws InterruptedException {
        return signal.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The work is done. */
    @Override
    public void close() {
        hook.close();
    }
}
