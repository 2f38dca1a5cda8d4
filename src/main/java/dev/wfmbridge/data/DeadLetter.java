package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A segment message that failed permanently, with evidence: docs/reference.md, "Dead letters". It holds ids only, no
 * body, no name, no address.
 *
 * @param segment the fields of the segment, {@code segmentId} among them; of other targets the fields of their entry
 * @param source the Zendesk membership that it comes from
 * @param code why it failed
 * @param message the same as a sentence, with the details of this case
 * @param evidence what was seen
 * @param nextStep what to do about it
 * @param retryAt until when it stays without another call; null if the next pass tries again
 * @param failures how many passes in a row ended in this letter, including this one
 */
public record DeadLetter(
        Map<String, String> segment,
        Source source,
        LetterCode code,
        String message,
        Evidence evidence,
        String nextStep,
        Instant retryAt,
        int failures) {

    /**
     * Where a segment message comes from in Zendesk. Anything unknown is null.
     */
    public record Source(Long userId, Long groupId, Long membershipId) {}

    /**
     * What was seen when the message failed.
     *
     * @param status the last HTTP status; null if there was no answer
     * @param correlationId what Genesys calls the request; may be null
     * @param reads what was read to decide, each a text or an object
     * @param attempts how many POSTs were sent
     * @param firstAt when the segment first failed
     * @param lastAt when it failed last
     */
    public record Evidence(
            Integer status, String correlationId, List<JsonNode> reads, int attempts, Instant firstAt, Instant lastAt) {
        public Evidence {
            reads = List.copyOf(reads);
            Objects.requireNonNull(firstAt, "firstAt");
            Objects.requireNonNull(lastAt, "lastAt");
        }
    }

    public DeadLetter {
        segment = Collections.unmodifiableMap(new LinkedHashMap<>(segment));
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(evidence, "evidence");
        if (segment.get("segmentId") == null) {
            throw new IllegalArgumentException("a dead letter needs the segmentId");
        }
    }

    /** A first letter, with the code's own next step; {@link DeadLetters#put} decides when it is tried again. */
    public DeadLetter(Map<String, String> segment, Source source, LetterCode code, String message, Evidence evidence) {
        this(segment, source, code, message, evidence, code.nextStep(), null, 1);
    }

    /** The id of the segment, which also names the letter. */
    public String segmentId() {
        return segment.get("segmentId");
    }

    /** The letter as written to its file. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1);
        ObjectNode fields = json.putObject("segment");
        segment.forEach(fields::put);
        json.putObject("source")
                .put("userId", source.userId())
                .put("groupId", source.groupId())
                .put("membershipId", source.membershipId());
        json.put("code", code.text());
        json.put("message", message);
        ObjectNode seen = json.putObject("evidence");
        seen.put("status", evidence.status());
        seen.put("correlationId", evidence.correlationId());
        ArrayNode reads = seen.putArray("reads");
        evidence.reads().forEach(reads::add);
        seen.put("attempts", evidence.attempts());
        seen.put("firstAt", evidence.firstAt().toString());
        seen.put("lastAt", evidence.lastAt().toString());
        json.put("nextStep", nextStep);
        json.put("retryAt", Objects.toString(retryAt, null));
        json.put("failures", failures);
        return json;
    }

    /**
     * Reads a letter. Unknown fields are ignored, and optional ones default to empty.
     *
     * @throws IllegalArgumentException if a required field is missing or has the wrong type; the message says which
     */
    public static DeadLetter fromJson(JsonNode json) {
        if (!json.path("segment").isObject()) {
            throw new IllegalArgumentException("it has no segment");
        }
        Map<String, String> segment = new LinkedHashMap<>();
        json.get("segment")
                .properties()
                .forEach(field -> segment.put(
                        field.getKey(),
                        field.getValue().isNull() ? null : field.getValue().asText()));
        JsonNode source = json.path("source");
        String code = json.path("code").asText();
        JsonNode evidence = json.path("evidence");
        Instant lastAt = instant(evidence, "lastAt");
        if (lastAt == null) {
            throw new IllegalArgumentException("it has no evidence.lastAt");
        }
        Instant firstAt = instant(evidence, "firstAt");
        List<JsonNode> reads = new ArrayList<>();
        evidence.path("reads").forEach(reads::add);
        return new DeadLetter(
                segment,
                new Source(id(source, "userId"), id(source, "groupId"), id(source, "membershipId")),
                LetterCode.of(code)
                        .orElseThrow(() -> new IllegalArgumentException("its code is not one that this version knows")),
                text(json, "message"),
                new Evidence(
                        evidence.path("status").isInt() ? evidence.get("status").intValue() : null,
                        text(evidence, "correlationId"),
                        reads,
                        evidence.path("attempts").asInt(),
                        firstAt == null ? lastAt : firstAt,
                        lastAt),
                text(json, "nextStep"),
                instant(json, "retryAt"),
                Math.max(1, json.path("failures").asInt(1)));
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    private static Long id(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        return value.isTextual() && value.textValue().matches("\\d{1,18}") ? Long.valueOf(value.textValue()) : null;
    }

    private static Instant instant(JsonNode node, String field) {
        String text = text(node, field);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " is no time", e);
        }
    }
}
