package dev.wfmbridge.removal;

import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.RemovalsPolicy;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.genesys.UserIds;
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
import java.util.stream.Collectors;

/** The segments of the ledger whose agent is in no entry of their place any more. */
final class Leavers {

    /** Groups in a warning. */
    private static final int MOST_NAMED = 10;

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
        List<Entry> unnamed = new ArrayList<>();
        for (Entry entry : pass.mapping().entriesOf(organization.getName())) {
            if (entry.places().contains(place)) {
                List<Long> known = pass.getSource().entries().groupsOf(entry);
                if (isGone(entry, pass)) {
                    // Its people are to go, so who is in it protects nobody; the ledger knows them by the group's id.
                    known = entry.group().id() == null
                            ? List.of()
                            : List.of(entry.group().id());
                    if (known.isEmpty()) {
                        unnamed.add(entry);
                    }
                } else if (known.isEmpty()) {
                    // A group that is missing may contain anybody.
                    return List.of();
                }
                if (known.stream().anyMatch(pass.getSource()::hasMalformedRow)) {
                    // So may one that was not read to its end.
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
        if (!unnamed.isEmpty()) {
            warn(unnamed, groups, agents, pass, organization, place);
        }
        if (left.isEmpty()) {
            return List.of();
        }
        Claims claims = claims(pass, organization, place);
        List<Candidate> candidates = new ArrayList<>();
        for (LedgerLine line : left) {
            if (!claims.hold(line.userId()) && isOwn(organization, place, line)) {
                SegmentRow row = active(line, organization, place);
                if (row != null) {
                    candidates.add(new Candidate(
                            line, place, groups, row, settings.get(Property.REMOVALS_POLICY) == RemovalsPolicy.DELETE));
                }
            }
        }
        return candidates;
    }

    /** Whether it is an entry that is {@code absent}, of a group that Zendesk does not have any more. */
    private static boolean isGone(Entry entry, Pass pass) {
        return entry.absent() && !pass.getSource().entries().found(entry);
    }

    /** The ids of such groups, of those named by their ids. */
    static Set<Long> gone(Pass pass, OrganizationPass organization) {
        return pass.mapping().entriesOf(organization.getName()).stream()
                .filter(entry -> entry.group().id() != null && isGone(entry, pass))
                .map(entry -> entry.group().id())
                .collect(Collectors.toSet());
    }

    /** The segment of a line, if it is there and active; else null. */
    private static SegmentRow active(LedgerLine line, OrganizationPass organization, Place place) {
        return organization.snapshot().concerning(line.segmentId(), line.userId(), place.id()).stream()
                .filter(row -> row.id().equals(line.segmentId())
                        && row.placeId().equals(place.id())
                        && row.userId().equals(UserIds.spelled(line.userId()))
                        && row.active())
                .findFirst()
                .orElse(null);
    }

    /** Says that the people of a group named by a name that nobody has any more cannot be told, if any of them may be left. */
    private static void warn(
            List<Entry> unnamed,
            Set<Long> groups,
            LongColumn agents,
            Pass pass,
            OrganizationPass organization,
            Place place) {
        String others = organization
                .ledger()
                .lines(row -> row.placeId().equals(place.id())
                        && !groups.contains(row.groupId())
                        && agents.last(row.zendeskUserId()) < 0)
                .stream()
                .filter(line -> active(line, organization, place) != null)
                .map(LedgerLine::groupId)
                .distinct()
                .sorted()
                .limit(MOST_NAMED)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            return;
        }
        for (Entry entry : unnamed) {
            pass.warn(organization.getName() + "/" + place.id() + ": the group \"" + entry.group()
                    + "\" that is absent in line " + entry.line() + " (" + entry.where()
                    + ") is not in Zendesk any more, so its people cannot be told and stay. Put its id there as zendeskGroup;"
                    + " segments are left of these groups without an entry: " + others + ".");
        }
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
