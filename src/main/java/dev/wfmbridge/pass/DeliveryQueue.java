package dev.wfmbridge.pass;

import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The messages of an organisation that wait: to be delivered, or, put aside after an unexplained 409 or a lost answer, for a new read of
 * their places. Thread-safe.
 */
public final class DeliveryQueue {

    private final Deque<SegmentMessage> waiting = new ArrayDeque<>();
    private final List<SegmentMessage> aside = new ArrayList<>();
    private long asideUntil;

    /** A message that needs a delivery. */
    public synchronized void add(SegmentMessage message) {
        waiting.add(message);
    }

    /** Takes the next one to be delivered; null if there is none. */
    public synchronized SegmentMessage next() {
        return waiting.poll();
    }

    /** Those that wait for their delivery, without taking them. */
    public synchronized List<SegmentMessage> all() {
        return List.copyOf(waiting);
    }

    /** How many these are. */
    public synchronized int size() {
        return waiting.size();
    }

    /**
     * Puts a message aside until all others are done and this moment has passed.
     *
     * @param untilNanos as {@link System#nanoTime()} counts
     */
    public synchronized void putAside(SegmentMessage message, long untilNanos) {
        if (aside.isEmpty() || untilNanos - asideUntil > 0) {
            asideUntil = untilNanos;
        }
        aside.add(message);
    }

    /** Whether any were put aside. */
    public synchronized boolean isAnyAside() {
        return !aside.isEmpty();
    }

    /** {@link System#nanoTime()} from which those put aside may be decided; of no meaning if there are none. */
    public synchronized long asideUntil() {
        return asideUntil;
    }

    /** The places of those put aside, each once. */
    public synchronized List<Place> getAsidePlaces() {
        return aside.stream().map(SegmentMessage::getPlace).distinct().toList();
    }

    /** Takes all that were put aside. */
    public synchronized List<SegmentMessage> takeAside() {
        List<SegmentMessage> taken = List.copyOf(aside);
        aside.clear();
        return taken;
    }

    synchronized void letGo() {
        waiting.clear();
        aside.clear();
    }
}
