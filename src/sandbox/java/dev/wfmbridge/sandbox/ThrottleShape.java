package dev.wfmbridge.sandbox;

/** The shapes of Zendesk's 429. */
public enum ThrottleShape {
    /** JSON, with Retry-After. */
    JSON,
    /** Plain text, with Retry-After. */
    TEXT,
    /** Plain text, and no Retry-After. */
    TEXT_WITHOUT_RETRY_AFTER,
    /** The edge protection's JSON, with Retry-After. */
    EDGE
}
