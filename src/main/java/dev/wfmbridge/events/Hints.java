package dev.wfmbridge.events;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.PassTurns;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code hints} of zendesk-events: the agents to be looked at again, each once, however many events name them. Agents of the open
 * window are being collected, those of closed windows are ready for a pass. Bounded; in memory only, since the poll finds what is lost.
 */
public final class Hints {

    /** More agents than this are covered by one pass over all memberships. */
    public static final int WHOLE_PASS = 500;
    /** No more than this may wait: Zendesk is asked to retry. */
    public static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Hints.class);

    private final Duration debounce;
    private final Waits waits;
    private final PassTurns turn;
    private final Stopping stopping;
    private final EventIds ids;
    private final EventCounts counts;

    /** Agent → when the first event about them happened. */
    private final Map<Long, Instant> collected = new LinkedHashMap<>();

    private final Map<Long, Instant> ready = new LinkedHashMap<>();
    private final Map<Long, Instant> underWay = new LinkedHashMap<>();
    private long windowEnds;
    private boolean open;
    private boolean busy;

    /** @param debounce how long a window collects, from its first agent on */
    public Hints(Duration debounce, Waits waits, PassTurns turn, Stopping stopping, EventIds ids, EventCounts counts) {
        this.debounce = debounce;
        this.waits = waits;
        this.turn = turn;
        this.stopping = stopping;
        this.ids = ids;
        this.counts = counts;
    }

    /**
     * Takes the event's agents: {@code new} if one of them starts waiting, {@code waiting} if all already were, {@code
     * full} if no more may.
     */
    public synchronized String take(@ExchangeProperty(CallProperties.EVENT) Event event) {
        Instant happened = WebhookEvents.happened(event, Instant.now());
        boolean anyNew = false;
        for (Long agent : event.agents()) {
            if (collected.containsKey(agent) || ready.containsKey(agent)) {
                counts.count(EventCounts.Kind.COALESCED);
            } else if (waiting() >= MOST) {
                // Zendesk sends it again, and then it does not count as a repetition.
                ids.remove(event.id());
                counts.refused(EventCounts.Refusal.FULL);
                return "full";
            } else {
                collected.put(agent, happened);
                anyNew = true;
            }
        }
        return anyNew ? "new" : "waiting";
    }

    /** Agents who are waiting. */
    public synchronized int waiting() {
        return collected.size() + ready.size();
    }

    /** Milliseconds until the window closes; its first agent opens it, and later ones do not extend it. */
    public synchronized long untilClosed() {
        if (!open) {
            open = true;
            windowEnds = System.nanoTime() + waits.nanos(debounce);
        }
        return Math.max(1, (windowEnds - System.nanoTime()) / 1_000_000);
    }

    /** The window is closed: the agents collected in it are ready. */
    public synchronized void close() {
        open = false;
        collected.forEach(ready::putIfAbsent);
        collected.clear();
    }

    /** Whether nothing handles the ready agents yet; if so, the caller does. */
    public synchronized boolean begins() {
        boolean first = !busy;
        busy = true;
        return first;
    }

    /** Whether the handler still has something to do; if not, it is finished. */
    public synchronized boolean isAnyReady() {
        busy = !stopping.begun() && (!ready.isEmpty() || turn.isDue());
        return busy;
    }

    /** Milliseconds until it is worth asking for the next order. */
    public long untilTurn() {
        return turn.untilIdle();
    }

    /** The next pass: one that the clock wanted to begin in the meantime, or one for all who are ready. None while another is under way. */
    public synchronized List<PassOrder> nextOrder() {
        if (stopping.begun() || turn.untilIdle() > 0) {
            return List.of();
        }
        PassOrder due = turn.takeDue();
        if (due == null && ready.isEmpty()) {
            return List.of();
        }
        underWay.clear();
        underWay.putAll(ready);
        ready.clear();
        if (due != null) {
            return List.of(due);
        }
        Duration limit = turn.limit();
        if (underWay.size() > WHOLE_PASS) {
            LOG.info("webhook: {} agents wait, so that all memberships are read", underWay.size());
            return List.of(new PassOrder(Trigger.WEBHOOK, limit, false));
        }
        return List.of(PassOrder.forAgents(List.copyOf(underWay.keySet()), limit));
    }

    /** The pass has ended, or was turned away because another one is under way: then the agents wait for the next turn. */
    public synchronized void conclude(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (pass == null) {
            underWay.forEach(ready::putIfAbsent);
        } else {
            Instant now = Instant.now();
            underWay.values().forEach(happened -> counts.outcomeAfter(Duration.between(happened, now)));
            if (pass.trigger() == Trigger.WEBHOOK) {
                counts.count(EventCounts.Kind.PASSES);
            }
        }
        underWay.clear();
    }

    /** The pass failed with an error in the bridge itself: nothing waits for it, the poll finds the agents. */
    public synchronized void failed(@ExchangeException Exception failure) {
        LOG.error(
                "webhook: the pass for {} agents failed with {}; the next poll looks at them",
                underWay.size(),
                failure == null ? "nothing known" : failure.getClass().getSimpleName());
        underWay.clear();
        busy = false;
    }
}
