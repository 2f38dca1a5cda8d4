package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;

/** {@code /api/v2/groups}: listed by name and id, deleted ones too. */
final class ZendeskGroups {
    private final World world;

    ZendeskGroups(World world) {
        this.world = world;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("GET", "/api/v2/groups", (call, variables) -> list(call))
                .add("GET", "/api/v2/groups/{groupId}", (call, variables) -> one(call, variables.get(0)));
    }

    private Answer list(ZendeskCall call) {
        List<ZendeskAccount.Group> groups = world.zendesk().groups().stream()
                .sorted(Comparator.comparing(ZendeskGroups::cursor))
                .toList();
        return call.list(
                "groups",
                "name,id",
                groups,
                ZendeskGroups::cursor,
                group -> json(group, call.publicHost()),
                false,
                (body, page) -> {});
    }

    private static Cursor cursor(ZendeskAccount.Group group) {
        return new Cursor(group.name(), group.id());
    }

    private Answer one(ZendeskCall call, String id) {
        return ZendeskIds.parse(id)
                .flatMap(world.zendesk()::findGroup)
                .map(group -> Answer.json(200, Json.object().set("group", json(group, call.publicHost()))))
                .orElseGet(ZendeskCall::notFound);
    }

    static ObjectNode json(ZendeskAccount.Group group, String publicHost) {
        return Json.object()
                .put("url", publicHost + "/api/v2/groups/" + group.id() + ".json")
                .put("id", group.id())
                .put("is_public", true)
                .put("name", group.name())
                .put("description", "")
                .put("default", false)
                .put("deleted", group.deleted())
                .put("created_at", ZendeskAccount.createdAt().toString())
                .put("updated_at", group.updatedAt().toString());
    }
}
