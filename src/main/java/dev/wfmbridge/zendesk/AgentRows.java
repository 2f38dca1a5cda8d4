package dev.wfmbridge.zendesk;

import dev.wfmbridge.compact.Bytes;
import dev.wfmbridge.compact.Column;
import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.compact.TextColumn;
import java.util.Set;

/** The agents seen in answers, about 110 bytes each; the latest version of each counts. Thread-safe. */
final class AgentRows {

    private static final byte WORKS = 1;
    private static final byte SUSPENDED = 2;

    private final LongColumn ids = new LongColumn();
    private final TextColumn emails = TextColumn.plain();
    private final TextColumn genesysUserIds = TextColumn.plain();
    private final Column<Set<String>> tags = new Column<>();
    private final Column<String> statusFields = new Column<>();
    private final Bytes flags = new Bytes();

    synchronized void put(Agent agent) {
        Agent before = get(agent.id());
        if (agent.equals(before)) {
            return;
        }
        ids.add(agent.id());
        emails.add(agent.email());
        genesysUserIds.add(agent.genesysUserId());
        tags.add(agent.tags());
        statusFields.add(agent.statusField());
        flags.add((byte) ((agent.works() ? WORKS : 0) | (agent.suspended() ? SUSPENDED : 0)));
    }

    /** Whether an answer included this agent. */
    synchronized boolean has(long id) {
        return ids.last(id) >= 0;
    }

    /** The agent; null if no answer included them. */
    synchronized Agent get(long id) {
        int row = ids.last(id);
        return row < 0
                ? null
                : new Agent(
                        id,
                        (flags.get(row) & WORKS) != 0,
                        (flags.get(row) & SUSPENDED) != 0,
                        emails.get(row),
                        tags.get(row),
                        genesysUserIds.get(row),
                        statusFields.get(row));
    }
}
