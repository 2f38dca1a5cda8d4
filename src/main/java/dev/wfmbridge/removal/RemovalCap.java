package dev.wfmbridge.removal;

import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.RemovalsPolicy;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many segments of a place a pass may remove: none by policy, or no more than a share of its own without an approval. */
final class RemovalCap {

    private static final Logger LOG = LoggerFactory.getLogger(RemovalCap.class);

    private final Settings settings;
    private final SegmentIds ids;

    RemovalCap(Settings settings, SegmentIds ids) {
        this.settings = settings;
        this.ids = ids;
    }

    /** Whether so many may go; if not, the pass says so, and how to approve them. */
    boolean allows(Pass pass, OrganizationPass organization, Place place, List<Candidate> candidates) {
        if (settings.get(Property.REMOVALS_POLICY) == RemovalsPolicy.REPORT
                || !place.kind().keepsIds()) {
            pass.warn(organization.getName() + "/" + place.id() + ": " + candidates.size()
                    + " segments belong to nobody in Zendesk any more; removals.policy only reports them.");
            return false;
        }
        // What this pass itself created or restored does not raise the cap, so that a plan sees the same cap.
        Set<String> made = organization.getMessages().stream()
                .filter(message -> message.ending() == Outcome.CREATED || message.ending() == Outcome.RESTORED)
                .map(SegmentMessage::id)
                .collect(Collectors.toSet());
        long own = organization.snapshot().rows(place.id()).stream()
                .filter(SegmentRow::active)
                .filter(row -> !made.contains(row.id()))
                .filter(row -> organization
                                .ledger()
                                .line(row.id())
                                .map(LedgerLine::created)
                                .orElse(false)
                        || row.id().equals(ids.idFor(organization.organization().id(), place, row.userId())))
                .count();
        double most =
                Math.max(settings.get(Property.REMOVALS_MIN_COUNT), settings.get(Property.REMOVALS_MAX_SHARE) * own);
        if (candidates.size() <= most) {
            return true;
        }
        Integer approved = pass.approvals().get(organization.getName() + "/" + place.id());
        if (approved != null && approved == candidates.size()) {
            return true;
        }
        organization.countRefused(candidates.size());
        pass.warn(organization.getName() + "/" + place.id() + ": " + candidates.size() + " of " + own
                + " segments would be removed, more than removals.max-share and removals.min-count allow. If that is"
                + " right: wfm-bridge once --approve-removals " + organization.getName() + "/" + place.id() + "="
                + candidates.size());
        LOG.warn(
                "{}/{}: {} removals refused, they would need an approval",
                organization.getName(),
                place.id(),
                candidates.size());
        return false;
    }
}
