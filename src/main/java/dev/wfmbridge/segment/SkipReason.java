package dev.wfmbridge.segment;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a pair needs no segment: a closed list, in the order in which it is checked (docs/architecture.md, "Who is who"). */
public enum SkipReason {
    AGENT_UNKNOWN("Zendesk lists the user in the group, and gives no details about them."),
    AGENT_INACTIVE("The Zendesk user is deleted, or is not an agent."),
    AGENT_SUSPENDED("The Zendesk agent is suspended."),
    NO_EMAIL("The Zendesk agent has no e-mail address: add one, or name the Genesys user in users: of the mapping."),
    USER_NOT_FOUND("Genesys has no user with this address: create one, or name it in users: of the mapping."),
    USER_INACTIVE("The Genesys user is inactive: activate it if the person still works there."),
    USER_DELETED("The Genesys user is deleted."),
    USER_AMBIGUOUS("Several Genesys users have this address: name the right one in users: of the mapping."),
    /** For management units: the agent is already in one, and the entry does not allow moving them. */
    IN_ANOTHER_UNIT("The agent is in another management unit: move them by hand, or allow it with moveFrom.");

    private final String meaning;

    SkipReason(String meaning) {
        this.meaning = meaning;
    }

    /** The name in reports: {@code user-not-found}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason of this name; empty if this version knows none. */
    public static Optional<SkipReason> of(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text().equals(text))
                .findFirst();
    }

    /** What it means, and what to do about it if anything, as a sentence. */
    public String meaning() {
        return meaning;
    }

    @Override
    public String toString() {
        return text();
    }
}
