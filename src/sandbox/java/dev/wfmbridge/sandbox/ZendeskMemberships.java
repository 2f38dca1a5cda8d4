package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/** {@code /api/v2/group_memberships}, of all, of one group and of one user, with what they name side-loaded. */
final class ZendeskMemberships {
    private final World world;
    private final ZendeskUsers users;

    ZendeskMemberships(World world, ZendeskUsers users) {
        this.world = world;
        this.users = users;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("GET", "/api/v2/group_memberships", (call, variables) -> list(call, row -> true))
                .add(
                        "GET",
                        "/api/v2/groups/{groupId}/memberships",
                        (call, variables) -> ofGroup(call, variables.get(0)))
                .add(
                        "GET",
                        "/api/v2/users/{userId}/group_memberships",
                        (call, variables) -> ofUser(call, variables.get(0)));
    }

    private Answer ofGroup(ZendeskCall call, String groupId) {
        Optional<Long> id = ZendeskIds.parse(groupId)
                .filter(known -> world.zendesk().findGroup(known).isPresent());
        return id.isEmpty() ? ZendeskCall.notFound() : list(call, row -> names(row, "group_id", id.get()));
    }

    private Answer ofUser(ZendeskCall call, String userId) {
        Optional<Long> id = ZendeskIds.parse(userId)
                .filter(known -> world.zendesk().findAgent(known).isPresent());
        return id.isEmpty() ? ZendeskCall.notFound() : list(call, row -> names(row, "user_id", id.get()));
    }

    private static boolean names(ObjectNode row, String field, long id) {
        return row.path(field).isIntegralNumber() && row.path(field).longValue() == id;
    }

    private Answer list(ZendeskCall call, Predicate<ObjectNode> wanted) {
        List<Map.Entry<Long, ObjectNode>> rows = world.zendesk().memberships().entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .toList();
        return call.list(
                "group_memberships",
                "id",
                rows,
                row -> Cursor.of(row.getKey()),
                Map.Entry::getValue,
                world.zendesk().pagesRepeatLastRow(),
                (body, page) -> sideLoad(call, body, page));
    }

    private void sideLoad(ZendeskCall call, ObjectNode body, List<Map.Entry<Long, ObjectNode>> page) {
        List<String> include = call.request().list("include");
        if (include.contains("users")) {
            sideLoad(body, "users", "user_id", page, id -> world.zendesk()
                    .findAgent(id)
                    .filter(world.zendesk()::inSideLoad)
                    .map(agent -> users.json(agent, call.publicHost())));
        }
        if (include.contains("groups")) {
            sideLoad(body, "groups", "group_id", page, id -> world.zendesk()
                    .findGroup(id)
                    .filter(world.zendesk()::inSideLoad)
                    .map(group -> ZendeskGroups.json(group, call.publicHost())));
        }
    }

    /** Each thing that the page names, once. */
    private static void sideLoad(
            ObjectNode body,
            String name,
            String field,
            List<Map.Entry<Long, ObjectNode>> page,
            LongFunction<Optional<ObjectNode>> thing) {
        Set<Long> ids = new LinkedHashSet<>();
        page.forEach(entry -> {
            if (entry.getValue().path(field).isIntegralNumber()) {
                ids.add(entry.getValue().path(field).longValue());
            }
        });
        var array = body.putArray(name);
        ids.forEach(id -> thing.apply(id).ifPresent(array::add));
    }
}
