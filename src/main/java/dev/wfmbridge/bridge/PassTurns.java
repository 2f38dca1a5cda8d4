package dev.wfmbridge.bridge;

import dev.wfmbridge.events.PassTurn;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code passTurn}: what becomes of a pass that is due while another one is under way. */
public final class PassTurns implements PassTurn {

    private static final Logger LOG = LoggerFactory.getLogger(PassTurns.class);

    /** For this long after a pass, none begins for events, so that a waiting operator or hand-over gets a turn. */
    private static final Duration REST = Duration.ofMillis(700);

    private final CurrentPass current;
    private final Duration limit;
    private final AtomicReference<PassOrder> due = new AtomicReference<>();
    private final AtomicInteger leftOut = new AtomicInteger();

    /** @param limit how long a pass may take */
    PassTurns(CurrentPass current, Duration limit) {
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
    int takeLeftOut() {
        return leftOut.getAndSet(0);
    }

    @Override
    public PassOrder takeDue() {
        return due.getAndSet(null);
    }

    @Override
    public boolean isDue() {
        return due.get() != null;
    }

    @Override
    public long untilIdle() {
        Pass pass = current.get();
        if (pass == null || isDue() && !current.isUnderWay()) {
            return 0;
        }
        return pass.finishedAt() == null
                ? REST.toMillis()
                : Math.max(
                        0,
                        REST.minus(Duration.between(pass.finishedAt(), Instant.now()))
                                .toMillis());
    }

    @Override
    public Duration limit() {
        return limit;
    }
}
