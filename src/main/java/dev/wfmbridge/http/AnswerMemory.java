package dev.wfmbridge.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how much of the heap the answers being read may use together. Small answers are always read. No other answer gets more
 * than the rest leave free, so that however many organisations send endless answers, there is room for one that is merely large.
 */
final class AnswerMemory {

    /** Below this an answer is not counted. */
    static final int SMALL = 1 << 20;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most bytes of all answers that are larger than {@link #SMALL} */
    AnswerMemory(long most) {
        this.most = most;
    }

    /** A quarter of the heap: an answer is copied once, and becomes a tree that is larger than its text. */
    static AnswerMemory ofThisHeap() {
        return new AnswerMemory(Runtime.getRuntime().maxMemory() / 4);
    }

    /** Whether an answer with this many bytes counted may have this many more, which are then counted. */
    boolean take(long has, long more) {
        while (true) {
            long now = taken.get();
            if (has + more > most - now - more) {
                return false;
            }
            if (taken.compareAndSet(now, now + more)) {
                return true;
            }
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
