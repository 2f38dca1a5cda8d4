package dev.wfmbridge.http;

/** What ends all calls of a pass, to whichever side. */
public interface PassGuard {

    /** The bridge is stopping: what is on the wire ends, nothing new starts. */
    boolean stopping();

    /** The pass has run for {@code poll.max-pass}. */
    boolean outOfTime();

    /** Nanoseconds until it has; {@link Long#MAX_VALUE} where it may take any time. */
    long nanosLeft();
}
