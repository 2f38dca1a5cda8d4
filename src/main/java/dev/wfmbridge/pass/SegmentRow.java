package dev.wfmbridge.pass;

import java.time.Instant;

/**
 * A segment as the destination shows it.
 *
 * @param placeId the schedule, staffing group or unit that it stands in
 * @param since when it got its status, as far as the destination tells; may be null
 */
public record SegmentRow(String id, String userId, String placeId, String status, long version, Instant since) {

    /** PENDING or APPROVED: it is there, nothing is to be posted. */
    public boolean active() {
        return "PENDING".equals(status) || "APPROVED".equals(status);
    }
}
