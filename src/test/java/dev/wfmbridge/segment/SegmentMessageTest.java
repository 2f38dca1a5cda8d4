package dev.wfmbridge.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.GroupRef;
import dev.wfmbridge.mapping.Place;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a message ends, and the evidence that its letter shows. */
class SegmentMessageTest {

    private static final Instant T1 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant T2 = T1.plusSeconds(5);
    private static final Place PLACE = new Place("userschedulesegments", "s1", null);

    private final SegmentMessage message = new SegmentMessage(
            new Entry(
                    0,
                    "mapping.yaml",
                    1,
                    new GroupRef(100L, null),
                    "acme",
                    "userschedulesegments",
                    List.of(PLACE),
                    "APPROVED",
                    Map.of(),
                    Set.of(),
                    Set.of(),
                    false,
                    null),
            PLACE,
            new Membership(1, 2, 100, 3));

    @Test
    @DisplayName("the lists of outcomes and of reasons for skipping are closed, and named as in the reports")
    void closedLists() {
        assertThat(Arrays.stream(Outcome.values()).map(Outcome::text))
                .containsExactly(
                        "created",
                        "adopted",
                        "present",
                        "merged",
                        "declined",
                        "restored",
                        "held",
                        "dead-lettered",
                        "skipped");
        assertThat(Arrays.stream(Outcome.values()).map(String::valueOf))
                .containsExactlyElementsOf(
                        Arrays.stream(Outcome.values()).map(Outcome::text).toList());
        assertThat(Arrays.stream(SkipReason.values()).map(SkipReason::text))
                .containsExactly(
                        "agent-unknown",
                        "agent-inactive",
                        "agent-suspended",
                        "no-email",
                        "user-not-found",
                        "user-inactive",
                        "user-deleted",
                        "user-ambiguous",
                        "in-another-unit");
        assertThat(SkipReason.NO_EMAIL).hasToString("no-email");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    @DisplayName("created, adopted and present keep the idempotent key; every other outcome gives it back")
    void keys(Outcome outcome) {
        assertThat(outcome.keepsKey())
                .isEqualTo(Set.of(Outcome.CREATED, Outcome.ADOPTED, Outcome.PRESENT)
                        .contains(outcome));
    }

    @ParameterizedTest
    @ValueSource(strings = {"on-holiday", "a", "a123456789b123456789c123456789d123456789"})
    @DisplayName("a rule in the routes may skip for a reason of its own")
    void skips(String why) {
        assertThat(message.skips(why)).isSameAs(message);
        assertThat(message.ending()).isEqualTo(Outcome.SKIPPED);
        assertThat(message.getOutcome()).isEqualTo("skipped");
        assertThat(message.reason()).isEqualTo(why);
    }

    @Test
    @DisplayName("if the reason is one word: otherwise an address could be one")
    void skipsForNothingElse() {
        for (String why :
                new String[] {null, "", "Ann", "ann@example.com", "-a", "a123456789b123456789c123456789d1234567890"}) {
            assertThatThrownBy(() -> message.skips(why)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(message.getOutcome()).isNull();
    }

    @Test
    @DisplayName("a plan shows what would be created, and what would be restored")
    void planned() {
        message.wants("PENDING");
        message.insert();
        message.plan();
        assertThat(message.ending()).isEqualTo(Outcome.CREATED);
        assertThat(message.observedStatus()).isEqualTo("PENDING");
        message.restore("APPROVED", 7);
        message.plan();
        assertThat(message.ending()).isEqualTo(Outcome.RESTORED);
        assertThat(message.observedStatus()).isEqualTo("APPROVED");
        assertThat(message.restoreVersion()).isEqualTo(7);
    }

    @Test
    @DisplayName("it is counted once")
    void recorded() {
        assertThat(message.markRecorded()).isTrue();
        assertThat(message.markRecorded()).isFalse();
    }

    @Test
    @DisplayName("ends as the letter that was announced, if one was")
    void announced() {
        assertThat(message.endsAsAnnounced()).isFalse();
        message.notes().lettersIfAbsent(LetterCode.PHANTOM_CONFLICT, "Nothing explains the 409.");
        assertThat(message.endsAsAnnounced()).isTrue();
        assertThat(message.ending()).isEqualTo(Outcome.DEAD_LETTERED);
        assertThat(message.reason()).isEqualTo("phantom-conflict");
        assertThat(message.evidence().letterCode()).isEqualTo(LetterCode.PHANTOM_CONFLICT);
        assertThat(message.evidence().letterMessage()).isEqualTo("Nothing explains the 409.");
        assertThat(message.isStanding()).isFalse();
        assertThat(message.endsInLetter(LetterCode.INVALID_REQUEST, "x")).isSameAs(message);
        assertThat(message.standsInLetter(LetterCode.INVALID_REQUEST)).isSameAs(message);
        assertThat(message.isStanding()).isTrue();
    }

    @Test
    @DisplayName("the letter shows the times of the first and last call, the last correlation id, and the reads")
    void evidence() {
        Evidence notes = message.notes();
        assertThat(notes.firstAt()).isNull();
        notes.posted(T1);
        assertThat(notes.firstAt()).isEqualTo(T1);
        notes.answered(503, "c-1", T2);
        notes.answered(0, null, T2.plusSeconds(1));
        assertThat(notes.firstAt()).isEqualTo(T1);
        assertThat(notes.lastAt()).isEqualTo(T2.plusSeconds(1));
        assertThat(notes.correlationId()).isEqualTo("c-1");
        assertThat(notes.lastStatus()).isZero();
        assertThat(notes.posts()).isEqualTo(1);
        notes.read("by id: nothing");
        assertThat(notes.reads()).containsExactly("by id: nothing");
        notes.details("unit u2");
        assertThat(notes.detail()).isEqualTo("unit u2");
        assertThat(notes.triesToRestore()).isEqualTo(1);
        assertThat(notes.triesToRestore()).isEqualTo(2);
        assertThat(message.evidence()).isSameAs(notes);
    }

    @Test
    @DisplayName("an answer sets the times even if nothing was posted")
    void answeredOnly() {
        message.notes().answered(409, "c-1", T2);
        assertThat(message.evidence().firstAt()).isEqualTo(T2);
        assertThat(message.evidence().lastAt()).isEqualTo(T2);
    }

    @Test
    @DisplayName("only one POST follows an unexplained 409")
    void afterAConflict() {
        Evidence notes = message.notes();
        assertThat(notes.triedAfterConflict()).isFalse();
        notes.posted(T1);
        notes.conflictUnexplained();
        assertThat(notes.triedAfterConflict()).isFalse();
        notes.posted(T2);
        assertThat(notes.triedAfterConflict()).isTrue();
        notes.conflictUnexplained();
        assertThat(notes.triedAfterConflict()).isTrue();
    }

    @Test
    @DisplayName("what is logged of it is ids")
    void text() {
        message.found("user-1", "segment-1");
        assertThat(message).hasToString("segment segment-1 of membership 1 in acme");
    }
}
