package dev.wfmbridge.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pace;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.RoutesAway;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.GroupRef;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.poll.ZendeskListing;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.Group;
import dev.wfmbridge.zendesk.GroupEntries;
import dev.wfmbridge.zendesk.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which agents are removed, from the facts alone: nothing is started or sent. */
class RemovalGuardsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACME = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";
    private static final Place S1 = new Place("userschedulesegments", "s1", null);
    private static final Place S2 = new Place("userschedulesegments", "s2", null);
    private static final long SUPPORT = 100;
    private static final long BILLING = 200;
    private static final long ANN = 1;
    private static final long BOB = 2;
    private static final long CAT = 3;

    @TempDir
    Path folder;

    private final SegmentIds ids = new SegmentIds("test");
    private final SegmentKeys keys = new SegmentKeys(100, Duration.ofMinutes(1), Ticker.systemTicker());
    private final Paging paging = new Paging(100);
    private final GenesysUsers users = new GenesysUsers(Duration.ofHours(1).toNanos(), ids, paging);
    private final List<Entry> entries = new ArrayList<>();
    private final Organization organization = new Organization("acme", ACME, null, null, null, null, null, List.of());
    private Trigger trigger = Trigger.ONCE;
    private Pass pass;
    private Source source;
    private OrganizationPass acme;
    private Ledger ledger;
    private Removals removals;

    private Entry entry(long group, boolean absent, Set<String> withoutTags, Place... places) {
        Entry entry = new Entry(
                entries.size(),
                "mapping.yaml",
                1 + entries.size(),
                new GroupRef(group, null),
                "acme",
                places[0].target(),
                List.of(places),
                "APPROVED",
                Map.of(),
                Set.of(),
                withoutTags,
                absent,
                null);
        entries.add(entry);
        return entry;
    }

    private Entry entry(long group, Place... places) {
        return entry(group, false, Set.of(), places);
    }

    /** A pass that read all memberships, all users and the schedules of all entries. */
    private void reads(String... settings) throws Exception {
        Path home = Files.createDirectories(folder.resolve("home/config")).getParent();
        List<String> lines = new ArrayList<>(List.of(
                "zendesk.url=https://example.zendesk.com",
                "zendesk.client-id=bridge",
                "zendesk.client-secret=hush-hush-hush",
                "bridge.instance=test"));
        lines.addAll(List.of(settings));
        if (lines.stream().noneMatch(line -> line.startsWith("removals.policy="))) {
            lines.add("removals.policy=cancel");
        }
        Files.write(home.resolve("config/application.properties"), lines);
        Mapping mapping = new Mapping(folder, "", Map.of("acme", organization), null, Map.of(), entries, List.of());
        pass = new Pass("run-1", new PassOrder(trigger, null, false), mapping, new Stopping());
        source = new Source(client("zendesk"), pass, 10, "zendesk");
        pass.readsFrom(source);
        Set<Place> places = new LinkedHashSet<>();
        entries.forEach(entry -> places.addAll(entry.places()));
        acme = new OrganizationPass(organization, List.copyOf(places), client("acme"), pass, 10);
        pass.add(acme);
        Stream.of(SUPPORT, BILLING).forEach(group -> source.add(new Group(group, "group-" + group, false)));
        source.readWhole();
        source.entries(GroupEntries.of(mapping, source));
        places.forEach(place -> acme.snapshot().replace(place.id(), List.of()));
        DataFolder data = DataFolder.open(folder.resolve("data"));
        ledger = Ledger.read(data, "acme");
        acme.keeps(() -> ledger);
        removals = new Removals(
                Settings.load(home, Environment.of(Map.of())),
                ids,
                new ZendeskListing("", paging),
                paging,
                keys,
                users);
    }

    /** The pass has read the same, and was started otherwise. */
    private void ordered(PassOrder order) {
        pass = new Pass("run-1", order, pass.mapping(), new Stopping());
        pass.readsFrom(source);
        pass.add(acme);
    }

    private static ApiClient client(String name) {
        return new ApiClient(name, null, null, Pace.of(300, Duration.ofMinutes(1)), new Waits(1), new RoutesAway());
    }

    private static Agent agent(long id, boolean suspended, String email, String... tags) {
        return new Agent(id, true, suspended, email, Set.of(tags), null, "");
    }

    private static String email(long agent) {
        return "agent" + agent + "@example.com";
    }

    /** Genesys users with their addresses, all active; unless this is called, none are known. */
    private void genesysHas(String... idsAndAddresses) throws Exception {
        Pages pages = users.active(acme);
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < idsAndAddresses.length; i += 2) {
            rows.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"%s\",\"email\":\"%s\",\"state\":\"active\"}"
                            .formatted(idsAndAddresses[i], idsAndAddresses[i + 1]));
        }
        users.takeUsersPage(acme, pages, JSON.readTree("{\"entities\":[" + rows + "],\"pageCount\":1}"));
    }

    private SegmentMessage message(Entry entry, Place place, long agent, String user) {
        SegmentMessage message = new SegmentMessage(
                entry, place, new Membership(agent, agent, entry.group().id(), 0));
        if (user != null) {
            message.found(user, ids.idFor(ACME, place, user));
        }
        return message;
    }

    /** An agent with a row in this pass. */
    private SegmentMessage member(Entry entry, Place place, long agent, String user) {
        SegmentMessage message = message(entry, place, agent, user);
        source.add(agent(agent, user == null, email(agent)));
        acme.collect(message);
        if (user == null) {
            message.ends(Outcome.SKIPPED, "agent-suspended");
        }
        return message;
    }

    /** A segment that an earlier pass made, and that the schedule still shows. */
    private String made(Entry entry, Place place, long agent, String user, String status) {
        SegmentMessage message = message(entry, place, agent, user);
        ledger.learn(message.ends(Outcome.CREATED, null));
        acme.snapshot().add(new SegmentRow(message.id(), user, place.id(), status, 1, null));
        return message.id();
    }

    private List<Candidate> found() {
        return removals.find(pass, acme).all();
    }

    private Candidates confirmed(Map<Long, Set<Long>> fresh) {
        Candidates candidates = removals.find(pass, acme);
        candidates.fresh().putAll(fresh);
        return removals.confirm(pass, acme, candidates);
    }

    // --- who is a candidate

    @Test
    @DisplayName("an agent without a row in any entry of the schedule is a candidate, with all groups that lead there")
    void left() throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S1);
        reads();
        String segment = made(support, S1, ANN, "ann", "PENDING");
        made(support, S1, BOB, "bob", "APPROVED");
        member(support, S1, BOB, "bob");
        Candidates candidates = removals.find(pass, acme);
        assertThat(candidates.isAny()).isTrue();
        assertThat(candidates.all()).singleElement().satisfies(candidate -> {
            assertThat(candidate.line().zendeskUserId()).isEqualTo(ANN);
            assertThat(candidate.place()).isEqualTo(S1);
            assertThat(candidate.groups()).containsExactlyInAnyOrder(SUPPORT, BILLING);
            assertThat(candidate.row().id()).isEqualTo(segment);
            assertThat(candidate.deletes()).isFalse();
        });
        assertThat(removals.groups(candidates)).containsExactly(SUPPORT, BILLING);
        assertThat(acme.candidates()).isEqualTo(1);
        assertThat(pass.warnings()).isEmpty();
    }

    @Test
    @DisplayName("the policy decides whether a candidate is deleted")
    void deletes() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("removals.policy=delete");
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).singleElement().extracting(Candidate::deletes).isEqualTo(true);
    }

    @Test
    @DisplayName("nobody left: nothing is a candidate")
    void nobodyLeft() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        member(support, S1, ANN, "ann");
        assertThat(removals.find(pass, acme).isAny()).isFalse();
        assertThat(acme.candidates()).isZero();
    }

    @Test
    @DisplayName(
            "an agent with a row keeps their old segment, though they are another Genesys user by now, be they the first or not")
    void anotherUserByNow() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        made(support, S1, BOB, "bob", "APPROVED");
        member(support, S1, ANN, "ann-2");
        member(support, S1, BOB, "bob-2");
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("a row of this schedule keeps the segment, one of another schedule does not")
    void rowElsewhere() throws Exception {
        Entry support = entry(SUPPORT, S1);
        Entry billing = entry(BILLING, S2);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        member(billing, S2, ANN, "ann");
        assertThat(found()).extracting(candidate -> candidate.place()).containsExactly(S1);
    }

    @Test
    @DisplayName("another agent who is the same Genesys user keeps the segment")
    void sameUser() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        member(support, S1, BOB, "ann");
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName(
            "and so they do if the ledger has the user's id in capitals; once they are gone, that segment goes too")
    void sameUserInCapitals() throws Exception {
        String ann = "5e1c0000-0000-4000-8000-00000000000a";
        Entry support = entry(SUPPORT, S1);
        reads();
        SegmentMessage before = message(support, S1, ANN, ann.toUpperCase(Locale.ROOT));
        ledger.learn(before.ends(Outcome.CREATED, null));
        acme.snapshot().add(new SegmentRow(before.id(), ann, "s1", "APPROVED", 1, null));
        assertThat(found()).hasSize(1);
        member(support, S1, BOB, ann);
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("so does one who is skipped and has that user's address; another user's address does not")
    void skippedWithTheAddress() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("ann", email(BOB), "cat", email(CAT));
        made(support, S1, ANN, "ann", "APPROVED");
        made(support, S1, CAT, "cat", "APPROVED");
        member(support, S1, BOB, null);
        assertThat(found()).extracting(candidate -> candidate.line().userId()).containsExactly("cat");
    }

    @Test
    @DisplayName(
            "as long as no users are known, a skipped agent with an address could be anybody, and one without is nobody")
    void usersNotKnown() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        SegmentMessage bob = member(support, S1, BOB, null);
        assertThat(found()).isEmpty();
        assertThat(bob.ending()).isEqualTo(Outcome.SKIPPED);
        source.add(agent(BOB, true, null));
        assertThat(found()).hasSize(1);
    }

    @Test
    @DisplayName(
            "a skipped agent about whom Zendesk says nothing is nobody: a row names them, and it is read in each pass")
    void unknownAgent() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        acme.collect(message(support, S1, BOB, null).ends(Outcome.SKIPPED, "agent-unknown"));
        assertThat(found()).hasSize(1);
    }

    private enum Doubt {
        PARTIAL,
        SOURCE_INCOMPLETE,
        SOURCE_HALTED,
        ROW_OF_AN_UNKNOWN_GROUP,
        ROW_OF_THE_GROUP,
        GROUP_MISSING,
        ORGANIZATION_HALTED,
        SCHEDULE_HALTED,
        NO_LEDGER
    }

    @ParameterizedTest
    @EnumSource(Doubt.class)
    @DisplayName("nothing follows from what was not read to its end")
    void doubt(Doubt doubt) throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).hasSize(1);
        switch (doubt) {
            case PARTIAL -> ordered(PassOrder.forAgents(List.of(ANN), null));
            case SOURCE_INCOMPLETE -> source.incomplete("half");
            case SOURCE_HALTED -> source.halt(HaltReason.UNAVAILABLE, null);
            case ROW_OF_AN_UNKNOWN_GROUP -> source.malformed(null);
            case ROW_OF_THE_GROUP -> source.malformed(BILLING);
            case GROUP_MISSING -> {
                source.gone(BILLING);
                source.entries(GroupEntries.of(pass.mapping(), source));
            }
            case ORGANIZATION_HALTED -> acme.halt(HaltReason.UNAVAILABLE, null);
            case SCHEDULE_HALTED -> acme.haltPlace("s1", HaltReason.SNAPSHOT_INCOMPLETE, null);
            case NO_LEDGER -> {
                OrganizationPass without = new OrganizationPass(organization, List.of(S1), client("acme"), pass, 10);
                without.snapshot().replace("s1", acme.snapshot().rows("s1"));
                acme = without;
            }
        }
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("a schedule that was not read removes nobody")
    void notRead() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        OrganizationPass unread = new OrganizationPass(organization, List.of(S1), client("acme"), pass, 10);
        unread.keeps(() -> ledger);
        acme = unread;
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("a missing group of another schedule holds nobody back")
    void missingElsewhere() throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S2);
        reads();
        source.gone(BILLING);
        source.entries(GroupEntries.of(pass.mapping(), source));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).hasSize(1);
    }

    @Test
    @DisplayName("a missing group whose entry is absent holds nobody back, but a row of it that cannot be read does")
    void absentGone() throws Exception {
        Entry support = entry(SUPPORT, S1);
        Entry billing = entry(BILLING, true, Set.of(), S1);
        reads();
        source.gone(BILLING);
        source.entries(GroupEntries.of(pass.mapping(), source));
        made(support, S1, ANN, "ann", "APPROVED");
        made(billing, S1, BOB, "bob", "APPROVED");
        Candidates candidates = removals.find(pass, acme);
        assertThat(candidates.all())
                .extracting(candidate -> candidate.line().userId())
                .containsExactlyInAnyOrder("ann", "bob");
        assertThat(candidates.gone()).containsExactly(BILLING);
        removals.noGroup(pass, candidates, SUPPORT);
        removals.noGroup(pass, candidates, BILLING);
        assertThat(candidates.fresh()).isEqualTo(Map.of(BILLING, Set.of()));
        source.malformed(BILLING);
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("the segments of a group that no entry of the schedule names any more stay")
    void entryGone() throws Exception {
        entry(SUPPORT, S1);
        Entry billing = entry(BILLING, S2);
        reads();
        made(billing, S1, ANN, "ann", "APPROVED");
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("a segment not made here is removed only if its id is the bridge's own")
    void own() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        SegmentMessage adopted = message(support, S1, ANN, "ann");
        adopted.found("ann", "made-by-hand");
        ledger.learn(adopted.ends(Outcome.ADOPTED, null));
        acme.snapshot().add(new SegmentRow("made-by-hand", "ann", "s1", "APPROVED", 1, null));
        SegmentMessage present = message(support, S1, BOB, "bob");
        ledger.learn(present.ends(Outcome.PRESENT, null));
        acme.snapshot().add(new SegmentRow(present.id(), "bob", "s1", "APPROVED", 1, null));
        assertThat(found()).extracting(candidate -> candidate.line().userId()).containsExactly("bob");
    }

    @ParameterizedTest
    @CsvSource({"ann, s1, REJECTED", "ann, s1, CANCELLED", "bob, s1, APPROVED", "ann, s2, APPROVED"})
    @DisplayName("what is not active, or is another's, is not touched, whatever its id is")
    void notThere(String user, String place, String status) throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S2);
        reads();
        SegmentMessage message = message(support, S1, ANN, "ann");
        ledger.learn(message.ends(Outcome.CREATED, null));
        acme.snapshot().add(new SegmentRow(message.id(), user, place, status, 1, null));
        acme.snapshot().add(new SegmentRow("another-id", "ann", "s1", "APPROVED", 1, null));
        assertThat(found()).isEmpty();
    }

    // --- how many

    @ParameterizedTest
    @CsvSource({
        // min-count, max-share, own, leave
        "3, 0.0, 10, 3, true",
        "3, 0.0, 10, 4, false",
        "0, 0.2, 10, 2, true",
        "0, 0.2, 10, 3, false",
        "1, 0.2, 10, 2, true",
        "2, 0.1, 10, 2, true"
    })
    @DisplayName(
            "as many as the greater of both limits are removed; with one more nobody is, and the warning names the number to approve")
    void cap(int minCount, double maxShare, int own, int leave, boolean go) throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("removals.min-count=" + minCount, "removals.max-share=" + maxShare);
        for (long agent = 1; agent <= own; agent++) {
            made(support, S1, agent, "user-" + agent, "APPROVED");
            if (agent > leave) {
                member(support, S1, agent, "user-" + agent);
            }
        }
        // None of them counts: made by hand, not active, created or restored by this very pass.
        acme.snapshot().add(new SegmentRow("by-hand", "somebody", "s1", "APPROVED", 1, null));
        made(support, S1, 50, "user-50", "REJECTED");
        for (Outcome outcome : List.of(Outcome.CREATED, Outcome.RESTORED)) {
            long agent = 60 + outcome.ordinal();
            made(support, S1, agent, "user-" + agent, "APPROVED");
            member(support, S1, agent, "user-" + agent).ends(outcome, null);
        }
        assertThat(found()).hasSize(go ? leave : 0);
        assertThat(acme.candidates()).isEqualTo(leave);
        assertThat(acme.refusedRemovals()).isEqualTo(go ? 0 : leave);
        if (!go) {
            assertThat(pass.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("acme/s1: " + leave + " of " + own + " segments would be removed")
                    .endsWith("once --approve-removals acme/s1=" + leave);
            ordered(new PassOrder(trigger, null, false, Map.of("acme/s1", leave + 1)));
            assertThat(found()).isEmpty();
            ordered(new PassOrder(trigger, null, false, Map.of("acme/s1", leave)));
            assertThat(found()).hasSize(leave);
        } else {
            assertThat(pass.warnings()).isEmpty();
        }
    }

    @Test
    @DisplayName("a segment with the bridge's own id counts as own, though the ledger does not know it")
    void ownWithoutLedger() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("removals.min-count=0", "removals.max-share=0.5");
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).isEmpty();
        acme.snapshot().add(new SegmentRow(ids.idFor(ACME, S1, "bob"), "bob", "s1", "APPROVED", 1, null));
        assertThat(found()).hasSize(1);
    }

    @Test
    @DisplayName("report says how many, and removes none")
    void report() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("removals.policy=report");
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(found()).isEmpty();
        assertThat(acme.candidates()).isEqualTo(1);
        assertThat(acme.refusedRemovals()).isZero();
        assertThat(pass.warnings())
                .containsExactly(
                        "acme/s1: 1 segments belong to nobody in Zendesk any more; removals.policy only reports them.");
    }

    @Test
    @DisplayName("a target that keeps no ids only reports, whatever the policy")
    void keepsNoIds() throws Exception {
        Place staff = new Place("staffinggroup", "g1", null);
        Entry support = entry(SUPPORT, staff);
        reads();
        made(support, staff, ANN, "ann", "APPROVED");
        assertThat(found()).isEmpty();
        assertThat(acme.candidates()).isEqualTo(1);
        assertThat(pass.warnings()).hasSize(1);
    }

    // --- what the fresh reading says

    @Test
    @DisplayName("an agent whom the fresh read does not show either is removed")
    void stillGone() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        Candidates left = confirmed(Map.of(SUPPORT, Set.of()));
        assertThat(left.all()).hasSize(1);
        assertThat(acme.removals()).hasSize(1);
        assertThat(acme.refusedRemovals()).isZero();
        assertThat(removals.confirmed(pass, left)).hasSize(1);
    }

    @Test
    @DisplayName("a plan removes nobody")
    void plan() throws Exception {
        Entry support = entry(SUPPORT, S1);
        trigger = Trigger.PLAN;
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        Candidates left = confirmed(Map.of(SUPPORT, Set.of()));
        assertThat(acme.removals()).hasSize(1);
        assertThat(removals.confirmed(pass, left)).isEmpty();
    }

    @Test
    @DisplayName("a group that was not read to its end confirms nobody's absence, and is counted")
    void freshNotRead() throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of())).all()).isEmpty();
        assertThat(acme.refusedRemovals()).isEqualTo(1);
        assertThat(acme.removals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {SUPPORT, BILLING})
    @DisplayName("an agent who is back in any group of the schedule stays, and nothing counts as refused")
    void back(long group) throws Exception {
        Entry support = entry(SUPPORT, S1);
        entry(BILLING, S1);
        reads();
        source.add(agent(ANN, false, email(ANN)));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(
                                SUPPORT,
                                group == SUPPORT ? Set.of(ANN) : Set.of(),
                                BILLING,
                                group == BILLING ? Set.of(ANN) : Set.of()))
                        .all())
                .isEmpty();
        assertThat(acme.refusedRemovals()).isZero();
    }

    @Test
    @DisplayName(
            "an agent who is back with an excluding tag is removed; one about whom nothing is known is not, since their tags are unknown")
    void backWithATag() throws Exception {
        Entry support = entry(SUPPORT, false, Set.of("on_leave"), S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(ANN))).all()).isEmpty();
        source.add(agent(ANN, false, email(ANN), "on_leave"));
        assertThat(confirmed(Map.of(SUPPORT, Set.of(ANN))).all()).hasSize(1);
    }

    @Test
    @DisplayName("an agent in the group of an entry that says absent, or that leads elsewhere, is still removed")
    void backWhereNobodyIsTaken() throws Exception {
        Entry support = entry(SUPPORT, true, Set.of(), S1);
        entry(SUPPORT, S2);
        reads();
        source.add(agent(ANN, false, email(ANN)));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(ANN))).all()).hasSize(1);
    }

    @Test
    @DisplayName("a newcomer who is the same Genesys user keeps the segment, and nothing counts as refused")
    void newcomerIsTheUser() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("ann", email(BOB));
        source.add(agent(BOB, false, email(BOB)));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(BOB))).all()).isEmpty();
        assertThat(acme.refusedRemovals()).isZero();
        assertThat(pass.warnings()).isEmpty();
    }

    @Test
    @DisplayName("a newcomer who is another Genesys user keeps nobody's segment")
    void newcomerIsAnother() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("bob", email(BOB));
        source.add(agent(BOB, false, email(BOB)));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(BOB))).all()).hasSize(1);
    }

    @Test
    @DisplayName(
            "a newcomer whom no known user matches could be any user that is not active: the next pass decides, which searches")
    void newcomerIsUnknown() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("cat", email(CAT));
        source.add(agent(BOB, false, email(BOB)));
        made(support, S1, ANN, "ann", "APPROVED");
        made(support, S1, CAT, "cat", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(BOB))).all())
                .extracting(candidate -> candidate.line().userId())
                .containsExactly("cat");
        assertThat(acme.refusedRemovals()).isEqualTo(1);
        assertThat(pass.warnings()).singleElement().asString().endsWith("the next pass decides.");
    }

    @Test
    @DisplayName(
            "a newcomer without an address or an id is none of the users; one about whom nothing is known could be any")
    void newcomerWithoutAddress() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("ann", email(ANN));
        source.add(agent(BOB, false, null));
        made(support, S1, ANN, "ann", "APPROVED");
        assertThat(confirmed(Map.of(SUPPORT, Set.of(BOB))).all()).hasSize(1);
        assertThat(confirmed(Map.of(SUPPORT, Set.of(CAT))).all()).isEmpty();
        assertThat(acme.refusedRemovals()).isEqualTo(1);
    }

    @Test
    @DisplayName("a member who is skipped was searched for, and could be nobody else")
    void skippedMember() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("cat", email(CAT));
        made(support, S1, ANN, "ann", "APPROVED");
        member(support, S1, BOB, null);
        assertThat(confirmed(Map.of(SUPPORT, Set.of(BOB))).all()).hasSize(1);
    }

    @Test
    @DisplayName("a skipped member whom the fresh read shows with that user's address keeps the segment")
    void skippedMemberTakesTheAddress() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        genesysHas("ann", email(ANN));
        made(support, S1, ANN, "ann", "APPROVED");
        member(support, S1, BOB, null);
        Candidates candidates = removals.find(pass, acme);
        candidates.fresh().put(SUPPORT, Set.of(BOB));
        source.add(agent(BOB, true, email(ANN)));
        assertThat(removals.confirm(pass, acme, candidates).all()).isEmpty();
        assertThat(acme.refusedRemovals()).isZero();
    }

    // --- pages of the fresh reading

    private void fresh(Candidates candidates, Pages pages, Set<Long> agents, String json) throws Exception {
        removals.takeGroupPage(JSON.readTree(json), pass, candidates, agents, pages, SUPPORT);
    }

    @Test
    @DisplayName(
            "only a group read to its end confirms anything, with the members of all its pages and what is new of them")
    void freshPages() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        made(support, S1, ANN, "ann", "APPROVED");
        Candidates candidates = removals.find(pass, acme);
        Pages pages = removals.membersOf(SUPPORT);
        assertThat(pages.getCall().getPath()).isEqualTo("/api/v2/groups/100/memberships");
        assertThat(pages.getCall().getQuery()).isEqualTo("page%5Bsize%5D=100&include=users");
        Set<Long> agents = removals.nobody();
        fresh(
                candidates,
                pages,
                agents,
                "{\"group_memberships\":[{\"user_id\":7}],\"users\":[],\"meta\":{\"has_more\":true,\"after_cursor\":\"x\"}}");
        assertThat(candidates.fresh()).isEmpty();
        assertThat(pages.getCall().getQuery()).isEqualTo("page%5Bsize%5D=100&page%5Bafter%5D=x&include=users");
        fresh(
                candidates,
                pages,
                agents,
                """
                                {"group_memberships":[{"user_id":8}],"meta":{"has_more":false},
                                 "users":[{"id":8,"role":"agent","active":true,"email":"eight@example.com"}]}
                                """);
        assertThat(candidates.fresh()).containsOnlyKeys(SUPPORT);
        assertThat(new TreeSet<>(candidates.fresh().get(SUPPORT))).containsExactly(7L, 8L);
        assertThat(source.agent(8)).isNotNull();
    }

    @Test
    @DisplayName("a row that names nobody makes the whole page unusable")
    void freshRowWithoutUser() throws Exception {
        entry(SUPPORT, S1);
        reads();
        Candidates candidates = removals.find(pass, acme);
        assertThatThrownBy(() -> fresh(
                        candidates,
                        removals.membersOf(SUPPORT),
                        removals.nobody(),
                        "{\"group_memberships\":[{\"user_id\":\"7\"}],\"meta\":{\"has_more\":false}}"))
                .isInstanceOf(UnexpectedAnswerException.class);
        assertThat(candidates.fresh()).isEmpty();
        removals.groupUnread(pass, SUPPORT);
        assertThat(pass.warnings())
                .containsExactly("Group 100 could not be read again, so nobody is removed from its schedules.");
    }

    // --- how a removal ends

    private Candidate sent(int status) {
        Candidate candidate = removals.find(pass, acme).all().get(0);
        candidate.attempt();
        candidate.sends(Call.send(Call.Kind.CHANGE, "PUT", "/", "{}")).answered(status, null, null);
        return candidate;
    }

    private SegmentRow row(Candidate candidate, String status, long version) {
        return new SegmentRow(candidate.line().segmentId(), "ann", "s1", status, version, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "delete"})
    @DisplayName("what is gone is counted, gives its key back, and is forgotten only if it was deleted")
    void done(String policy) throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("removals.policy=" + policy);
        String segment = made(support, S1, ANN, "ann", "APPROVED");
        keys.keep(segment);
        Candidate candidate = sent(500);
        assertThat(removals.isOpen(candidate)).isTrue();
        removals.look(pass, acme, candidate, null);
        assertThat(removals.isOpen(candidate)).isFalse();
        assertThat(acme.removed()).isEqualTo(1);
        assertThat(keys.contains(segment)).isFalse();
        assertThat(ledger.line(segment).isPresent()).isEqualTo(policy.equals("cancel"));
    }

    @ParameterizedTest
    @CsvSource({
        // our PUT's answer, what is there, its version, removed
        "500, CANCELLED, 2, true",
        "409, CANCELLED, 2, false",
        "500, CANCELLED, 3, false",
        "500, REJECTED, 2, false"
    })
    @DisplayName(
            "a cancellation is ours at our version, after a PUT that can have arrived; else it is a person's, and not restored")
    void cancelledByWhom(int answer, String status, long version, boolean ours) throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        String segment = made(support, S1, ANN, "ann", "APPROVED");
        ledger.noteCancellation(segment, "APPROVED", 2);
        Candidate candidate = sent(answer);
        removals.look(pass, acme, candidate, row(candidate, status, version));
        assertThat(removals.isOpen(candidate)).isFalse();
        assertThat(acme.removed()).isEqualTo(ours ? 1 : 0);
        assertThat(ledger.cancelled(segment).isPresent()).isEqualTo(ours);
    }

    @Test
    @DisplayName("what is still active is tried again with the row as it is now, up to twice http.max-attempts")
    void triedAgain() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads("http.max-attempts=2");
        made(support, S1, ANN, "ann", "APPROVED");
        Candidate candidate = sent(409);
        for (int looks = 0; looks < 3; looks++) {
            removals.look(pass, acme, candidate, row(candidate, "APPROVED", 5));
            assertThat(removals.isOpen(candidate))
                    .as("after %d looks", looks + 1)
                    .isTrue();
        }
        assertThat(candidate.row().version()).isEqualTo(5);
        removals.look(pass, acme, candidate, row(candidate, "APPROVED", 5));
        assertThat(removals.isOpen(candidate)).isFalse();
        assertThat(acme.removed()).isZero();
        assertThat(acme.refusedRemovals()).isEqualTo(1);
        assertThat(pass.warnings()).containsExactly("acme: removals were refused or failed, see the counts.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("a refused PUT takes its note back only if no earlier one may still arrive")
    void refused(int attempts) throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        String segment = made(support, S1, ANN, "ann", "APPROVED");
        ledger.noteCancellation(segment, "APPROVED", 2);
        Candidate candidate = removals.find(pass, acme).all().get(0);
        for (int i = 0; i < attempts; i++) {
            candidate.attempt();
        }
        removals.unchanged(pass, acme, candidate);
        assertThat(ledger.cancelled(segment).isPresent()).isEqualTo(attempts == 2);
        assertThat(candidate.isOpen()).isFalse();
        assertThat(acme.refusedRemovals()).isEqualTo(1);
    }

    // --- what the ledger learns

    private enum Learning {
        GONE,
        STILL_THERE,
        STILL_PAIRED,
        SKIPPED,
        STATUS_WRITTEN,
        NOT_READ,
        INCOMPLETE,
        PARTIAL
    }

    @ParameterizedTest
    @EnumSource(Learning.class)
    @DisplayName("a line is forgotten once the schedule shows nothing of it, and nothing else needs it")
    void learns(Learning how) throws Exception {
        Entry support = entry(SUPPORT, S1);
        Entry billing = entry(BILLING, S2);
        reads();
        Place place = how == Learning.NOT_READ ? new Place("userschedulesegments", "unread", null) : S1;
        SegmentMessage message = message(how == Learning.NOT_READ ? billing : support, place, ANN, "ann");
        ledger.learn(message.ends(Outcome.CREATED, null));
        switch (how) {
            case STILL_THERE -> acme.snapshot().add(new SegmentRow(message.id(), "ann", "s1", "REJECTED", 1, null));
            case STILL_PAIRED ->
                acme.collect(message(support, S1, ANN, "ann").ends(Outcome.DEAD_LETTERED, "phantom-conflict"));
            case SKIPPED -> acme.collect(message(support, S1, ANN, "ann").ends(Outcome.SKIPPED, "user-inactive"));
            case STATUS_WRITTEN -> ledger.noteWritten(ANN, "approved");
            case INCOMPLETE -> source.incomplete("half");
            case PARTIAL -> ordered(PassOrder.forAgents(List.of(BOB), null));
            default -> {
                // The schedule shows nothing.
            }
        }
        SegmentMessage created = message(support, S1, BOB, "bob");
        acme.collect(created.ends(Outcome.CREATED, null));
        removals.learn(pass, acme);
        assertThat(ledger.line(message.id()).isEmpty()).isEqualTo(how == Learning.GONE || how == Learning.SKIPPED);
        // What this pass made is known, and saved.
        assertThat(Ledger.read(DataFolder.toRead(folder.resolve("data")), "acme")
                        .line(created.id()))
                .isPresent();
    }

    @Test
    @DisplayName("a plan teaches the ledger nothing, and without one nothing is learned")
    void learnsNothing() throws Exception {
        Entry support = entry(SUPPORT, S1);
        trigger = Trigger.PLAN;
        reads();
        SegmentMessage created = message(support, S1, BOB, "bob");
        acme.collect(created.ends(Outcome.CREATED, null));
        removals.learn(pass, acme);
        assertThat(ledger.isEmpty()).isTrue();
        removals.learn(pass, new OrganizationPass(organization, List.of(S1), client("acme"), pass, 10));
        assertThat(pass.isDataFolderFailed()).isFalse();
    }

    @Test
    @DisplayName("a ledger that cannot be written is reported, and makes the pass fail")
    void ledgerNotWritten() throws Exception {
        Entry support = entry(SUPPORT, S1);
        reads();
        acme.collect(message(support, S1, BOB, "bob").ends(Outcome.CREATED, null));
        Files.createDirectories(folder.resolve("data/ledger/acme.jsonl/in-the-way"));
        removals.learn(pass, acme);
        assertThat(pass.isDataFolderFailed()).isTrue();
    }
}
