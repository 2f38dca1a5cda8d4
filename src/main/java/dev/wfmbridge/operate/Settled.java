package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.HaltReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the last pass that ended left of one organisation, or of Zendesk. A pass under way does not take it back before its own end, so
 * that an alert begins and ends with the state and not with each pass.
 *
 * @param inStep when it was last in step; null = never
 * @param reason why it is halted; null = it is not
 * @param since since when it is halted for this reason, over all passes
 * @param places its halted schedules, groups and units by reason
 * @param refusedRemovals removals that the guards refused
 * @param stuckPending segments that are PENDING for too long
 * @param oldest the oldest change that is not in Genesys; null = all are
 */
record Settled(
        Instant inStep,
        HaltReason reason,
        Instant since,
        Map<HaltReason, Long> places,
        long refusedRemovals,
        long stuckPending,
        Instant oldest) {

    static final Settled NEW = new Settled(null, null, null, Map.of(), 0, 0, null);

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("inStep", text(inStep));
        json.put("reason", reason == null ? null : reason.text());
        json.put("since", text(since));
        ObjectNode halted = json.putObject("places");
        places.forEach((why, count) -> halted.put(why.text(), count));
        json.put("refusedRemovals", refusedRemovals);
        json.put("stuckPending", stuckPending);
        json.put("oldest", text(oldest));
        return json;
    }

    static Settled fromJson(JsonNode json) {
        Map<HaltReason, Long> places = new EnumMap<>(HaltReason.class);
        json.path("places").properties().forEach(place -> {
            HaltReason why = reason(place.getKey());
            if (why != null) {
                places.put(why, place.getValue().asLong());
            }
        });
        HaltReason reason = reason(json.path("reason").asText());
        return new Settled(
                instant(json.path("inStep")),
                reason,
                reason == null ? null : instant(json.path("since")),
                places,
                json.path("refusedRemovals").asLong(),
                json.path("stuckPending").asLong(),
                instant(json.path("oldest")));
    }

    static Instant instant(JsonNode text) {
        try {
            return text.isTextual() ? Instant.parse(text.asText()) : null;
        } catch (DateTimeException garbage) {
            return null;
        }
    }

    static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static HaltReason reason(String text) {
        return Arrays.stream(HaltReason.values())
                .filter(reason -> reason.text().equals(text))
                .findFirst()
                .orElse(null);
    }
}
