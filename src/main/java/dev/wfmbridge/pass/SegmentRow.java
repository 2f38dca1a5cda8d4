package dev.wfmbridge.pass;

import java.time.Instant;

/**
 * A segment as the destination shows it.
 *
 * @param placeId the schedule, staffing group or unit that it is in
 * @param since when it got its status, if the destination says so; may be null
 */
public record SegmentRow(String id, String userId, String placeId, String status, long version, Instant since) {

    /** The status of a row that does not say one. */
    public static final String UNKNOWN = "UNKNOWN";

    /** PENDING or APPROVED: it is there, so nothing is posted. */
    public boolean active() {
        return "PENDING".equals(status) || "APPROVED".equals(status);
    }

    /** REJECTED or CANCELLED: somebody said no. */
    public boolean declined() {
        return "REJECTED".equals(status) || "CANCELLED".equals(status);
    }
}
