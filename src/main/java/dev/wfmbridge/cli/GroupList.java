package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.zendesk.ListingCursor;
import java.util.LinkedHashMap;
import java.util.Map;

/** The groups that Zendesk has: one request for 100 of them. */
final class GroupList {

    private GroupList() {}

    /** Name by id, in Zendesk's order, without those that are deleted. */
    static Map<String, String> read(Bridge bridge, Side zendesk) throws Exception {
        Map<String, String> groups = new LinkedHashMap<>();
        ListingCursor cursor = new ListingCursor();
        JsonNode page;
        do {
            page = bridge.read(zendesk, Call.get("/api/v2/groups", "page%5Bsize%5D=100" + cursor.query(), "groups"));
            page.path("groups").forEach(group -> {
                if (!group.path("deleted").asBoolean(false)) {
                    groups.put(group.path("id").asText(), group.path("name").asText());
                }
            });
        } while (cursor.follow(page));
        return groups;
    }
}
