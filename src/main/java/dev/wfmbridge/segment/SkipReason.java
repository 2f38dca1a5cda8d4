package dev.wfmbridge.segment;

import java.util.Locale;

/** Why a pair needs no segment: a closed list, in the order in which it is checked (docs/architecture.md, "Who is who"). */
public enum SkipReason {
    AGENT_UNKNOWN,
    AGENT_INACTIVE,
    AGENT_SUSPENDED,
    NO_EMAIL,
    USER_NOT_FOUND,
    USER_INACTIVE,
    USER_DELETED,
    USER_AMBIGUOUS,
    /** For management units: the agent is already in one, and the entry does not allow moving them. */
    IN_ANOTHER_UNIT;

    /** The name in reports: {@code user-not-found}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return text();
    }
}
