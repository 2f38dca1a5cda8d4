package dev.wfmbridge.sandbox;

import java.time.Instant;

/**
 * One change of a segment, in the order in which an organisation carried them out.
 *
 * @param kind who changed what
 * @param segment the segment afterwards; of a removal, the segment before it
 * @param at the wall clock's time
 */
public record SegmentWrite(Kind kind, Segment segment, Instant at) {
    /** Who changed what. The first three came over the API, the others from within the organisation. */
    public enum Kind {
        POST,
        PUT,
        DELETE,
        /** The approval workflow made a PENDING segment APPROVED. */
        APPROVAL,
        /** A person declined, cancelled or made it. */
        PERSON
    }
}
