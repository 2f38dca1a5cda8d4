package dev.wfmbridge.pass;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code passTurn}: whose turn it is, and what becomes of a pass that is due while another one is under way. Passes never overlap,
 * and events give way to the clock and to operators.
 */
public final class PassTurns {

    private static final Logger LOG = LoggerFactory.getLogger(PassTurns.class);

    /** For this long after a pass, none begins for events, so that a waiting operator or hand-over gets a turn. */
    private static final Duration REST = Duration.ofMillis(700);

    private final CurrentPass current;
    private final Duration limit;
    private final AtomicReference<PassOrder> due = new AtomicReference<>();
    private final AtomicInteger leftOut = new AtomicInteger();

    /** @param limit how long a pass may take */
    public PassTurns(CurrentPass current, Duration limit) {
        this.current = current;
        this.limit = limit;
    }

    /** A pass was due while another one was under way. After a pass for some agents it comes next; nothing waits for a pass of events. */
    public void overlapped(@Body PassOrder order) {
        Pass pass = current.get();
        if (order != null && order.trigger() == Trigger.WEBHOOK) {
            return;
        }
        if (order != null && pass != null && pass.isHinted()) {
            if (order.trigger() == Trigger.CRON || order.trigger() == Trigger.START) {
                due.set(order);
                LOG.info("A pass waits for the one under way, which looks at some agents only");
            }
            return;
        }
        leftOut.incrementAndGet();
        LOG.warn("A pass was left out: the one before is still under way");
    }

    /** How many passes were left out since this was asked last. */
    public int takeLeftOut() {
        return leftOut.getAndSet(0);
    }

    /** A pass that was due while one for some agents was under way, and comes next; null if there is none. */
    public PassOrder takeDue() {
        return due.getAndSet(null);
    }

    /** Whether there is one. */
    public boolean isDue() {
        return due.get() != null;
    }

    /** Milliseconds until a pass for events may begin, as far as is known now; 0 = it may. */
    public long untilIdle() {
        Pass pass = current.get();
        if (pass == null || isDue() && !current.isUnderWay()) {
            return 0;
        }
        Duration rest =
                pass.finishedAt() == null ? REST : REST.minus(Duration.between(pass.finishedAt(), Instant.now()));
        // No longer than that, also where the clock was set back.
        return Math.max(0, Math.min(rest.toMillis(), REST.toMillis()));
    }

    /** How long a pass may take. */
    public Duration limit() {
        return limit;
    }
}
