package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v2/user_fields}. */
final class ZendeskUserFields {
    private final World world;

    ZendeskUserFields(World world) {
        this.world = world;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("GET", "/api/v2/user_fields", (call, variables) -> list(call))
                .add("POST", "/api/v2/user_fields", (call, variables) -> create(call));
    }

    private Answer list(ZendeskCall call) {
        return call.list(
                "user_fields",
                "id",
                world.zendesk().userFields(),
                field -> Cursor.of(field.id()),
                field -> json(field, call.publicHost()),
                false,
                (body, page) -> {});
    }

    private Answer create(ZendeskCall call) {
        JsonNode field =
                call.request().json().map(body -> body.path("user_field")).orElse(Json.object());
        String key = field.path("key").asText("");
        String title = field.path("title").asText("");
        if (key.isEmpty() || title.isEmpty()) {
            return invalid(key.isEmpty() ? "key" : "title", "BlankValue", "cannot be blank");
        }
        Optional<ZendeskAccount.UserField> created = world.zendesk()
                .createUserField(
                        field.path("type").asText("text"),
                        key,
                        title,
                        field.path("description").asText(""));
        if (created.isEmpty()) {
            return invalid("key", "DuplicateValue", key + " is already being used by another user field");
        }
        ObjectNode json = json(created.get(), call.publicHost());
        return Answer.json(201, Json.object().set("user_field", json))
                .with(Map.of("location", json.path("url").asText()));
    }

    private static Answer invalid(String field, String error, String description) {
        ObjectNode body = Json.object().put("error", "RecordInvalid").put("description", "Record validation errors");
        body.putObject("details")
                .putArray(field)
                .addObject()
                .put("description", description)
                .put("error", error);
        return Answer.json(422, body);
    }

    private static ObjectNode json(ZendeskAccount.UserField field, String publicHost) {
        return Json.object()
                .put("url", publicHost + "/api/v2/user_fields/" + field.id() + ".json")
                .put("id", field.id())
                .put("type", field.type())
                .put("key", field.key())
                .put("title", field.title())
                .put("description", field.description())
                .put("raw_title", field.title())
                .put("raw_description", field.description())
                .put("position", 9999)
                .put("active", true)
                .put("system", false)
                .putNull("regexp_for_validation")
                .put("created_at", ZendeskAccount.createdAt().toString())
                .put("updated_at", ZendeskAccount.createdAt().toString());
    }
}
