package dev.wfmbridge.config;

/** What becomes of a segment whose agent left the group ({@code removals.policy}). */
public enum RemovalsPolicy {
    /** It is listed in the report, and stays. */
    REPORT,
    /** It is set to CANCELLED. */
    CANCEL,
    /** It is deleted. */
    DELETE
}
