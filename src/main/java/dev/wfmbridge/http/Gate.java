package dev.wfmbridge.http;

import java.time.Duration;

/**
 * Lets calls of one OAuth client out as far as the headers of the answers allow (docs/architecture.md, "Quota"). It outlives the passes, so
 * that a limit once learned is never forgotten. The throttle behind it keeps the pace of the mapping; the gate sees what the
 * mapping does not say: a lower limit, another program that uses the client, a 429.
 *
 * <p>Shut while a 429 is waited out; while the calls on the wire and those that came back in the last period are as many as the answers allow, whatever kind
 * of window the server uses; and, if the answers count more calls than this client's own, while allowed − the highest count seen
 * in this window − calls on the wire ≤ 0. The first call of a client, the first after a 429 and the first after a window that
 * others used up go alone.
 */
public final class Gate {

    private static final long NONE = Long.MIN_VALUE;

    /** A window that is told to last longer is not believed: nothing would go out that could correct it. */
    private static final Duration LONGEST_WINDOW = Duration.ofMinutes(5);

    private final Waits waits;
    private final Pace pace;
    private final long windowNanos;
    private final long spanNanos;
    private final long longestNanos;
    private final SentCalls sent = new SentCalls();
    /** When answers came: by then at the latest the server has counted the call, however late it went out after its turn. */
    private final SentCalls answered = new SentCalls();

    private long allowed;
    private long highest;
    private long windowEnd = NONE;
    private int onTheWire;
    private boolean alone = true;
    private boolean usedUp;
    private boolean probing;
    private boolean resetRoundsDown;
    private long shutUntil = NONE;

    /** @param pace what the mapping allows; its period is the length of a window if no answer tells when it ends */
    public Gate(Waits waits, Pace pace) {
        this.waits = waits;
        this.pace = pace;
        this.windowNanos = waits.nanos(Pace.lengthened(pace.per()));
        // The throttle counts in milliseconds.
        this.spanNanos = waits.nanos(pace.span()) + 2_000_000;
        this.longestNanos = Math.max(windowNanos, waits.nanos(LONGEST_WINDOW));
    }

    /** Whether a call has to wait. */
    public synchronized boolean isShut(long now) {
        roll(now);
        if (shutUntil != NONE && now - shutUntil < 0) {
            return true;
        }
        if (alone && onTheWire > 0) {
            return true;
        }
        if (nanosOfPace(now) > 0 || surplus(now) >= 0) {
            return true;
        }
        if (allowed > 0 && highest > 0 && allowed - highest - onTheWire <= 0) {
            usedUp = true;
            return true;
        }
        return false;
    }

    /** Nanoseconds still to wait because of a 429; 0 if none. */
    public synchronized long nanosOfRefusal(long now) {
        return shutUntil != NONE && now - shutUntil < 0 ? shutUntil - now : 0;
    }

    /** Whether a 429 is being waited out. */
    public synchronized boolean waitsOut(long now) {
        return shutUntil != NONE && now - shutUntil < 0;
    }

    /** Takes a place on the wire if the gate is open. */
    public synchronized boolean enter(long now) {
        if (isShut(now)) {
            return false;
        }
        onTheWire++;
        sent.add(now);
        return true;
    }

    /** Gives back the place of a call that entered and did not go out. */
    public synchronized void leave() {
        onTheWire--;
        sent.dropLast();
    }

    /** Nanoseconds until it is worth asking again; 0 if that depends on calls on the wire alone. */
    public synchronized long nanosUntilOpen(long now) {
        if (shutUntil != NONE && now - shutUntil < 0) {
            return shutUntil - now;
        }
        long paced = nanosOfPace(now);
        return usedUp && windowEnd != NONE ? Math.max(paced, windowEnd - now) : paced;
    }

    /** A call came back without any answer. */
    public synchronized void lost(long now) {
        onTheWire--;
        back(now);
    }

    /** A call came back with an answer. */
    public synchronized void answered(QuotaHeaders quota, boolean refused, long now) {
        onTheWire--;
        back(now);
        roll(now);
        if (quota.allowed() > 0) {
            allowed = quota.allowed();
        }
        if (quota.resetSeconds() == 0 || (refused && probing)) {
            // Seconds are rounded down, so the end they give is up to one second too early.
            resetRoundsDown = true;
        }
        if (quota.resetSeconds() >= 0) {
            long told = quota.resetSeconds() + (resetRoundsDown ? 1 : 0);
            long end = now + Math.min(longestNanos, waits.nanos(Duration.ofSeconds(told)));
            windowEnd = windowEnd == NONE ? end : Math.min(windowEnd, end);
        } else if (windowEnd == NONE) {
            windowEnd = now + waits.nanos(pace.per());
        }
        if (quota.count() > sent.since(now - windowNanos)) {
            // Something else uses the client as well: only the server knows how many calls are left.
            highest = Math.max(highest, quota.count());
        }
        if (!refused && (shutUntil == NONE || now - shutUntil >= 0)) {
            alone = false;
        }
        probing = false;
    }

    /**
     * A 429 is to be waited out.
     *
     * @param nanos from now
     * @return by how many nanoseconds, by the clock, this lengthens the wait already in force
     */
    public synchronized long waitOut(long nanos, long now) {
        long until = now + nanos;
        long from = shutUntil != NONE && shutUntil - now > 0 ? shutUntil : now;
        alone = true;
        if (until - from <= 0) {
            return 0;
        }
        shutUntil = until;
        return until - from;
    }

    /** The nominal length of a window where no answer tells it. */
    public Duration period() {
        return pace.per();
    }

    /** Calls allowed in a window as the latest answer said; 0 if none did. */
    public synchronized long allowed() {
        return allowed;
    }

    /** Calls in this window: the highest count in an answer, or the client's own if nothing else makes any. */
    public synchronized long used(long now) {
        return Math.max(highest, sent.since(now - windowNanos));
    }

    /** The same, now. */
    public long used() {
        return used(System.nanoTime());
    }

    /** Calls sent and not yet answered. */
    public synchronized int onTheWire() {
        return onTheWire;
    }

    /** Nanoseconds until the client's own calls leave room for one more; 0 if they do now. */
    private long nanosOfPace(long now) {
        long ofMapping = nanosUntilRoom(pace.calls(), spanNanos, now);
        int surplus = surplus(now);
        long ofAnswers = surplus >= 0 && surplus < answered.size()
                ? answered.latest(answered.size() - surplus) + windowNanos - now
                : 0;
        return Math.max(ofMapping, ofAnswers);
    }

    /**
     * If the answers allow fewer calls than the mapping: how many of this client's calls have to leave the last period
     * before another one may go, minus one; negative if one may go now. A server may count in a sliding window whatever its headers say.
     */
    private int surplus(long now) {
        answered.forgetBefore(now - windowNanos + 1);
        return allowed > 0 && allowed < pace.requests() ? (int) (onTheWire + answered.size() - allowed) : -1;
    }

    private void back(long now) {
        answered.forgetBefore(now - windowNanos + 1);
        answered.add(now);
    }

    private long nanosUntilRoom(long calls, long span, long now) {
        sent.forgetBefore(now - Math.max(windowNanos, spanNanos));
        return sent.size() < calls ? 0 : Math.max(0, sent.latest((int) calls) + span - now);
    }

    private void roll(long now) {
        if (windowEnd != NONE && now - windowEnd >= 0) {
            windowEnd = NONE;
            highest = 0;
            if (usedUp) {
                alone = true;
                probing = true;
            }
            usedUp = false;
        }
    }
}
