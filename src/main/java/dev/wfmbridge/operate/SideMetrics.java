package dev.wfmbridge.operate;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.segment.Outcome;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The metrics that Zendesk and each organisation have, by the label {@code organization}. */
final class SideMetrics {

    private SideMetrics() {}

    /** What Zendesk and each organisation have. */
    static void client(Exposition told, ApiClient client, Map<HaltReason, Instant> halts) {
        told.counter("throttled", "429s", client.throttled());
        told.counter("token_renewals", "Tokens obtained", client.tokens().renewals());
        told.counter("quota_wait_seconds", "Waits that 429s asked for", client.quotaWaitNanos() / 1e9);
        told.gauge(
                "quota_allowed",
                "Calls allowed in a window, as the latest answer said, 0 if none did",
                client.gate().allowed());
        told.gauge(
                "quota_used",
                "Calls counted in this window, as the answers said",
                client.gate().used());
        told.ifAny("suspended", "1 while an operator has suspended it", client.suspended() ? 1 : 0);
        halts.forEach((reason, since) ->
                told.gauge("halted", "1 while it is halted for this reason", 1, "reason", reason.text()));
        halts.values().stream()
                .min(Instant::compareTo)
                .ifPresent(since -> told.gauge(
                        "halted_since_timestamp_seconds", "Since when it is halted", Exposition.seconds(since)));
    }

    /**
     * @param part its part of the pass under way or the last one; null if it has none
     * @param totals outcomes of all passes that ended
     * @param letters dead letters on file by code
     */
    static void organization(
            Exposition told,
            OrganizationPass part,
            Settled state,
            Map<Outcome, LongAdder> totals,
            Map<String, Long> letters) {
        told.gauge("pass_mapped", "Pairs mapped in the pass", part == null ? 0 : part.mapped());
        told.gauge("pass_in_flight", "Pairs of the pass without an outcome yet", part == null ? 0 : part.inFlight());
        for (Outcome outcome : Outcome.values()) {
            told.ifAny(
                    "pass_outcomes",
                    "Pairs of the pass by outcome",
                    part == null ? 0 : part.count(outcome),
                    "outcome",
                    outcome.text());
            LongAdder total = totals.get(outcome);
            told.ifCounted(
                    "outcomes",
                    "Pairs by outcome, of all passes and replays that ended",
                    total == null ? 0 : total.sum(),
                    "outcome",
                    outcome.text());
        }
        told.gauge(
                "in_step_timestamp_seconds",
                "When the organisation was last in step, 0 if it never was",
                Exposition.seconds(state.inStep()));
        told.gauge(
                "oldest_change_age_seconds",
                "How long the oldest change waits that is not yet in Genesys, 0 if all are",
                Exposition.age(state.oldest()));
        told.ifAny(
                "ledger_since_timestamp_seconds",
                "When the ledger began, or was found to be lost",
                Exposition.seconds(state.ledgerSince()));
        told.ifAny("missing_groups", "Groups that the mapping names and Zendesk does not have", state.missingGroups());
        told.ifAny("stuck_pending", "Segments that are PENDING for too long", state.stuckPending());
        told.ifAny("removals_refused", "Removals that the guards refused", state.refusedRemovals());
        state.places()
                .forEach((reason, count) -> told.ifAny(
                        "halted_places",
                        "Halted schedules, groups and units by reason",
                        count,
                        "reason",
                        reason.text()));
        letters.forEach((code, count) -> told.ifAny("dead_letters", "Dead letters on file", count, "code", code));
    }
}
