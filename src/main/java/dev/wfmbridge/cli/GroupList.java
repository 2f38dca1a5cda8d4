package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The groups that Zendesk has: one request for 100 of them. */
final class GroupList {

    private GroupList() {}

    /** Name by id, in Zendesk's order, without those that are deleted. */
    static Map<String, String> read(Bridge bridge, Side zendesk) throws Exception {
        Map<String, String> groups = new LinkedHashMap<>();
        Set<String> cursors = new HashSet<>();
        String cursor = null;
        do {
            String after =
                    cursor == null ? "" : "&page%5Bafter%5D=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
            JsonNode page = bridge.read(
                    zendesk, Call.get("/api/v2/groups", "page%5Bsize%5D=100" + after, "groups"), "direct:zendesk-read");
            page.path("groups").forEach(group -> {
                if (!group.path("deleted").asBoolean(false)) {
                    groups.put(group.path("id").asText(), group.path("name").asText());
                }
            });
            cursor = page.path("meta").path("has_more").asBoolean(false)
                    ? page.path("meta").path("after_cursor").asText(null)
                    : null;
            if (cursor != null && !cursors.add(cursor)) {
                throw new IllegalStateException("Zendesk's pages of groups lead back to one that was read already");
            }
        } while (cursor != null);
        return groups;
    }
}
