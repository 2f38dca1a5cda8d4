package dev.wfmbridge.part;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.GroupEntries;
import dev.wfmbridge.zendesk.Source;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * An organisation's part of a pass as a value: everything that its work needs, as bytes, whichever process does it. It contains
 * agents' e-mail addresses, so it is never logged, and never kept longer than needed.
 */
public final class Part {

    private static final int SCHEMA = 1;
    private static final String AGENT = "a";
    private static final String ROW = "r";

    private final JsonNode header;
    private final MappingIterator<JsonNode> lines;

    private Part(JsonNode header, MappingIterator<JsonNode> lines) {
        this.header = header;
        this.lines = lines;
    }

    /** The part of this organisation, before any of its work is done. */
    public static byte[] pack(Pass pass, OrganizationPass organization) throws IOException {
        return PackedLines.pack(json -> {
            json.writeTree(header(pass, organization));
            Set<Long> told = new HashSet<>();
            for (SegmentMessage message : organization.getMessages()) {
                Agent agent = pass.getSource().agent(message.agentId());
                if (agent != null && told.add(agent.id())) {
                    write(json, agent);
                }
                write(json, message);
            }
        });
    }

    private static ObjectNode header(Pass pass, OrganizationPass organization) {
        Source source = pass.getSource();
        GroupEntries entries = source.entries();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", SCHEMA);
        json.put("runId", pass.getRunId());
        json.put("trigger", pass.trigger().name());
        json.put("organization", organization.getName());
        json.put("mappingSha256", pass.mapping().sha256());
        json.put("rows", organization.getMessages().size());
        json.put("endsBy", Objects.toString(pass.endsBy(), null));
        ObjectNode read = json.putObject("source");
        read.put("incompleteBecause", source.isComplete() ? null : because(source));
        read.set("halt", HaltJson.of(source.currentHalt()));
        read.put("malformedRowOfAnyGroup", source.malformedRowOfUnknownGroup());
        ArrayNode malformed = read.putArray("malformedGroups");
        json.set("halt", HaltJson.of(organization.currentHalt()));
        ObjectNode places = json.putObject("placeHalts");
        organization.placeHalts().forEach((place, halt) -> places.set(place, HaltJson.of(halt)));
        ObjectNode groups = json.putObject("groups");
        ArrayNode missing = json.putArray("missing");
        Set<Entry> absent = new HashSet<>(pass.missingGroups());
        for (Entry entry : pass.mapping().entriesOf(organization.getName())) {
            ArrayNode ids = groups.putArray(String.valueOf(entry.index()));
            for (Long group : entries.groupsOf(entry)) {
                ids.add(group);
                if (source.hasMalformedRow(group)) {
                    malformed.add(group);
                }
            }
            if (absent.contains(entry)) {
                missing.add(entry.index());
            }
        }
        if (pass.isReplay()) {
            json.put("ratePerMinute", pass.replayRequest().ratePerMinute());
        } else {
            ArrayNode agents = json.putArray("agents");
            pass.agents().forEach(agents::add);
        }
        ObjectNode approvals = json.putObject("approvals");
        pass.approvals().forEach((place, count) -> {
            if (place.startsWith(organization.getName() + "/")) {
                approvals.put(place, count);
            }
        });
        return json;
    }

    private static String because(Source source) {
        return Objects.requireNonNullElse(source.incompleteBecause(), "it was not read");
    }

    private static void write(JsonGenerator json, Agent agent) throws IOException {
        json.writeStartArray();
        json.writeString(AGENT);
        json.writeNumber(agent.id());
        json.writeBoolean(agent.works());
        json.writeBoolean(agent.suspended());
        json.writeString(agent.email());
        json.writeString(agent.genesysUserId());
        json.writeStartArray();
        for (String tag : agent.tags()) {
            json.writeString(tag);
        }
        json.writeEndArray();
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, SegmentMessage message) throws IOException {
        Membership membership = message.membership();
        json.writeStartArray();
        json.writeString(ROW);
        json.writeNumber(message.entry().index());
        json.writeNumber(message.entry().places().indexOf(message.getPlace()));
        json.writeNumber(membership.id());
        json.writeNumber(membership.userId());
        json.writeNumber(membership.groupId());
        json.writeNumber(membership.updatedAt());
        json.writeString(message.wantedStatus());
        json.writeString(message.ending() == Outcome.SKIPPED ? message.reason() : null);
        json.writeEndArray();
    }

    /**
     * Opens a part; its rows are read when it is laid out.
     *
     * @throws UnusableException if it is not a part, or has an unknown version
     */
    public static Part open(byte[] bytes) throws UnusableException {
        try {
            MappingIterator<JsonNode> lines = PackedLines.unpack(bytes);
            if (!lines.hasNextValue()) {
                throw new UnusableException("a part is empty");
            }
            JsonNode header = lines.nextValue();
            if (header.path("schema").asInt() != SCHEMA
                    || !header.path("organization").isTextual()
                    || !header.path("runId").isTextual()
                    || !header.path("mappingSha256").isTextual()
                    || !header.path("rows").isInt()) {
                throw new UnusableException("a part has no header that this version knows");
            }
            return new Part(header, lines);
        } catch (JsonProcessingException garbage) {
            throw new UnusableException("a part is not JSON");
        } catch (IOException garbage) {
            throw new UnusableException("a part cannot be unpacked");
        }
    }

