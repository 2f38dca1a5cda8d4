package dev.wfmbridge.part;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Halts as represented in a part and its result. */
final class HaltJson {

    private HaltJson() {}

    static ObjectNode of(Halt halt) {
        return halt == null
                ? null
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("reason", halt.reason().name())
                        .put("since", halt.since().toString())
                        .put("message", halt.message())
                        .put("nextStep", halt.nextStep());
    }

    /** @throws IllegalArgumentException if it is not a halt */
    static Halt read(JsonNode json) {
        if (!json.isObject()) {
            return null;
        }
        try {
            return new Halt(
                    HaltReason.valueOf(json.path("reason").asText()),
                    Instant.parse(json.path("since").asText()),
                    json.path("message").asText(),
                    json.path("nextStep").asText());
        } catch (DateTimeException noTime) {
            throw new IllegalArgumentException("a halt has no time", noTime);
        }
    }

    static Map<String, Halt> places(JsonNode json) {
        Map<String, Halt> halts = new LinkedHashMap<>();
        json.properties().forEach(place -> halts.put(place.getKey(), read(place.getValue())));
        return halts;
    }
}
