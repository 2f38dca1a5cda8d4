package dev.wfmbridge.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an event says: which agents to look at again, and why. Nothing else of it is kept.
 *
 * @param id signed, and the same when it is delivered again
 * @param type without Zendesk's prefix: {@code group_membership_created}
 * @param role the user's, from the event; empty if not given
 * @param agents Zendesk ids: the user it is about, and the one that somebody was merged with
 * @param field what it says about the user field that changed; never null
 * @param time when it happened, from the event; null if not given
 */
public record Event(String id, String type, String role, List<Long> agents, JsonNode field, Instant time) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Event NOTHING = new Event("", "", "", List.of(), MissingNode.getInstance(), null);
    private static final String ID = "[A-Za-z0-9._:-]{1,128}";

    /** Reads a body. Anything that is not an event about a user names nobody, and has no id to remember. */
    static Event read(byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (IOException garbage) {
            return NOTHING;
        }
        String id = json == null ? "" : json.path("id").asText("");
        // Some types also occur with a slash instead of a colon.
        String type = json == null ? "" : json.path("type").asText("").replaceFirst("^zen:event-type[:/]", "");
        if (!id.matches(ID) || !type.startsWith("user.")) {
            return NOTHING;
        }
        JsonNode event = json.path("event");
        Set<Long> agents = new LinkedHashSet<>();
        add(agents, json.path("subject").asText("").replaceFirst("^zen:user:", ""));
        add(agents, json.path("detail").path("id").asText(""));
        if (type.equals("user.merged")) {
            // The remaining user has the memberships of both.
            event.findValues("id").forEach(other -> add(agents, other.asText("")));
        }
        JsonNode field = event.has("custom_field") ? event.path("custom_field") : event.path("field");
        return new Event(
                id,
                type.substring("user.".length()),
                json.path("detail").path("role").asText(""),
                new ArrayList<>(agents),
                field,
                Signature.time(json.path("time").asText("")).orElse(null));
    }

    /** Whether it is about a user. */
    public boolean isAboutUser() {
        return !id.isEmpty();
    }

    /** Ids are strings here; "0" is nobody. */
    private static void add(Set<Long> agents, String id) {
        if (id.matches("[1-9][0-9]{0,17}")) {
            agents.add(Long.valueOf(id));
        }
    }
}
