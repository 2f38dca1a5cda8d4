package dev.wfmbridge.removal;

import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.RemovalsPolicy;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The segments of the ledger whose agent is in no entry of their place any more. */
final class Leavers {

    private final Settings settings;
    private final SegmentIds ids;
    private final GenesysUsers genesysUsers;

    Leavers(Settings settings, SegmentIds ids, GenesysUsers genesysUsers) {
        this.settings = settings;
        this.ids = ids;
        this.genesysUsers = genesysUsers;
    }

    /** Those of a place; none if it, its groups or the ledger are not known to their end. */
    List<Candidate> of(Pass pass, OrganizationPass organization, Place place) {
        if (organization.haltOf(place.id()) != null || !organization.snapshot().wasRead(place.id())) {
            return List.of();
        }
        Set<Long> groups = new HashSet<>();
        for (Entry entry : pass.mapping().entriesOf(organization.getName())) {
            if (entry.places().contains(place)) {
                List<Long> known = pass.getSource().entries().groupsOf(entry);
                if (known.isEmpty() || known.stream().anyMatch(pass.getSource()::hasMalformedRow)) {
                    // A group that is missing or was not read to its end may contain anybody.
                    return List.of();
                }
                groups.addAll(known);
            }
        }
        if (organization.ledger().isEmpty()) {
            return List.of();
        }
        LongColumn agents = new LongColumn();
        for (SegmentMessage message : organization.getMessages()) {
            if (message.getPlace().equals(place)) {
                agents.add(message.agentId());
            }
        }
        List<LedgerLine> left = organization
                .ledger()
                .lines(row -> row.placeId().equals(place.id())
                        && groups.contains(row.groupId())
                        && agents.last(row.zendeskUserId()) < 0);
        if (left.isEmpty()) {
            return List.of();
        }
        Claims claims = claims(pass, organization, place);
        List<Candidate> candidates = new ArrayList<>();
        for (LedgerLine line : left) {
            if (!claims.hold(line.userId()) && isOwn(organization, place, line)) {
                SegmentRow row =
                        organization.snapshot().concerning(line.segmentId(), line.userId(), place.id()).stream()
                                .filter(r -> r.id().equals(line.segmentId())
                                        && r.placeId().equals(place.id())
                                        && r.userId().equals(line.userId())
                                        && r.active())
                                .findFirst()
                                .orElse(null);
                if (row != null) {
                    candidates.add(new Candidate(
                            line, place, groups, row, settings.get(Property.REMOVALS_POLICY) == RemovalsPolicy.DELETE));
                }
            }
        }
        return candidates;
    }

    /** Who the agents of the place are, by what this pass has looked up. */
    private Claims claims(Pass pass, OrganizationPass organization, Place place) {
        Claims claims = new Claims(genesysUsers, pass.mapping(), organization);
        for (SegmentMessage message : organization.getMessages()) {
            if (message.getPlace().equals(place)) {
                if (message.genesysUserId() != null) {
                    claims.user(message.genesysUserId());
                } else {
                    claims.skipped(pass.getSource().agent(message.agentId()));
                }
            }
        }
        return claims;
    }

    private boolean isOwn(OrganizationPass organization, Place place, LedgerLine line) {
        return line.created()
                || place.kind().keepsIds()
                        && line.segmentId()
                                .equals(ids.idFor(organization.organization().id(), place, line.userId()));
    }
}
