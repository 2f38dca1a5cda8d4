package dev.wfmbridge.decision;

import dev.wfmbridge.pass.SegmentRow;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a destination's rows mean for one segment: the one table for the snapshot, for a 409 and for a lost answer
 * (docs/architecture.md, "What is already there"). The first line that matches decides.
 *
 * @param verdict the line
 * @param row the row that it matches; null for {@link Verdict#NOTHING}
 */
public record Standing(Verdict verdict, SegmentRow row) {

    /** The lines of the table, in their order. */
    public enum Verdict {
        /** Own id, same user and schedule, active, whatever status was wanted. */
        PRESENT,
        /** Another id, same user and schedule, active: made by hand, or by another tool. */
        ADOPTED,
        /** Own id under another user or schedule. */
        ID_TAKEN,
        /** A status that the bridge does not know: it may be there, or somebody may have said no. */
        UNCLEAR,
        /** Own id, CANCELLED at the version that our own cancellation created. */
        RESTORABLE,
        /** REJECTED or CANCELLED by somebody. */
        DECLINED,
        /** To be posted. */
        NOTHING
    }

    /**
     * Looks the rows up in the table.
     *
     * @param rows all rows with this id, or with this user in this place; others are ignored
     * @param ownCancellation the version that our own cancellation made, if there was one
     */
    public static Standing of(
            String segmentId,
            String userId,
            String placeId,
            Collection<SegmentRow> rows,
            Optional<Long> ownCancellation) {
        Predicate<SegmentRow> ownId = row -> row.id().equals(segmentId);
        Predicate<SegmentRow> samePair =
                row -> row.userId().equals(userId) && row.placeId().equals(placeId);
        Predicate<SegmentRow> cancelledByUs = row -> "CANCELLED".equals(row.status())
                && ownCancellation.isPresent()
                && row.version() == ownCancellation.get();
        return first(rows, ownId.and(samePair).and(SegmentRow::active), Verdict.PRESENT)
                .or(() -> first(rows, samePair.and(SegmentRow::active), Verdict.ADOPTED))
                .or(() -> first(rows, ownId.and(samePair.negate()), Verdict.ID_TAKEN))
                .or(() -> first(rows, ownId.or(samePair).and(row -> !row.active() && !row.declined()), Verdict.UNCLEAR))
                .or(() -> first(rows, ownId.and(cancelledByUs), Verdict.RESTORABLE))
                .or(() -> first(rows, ownId.or(samePair), Verdict.DECLINED))
                .orElse(new Standing(Verdict.NOTHING, null));
    }

    private static Optional<Standing> first(Collection<SegmentRow> rows, Predicate<SegmentRow> fits, Verdict verdict) {
        return rows.stream().filter(fits).findFirst().map(row -> new Standing(verdict, row));
    }
}
