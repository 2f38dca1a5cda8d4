package dev.wfmbridge.pass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Which dead letters are replayed.
 *
 * @param organization null = all
 * @param code null = all
 * @param olderThan since their last failure; null = any
 * @param ratePerMinute 0 = no limit but the quota
 * @param segments ids of segments; empty = all
 */
public record LetterFilter(
        String organization, String code, Duration olderThan, int ratePerMinute, Set<String> segments) {

    public LetterFilter {
        segments = Set.copyOf(segments);
    }

    /** Letters of any segment. */
    public LetterFilter(String organization, String code, Duration olderThan, int ratePerMinute) {
        this(organization, code, olderThan, ratePerMinute, Set.of());
    }

    /** The letters now on file that match. */
    public ReplayRequest select(DeadLetters letters, Clock clock) throws IOException {
        Instant before = olderThan == null ? null : clock.instant().minus(olderThan);
        Map<String, List<DeadLetter>> selected = new LinkedHashMap<>();
        for (FiledLetter filed : letters.list()) {
            DeadLetter letter = filed.letter();
            if ((organization == null || organization.equals(filed.organization()))
                    && (code == null || code.equals(letter.code().text()))
                    && (segments.isEmpty() || segments.contains(letter.segmentId()))
                    && (before == null || letter.evidence().lastAt().isBefore(before))) {
                selected.computeIfAbsent(filed.organization(), o -> new ArrayList<>())
                        .add(letter);
            }
        }
        return new ReplayRequest(selected, ratePerMinute);
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("organization", organization)
                .put("code", code)
                .put("olderThanSeconds", olderThan == null ? null : olderThan.toSeconds())
                .put("ratePerMinute", ratePerMinute);
        segments.forEach(json.putArray("segments")::add);
        return json;
    }

    public static LetterFilter fromJson(JsonNode json) {
        return new LetterFilter(
                json.path("organization").asText(null),
                json.path("code").asText(null),
                json.path("olderThanSeconds").isNumber()
                        ? Duration.ofSeconds(json.path("olderThanSeconds").asLong())
                        : null,
                json.path("ratePerMinute").asInt(),
                StreamSupport.stream(json.path("segments").spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.toSet()));
    }
}
