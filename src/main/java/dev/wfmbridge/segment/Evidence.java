package dev.wfmbridge.segment;

import dev.wfmbridge.data.LetterCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened to a message's calls so far, for its decision and its dead letter. Ids only, no answer bodies. */
public final class Evidence {

    /** For a message that needed no call. */
    static final Evidence NONE = new Evidence();

    private volatile int posts;
    private volatile int postsAtConflict;
    private volatile boolean unknownOutcome;
    private volatile int lastStatus;
    private volatile String correlationId;
    private volatile Instant firstAt;
    private volatile Instant lastAt;
    private volatile LetterCode letterCode;
    private volatile String letterMessage;
    private volatile int restores;
    private volatile LetterCode absentCode;
    private volatile String absentMessage;
    private volatile String detail;
    private final List<String> reads = new ArrayList<>(2);

    /** A POST of this message went out. */
    public void posted(Instant at) {
        posts++;
        at(at);
    }

    /** POSTs of this message so far, not counting those answered 429 or 401. */
    public int posts() {
        return posts;
    }

    /** An answer came, or the call ended without one. */
    public void answered(int status, String correlation, Instant at) {
        lastStatus = status;
        if (correlation != null) {
            correlationId = correlation;
        }
        at(at);
    }

    private void at(Instant time) {
        if (firstAt == null) {
            firstAt = time;
        }
        lastAt = time;
    }

    /** HTTP status of the last answer; 0 if none came. */
    public int lastStatus() {
        return lastStatus;
    }

    public String correlationId() {
        return correlationId;
    }

    /** When the first call went out or was answered; null if there was none. */
    public Instant firstAt() {
        return firstAt;
    }

    public Instant lastAt() {
        return lastAt;
    }

    /** An answer to a POST of this message was lost, or says nothing. */
    public void outcomeUnknown() {
        unknownOutcome = true;
    }

    public boolean unknownOutcome() {
        return unknownOutcome;
    }

    /** The POST just sent got a 409 that no read explains. */
    public void conflictUnexplained() {
        if (postsAtConflict == 0) {
            postsAtConflict = posts;
        }
    }

    /** Whether the one extra POST that an unexplained 409 allows was sent, whatever its answer. */
    public boolean triedAfterConflict() {
        return postsAtConflict > 0 && posts > postsAtConflict;
    }

    /** Counts an attempt to restore it. */
    public int triesToRestore() {
        return ++restores;
    }

    /** What a read showed, in a few words. */
    public synchronized void read(String what) {
        reads.add(what);
    }

    public synchronized List<String> reads() {
        return List.copyOf(reads);
    }

    /** Becomes this letter if a new read does not show it, without being sent again. */
    public void lettersIfAbsent(LetterCode code, String message) {
        absentCode = code;
        absentMessage = message;
    }

    /** The code of the letter that was announced; null if none was. */
    LetterCode absentCode() {
        return absentCode;
    }

    String absentMessage() {
        return absentMessage;
    }

    void letter(LetterCode code, String message) {
        letterCode = code;
        letterMessage = message;
    }

    /** Why it became a dead letter; null if it did not. */
    public LetterCode letterCode() {
        return letterCode;
    }

    public String letterMessage() {
        return letterMessage;
    }

    public void details(String what) {
        detail = what;
    }

    /** Detail beyond the outcome's reason, such as the unit that an agent is in; ids only; null if none. */
    public String detail() {
        return detail;
    }
}
