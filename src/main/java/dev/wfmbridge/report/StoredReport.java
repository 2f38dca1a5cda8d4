package dev.wfmbridge.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.segment.Outcome;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The report of a pass as it lies in a file, for whoever shows it. */
public record StoredReport(JsonNode json) {

    /** Whether the pass looked at some agents or letters only. */
    public boolean isPartial() {
        String trigger = json.path("trigger").asText();
        return trigger.equals(Trigger.REPLAY.text()) || trigger.equals(Trigger.WEBHOOK.text());
    }

    /** How many pairs ended so, in all organisations. */
    public long count(Outcome how) {
        return StreamSupport.stream(json.path("organizations").spliterator(), false)
                .mapToLong(organization -> count(organization, how))
                .sum();
    }

    /** The same in one of them; skipped ones are stored by their reasons. */
    public static long count(JsonNode organization, Outcome how) {
        JsonNode counted = organization.path("outcomes").path(how.text());
        return counted.asLong()
                + StreamSupport.stream(counted.spliterator(), false)
                        .mapToLong(JsonNode::asLong)
                        .sum();
    }

    /** How long the pass took; empty if it was cut off. */
    public Optional<Duration> took() {
        try {
            return Optional.of(Duration.between(
                    Instant.parse(json.path("startedAt").asText()),
                    Instant.parse(json.path("finishedAt").asText())));
        } catch (DateTimeException cutOff) {
            return Optional.empty();
        }
    }
}
