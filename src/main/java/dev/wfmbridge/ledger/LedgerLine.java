package dev.wfmbridge.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.wfmbridge.mapping.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the bridge remembers of one segment (docs/removals.md).
 *
 * @param created whether it was created here
 * @param statusBefore the status that it had before our own cancellation; null if we did not cancel it
 * @param cancelledVersion the version that our cancellation makes; 0 if we did not cancel it
 * @param statusWritten what was written into the Zendesk user's field; null if nothing
 */
public record LedgerLine(
        String segmentId,
        String target,
        String placeId,
        String userId,
        long zendeskUserId,
        long groupId,
        boolean created,
        String statusBefore,
        long cancelledVersion,
        String statusWritten) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONLY_WRITTEN = "zendesk-user-";

    LedgerLine cancelling(String status, long version) {
        return new LedgerLine(
                segmentId, target, placeId, userId, zendeskUserId, groupId, created, status, version, statusWritten);
    }

    /** What is left of a line whose segment is gone or has become another agent's: no segment has such an id. */
    LedgerLine onlyWritten() {
        return new LedgerLine(
                ONLY_WRITTEN + zendeskUserId,
                target,
                placeId,
                userId,
                zendeskUserId,
                groupId,
                false,
                null,
                0,
                statusWritten);
    }

    boolean isOnlyWritten() {
        return segmentId.startsWith(ONLY_WRITTEN);
    }

    LedgerLine written(String status) {
        return new LedgerLine(
                segmentId,
                target,
                placeId,
                userId,
                zendeskUserId,
                groupId,
                created,
                statusBefore,
                cancelledVersion,
                status);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("segmentId", segmentId);
        json.writeStringField("target", target);
        json.writeStringField("scheduleId", placeId);
        json.writeStringField("userId", userId);
        json.writeNumberField("zendeskUserId", zendeskUserId);
        json.writeNumberField("groupId", groupId);
        json.writeBooleanField("created", created);
        json.writeStringField("statusBefore", statusBefore);
        json.writeNumberField("cancelledVersion", cancelledVersion);
        json.writeStringField("statusWritten", statusWritten);
        json.writeEndObject();
    }

    JsonNode toJson() {
        try (TokenBuffer json = new TokenBuffer(JSON, false)) {
            write(json);
            return JSON.readTree(json.asParser());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static LedgerLine fromJson(JsonNode json) {
        return new LedgerLine(
                json.path("segmentId").asText(),
                json.path("target").asText(Targets.installed().usual().name()),
                json.path("scheduleId").asText(),
                json.path("userId").asText(),
                json.path("zendeskUserId").asLong(),
                json.path("groupId").asLong(),
                json.path("created").asBoolean(),
                json.path("statusBefore").asText(null),
                json.path("cancelledVersion").asLong(),
                json.path("statusWritten").asText(null));
    }
}
