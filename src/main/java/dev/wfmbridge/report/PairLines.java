package dev.wfmbridge.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** What became of each mapped pair, as {@code RUNID.outcomes.jsonl} says it (docs/reference.md, "Report"): ids only. */
public final class PairLines {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory LINES = new JsonFactoryBuilder()
            .rootValueSeparator("")
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private PairLines() {}

    /** One line for each pair. */
    public static String of(Pass pass) throws IOException {
        StringWriter lines = new StringWriter();
        write(pass, lines);
        return lines.toString();
    }

    /** Writes one line for each pair. */
    public static void write(Pass pass, Writer lines) throws IOException {
        JsonGenerator json = LINES.createGenerator(lines);
        for (OrganizationPass organization : pass.getOrganizations()) {
            for (SegmentMessage message : organization.getMessages()) {
                write(message, json);
                json.writeRaw('\n');
            }
        }
        json.flush();
    }

    /** The lines of one agent's pairs. */
    public static List<JsonNode> ofAgent(Pass pass, long zendeskUserId) throws IOException {
        List<JsonNode> pairs = new ArrayList<>();
        for (OrganizationPass organization : pass.getOrganizations()) {
            for (SegmentMessage message : organization.getMessages()) {
                if (message.agentId() == zendeskUserId) {
                    try (TokenBuffer json = new TokenBuffer(JSON, false)) {
                        write(message, json);
                        pairs.add(JSON.readTree(json.asParser()));
                    }
                }
            }
        }
        return pairs;
    }

    private static void write(SegmentMessage message, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("zendeskUserId", message.agentId());
        json.writeNumberField("groupId", message.membership().groupId());
        json.writeNumberField("membershipId", message.membershipId());
        json.writeStringField("organization", message.organization());
        json.writeStringField("scheduleId", message.getPlace().id());
        json.writeStringField("segmentId", message.id());
        json.writeStringField("genesysUserId", message.genesysUserId());
        json.writeStringField("outcome", message.getOutcome());
        json.writeStringField("reason", message.reason());
        json.writeStringField("detail", message.evidence().detail());
        json.writeStringField("status", message.observedStatus());
        json.writeStringField("wantedStatus", message.wantedStatus());
        json.writeStringField("entryFile", message.entry().file());
        json.writeNumberField("entryLine", message.entry().line());
        json.writeEndObject();
    }
}
