package dev.wfmbridge.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.GroupRef;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Snapshot;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each pair needs, from the facts alone: nothing is started or sent. */
class DeciderTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Place S1 = new Place("userschedulesegments", "s1", null);
    private static final Place S2 = new Place("userschedulesegments", "s2", null);
    private static final Place UNIT = new Place("managementunit", "u1", null);
    private static final Place OTHER_UNIT = new Place("managementunit", "u2", null);
    private static final int MOST_POSTS = 4;

    private final Decider decider = new Decider(MOST_POSTS);
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> halted = new ArrayList<>();
    private final Map<String, Halt> placeHalts = new HashMap<>();
    private final Map<String, DeadLetter> letters = new HashMap<>();
    private final Map<String, Decider.Cancellation> cancellations = new HashMap<>();
    private final Snapshot snapshot = new Snapshot();
    private Halt halt;
    private boolean sourceComplete = true;
    private boolean replay;

    private final Decider.Facts facts = new Decider.Facts() {
        @Override
        public Halt currentHalt() {
            return halt;
        }

        @Override
        public Halt haltOf(String placeId) {
            return placeHalts.get(placeId);
        }

        @Override
        public Snapshot snapshot() {
            return snapshot;
        }

        @Override
        public List<Entry> entries() {
            return entries;
        }

        @Override
        public boolean sourceComplete() {
            return sourceComplete;
        }

        @Override
        public Optional<DeadLetter> letter(String segmentId) {
            return Optional.ofNullable(letters.get(segmentId));
        }

        @Override
        public Optional<Decider.Cancellation> cancellation(String segmentId) {
            return Optional.ofNullable(cancellations.get(segmentId));
        }

        @Override
        public boolean ignoresBackOff() {
            return replay;
        }

        @Override
        public Instant now() {
            return NOW;
        }
    };

    private Entry entry(String organization, String status, boolean absent, Place... places) {
        return entry(organization, status, Map.of(), absent, null, places);
    }

    private Entry entry(
            String organization,
            String status,
            Map<String, String> byTag,
            boolean absent,
            Object options,
            Place... places) {
        Entry entry = new Entry(
                entries.size(),
                "mapping.yaml",
                1 + entries.size(),
                new GroupRef(1L + entries.size(), null),
                organization,
                places[0].target(),
                List.of(places),
                status,
                byTag,
                Set.of(),
                Set.of(),
                absent,
                options);
        entries.add(entry);
        return entry;
    }

    private static SegmentMessage message(Entry entry, Place place, long membership, String user) {
        SegmentMessage message = new SegmentMessage(entry, place, new Membership(membership, membership, 1, 0));
        if (user != null) {
            message.found(user, "id-" + user + "-" + place.id());
        }
        message.wants("APPROVED");
        return message;
    }

    private SegmentMessage ann() {
        return message(entry("acme", "APPROVED", false, S1), S1, 1, "ann");
    }

    private void shows(String id, String user, Place place, String status, long version) {
        snapshot.add(new SegmentRow(id, user, place.id(), status, version, null));
    }

    private List<SegmentMessage> decide(SegmentMessage... messages) {
        return decider.decide(List.of(messages), facts, (place, reason) -> halted.add(place + ": " + reason.text()));
    }

    private static void assertEnds(SegmentMessage message, Outcome outcome, String reason) {
        assertThat(message.ending()).isEqualTo(outcome);
        assertThat(message.reason()).isEqualTo(reason);
        assertThat(message.decision()).isEqualTo(Action.CONCLUDE);
    }

    private static void assertToBePosted(SegmentMessage message) {
        assertThat(message.ending()).isNull();
        assertThat(message.decision()).isEqualTo(Action.INSERT);
    }

    @Test
    @DisplayName("a segment that does not exist is posted, and its status is not known yet")
    void nothingThere() {
        SegmentMessage ann = ann();
        assertThat(decide(ann)).containsExactly(ann);
        assertToBePosted(ann);
        assertThat(ann.observedStatus()).isNull();
        assertThat(halted).isEmpty();
    }

    @Test
    @DisplayName("the entry that stands first decides, within it the lowest membership; the others are merged")
    void order() {
        Entry first = entry("acme", "APPROVED", false, S1, S2);
        Entry second = entry("acme", "PENDING", false, S1);
        SegmentMessage late = message(second, S1, 1, "ann");
        SegmentMessage higher = message(first, S1, 9, "ann");
        SegmentMessage lower = message(first, S1, 8, "ann");
        SegmentMessage elsewhere = message(first, S2, 7, "ann");
        SegmentMessage other = message(second, S1, 2, "ben");
        assertThat(decide(late, higher, lower, elsewhere, other))
                .containsExactly(elsewhere, lower, higher, late, other);
        assertToBePosted(lower);
        assertToBePosted(elsewhere);
        assertToBePosted(other);
        assertEnds(higher, Outcome.MERGED, "an earlier entry has this segment");
        assertEnds(late, Outcome.MERGED, "an earlier entry has this segment");
    }

    @Test
    @DisplayName("a skipped message takes no part in it, and keeps its outcome")
    void skipped() {
        Entry only = entry("acme", "APPROVED", false, S1);
        SegmentMessage gone = message(only, S1, 1, "ann");
        gone.ends(Outcome.SKIPPED, "agent-suspended");
        SegmentMessage ann = message(only, S1, 2, "ann");
        decide(gone, ann);
        assertEnds(gone, Outcome.SKIPPED, "agent-suspended");
        assertToBePosted(ann);
    }

    @Test
    @DisplayName("an agent is in one unit: the second entry of another unit is merged; two schedules are two segments")
    void oneUnit() {
        SegmentMessage first = message(entry("acme", null, false, UNIT), UNIT, 1, "ann");
        SegmentMessage second = message(entry("acme", null, false, OTHER_UNIT), OTHER_UNIT, 2, "ann");
        decide(second, first);
        assertToBePosted(first);
        assertThat(second.ending()).isEqualTo(Outcome.MERGED);
    }

    @Test
    @DisplayName("a halt holds everything, with its reason, now and when it is decided again")
    void halted() {
        halt = Halt.of(HaltReason.QUOTA, null);
        SegmentMessage ann = ann();
        shows("id-ann-s1", "ann", S1, "APPROVED", 1);
        decide(ann);
        assertEnds(ann, Outcome.HELD, "quota");
        SegmentMessage aside = ann();
        assertThat(decider.decideAgain(aside, facts)).isSameAs(aside);
        assertEnds(aside, Outcome.HELD, "quota");
        halt = null;
        assertThat(decider.decideAgain(aside, facts).ending()).isEqualTo(Outcome.PRESENT);
    }

    @Test
    @DisplayName("a halted place holds its own, and no other place's")
    void haltedPlace() {
        placeHalts.put("s1", Halt.of(HaltReason.SNAPSHOT_INCOMPLETE, null));
        Entry both = entry("acme", "APPROVED", false, S1, S2);
        SegmentMessage held = message(both, S1, 1, "ann");
        SegmentMessage goes = message(both, S2, 1, "ann");
        decide(held, goes);
        assertEnds(held, Outcome.HELD, "snapshot-incomplete");
        assertToBePosted(goes);
    }

    @Test
    @DisplayName("an agent who could not be looked up is held, and takes nobody's place")
    void unread() {
        Entry only = entry("acme", "APPROVED", false, S1);
        SegmentMessage unread = message(only, S1, 1, null);
        SegmentMessage another = message(only, S1, 2, null);
        decide(unread, another);
        assertEnds(unread, Outcome.HELD, "source-incomplete");
        assertEnds(another, Outcome.HELD, "source-incomplete");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"same", "status", "by-tag", "options", "absent", "other-organization", "other-place", "later"})
    @DisplayName("after half a listing a message is held only if an earlier entry of its schedule has another rule")
    void halfAListing(String difference) {
        sourceComplete = false;
        String organization = difference.equals("other-organization") ? "globex" : "acme";
        String status = Set.of("same", "by-tag", "options").contains(difference) ? "APPROVED" : "PENDING";
        Runnable another = () -> entry(
                organization,
                status,
                difference.equals("by-tag") ? Map.of("tag", "PENDING") : Map.of(),
                difference.equals("absent"),
                difference.equals("options") ? "otherwise" : null,
                difference.equals("other-place") ? S2 : S1);
        if (!difference.equals("later")) {
            another.run();
        }
        SegmentMessage ann = ann();
        if (difference.equals("later")) {
            another.run();
        }
        decide(ann);
        if (Set.of("status", "by-tag", "options").contains(difference)) {
            assertEnds(ann, Outcome.HELD, "source-incomplete");
            assertThat(halted).containsExactly("s1: source-incomplete");
        } else {
            assertToBePosted(ann);
            assertThat(halted).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"managementunit, true", "userschedulesegments, false"})
    @DisplayName("after half a listing an earlier entry of another unit may want the agent too")
    void halfAListingOfUnits(String target, boolean held) {
        sourceComplete = false;
        entry("acme", null, false, new Place(target, "u2", null));
        SegmentMessage ann = message(entry("acme", null, false, UNIT), UNIT, 1, "ann");
        decide(ann);
        assertThat(ann.ending() == Outcome.HELD).isEqualTo(held);
    }

    @Test
    @DisplayName("present, and after an unknown answer to our own POST created; the status is the one that is shown")
    void present() {
        shows("id-ann-s1", "ann", S1, "PENDING", 1);
        SegmentMessage ann = ann();
        decide(ann);
        assertEnds(ann, Outcome.PRESENT, null);
        assertThat(ann.observedStatus()).isEqualTo("PENDING");
        SegmentMessage lost = ann();
        lost.notes().outcomeUnknown();
        decider.decideAgain(lost, facts);
        assertEnds(lost, Outcome.CREATED, "its answer was lost");
    }

    @Test
    @DisplayName("adopted and declined name what was found; a taken id says nothing about this agent's status")
    void othersSegments() {
        shows("by-hand", "ann", S1, "APPROVED", 1);
        SegmentMessage ann = ann();
        decide(ann);
        assertEnds(ann, Outcome.ADOPTED, "segment by-hand");
        assertThat(ann.observedStatus()).isEqualTo("APPROVED");

        shows("said-no", "ben", S1, "REJECTED", 1);
        SegmentMessage ben = message(entries.get(0), S1, 2, "ben");
        decide(ben);
        assertEnds(ben, Outcome.DECLINED, "REJECTED");
        assertThat(ben.observedStatus()).isEqualTo("REJECTED");

        shows("id-eve-s1", "somebody", S2, "REJECTED", 1);
        SegmentMessage eve = message(entries.get(0), S1, 3, "eve");
        decide(eve);
        assertEnds(eve, Outcome.DEAD_LETTERED, "segment-id-taken");
        assertThat(eve.evidence().letterCode()).isEqualTo(LetterCode.SEGMENT_ID_TAKEN);
        assertThat(eve.evidence().letterMessage()).contains("user somebody in s2");
        assertThat(eve.observedStatus()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, false"})
    @DisplayName("our own cancellation is taken back, at its version and to the status that it had")
    void restored(long version, boolean ours) {
        cancellations.put("id-ann-s1", new Decider.Cancellation("PENDING", 3));
        shows("id-ann-s1", "ann", S1, "CANCELLED", version);
        SegmentMessage ann = ann();
        decide(ann);
        if (ours) {
            assertThat(ann.ending()).isNull();
            assertThat(ann.decision()).isEqualTo(Action.RESTORE);
            assertThat(ann.wantedStatus()).isEqualTo("PENDING");
            assertThat(ann.restoreVersion()).isEqualTo(3);
        } else {
            assertEnds(ann, Outcome.DECLINED, "CANCELLED");
        }
    }

    @Test
    @DisplayName("rows that say nothing decide nothing")
    void rowsSayNothing() {
        SegmentMessage ann = ann();
        assertThat(decider.conclude(ann, List.of(), facts)).isFalse();
        assertThat(ann.ending()).isNull();
        assertThat(decider.conclude(ann, List.of(new SegmentRow("id-ann-s1", "ann", "s1", "APPROVED", 1, null)), facts))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"3, 503, false", "4, 503, true", "4, 409, true"})
    @DisplayName("at most genesys.max-attempts POSTs, then a letter whose code follows from the last answer")
    void mostPosts(int posts, int last, boolean letter) {
        SegmentMessage ann = ann();
        for (int i = 0; i < posts; i++) {
            ann.notes().posted(NOW);
            ann.notes().answered(last, null, NOW);
        }
        decider.decideAgain(ann, facts);
        if (letter) {
            assertEnds(ann, Outcome.DEAD_LETTERED, last == 409 ? "phantom-conflict" : "destination-unavailable");
            assertThat(ann.evidence().letterMessage()).contains(last == 409 ? "409" : "4 POSTs");
        } else {
            assertToBePosted(ann);
        }
    }

    @Test
    @DisplayName("after an unexplained 409 one extra POST, and no other")
    void afterConflict() {
        SegmentMessage ann = ann();
        ann.notes().posted(NOW);
        ann.notes().answered(409, null, NOW);
        ann.notes().conflictUnexplained();
        decider.decideAgain(ann, facts);
        assertToBePosted(ann);
        ann.notes().posted(NOW);
        ann.notes().answered(503, null, NOW);
        decider.decideAgain(ann, facts);
        assertEnds(ann, Outcome.DEAD_LETTERED, "destination-unavailable");
    }

    @Test
    @DisplayName("an announced letter is written if a new read does not show the segment, and only then")
    void announced() {
        SegmentMessage ann = ann();
        ann.notes().lettersIfAbsent(LetterCode.UNEXPECTED_ANSWER, "what it said");
        decider.decideAgain(ann, facts);
        assertEnds(ann, Outcome.DEAD_LETTERED, "unexpected-answer");
        SegmentMessage there = ann();
        there.notes().lettersIfAbsent(LetterCode.UNEXPECTED_ANSWER, "what it said");
        shows("id-ann-s1", "ann", S1, "APPROVED", 1);
        decider.decideAgain(there, facts);
        assertEnds(there, Outcome.PRESENT, null);
    }

    @ParameterizedTest
    @CsvSource({
        // seconds until the letter is tried again, POSTs of this pass, replay, whether it stands
        "1, 0, false, true",
        "0, 0, false, false",
        "-1, 0, false, false",
        "86400, 0, false, true",
        // as no letter is: the clock was ahead
        "86401, 0, false, false",
        "1, 1, false, false",
        "1, 0, true, false",
        ", 0, false, false"
    })
    @DisplayName(
            "a letter that waits stands without a call; not in a replay, not once it was tried, not when its time has come")
    void waitingLetter(Integer seconds, int posts, boolean replayed, boolean stands) {
        replay = replayed;
        DeadLetter.Evidence evidence = new DeadLetter.Evidence(409, null, List.of(), 1, NOW, NOW);
        letters.put(
                "id-ann-s1",
                new DeadLetter(
                        Map.of("segmentId", "id-ann-s1"),
                        new DeadLetter.Source(1L, 1L, 1L),
                        LetterCode.PHANTOM_CONFLICT,
                        "It failed.",
                        evidence,
                        "Look.",
                        seconds == null ? null : NOW.plusSeconds(seconds),
                        1));
        SegmentMessage ann = ann();
        for (int i = 0; i < posts; i++) {
            ann.notes().posted(NOW);
        }
        decide(ann);
        assertThat(ann.isStanding()).isEqualTo(stands);
        if (stands) {
            assertEnds(ann, Outcome.DEAD_LETTERED, "phantom-conflict");
        } else {
            assertToBePosted(ann);
        }
    }
}
