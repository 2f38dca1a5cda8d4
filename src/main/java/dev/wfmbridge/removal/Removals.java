package dev.wfmbridge.removal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.RemovalsPolicy;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Snapshot;
import dev.wfmbridge.poll.ZendeskListing;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.GroupEntries;
import dev.wfmbridge.zendesk.Source;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code removals}: which segments no longer belong to anybody, and what keeps them (docs/removals.md). */
public final class Removals {

    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);

    private final Settings settings;
    private final Leavers leavers;
    private final RemovalCap cap;
    private final ZendeskListing listing;
    private final SegmentKeys keys;
    private final Paging paging;
    private final GenesysUsers genesysUsers;

    public Removals(
            Settings settings,
            SegmentIds ids,
            ZendeskListing listing,
            Paging paging,
            SegmentKeys keys,
            GenesysUsers genesysUsers) {
        this.paging = paging;
        this.genesysUsers = genesysUsers;
        this.keys = keys;
        this.settings = settings;
        this.leavers = new Leavers(settings, ids, genesysUsers);
        this.cap = new RemovalCap(settings, ids);
        this.listing = listing;
    }

    /** Finds the candidates and applies the guards; leaves those to be confirmed and removed. */
    public Candidates find(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        List<Candidate> cleared = new ArrayList<>();
        if (mayConclude(pass, organization)) {
            for (Place place : organization.getPlaces()) {
                List<Candidate> candidates = leavers.of(pass, organization, place);
                organization.countCandidates(candidates.size());
                if (!candidates.isEmpty() && cap.allows(pass, organization, place, candidates)) {
                    cleared.addAll(candidates);
                }
            }
        }
        return new Candidates(cleared, cleared.isEmpty() ? Set.of() : Leavers.gone(pass, organization));
    }

    private static boolean mayConclude(Pass pass, OrganizationPass organization) {
        Source source = pass.getSource();
        return !pass.isPartial()
                && source.isComplete()
                && !source.isHalted()
                && !source.malformedRowOfUnknownGroup()
                && !organization.isHalted()
                && organization.ledger() != null;
    }

    /** The groups of the candidates' schedules, whose memberships are read again, each once. */
    public List<Long> groups(@ExchangeProperty(CallProperties.REMOVALS) Candidates candidates) {
        Set<Long> groups = new TreeSet<>();
        candidates.all().forEach(candidate -> groups.addAll(candidate.groups()));
        return List.copyOf(groups);
    }

    /** The agents of a group read so far: none. */
    public Set<Long> nobody() {
        return new HashSet<>();
    }

    /** The memberships of a group, with their users. */
    public Pages membersOf(@Body Long group) {
        return ZendeskLists.of(paging, "/api/v2/groups/" + group + "/memberships", "group_memberships", "users");
    }

    /** Takes a page of a fresh read; only a read to the end confirms anything. */
    public void takeGroupPage(
            @Body JsonNode page,
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.REMOVALS) Candidates candidates,
            @ExchangeProperty(CallProperties.READING) Set<Long> agents,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @ExchangeProperty(CallProperties.ASKED) Long group)
            throws IOException {
        listing.takeFresh(page.path("users"), pass.getSource(), pass.mapping());
        for (JsonNode row : page.path("group_memberships")) {
            if (!row.path("user_id").isIntegralNumber()) {
                throw new UnexpectedAnswerException("a membership row has no user_id");
            }
            agents.add(row.get("user_id").asLong());
        }
        if (!pages.follow(page)) {
            candidates.fresh().put(group, agents);
        }
    }

    /**
     * Drops candidates that the fresh read found, directly or as another agent with the same Genesys user, and those whose groups
     * could not be read again. Whatever needs another call is left to the next pass, which looks up the newcomers.
     */
    public Candidates confirm(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVALS) Candidates candidates) {
        Map<Long, Set<Long>> fresh = candidates.fresh();
        GroupEntries entries = pass.getSource().entries();
        Map<Place, Set<Long>> members = new HashMap<>();
        Map<Place, Claims> claims = new HashMap<>();
        List<Candidate> confirmed = new ArrayList<>();
        for (Candidate candidate : candidates.all()) {
            long agentId = candidate.line().zendeskUserId();
            if (!fresh.keySet().containsAll(candidate.groups())) {
                organization.countRefused(1);
                continue;
            }
            Place place = candidate.place();
            Set<Long> taken = members.computeIfAbsent(place, p -> taken(candidate, fresh, entries, pass, organization));
            if (taken.contains(agentId)) {
                continue;
            }
            Claims held = claims.computeIfAbsent(place, p -> claims(p, taken, pass, organization));
            String userId = candidate.line().userId();
            if (!held.hold(userId)) {
                confirmed.add(candidate);
            } else if (!held.surelyHold(userId)) {
                organization.countRefused(1);
                pass.warn(organization.getName() + "/" + place.id()
                        + ": who joined its groups while this pass was reading may be a Genesys user whose segment was to be"
                        + " removed; the next pass decides.");
            }
        }
        confirmed.forEach(organization::removes);
        return new Candidates(confirmed, candidates.gone());
    }

    /** The members of the candidate's groups, as read again, that an entry of its schedule takes. */
    private static Set<Long> taken(
            Candidate candidate,
            Map<Long, Set<Long>> fresh,
            GroupEntries entries,
            Pass pass,
            OrganizationPass organization) {
        Set<Long> taken = new HashSet<>();
        for (Long group : candidate.groups()) {
            List<Entry> of = entries.of(group).stream()
                    .filter(entry -> entry.organization().equals(organization.getName())
                            && entry.places().contains(candidate.place())
                            && !entry.absent())
                    .toList();
            for (Long member : fresh.get(group)) {
                Agent agent = pass.getSource().agent(member);
                if (of.stream().anyMatch(entry -> agent == null || entry.takes(agent.tags()))) {
                    taken.add(member);
                }
            }
        }
        return taken;
    }

    private Claims claims(Place place, Set<Long> members, Pass pass, OrganizationPass organization) {
        Set<Long> skipped = new HashSet<>();
        for (SegmentMessage message : organization.getMessages()) {
            if (message.getPlace().equals(place) && message.genesysUserId() == null) {
                skipped.add(message.agentId());
            }
        }
        Claims claims = new Claims(genesysUsers, pass.mapping(), organization);
        for (Long member : members) {
            Agent agent = pass.getSource().agent(member);
            if (skipped.contains(member)) {
                claims.skipped(agent);
            } else {
                claims.newcomer(agent);
            }
        }
        return claims;
    }

    /** Zendesk has no such group: nobody is in it, if that is why its entry counts as gone, or else nothing is known. */
    public void noGroup(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.REMOVALS) Candidates candidates,
            @ExchangeProperty(CallProperties.ASKED) Long asked) {
        if (candidates.gone().contains(asked)) {
            candidates.fresh().put(asked, Set.of());
        } else {
            groupUnread(pass, asked);
        }
    }

    /** A fresh read failed: nothing in that group is removed. */
    public void groupUnread(
            @ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeProperty(CallProperties.ASKED) Long asked) {
        pass.warn("Group " + asked + " could not be read again, so nobody is removed from its schedules.");
    }

    /** Those that are to be removed now. */
    public List<Candidate> confirmed(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.REMOVALS) Candidates candidates) {
        return pass.isPlanned() ? List.of() : candidates.all();
    }

    /** It is gone, or cancelled by us. */
    public void done(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVAL) Candidate candidate) {
        candidate.ends();
        organization.countRemoved(1);
        // An agent who returns within the key's time no longer has a segment.
        keys.remove(candidate.line().segmentId());
        if (settings.get(Property.REMOVALS_POLICY) == RemovalsPolicy.DELETE) {
            organization.ledger().forget(candidate.line().segmentId());
        }
        LOG.info(
                "{}: segment {} of user {} removed ({})",
                organization.getName(),
                candidate.line().segmentId(),
                candidate.line().userId(),
                settings.get(Property.REMOVALS_POLICY));
    }

    /** What a read after an unclear answer shows. */
    public void look(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVAL) Candidate candidate,
            @ExchangeProperty(CallProperties.ROW) SegmentRow row) {
        candidate.answered();
        if (row == null) {
            done(organization, candidate);
            return;
        }
        LedgerLine line =
                organization.ledger().line(candidate.line().segmentId()).orElse(candidate.line());
        if (!row.active() && !row.declined()) {
            // Nobody can say what became of it.
            left(pass, organization, candidate);
            return;
        }
        if (!row.active()) {
            if ("CANCELLED".equals(row.status())
                    && row.version() == line.cancelledVersion()
                    && candidate.mayHaveBeenChanged()) {
                done(organization, candidate);
            } else {
                // Somebody rejected or cancelled it in the meantime, perhaps at the very version that ours would have
                // created: it is no longer ours to change or to restore.
                organization.ledger().dropCancellation(line.segmentId());
                candidate.ends();
            }
            return;
        }
        candidate.row(row);
        if (candidate.attempt() > 2 * settings.get(Property.HTTP_MAX_ATTEMPTS)) {
            left(pass, organization, candidate);
        }
    }

    /** The call was refused or not sent. It is certain that nothing changed only if no earlier call may still arrive. */
    public void unchanged(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVAL) Candidate candidate) {
        if (candidate.attempts() == 1) {
            organization.ledger().dropCancellation(candidate.line().segmentId());
        }
        left(pass, organization, candidate);
    }

    /** It cannot be removed in this pass; the next one tries again. */
    public void left(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVAL) Candidate candidate) {
        candidate.ends();
        organization.countRefused(1);
        pass.warn(organization.getName() + ": removals were refused or failed, see the counts.");
    }

    /** Whether the candidate under way needs another call. */
    public boolean isOpen(@ExchangeProperty(CallProperties.REMOVAL) Candidate candidate) {
        return candidate.isOpen();
    }

    /** Updates the ledger with what the pass learned. */
    public void learn(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        Ledger ledger = organization.ledger();
        if (ledger == null || pass.isPlanned()) {
            return;
        }
        organization.getMessages().forEach(ledger::learn);
        if (pass.getSource().isComplete() && !pass.isPartial()) {
            Snapshot snapshot = organization.snapshot();
            List<LedgerLine> gone = ledger.lines(row -> row.statusWritten() == null
                    && snapshot.wasRead(row.placeId())
                    && !snapshot.shows(row.segmentKey(), row.userKey(), row.placeId()));
            if (!gone.isEmpty()) {
                Set<String> paired = new HashSet<>();
                organization.getMessages().stream()
                        .filter(message -> message.ending() != Outcome.SKIPPED)
                        .map(SegmentMessage::id)
                        .forEach(paired::add);
                gone.stream()
                        .map(LedgerLine::segmentId)
                        .filter(id -> !paired.contains(id))
                        .forEach(ledger::forget);
            }
        }
        try {
            ledger.save();
        } catch (IOException full) {
            pass.dataFolderFails("The ledger could not be written: free disk space, or fix the folder's permissions.");
        }
    }
}
