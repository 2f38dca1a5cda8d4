package dev.wfmbridge.target.userschedulesegments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.genesys.UserIds;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Timestamp;
import dev.wfmbridge.pass.SegmentRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Segments as {@code /api/v2/wfm/userschedulesegments} returns them. */
final class SegmentAnswer {

    private SegmentAnswer() {}

    /** The segments of a page; entities without the ids of segment and user are none. */
    static List<SegmentRow> rows(JsonNode page) {
        List<SegmentRow> rows = new ArrayList<>();
        for (JsonNode entity : page.path("entities")) {
            if (Shape.idOrNull(entity.get("id")) != null && Shape.idOrNull(entity.get("userId")) != null) {
                rows.add(row(entity));
            }
        }
        return rows;
    }

    /** A segment asked for by its id. */
    static SegmentRow row(JsonNode entity) {
        String since =
                entity.path("dateModified").asText(entity.path("dateCreated").asText(null));
        return new SegmentRow(
                entity.path("id").asText(),
                UserIds.spelled(entity.path("userId").asText()),
                entity.path("scheduleId").asText(),
                status(entity),
                entity.path("version").asLong(),
                instant(since));
    }

    /** If it is not a word, it is a status that the bridge does not know. */
    private static String status(JsonNode entity) {
        String status = Shape.idOrNull(entity.get("status"));
        return status == null ? "UNKNOWN" : status;
    }

    private static Instant instant(String text) {
        Long seconds = Timestamp.seconds(text);
        return seconds == null ? null : Instant.ofEpochSecond(seconds);
    }
}
