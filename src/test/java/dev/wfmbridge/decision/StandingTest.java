package dev.wfmbridge.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.wfmbridge.decision.Standing.Verdict;
import dev.wfmbridge.pass.SegmentRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table "What is already there" of docs/architecture.md, row by row. The segment asked about is "own", of user "ann" in "s1". */
class StandingTest {

    private static SegmentRow row(String id, String user, String schedule, String status, long version) {
        return new SegmentRow(id, user, schedule, status, version, null);
    }

    private static Standing of(Optional<Long> cancellation, List<SegmentRow> rows) {
        return Standing.of("own", "ann", "s1", rows, cancellation);
    }

    static Stream<Arguments> rows() {
        Optional<Long> none = Optional.empty();
        return Stream.of(
                arguments("own id, approved", Verdict.PRESENT, none, row("own", "ann", "s1", "APPROVED", 1)),
                arguments("own id, pending", Verdict.PRESENT, none, row("own", "ann", "s1", "PENDING", 1)),
                arguments("other id, approved", Verdict.ADOPTED, none, row("other", "ann", "s1", "APPROVED", 1)),
                arguments("other id, pending", Verdict.ADOPTED, none, row("other", "ann", "s1", "PENDING", 7)),
                arguments("own id, other user", Verdict.ID_TAKEN, none, row("own", "ben", "s1", "APPROVED", 1)),
                arguments("own id, other schedule", Verdict.ID_TAKEN, none, row("own", "ann", "s2", "APPROVED", 1)),
                arguments(
                        "own id, other user, rejected", Verdict.ID_TAKEN, none, row("own", "ben", "s1", "REJECTED", 1)),
                arguments(
                        "own cancellation",
                        Verdict.RESTORABLE,
                        Optional.of(3L),
                        row("own", "ann", "s1", "CANCELLED", 3)),
                arguments(
                        "cancelled later", Verdict.DECLINED, Optional.of(3L), row("own", "ann", "s1", "CANCELLED", 4)),
                arguments("rejected there", Verdict.DECLINED, Optional.of(3L), row("own", "ann", "s1", "REJECTED", 3)),
                arguments(
                        "other id cancelled",
                        Verdict.DECLINED,
                        Optional.of(3L),
                        row("other", "ann", "s1", "CANCELLED", 3)),
                arguments("own id, rejected", Verdict.DECLINED, none, row("own", "ann", "s1", "REJECTED", 2)),
                arguments("own id, cancelled", Verdict.DECLINED, none, row("own", "ann", "s1", "CANCELLED", 2)),
                arguments("other id, rejected", Verdict.DECLINED, none, row("other", "ann", "s1", "REJECTED", 2)),
                arguments("own id, new status", Verdict.UNCLEAR, none, row("own", "ann", "s1", "SOMETHING_NEW", 2)),
                arguments("other id, no status", Verdict.UNCLEAR, none, row("other", "ann", "s1", "UNKNOWN", 2)),
                arguments(
                        "own id, other user, no status", Verdict.ID_TAKEN, none, row("own", "ben", "s1", "UNKNOWN", 1)),
                arguments("stranger, no status", Verdict.NOTHING, none, row("other", "ben", "s1", "UNKNOWN", 1)),
                arguments("stranger", Verdict.NOTHING, none, row("other", "ben", "s1", "APPROVED", 1)),
                arguments("same user elsewhere", Verdict.NOTHING, none, row("other", "ann", "s2", "APPROVED", 1)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void row(String name, Verdict verdict, Optional<Long> cancellation, SegmentRow row) {
        Standing standing = of(cancellation, List.of(row));
        assertThat(standing.verdict()).isEqualTo(verdict);
        assertThat(standing.row()).isEqualTo(verdict == Verdict.NOTHING ? null : row);
    }

    @Test
    @DisplayName("no row at all: to be posted")
    void nothing() {
        assertThat(of(Optional.empty(), List.of()).verdict()).isEqualTo(Verdict.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    @DisplayName("the first line of the table that any row matches decides, in whatever order the rows come")
    void firstLineDecides(Verdict from) {
        List<SegmentRow> all = List.of(
                row("own", "ann", "s1", "APPROVED", 1),
                row("other", "ann", "s1", "PENDING", 1),
                row("own", "ben", "s1", "APPROVED", 1),
                row("another", "ann", "s1", "SOMETHING_NEW", 1),
                row("own", "ann", "s1", "CANCELLED", 3),
                row("other", "ann", "s1", "REJECTED", 1),
                row("other", "ben", "s2", "APPROVED", 1));
        List<SegmentRow> rest = new ArrayList<>(all.subList(from.ordinal(), all.size()));
        assertThat(of(Optional.of(3L), rest).verdict()).isEqualTo(from);
        Collections.reverse(rest);
        assertThat(of(Optional.of(3L), rest).verdict()).isEqualTo(from);
    }
}
