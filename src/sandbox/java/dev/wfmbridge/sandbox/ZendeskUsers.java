package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code /api/v2/users}: listing, search, many by id, one, and who the caller is. */
final class ZendeskUsers {
    private static final int MOST_IDS = 100;

    private final World world;

    ZendeskUsers(World world) {
        this.world = world;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("GET", "/api/v2/users", (call, variables) -> list(call))
                .add("GET", "/api/v2/users/me", (call, variables) -> me(call))
                .add("GET", "/api/v2/users/search", (call, variables) -> search(call))
                .add("GET", "/api/v2/users/show_many", (call, variables) -> many(call))
                .add("GET", "/api/v2/users/{userId}", (call, variables) -> one(call, variables.get(0)));
    }

    private Answer list(ZendeskCall call) {
        return call.list(
                "users",
                "id",
                world.zendesk().agents(),
                agent -> Cursor.of(agent.id()),
                agent -> json(agent, call.publicHost()),
                false,
                (body, page) -> {});
    }

    private Answer me(ZendeskCall call) {
        ObjectNode user = call.callerId() == null
                ? anonymous(call.publicHost())
                : json(world.zendesk().agent(call.callerId()), call.publicHost());
        return Answer.json(200, Json.object().set("user", user));
    }

    private ObjectNode anonymous(String publicHost) {
        ZendeskAgent nobody =
                ZendeskAgent.of(0, "Anonymous user", "invalid@example.com").withRole("end-user");
        ObjectNode user = json(nobody, publicHost);
        user.putNull("id");
        user.put("url", publicHost + "/api/v2/users/.json");
        return user;
    }

    private Answer one(ZendeskCall call, String id) {
        return ZendeskIds.parse(id)
                .flatMap(world.zendesk()::findAgent)
                .map(agent -> Answer.json(200, Json.object().set("user", json(agent, call.publicHost()))))
                .orElseGet(ZendeskCall::notFound);
    }

    /** {@code email:ADDRESS} finds by a part of the address too; other words, by a part of name or address. */
    private Answer search(ZendeskCall call) {
        String query = call.request().parameter("query").orElse("").trim().toLowerCase(Locale.ROOT);
        boolean byAddress = query.startsWith("email:");
        String part = (byAddress ? query.substring("email:".length()) : query).replace("\"", "");
        Predicate<ZendeskAgent> matches =
                agent -> contains(agent.email(), part) || !byAddress && contains(agent.name(), part);
        List<ZendeskAgent> found = world.zendesk().agents().stream()
                .filter(agent -> !part.isEmpty() && matches.test(agent))
                .toList();
        return call.byOffset("users", found, agent -> json(agent, call.publicHost()), (body, page) -> {});
    }

    private static boolean contains(String text, String part) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(part);
    }

    private Answer many(ZendeskCall call) {
        List<String> ids = call.request().list("ids");
        if (ids.size() > MOST_IDS) {
            return ZendeskCall.error(400, "TooManyValues", "ids must have at most " + MOST_IDS + " values");
        }
        List<ZendeskAgent> found = new ArrayList<>();
        for (String id : ids) {
            Optional<ZendeskAgent> agent = ZendeskIds.parse(id).flatMap(world.zendesk()::findAgent);
            agent.filter(known -> !found.contains(known)).ifPresent(found::add);
        }
        return call.byOffset("users", found, agent -> json(agent, call.publicHost()), (body, page) -> {});
    }

    /** A user as recorded; of the fields, those that the account has, an empty one as {@code null}. */
    ObjectNode json(ZendeskAgent agent, String publicHost) {
        boolean endUser = agent.role().equals("end-user");
        ObjectNode json = Json.object()
                .put("id", agent.id())
                .put("url", publicHost + "/api/v2/users/" + agent.id() + ".json")
                .put("name", agent.name())
                .put("email", agent.email())
                .put("created_at", ZendeskAccount.createdAt().toString())
                .put("updated_at", world.zendesk().updatedAt(agent).toString())
                .put("time_zone", "America/New_York")
                .put("iana_time_zone", "America/New_York")
                .putNull("phone")
                .putNull("shared_phone_number")
                .putNull("photo")
                .put("locale_id", 1)
                .put("locale", "en-US")
                .putNull("organization_id")
                .put("role", agent.role())
                .put("verified", !endUser)
                .putNull("external_id");
        var tags = json.putArray("tags");
        agent.tags().forEach(tags::add);
        json.putNull("alias")
                .put("active", agent.active())
                .put("shared", false)
                .put("shared_agent", false)
                .putNull("last_login_at")
                .put("two_factor_auth_enabled", false)
                .putNull("signature")
                .putNull("details")
                .putNull("notes")
                .putNull("role_type")
                .putNull("custom_role_id")
                .put("moderator", !endUser)
                .put("ticket_restriction", endUser ? "requested" : null)
                .put("only_private_comments", false)
                .put("restricted_agent", endUser)
                .put("suspended", agent.suspended())
                .putNull("default_group_id")
                .put("report_csv", false);
        ObjectNode fields = json.putObject("user_fields");
        world.zendesk()
                .userFields()
                .forEach(field -> fields.put(field.key(), agent.userFields().get(field.key())));
        return json;
    }
}
