package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.HaltReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The state of one organisation, or of Zendesk, after the last pass that ended. A pass under way does not clear it before its own end,
 * and a pass that could not tell leaves it as it was, so that an alert begins and ends with the state and not with each pass.
 *
 * @param inStep when it was last in step; null = never
 * @param halts why it is halted, and since when, across passes; several if a new halt hides whether the previous one is over
 * @param places its halted schedules, groups and units by reason
 * @param refusedRemovals removals that the guards refused
 * @param stuckPending segments that are PENDING for too long
 * @param missingGroups groups that the mapping names and Zendesk does not have
 * @param oldest since when the oldest change not yet in Genesys has been waiting; null = none
 * @param ledgerSince when its ledger began, or was found to be lost; null = it never had one
 */
record Settled(
        Instant inStep,
        Map<HaltReason, Instant> halts,
        Map<HaltReason, Long> places,
        long refusedRemovals,
        long stuckPending,
        long missingGroups,
        Instant oldest,
        Instant ledgerSince) {

    static final Settled NEW = new Settled(null, Map.of(), Map.of(), 0, 0, 0, null, null);

    Settled {
        halts = halts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(halts));
        places = places.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(places));
    }

    Settled ledgerSince(Instant since) {
        return new Settled(inStep, halts, places, refusedRemovals, stuckPending, missingGroups, oldest, since);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("inStep", Objects.toString(inStep, null));
        // The first one, as earlier versions know it.
        HaltReason first = halts.keySet().stream().findFirst().orElse(null);
        json.put("reason", first == null ? null : first.text());
        json.put("since", first == null ? null : halts.get(first).toString());
        ObjectNode reasons = json.putObject("halts");
        halts.forEach((why, since) -> reasons.put(why.text(), since.toString()));
        ObjectNode halted = json.putObject("places");
        places.forEach((why, count) -> halted.put(why.text(), count));
        json.put("refusedRemovals", refusedRemovals);
        json.put("stuckPending", stuckPending);
        json.put("missingGroups", missingGroups);
        json.put("oldest", Objects.toString(oldest, null));
        json.put("ledgerSince", Objects.toString(ledgerSince, null));
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
        Map<HaltReason, Instant> halts = new EnumMap<>(HaltReason.class);
        json.path("halts").properties().forEach(halt -> put(halts, halt.getKey(), halt.getValue()));
        put(halts, json.path("reason").asText(), json.path("since"));
        return new Settled(
                instant(json.path("inStep")),
                halts,
                places,
                json.path("refusedRemovals").asLong(),
                json.path("stuckPending").asLong(),
                json.path("missingGroups").asLong(),
                instant(json.path("oldest")),
                instant(json.path("ledgerSince")));
    }

    private static void put(Map<HaltReason, Instant> halts, String text, JsonNode since) {
        HaltReason why = reason(text);
        Instant instant = instant(since);
        if (why != null && instant != null) {
            halts.putIfAbsent(why, instant);
        }
    }

    static Instant instant(JsonNode text) {
        try {
            return text.isTextual() ? Instant.parse(text.asText()) : null;
        } catch (DateTimeException garbage) {
            return null;
        }
    }

    private static HaltReason reason(String text) {
        return Arrays.stream(HaltReason.values())
                .filter(reason -> reason.text().equals(text))
                .findFirst()
                .orElse(null);
    }
}
