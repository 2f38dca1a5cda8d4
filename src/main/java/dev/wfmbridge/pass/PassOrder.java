package dev.wfmbridge.pass;

import java.time.Duration;
import java.util.Map;

/**
 * What a pass is started with.
 *
 * @param limit how long it may take; null = without limit
 * @param strict whether a mistake in one organisation's configuration, or a group name that two groups have, refuses the
 *     whole pass ({@code once}) or halts the organisations concerned ({@code run})
 * @param approvals removals that somebody approved, {@code ORG/SCHEDULE} → how many
 * @param replay the dead letters that are to be delivered again; null for all memberships
 */
public record PassOrder(
        Trigger trigger, Duration limit, boolean strict, ReplayRequest replay, Map<String, Integer> approvals) {

    /** A pass over all memberships. */
    public PassOrder(Trigger trigger, Duration limit, boolean strict) {
        this(trigger, limit, strict, null, Map.of());
    }

    /** A pass over the letters of a replay. */
    public PassOrder(Trigger trigger, Duration limit, boolean strict, ReplayRequest replay) {
        this(trigger, limit, strict, replay, Map.of());
    }
}
