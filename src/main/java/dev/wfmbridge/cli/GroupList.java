package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.util.LinkedHashMap;
import java.util.Map;

/** The groups that Zendesk has: one request for 100 of them. */
final class GroupList {

    private GroupList() {}

    /** Name by id, in Zendesk's order, without those that are deleted. */
    static Map<String, String> read(Bridge bridge, Side zendesk) throws Exception {
        Map<String, String> groups = new LinkedHashMap<>();
        bridge.read(zendesk, ZendeskLists.groups(bridge.paging()), page -> page.path("groups")
                .forEach(group -> {
                    if (!group.path("deleted").asBoolean(false)) {
                        groups.put(group.path("id").asText(), group.path("name").asText());
                    }
                }));
        return groups;
    }
}
