package dev.wfmbridge.part;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.writeback.StatusWriteBack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The result of an organisation's part of a pass, as a value: how each message ended, halts, requests, removals. Ids only. */
public final class PartResult {

    private static final int SCHEMA = 1;

    private final JsonNode header;
    private final List<JsonNode> rows;

    private PartResult(JsonNode header, List<JsonNode> rows) {
        this.header = header;
        this.rows = rows;
    }

    /**
     * The result of a part that is done.
     *
     * @param worker who did it
     */
    public static byte[] pack(Pass pass, OrganizationPass organization, String worker) throws IOException {
        return PackedLines.pack(json -> {
            json.writeTree(header(pass, organization, worker));
            for (SegmentMessage message : organization.getMessages()) {
                write(json, organization, message);
            }
        });
    }

    /**
     * The result of a part that was not begun.
     *
     * @param why in words, ids only
     */
    public static byte[] refusal(Part part, HaltReason reason, String why, String worker) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", SCHEMA);
        json.put("runId", part.runId());
        json.put("organization", part.organization());
        json.put("worker", worker);
        json.put("rows", 0);
        json.set("halt", HaltJson.of(Halt.of(reason, why)));
        return PackedLines.pack(lines -> lines.writeTree(json));
    }

    private static ObjectNode header(Pass pass, OrganizationPass organization, String worker) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", SCHEMA);
        json.put("runId", pass.getRunId());
        json.put("organization", organization.getName());
        json.put("worker", worker);
        json.put("rows", organization.getMessages().size());
        ObjectNode counted = json.putObject("counted");
        for (Outcome outcome : Outcome.values()) {
            counted.put(outcome.name(), organization.count(outcome));
        }
        ObjectNode requests = json.putObject("requests");
        for (Call.Kind kind : Call.Kind.values()) {
            requests.put(kind.name(), organization.requests(kind));
        }
        json.put("throttled", organization.throttled());
        json.put("zendeskRequests", pass.getSource().requests());
        json.put("zendeskThrottled", pass.getSource().throttled());
        json.set("halt", HaltJson.of(organization.currentHalt()));
        ObjectNode places = json.putObject("placeHalts");
        organization.placeHalts().forEach((place, halt) -> places.set(place, HaltJson.of(halt)));
        json.put("stuckPending", organization.stuckPending());
        json.put("candidates", organization.candidates());
        json.put("removed", organization.removed());
        json.put("refused", organization.refusedRemovals());
        json.put("folderFailed", pass.isDataFolderFailed());
        ArrayNode warnings = json.putArray("warnings");
        pass.warnings().forEach(warnings::add);
        ArrayNode read = json.putArray("placesRead");
        for (Place place : organization.getPlaces()) {
            if (organization.snapshot().wasRead(place.id())) {
                read.add(place.id());
            }
        }
        return json;
    }

    private static void write(JsonGenerator json, OrganizationPass organization, SegmentMessage message)
            throws IOException {
        json.writeStartArray();
        json.writeNumber(message.membershipId());
        json.writeString(message.ending().name());
        json.writeString(message.reason());
        json.writeString(message.id());
        json.writeString(message.genesysUserId());
        json.writeString(message.wantedStatus());
        json.writeString(message.observedStatus());
        json.writeString(message.evidence().detail());
        json.writeString(message.observedStatus() == null ? StatusWriteBack.seen(organization, message) : null);
        json.writeEndArray();
    }

    /** @throws UnusableException if it is not a result, or incomplete */
    public static PartResult open(byte[] bytes) throws UnusableException {
        try {
            MappingIterator<JsonNode> lines = PackedLines.unpack(bytes);
            JsonNode header = lines.hasNextValue() ? lines.nextValue() : JsonNodeFactory.instance.missingNode();
            if (header.path("schema").asInt() != SCHEMA
                    || !header.path("organization").isTextual()
                    || !header.path("runId").isTextual()
                    || !header.path("rows").isInt()) {
                throw new UnusableException("a result has no header that this version knows");
            }
            List<JsonNode> rows = new ArrayList<>();
            while (lines.hasNextValue()) {
                rows.add(lines.nextValue());
            }
            if (rows.size() != header.path("rows").asInt()) {
                throw new UnusableException("a result is not whole");
            }
            return new PartResult(header, rows);
        } catch (JsonProcessingException garbage) {
            throw new UnusableException("a result is not JSON");
        } catch (IOException garbage) {
            throw new UnusableException("a result cannot be unpacked");
        }
    }

    public String runId() {
        return header.path("runId").asText();
    }

    public String organization() {
        return header.path("organization").asText();
    }

    /** Who did the part. */
    public String worker() {
        return header.path("worker").asText();
    }

    /**
     * Merges it into the part's pass. Messages are counted there, one by one, as if they had ended there.
     *
     * @throws UnusableException if it is not the result of this part, or its counts contradict its rows;
     *     then nothing was taken from it
     */
    public void into(Pass pass) throws UnusableException {
        OrganizationPass organization = pass.organization(organization());
        try {
            Halt halt = HaltJson.read(header.path("halt"));
            Map<String, Halt> placeHalts = HaltJson.places(header.path("placeHalts"));
            Map<Call.Kind, Long> requests = new EnumMap<>(Call.Kind.class);
            for (Map.Entry<String, JsonNode> kind : header.path("requests").properties()) {
                requests.put(Call.Kind.valueOf(kind.getKey()), kind.getValue().asLong());
            }
            boolean begun = header.has("counted");
            if (begun) {
                compare(organization);
            }
            if (halt != null) {
                organization.halt(halt);
            }
            placeHalts.forEach(organization::haltPlace);
            organization.countElsewhere(requests, header.path("throttled").asLong());
            pass.getSource()
                    .countElsewhere(
                            Map.of(
                                    Call.Kind.READ,
                                    header.path("zendeskRequests").asLong()),
                            header.path("zendeskThrottled").asLong());
        } catch (IllegalArgumentException garbage) {
            throw new UnusableException("a result tells of a halt or a call that this version does not know");
        }
        if (!header.path("placesRead").isEmpty()) {
            organization.answersElsewhere();
        }
        organization.servedBy(worker());
        organization.countStuckPending(header.path("stuckPending").asLong());
        organization.countCandidates(header.path("candidates").asInt());
        organization.countRemoved(header.path("removed").asInt());
        organization.countRefused(header.path("refused").asInt());
        header.path("warnings").forEach(warning -> pass.warn(warning.asText()));
        header.path("placesRead")
                .forEach(place -> organization.snapshot().read(place.asText()).end());
        if (header.path("folderFailed").asBoolean()) {
            pass.dataFolderFails("A worker could not keep what it learned: see its log.");
        }
        if (rows.isEmpty()) {
            Halt halt = organization.currentHalt();
            organization.holdRest(halt == null ? HaltReason.UNAVAILABLE : halt.reason());
            return;
        }
        Iterator<JsonNode> row = rows.iterator();
        for (SegmentMessage message : organization.getMessages()) {
            take(message, row.next(), organization);
        }
    }

    private void compare(OrganizationPass organization) throws UnusableException {
        List<SegmentMessage> messages = organization.getMessages();
        if (messages.size() != rows.size()) {
            throw new UnusableException("a result has " + rows.size() + " rows for a part of " + messages.size());
        }
        Map<Outcome, Long> seen = new EnumMap<>(Outcome.class);
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).path(0).asLong() != messages.get(i).membership().id()) {
                throw new UnusableException("a result's rows are those of another part");
            }
            seen.merge(Outcome.valueOf(rows.get(i).path(1).asText()), 1L, Long::sum);
        }
        for (Outcome outcome : Outcome.values()) {
            if (header.path("counted").path(outcome.name()).asLong() != seen.getOrDefault(outcome, 0L)) {
                throw new UnusableException("a result's counts say something else than its rows");
            }
        }
    }

    private static void take(SegmentMessage message, JsonNode row, OrganizationPass organization) {
        String id = row.path(3).asText(null);
        String user = row.path(4).asText(null);
        if (id != null && user != null) {
            message.found(user, id);
        }
        message.wants(row.path(5).asText(null));
        message.observed(row.path(6).asText(null));
        String detail = row.path(7).asText(null);
        if (detail != null) {
            message.notes().details(detail);
        }
        message.ends(Outcome.valueOf(row.path(1).asText()), row.path(2).asText(null));
        String seen = row.path(8).asText(null);
        if (seen != null && id != null && user != null && message.ending() != Outcome.CREATED) {
            // What the worker's snapshot shows, for writing the status back.
            organization
                    .snapshot()
                    .add(new SegmentRow(id, user, message.getPlace().id(), seen.toUpperCase(Locale.ROOT), 0, null));
        }
        if (message.markRecorded()) {
            organization.record(message);
        }
    }
}
