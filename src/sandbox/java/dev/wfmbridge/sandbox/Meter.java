package dev.wfmbridge.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/** Counts the calls of one client in a window. Times are nominal nanoseconds. */
final class Meter {
    /** When a window begins and ends. */
    enum Kind {
        /** With the first call, and with the first one after its end. */
        FROM_FIRST_CALL,
        /** At full multiples of its length. */
        ALIGNED,
        /** It is always the length that lies behind. */
        SLIDING
    }

    /** What the meter showed after a call, this call included. */
    record Reading(int allowed, int count, long nanosLeft) {
        boolean refused() {
            return count > allowed;
        }

        int remaining() {
            return Math.max(0, allowed - count);
        }

        long secondsLeft(boolean roundedDown) {
            long up = roundedDown ? 0 : 999_999_999L;
            return (nanosLeft + up) / 1_000_000_000L;
        }
    }

    private final Deque<Long> calls = new ArrayDeque<>();
    private boolean open;
    private long windowStart;
    private int count;

    synchronized Reading count(Kind kind, long now, int allowed, long length) {
        if (kind == Kind.SLIDING) {
            calls.addLast(now);
            while (now - calls.peekFirst() >= length) {
                calls.removeFirst();
            }
            return new Reading(allowed, calls.size(), length - (now - calls.peekFirst()));
        }
        if (!open || now - windowStart >= length) {
            open = true;
            windowStart = kind == Kind.ALIGNED ? now - now % length : now;
            count = 0;
        }
        count++;
        return new Reading(allowed, count, windowStart + length - now);
    }
}
