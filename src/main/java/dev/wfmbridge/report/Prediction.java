package dev.wfmbridge.report;

import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pace;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many requests the pass described by a plan would take, by kind: the plan's own reads, which are those of the pass,
 * and the writes that follow. Token calls are not counted, since no quota counts them.
 */
public final class Prediction {

    private final Map<Call.Kind, Long> requests = new EnumMap<>(Call.Kind.class);

    private final Pace quota;

    private Prediction(Side side) {
        quota = side.client().pace();
        for (Call.Kind kind : Call.Kind.values()) {
            if (kind != Call.Kind.TOKEN) {
                requests.put(kind, side.requests(kind));
            }
        }
    }

    /** Zendesk's part: a batch of statuses is one PUT, and one look at a job that ends within a second. */
    public static Prediction ofZendesk(Pass plan) {
        Prediction prediction = new Prediction(plan.getSource());
        int batches = Batches.count(plan.writtenBack().size(), ZendeskLists.MOST);
        prediction.add(Call.Kind.CHANGE, batches);
        prediction.add(Call.Kind.READ, batches);
        return prediction;
    }

    /** An organisation's part: what each target said it would send, then restorations and removals. */
    public static Prediction of(OrganizationPass organization) {
        Prediction prediction = new Prediction(organization);
        prediction.requests.replaceAll((kind, calls) -> calls + organization.foreseen(kind));
        for (SegmentMessage message : organization.getMessages()) {
            if (message.decision() == Action.RESTORE) {
                prediction.add(Call.Kind.CHANGE, 1);
            }
        }
        for (Candidate candidate : organization.removals()) {
            prediction.add(candidate.deletes() ? Call.Kind.REMOVE : Call.Kind.CHANGE, 1);
        }
        return prediction;
    }

    private void add(Call.Kind kind, long more) {
        requests.merge(kind, more, Long::sum);
    }

    public long total() {
        return requests.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many minutes of the side's quota it takes. */
    public double minutes() {
        return (double) total() / quota.requests() * quota.per().toMillis() / 60_000;
    }

    /** Requests of each kind, except tokens. */
    public Map<Call.Kind, Long> byKind() {
        return requests;
    }
}
