package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Something that goes wrong with one call. Whatever goes wrong, the call counts in the quota. All durations are nominal:
 * {@link World#timeFactor(double)} divides them.
 */
public final class Fault {
    private final boolean carriedOut;
    private final boolean lost;
    private final Answer instead;
    private final Duration delay;
    private final Duration commitLag;

    private Fault(boolean carriedOut, boolean lost, Answer instead, Duration delay, Duration commitLag) {
        this.carriedOut = carriedOut;
        this.lost = lost;
        this.instead = instead;
        this.delay = delay;
        this.commitLag = commitLag;
    }

    /** Answers this, and does not carry the call out. */
    public static Fault answer(int status, Map<String, String> headers, String body) {
        return new Fault(false, false, Answer.text(status, headers, body), Duration.ZERO, null);
    }

    /** Answers a gateway's HTML page, and does not carry the call out. */
    public static Fault gatewayPage(int status) {
        return new Fault(false, false, Answer.gatewayPage(status), Duration.ZERO, null);
    }

    /** Closes the connection without carrying the call out. */
    public static Fault loseRequest() {
        return new Fault(false, true, null, Duration.ZERO, null);
    }

    /** Carries the call out, then closes the connection without an answer. */
    public static Fault loseAnswer() {
        return new Fault(true, true, null, Duration.ZERO, null);
    }

    /** Carries the call out, and answers something else. */
    public static Fault carryOutThen(int status, Map<String, String> headers, String body) {
        return new Fault(true, false, Answer.text(status, headers, body), Duration.ZERO, null);
    }

    /** Carries the call out, and answers a gateway's HTML page: a 504 that came after the fact. */
    public static Fault carryOutThenGatewayPage(int status) {
        return new Fault(true, false, Answer.gatewayPage(status), Duration.ZERO, null);
    }

    /** Waits, then behaves normally. */
    public static Fault delay(Duration delay) {
        return new Fault(true, false, null, Objects.requireNonNull(delay), null);
    }

    /**
     * Cause (c) of a 409, for the POST of a segment: the segment is taken at once, so that a second POST gets 409, but no
     * GET finds it before the lag is over. The POST's own answer is lost. A POST that is refused anyway is answered as
     * ever, and so is any other call.
     */
    public static Fault commitLate(Duration lag) {
        return new Fault(true, true, null, Duration.ZERO, Objects.requireNonNull(lag));
    }

    /** As {@link #commitLate(Duration)}, but the POST is answered with this. */
    public static Fault commitLateThen(Duration lag, int status, Map<String, String> headers, String body) {
        return new Fault(true, false, Answer.text(status, headers, body), Duration.ZERO, Objects.requireNonNull(lag));
    }

    /** As {@link #commitLate(Duration)}, but the POST is answered with a gateway's HTML page. */
    public static Fault commitLateThenGatewayPage(Duration lag, int status) {
        return new Fault(true, false, Answer.gatewayPage(status), Duration.ZERO, Objects.requireNonNull(lag));
    }

    /** The same fault, a while later. */
    public Fault after(Duration newDelay) {
        return new Fault(carriedOut, lost, instead, Objects.requireNonNull(newDelay), commitLag);
    }

    boolean carriedOut() {
        return carriedOut;
    }

    /** What is answered when the call, if it was carried out, would have been answered with {@code regular}. */
    Answer outcome(Answer regular) {
        boolean refused = commitLag != null && regular.status() != 201;
        if (refused) {
            return regular;
        }
        if (lost) {
            return null;
        }
        return instead == null ? regular : instead;
    }

    Duration delay() {
        return delay;
    }

    Duration commitLag() {
        return commitLag;
    }
}
