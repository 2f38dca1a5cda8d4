package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.report.StoredReport;
import dev.wfmbridge.segment.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last passes, a few numbers each. A report is read once, since it does not change; thread-safe. */
final class PassHistory {

    /** A day, with one pass each quarter of an hour. */
    static final int MOST = 96;

    private final Runs runs;
    private Map<String, ObjectNode> known = Map.of();

    PassHistory(Runs runs) {
        this.runs = runs;
    }

    /** Newest last; files that are not reports are left out. */
    synchronized ArrayNode passes() throws IOException {
        Map<String, ObjectNode> now = new LinkedHashMap<>();
        ArrayNode passes = JsonNodeFactory.instance.arrayNode();
        for (String runId : runs.newest(MOST)) {
            ObjectNode pass = known.get(runId);
            if (pass == null) {
                Optional<JsonNode> report = runs.report(runId);
                pass = report.isEmpty() ? null : numbers(report.get());
            }
            if (pass != null) {
                now.put(runId, pass);
                passes.add(pass);
            }
        }
        known = now;
        return passes;
    }

    /**
     * When the first of the latest unbroken run of in-step passes ended; null if the last pass was not in step. Passes
     * for some agents do not count.
     */
    String inStepSince() throws IOException {
        String since = null;
        List<JsonNode> passes = new ArrayList<>();
        passes().forEach(passes::add);
        for (int i = passes.size() - 1; i >= 0; i--) {
            JsonNode pass = passes.get(i);
            if (!new StoredReport(pass).isPartial()) {
                if (pass.path("exitCode").asInt(-1) != 0) {
                    return since;
                }
                since = pass.path("finishedAt").asText(null);
            }
        }
        return since;
    }

    private static ObjectNode numbers(JsonNode report) {
        ObjectNode pass = JsonNodeFactory.instance.objectNode();
        for (String field : new String[] {"runId", "trigger", "startedAt", "finishedAt", "exitCode"}) {
            pass.set(field, report.path(field));
        }
        StoredReport stored = new StoredReport(report);
        pass.put("seconds", stored.took().map(took -> took.toMillis() / 1000.0).orElse(null));
        ObjectNode outcomes = pass.putObject("outcomes");
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome.text(), stored.count(outcome));
        }
        return pass;
    }
}
