package dev.wfmbridge.sandbox;

import java.time.Instant;

/** A schedule segment as an organisation holds it at this moment. */
public record Segment(
        String id,
        String userId,
        String scheduleId,
        String status,
        int version,
        Instant dateCreated,
        Instant dateModified) {}
