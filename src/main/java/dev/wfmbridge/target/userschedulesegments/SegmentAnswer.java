package dev.wfmbridge.target.userschedulesegments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.genesys.UserIds;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Timestamp;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.pass.SegmentRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Segments as {@code /api/v2/wfm/userschedulesegments} returns them. */
final class SegmentAnswer {

    private SegmentAnswer() {}

    /**
     * The segments of a page; entities without the ids of segment and user are none.
     *
     * @param placeId the schedule that was asked for: where a segment does not say in which it is, and so what it is worth, it
     *     is there, with a status that nothing can be decided by
     */
    static List<SegmentRow> rows(JsonNode page, String placeId) {
        List<SegmentRow> rows = new ArrayList<>();
        for (JsonNode entity : page.path("entities")) {
            if (Shape.idOrNull(entity.get("id")) != null && Shape.idOrNull(entity.get("userId")) != null) {
                rows.add(
                        Shape.idOrNull(entity.get("scheduleId")) == null
                                ? row(entity, placeId, SegmentRow.UNKNOWN)
                                : row(entity, entity.get("scheduleId").textValue(), status(entity)));
            }
        }
        return rows;
    }

    /**
     * A segment asked for by its id.
     *
     * @throws UnexpectedAnswerException if it does not say which it is, whose, or where
     */
    static SegmentRow row(JsonNode entity) throws UnexpectedAnswerException {
        for (String field : List.of("id", "userId", "scheduleId")) {
            if (Shape.idOrNull(entity.get(field)) == null) {
                throw new UnexpectedAnswerException("a segment has no " + field);
            }
        }
        return row(entity, entity.get("scheduleId").textValue(), status(entity));
    }

    private static SegmentRow row(JsonNode entity, String placeId, String status) {
        String since =
                entity.path("dateModified").asText(entity.path("dateCreated").asText(null));
        return new SegmentRow(
                entity.path("id").asText(),
                UserIds.spelled(entity.path("userId").asText()),
                placeId,
                status,
                entity.path("version").asLong(),
                instant(since));
    }

    private static String status(JsonNode entity) {
        String status = Shape.idOrNull(entity.get("status"));
        return status == null ? SegmentRow.UNKNOWN : status.toUpperCase(Locale.ROOT);
    }

    private static Instant instant(String text) {
        Long seconds = Timestamp.seconds(text);
        return seconds == null ? null : Instant.ofEpochSecond(seconds);
    }
}
