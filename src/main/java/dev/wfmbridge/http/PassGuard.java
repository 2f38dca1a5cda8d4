package dev.wfmbridge.http;

/** The conditions that end all calls of a pass, to any side. */
public interface PassGuard {

    /** The bridge is stopping: what is on the wire ends, nothing new starts. */
    boolean stopping();

    /** The pass has run for {@code poll.max-pass}. */
    boolean outOfTime();

    /** Nanoseconds until it has; {@link Long#MAX_VALUE} if there is no limit. */
    long nanosLeft();
}
