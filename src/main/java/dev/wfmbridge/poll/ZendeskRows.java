package dev.wfmbridge.poll;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.Timestamp;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.Group;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** The rows of Zendesk's answers as values (contract: zendesk.md, "Reading"). */
final class ZendeskRows {

    private ZendeskRows() {}

    /** A membership; null if it lacks one of its ids. */
    static Membership membership(JsonNode row) {
        Long id = id(row.get("id"));
        Long user = id(row.get("user_id"));
        Long group = id(row.get("group_id"));
        return id == null || user == null || group == null
                ? null
                : new Membership(id, user, group, seconds(row.path("updated_at").asText("")));
    }

    /** A group; null without an id. */
    static Group group(JsonNode group) {
        Long id = id(group.get("id"));
        return id == null
                ? null
                : new Group(
                        id, group.path("name").asText(""), group.path("deleted").asBoolean(false));
    }

    /**
     * A user; null without an id.
     *
     * @param named the tags that are kept, in lower case
     * @param idField the user field that names a Genesys user; null if none does
     * @param statusField the one that shows the status; empty if none does
     */
    static Agent agent(JsonNode user, Set<String> named, String idField, String statusField) {
        Long id = id(user.get("id"));
        if (id == null) {
            return null;
        }
        Set<String> tags = named.isEmpty() ? Set.of() : tags(user, named);
        String role = user.path("role").asText("");
        boolean works = user.path("active").asBoolean(true) && (role.equals("agent") || role.equals("admin"));
        JsonNode fields = user.path("user_fields");
        return new Agent(
                id,
                works,
                user.path("suspended").asBoolean(false),
                text(user.get("email")),
                tags,
                idField == null ? null : text(fields.get(idField)),
                statusField.isEmpty() ? "" : Objects.requireNonNullElse(text(fields.get(statusField)), ""));
    }

    private static Set<String> tags(JsonNode user, Set<String> named) {
        Set<String> tags = new HashSet<>();
        for (JsonNode tag : user.path("tags")) {
            String name = tag.asText().toLowerCase(Locale.ROOT);
            if (named.contains(name)) {
                tags.add(name);
            }
        }
        return Set.copyOf(tags);
    }

    /** An id, as a number or as text; null if it is neither. */
    static Long id(JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isIntegralNumber() && node.canConvertToLong() && node.asLong() > 0) {
            return node.asLong();
        }
        if (node.isTextual() && node.asText().matches("[1-9][0-9]{0,17}")) {
            return Long.valueOf(node.asText());
        }
        return null;
    }

    /** Seconds since 1970; 0 if it is not a time. */
    private static long seconds(String text) {
        return Objects.requireNonNullElse(Timestamp.seconds(text), 0L);
    }

    private static String text(JsonNode node) {
        if (node == null || node.isNull() || node.isContainerNode()) {
            return null;
        }
        String text = node.asText().strip();
        return text.isEmpty() ? null : text;
    }
}
