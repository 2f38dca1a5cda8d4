package dev.wfmbridge.segment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What became of a message's calls so far, for its decision and for its dead letter. */
final class Evidence {

    volatile int posts;
    volatile int postsAtConflict;
    volatile boolean unknownOutcome;
    volatile int lastStatus;
    volatile String correlationId;
    volatile Instant firstAt;
    volatile Instant lastAt;
    volatile String letterCode;
    volatile String letterMessage;
    volatile int restores;
    volatile long restoreVersion;
    volatile String absentCode;
    volatile String absentMessage;
    volatile String detail;
    private final List<String> reads = new ArrayList<>(2);

    /** Something was sent or answered at this time. */
    void at(Instant time) {
        if (firstAt == null) {
            firstAt = time;
        }
        lastAt = time;
    }

    synchronized void read(String what) {
        reads.add(what);
    }

    synchronized List<String> reads() {
        return List.copyOf(reads);
    }
}