    public String runId() {
        return header.path("runId").asText();
    }

    public String organization() {
        return header.path("organization").asText();
    }

    public String mappingSha256() {
        return header.path("mappingSha256").asText();
    }

    public int rows() {
        return header.path("rows").asInt();
    }

    /**
     * What its pass was started with, as far as this part needs to know.
     *
     * @throws UnusableException if this version does not understand it
     */
    public PassOrder order() throws UnusableException {
        Trigger trigger;
        try {
            trigger = Trigger.valueOf(header.path("trigger").asText());
        } catch (IllegalArgumentException unknown) {
            throw new UnusableException("a part has a trigger that this version does not know");
        }
        Instant endsBy = endsBy();
        JsonNode rate = header.path("ratePerMinute");
        Map<String, Integer> approvals = new HashMap<>();
        header.path("approvals")
                .properties()
                .forEach(approval ->
                        approvals.put(approval.getKey(), approval.getValue().asInt()));
        return new PassOrder(
                trigger,
                endsBy == null ? null : Duration.between(Instant.now(), endsBy),
                false,
                rate.isInt() ? new ReplayRequest(Map.of(), rate.asInt()) : null,
                approvals,
                ids(header.path("agents")));
    }

    /** When its pass stops waiting for it; null if never. */
    public Instant endsBy() throws UnusableException {
        try {
            return header.path("endsBy").isTextual()
                    ? Instant.parse(header.path("endsBy").asText())
                    : null;
        } catch (DateTimeException noTime) {
            throw new UnusableException("a part has an end that is no time");
        }
    }

    /**
     * Unpacks it into a pass that has the same mapping, in which only this organisation has work.
     *
     * @throws UnusableException if it is incomplete, or does not match the mapping; then the pass must not begin
     */
    public void into(Pass pass) throws UnusableException {
        OrganizationPass organization = pass.organization(organization());
        try {
            pass.getSource().entries(facts(pass, organization));
            int rows = 0;
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                if (AGENT.equals(line.path(0).asText())) {
                    pass.getSource().add(agent(line));
                } else if (++rows <= rows()) {
                    collect(organization, message(line, pass.mapping(), organization()));
                }
            }
            if (rows != rows()) {
                throw new UnusableException("a part says that it has " + rows() + " rows, and has " + rows);
            }
        } catch (IOException | IllegalArgumentException garbage) {
            throw new UnusableException("a part cannot be read to its end");
        }
    }

    private GroupEntries facts(Pass pass, OrganizationPass organization) throws UnusableException {
        JsonNode read = header.path("source");
        pass.getSource()
                .readElsewhere(
                        read.path("incompleteBecause").asText(null),
                        read.path("malformedRowOfAnyGroup").asBoolean(true),
                        ids(read.path("malformedGroups")));
        Halt halt = HaltJson.read(read.path("halt"));
        if (halt != null) {
            pass.getSource().halt(halt);
        }
        halt = HaltJson.read(header.path("halt"));
        if (halt != null) {
            organization.halt(halt);
        }
        HaltJson.places(header.path("placeHalts")).forEach(organization::haltPlace);
        for (JsonNode index : header.path("missing")) {
            pass.lacksGroupOf(entry(pass.mapping(), index.asInt(-1)));
        }
        Map<Entry, List<Long>> groups = new HashMap<>();
        for (Map.Entry<String, JsonNode> group : header.path("groups").properties()) {
            groups.put(entry(pass.mapping(), Integer.parseInt(group.getKey())), ids(group.getValue()));
        }
        return GroupEntries.told(groups);
    }

    private static List<Long> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
    }

    private Entry entry(Mapping mapping, int index) throws UnusableException {
        if (index < 0
                || index >= mapping.entries().size()
                || !mapping.entries().get(index).organization().equals(organization())) {
            throw new UnusableException("a part names an entry that the organisation does not have");
        }
        return mapping.entries().get(index);
    }

    private static Agent agent(JsonNode line) {
        Set<String> tags = new HashSet<>();
        line.path(6).forEach(tag -> tags.add(tag.asText()));
        return new Agent(
                line.path(1).asLong(),
                line.path(2).asBoolean(),
                line.path(3).asBoolean(),
                line.path(4).asText(null),
                tags,
                line.path(5).asText(null),
                "");
    }

    private SegmentMessage message(JsonNode line, Mapping mapping, String organization) throws UnusableException {
        Entry entry = entry(mapping, line.path(1).asInt(-1));
        int place = line.path(2).asInt(-1);
        if (!ROW.equals(line.path(0).asText())
                || place < 0
                || place >= entry.places().size()) {
            throw new UnusableException("a part of " + organization + " has a row that is not one");
        }
        SegmentMessage message = new SegmentMessage(
                entry,
                entry.places().get(place),
                new Membership(
                        line.path(3).asLong(),
                        line.path(4).asLong(),
                        line.path(5).asLong(),
                        line.path(6).asLong()));
        message.wants(line.path(7).asText(null));
        if (line.path(8).isTextual()) {
            message.ends(Outcome.SKIPPED, line.path(8).asText());
        }
        return message;
    }

    private static void collect(OrganizationPass organization, SegmentMessage message) {
        organization.countMapped();
        if (message.ending() == null) {
            organization.needsUsers();
        }
        organization.collect(message);
    }
}
