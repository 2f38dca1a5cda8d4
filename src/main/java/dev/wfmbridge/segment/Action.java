package dev.wfmbridge.segment;

/** What a segment message needs next, as decided; the {@code choice} of segment-deliver reads it. */
public enum Action {
    /** To be sent to the destination. */
    INSERT,
    /** To be set back to the status it had before our own cancellation. */
    RESTORE,
    /** Nothing is to be sent: the outcome is known already. */
    CONCLUDE
}
