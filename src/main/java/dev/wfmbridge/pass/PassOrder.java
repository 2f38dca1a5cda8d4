package dev.wfmbridge.pass;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a pass is started with.
 *
 * @param limit how long it may take; null = without limit
 * @param strict whether a mistake in one organisation's configuration, or a group name that two groups have, refuses the
 *     whole pass ({@code once}) or halts the organisations concerned ({@code run})
 * @param approvals removals that somebody approved, {@code ORG/SCHEDULE} → how many
 * @param replay the dead letters that are to be delivered again; null for all memberships
 * @param agents the Zendesk users whose memberships alone are read; empty for all
 */
public record PassOrder(
        Trigger trigger,
        Duration limit,
        boolean strict,
        ReplayRequest replay,
        Map<String, Integer> approvals,
        List<Long> agents) {

    public PassOrder {
        approvals = Map.copyOf(approvals);
        agents = List.copyOf(agents);
    }

    /** A pass over all memberships. */
    public PassOrder(Trigger trigger, Duration limit, boolean strict) {
        this(trigger, limit, strict, null, Map.of(), List.of());
    }

    /** A pass over the letters of a replay. */
    public PassOrder(Trigger trigger, Duration limit, boolean strict, ReplayRequest replay) {
        this(trigger, limit, strict, replay, Map.of(), List.of());
    }

    /**
     * A replay.
     *
     * @param limit how long it may take besides what its rate takes, if it has one
     */
    public static PassOrder replay(ReplayRequest request, Duration limit, boolean strict) {
        int rate = request.ratePerMinute();
        return new PassOrder(
                Trigger.REPLAY,
                limit.plus(rate == 0 ? Duration.ZERO : Duration.ofMinutes(request.count() / rate + 1)),
                strict,
                request);
    }

    /** A pass over all memberships, with removals that somebody approved. */
    public PassOrder(Trigger trigger, Duration limit, boolean strict, Map<String, Integer> approvals) {
        this(trigger, limit, strict, null, approvals, List.of());
    }

    /** A pass over the memberships of some agents, named by events; it removes nothing. */
    public static PassOrder forAgents(List<Long> agents, Duration limit) {
        return new PassOrder(Trigger.WEBHOOK, limit, false, null, Map.of(), agents);
    }

    /** A plan for some agents: what a pass would find and do for them now. */
    public static PassOrder planFor(List<Long> agents, Duration limit) {
        return new PassOrder(Trigger.PLAN, limit, false, null, Map.of(), agents);
    }
}
