package dev.wfmbridge.segment;

import java.util.Locale;

/** How a pair of membership and entry ended; each mapped pair ends a pass in exactly one of them (promise 1). */
public enum Outcome {
    CREATED,
    ADOPTED,
    PRESENT,
    MERGED,
    DECLINED,
    RESTORED,
    HELD,
    DEAD_LETTERED,
    SKIPPED;

    /** The name in reports and in routes: {@code dead-lettered}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the idempotent key stays after this outcome: the segment is known to be there. */
    public boolean keepsKey() {
        return this == CREATED || this == ADOPTED || this == PRESENT;
    }

    @Override
    public String toString() {
        return text();
    }
}
