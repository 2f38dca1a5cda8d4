package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Controls;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.operate.BridgeMetrics;
import dev.wfmbridge.operate.Sharing;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.RunReport;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The overview: the pass under way, the last one, and each organisation. All of it comes from the report, of the last pass
 * or of the pass under way so far, and from the metrics. Rebuilt at most once a second, however many viewers there are;
 * thread-safe.
 */
final class Glance {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long FRESH_NANOS = 1_000_000_000;

    private final Controls controls;
    private final BridgeMetrics metrics;
    private final Runs runs;
    private final PassHistory history;
    private final Supplier<Instant> nextPass;
    private final boolean actions;
    private String ofPass;
    private JsonNode lastReport;
    private ObjectNode glance;
    private long madeAt;

    /**
     * @param nextPass when the clock starts the next pass; null if it does not
     * @param actions whether anything can be done here
     */
    Glance(
            Controls controls,
            BridgeMetrics metrics,
            Runs runs,
            PassHistory history,
            Supplier<Instant> nextPass,
            boolean actions) {
        this.controls = controls;
        this.metrics = metrics;
        this.runs = runs;
        this.history = history;
        this.nextPass = nextPass;
        this.actions = actions;
    }

    synchronized ObjectNode look() throws Exception {
        if (glance == null || System.nanoTime() - madeAt > FRESH_NANOS) {
            glance = make();
            madeAt = System.nanoTime();
        }
        return glance;
    }

    /** An action was taken, and its user wants to see the result. */
    synchronized void changed() {
        glance = null;
    }

    private ObjectNode make() throws Exception {
        Pass pass = controls.current();
        boolean underWay = pass != null && pass.finishedAt() == null;
        JsonNode last = last(pass, underWay);
        JsonNode shown = underWay && !pass.isPartial() ? RunReport.counts(pass) : last;
        ObjectNode json = JSON.objectNode();
        json.put("bridgeVersion", RunReport.version());
        json.put("actions", actions);
        json.put("nextPassAt", Objects.toString(nextPass.get(), null));
        json.set("underWay", underWay ? underWay(pass) : null);
        json.set("last", last == null ? null : summary(last));
        json.put("inStepSince", history.inStepSince());
        Sharing sharing = metrics.sharing();
        if (sharing != null) {
            json.set("sharing", sharing(sharing));
        }
        ArrayNode organizations = json.putArray("organizations");
        if (shown != null) {
            Map<String, Map<String, Long>> letters = metrics.lettersOnFile();
            Map<String, Instant> parts =
                    sharing == null ? Map.of() : sharing.share().partsSince();
            for (Map.Entry<String, JsonNode> each : shown.path("organizations").properties()) {
                ObjectNode organization =
                        organization(each.getKey(), each.getValue(), letters.getOrDefault(each.getKey(), Map.of()));
                if (sharing != null) {
                    String owner = sharing.ownerOf(each.getKey());
                    organization.put(
                            "process",
                            owner != null
                                    ? owner
                                    : each.getValue().path("process").asText(null));
                    organization.put("partSince", Objects.toString(parts.get(each.getKey()), null));
                }
                organizations.add(organization);
            }
        }
        return json;
    }

    /** What this process does of the work that it shares, and which one reads Zendesk. */
    private static ObjectNode sharing(Sharing sharing) {
        Sharing.Share share = sharing.share();
        return JSON.objectNode()
                .put("process", sharing.process())
                .put("reader", sharing.isReader() ? sharing.process() : sharing.reader())
                .put("ownedPartitions", share.ownedPartitions())
                .put("partsWaiting", share.partsWaiting())
                .put("recordsBehind", share.recordsBehind())
                .put("oldestPartSince", Objects.toString(share.oldestPart(), null))
                .put("kafkaHeardAt", share.heardAt().toString())
                .put("partUnsentSince", Objects.toString(share.sendingSince(), null))
                .put("resultsAwaited", share.awaitedSince().size())
                .put("oldestAwaitedSince", Objects.toString(share.oldestAwaited(), null));
    }

    /** The report of the last pass; read once after each pass. */
    private JsonNode last(Pass pass, boolean underWay) throws Exception {
        String key = (pass == null ? "" : pass.getRunId() + underWay) + metrics.lastRun();
        if (!key.equals(ofPass)) {
            lastReport = runs.latest().orElse(null);
            ofPass = key;
        }
        return lastReport;
    }

    private static ObjectNode underWay(Pass pass) {
        ObjectNode json = JSON.objectNode()
                .put("runId", pass.getRunId())
                .put("trigger", pass.trigger().text())
                .put("startedAt", pass.startedAt().toString());
        progress(pass, json);
        return json;
    }

    /** How far a pass or a plan has come. */
    static void progress(Pass pass, ObjectNode json) {
        long mapped = pass.mapped();
        json.put("pagesRead", pass.getSource().pages()).put("mapped", mapped).put("ended", mapped - pass.balance());
    }

    private static ObjectNode summary(JsonNode report) {
        ObjectNode summary = JSON.objectNode();
        for (String field : new String[] {
            "runId", "trigger", "startedAt", "finishedAt", "complete", "exitCode", "balance", "warnings", "zendesk"
        }) {
            summary.set(field, report.path(field));
        }
        return summary;
    }

    private ObjectNode organization(String name, JsonNode report, Map<String, Long> letters) throws Exception {
        ObjectNode json = JSON.objectNode();
        json.put("name", name);
        for (String field : new String[] {
            "mapped",
            "outcomes",
            "halted",
            "haltedSchedules",
            "requests",
            "throttled",
            "stuckPending",
            "removals",
            "writtenBack"
        }) {
            json.set(field, report.path(field));
        }
        json.put("letters", letters.values().stream().mapToLong(Long::longValue).sum());
        json.put("oldestChange", Objects.toString(metrics.oldestChange(name), null));
        json.put("inStep", Objects.toString(metrics.inStep(name), null));
        ApiClient client = controls.client(name);
        json.put("suspended", client != null && client.suspendedByOperator());
        if (client != null) {
            long allowed = client.gate().allowed();
            long mapping = client.pace().requests();
            json.putObject("quota")
                    .put("used", client.gate().used())
                    .put("allowed", allowed > 0 ? Math.min(allowed, mapping) : mapping)
                    .put("perSeconds", client.pace().per().toSeconds());
        }
        return json;
    }
}
