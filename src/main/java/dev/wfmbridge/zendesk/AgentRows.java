package dev.wfmbridge.zendesk;

import dev.wfmbridge.compact.Column;
import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.compact.TextColumn;
import java.util.Arrays;
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
    private byte[] flags = new byte[16];

    synchronized void put(Agent agent) {
        Agent before = get(agent.id());
        if (agent.equals(before)) {
            return;
        }
        int row = ids.add(agent.id());
        emails.add(agent.email());
        genesysUserIds.add(agent.genesysUserId());
        tags.add(agent.tags());
        statusFields.add(agent.statusField());
        if (row == flags.length) {
            flags = Arrays.copyOf(flags, row + (row >> 1) + 1);
        }
        flags[row] = (byte) ((agent.works() ? WORKS : 0) | (agent.suspended() ? SUSPENDED : 0));
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
                        (flags[row] & WORKS) != 0,
                        (flags[row] & SUSPENDED) != 0,
                        emails.get(row),
                        tags.get(row),
                        genesysUserIds.get(row),
                        statusFields.get(row));
    }
}
