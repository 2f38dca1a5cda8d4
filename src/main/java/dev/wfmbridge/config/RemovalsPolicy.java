package dev.wfmbridge.config;

/** What happens to a segment whose agent left the group ({@code removals.policy}). */
public enum RemovalsPolicy {
    /** It is listed in the report, and stays. */
    REPORT,
    /** It is set to CANCELLED. */
    CANCEL,
    /** It is deleted. */
    DELETE
}
