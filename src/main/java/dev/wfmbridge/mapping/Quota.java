package dev.wfmbridge.mapping;

import java.time.Duration;

/**
 * How many requests an organisation's client may send.
 *
 * @param requests more than 0
 * @param per in what time
 */
public record Quota(int requests, Duration per) {
    /** What Genesys allows a client: 300 in 60 s. */
    static final Quota USUAL = new Quota(300, Duration.ofSeconds(60));

    public Quota {
        if (requests <= 0 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("a quota must be more than nothing");
        }
    }
}
