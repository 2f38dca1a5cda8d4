package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code /api/v2/users}: listing, one user, and the search by address. */
final class GenesysPeople {
    private static final List<String> STATES = List.of("active", "inactive", "deleted", "any");
    private static final int LARGEST_PAGE = 500;
    private static final int LARGEST_SEARCH = 100;

    private final World world;

    GenesysPeople(World world) {
        this.world = world;
    }

    void register(Routes<GenesysCall> routes) {
        routes.add("POST", "/api/v2/users/search", (call, variables) -> search(call))
                .add("GET", "/api/v2/users", (call, variables) -> list(call))
                .add("GET", "/api/v2/users/{userId}", (call, variables) -> one(call, variables.get(0)));
    }

    private List<GenesysTenant.User> users(GenesysCall call) {
        synchronized (world) {
            return List.copyOf(call.organization().users().values());
        }
    }

    private boolean forbidden(GenesysCall call) {
        synchronized (world) {
            return call.organization().lacks(Permission.READ_USERS);
        }
    }

    private Answer list(GenesysCall call) {
        if (forbidden(call)) {
            return call.forbidden(Permission.READ_USERS.published());
        }
        OptionalInt size = call.request().number("pageSize", 25, 1, LARGEST_PAGE);
        OptionalInt number = call.request().number("pageNumber", 1, 1, Integer.MAX_VALUE);
        String state = call.request().parameter("state").orElse("active");
        String order = call.request().parameter("sortOrder").orElse("ASC").toUpperCase(Locale.ROOT);
        if (size.isEmpty()
                || number.isEmpty()
                || !STATES.contains(state)
                || !List.of("ASC", "DESC").contains(order)) {
            return call.invalidValue("pageSize must be 1 to " + LARGEST_PAGE + ", pageNumber 1 or more, state one of "
                    + STATES + ", sortOrder ASC or DESC");
        }
        List<GenesysTenant.User> wanted = new ArrayList<>(users(call));
        wanted.removeIf(user -> !state.equals("any") && !state.equals(user.state()));
        if (order.equals("DESC")) {
            Collections.reverse(wanted);
        }
        return call.page(new GenesysCall.Page(size.getAsInt(), number.getAsInt()), wanted, GenesysPeople::json);
    }

    private Answer one(GenesysCall call, String id) {
        if (forbidden(call)) {
            return call.forbidden(Permission.READ_USERS.published());
        }
        return users(call).stream()
                .filter(user -> user.id().equals(id))
                .findFirst()
                .map(user -> Answer.json(200, json(user)))
                .orElseGet(() -> call.notFound("Unable to find a user with that userId"));
    }

    private Answer search(GenesysCall call) {
        if (forbidden(call)) {
            return call.forbidden(Permission.READ_USERS.published());
        }
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty() || !body.get().path("query").isArray()) {
            return call.badRequest("The request body must be a JSON object with an array query");
        }
        int size = body.get().path("pageSize").asInt(25);
        int number = body.get().path("pageNumber").asInt(1);
        if (size < 1 || size > LARGEST_SEARCH || number < 1) {
            return call.invalidValue("pageSize must be 1 to " + LARGEST_SEARCH + ", pageNumber 1 or more");
        }
        Predicate<GenesysTenant.User> wanted = user -> true;
        for (JsonNode criterion : body.get().path("query")) {
            List<String> values = values(criterion);
            if (values.size() > LARGEST_SEARCH) {
                return call.invalidValue("a criterion takes " + LARGEST_SEARCH + " values at most");
            }
            Optional<Predicate<GenesysTenant.User>> matches = criterion(criterion, values);
            if (matches.isEmpty()) {
                return call.invalidValue("a criterion needs a known type, and value or values");
            }
            wanted = wanted.and(matches.get());
        }
        List<GenesysTenant.User> found = users(call).stream().filter(wanted).toList();
        GenesysCall.Page page = new GenesysCall.Page(size, number);
        ObjectNode answer = Json.object();
        if (!found.isEmpty()) {
            var results = answer.putArray("results");
            page.cut(found).forEach(user -> results.add(json(user)));
        }
        answer.put("total", found.size());
        answer.put("pageCount", page.count(found.size()));
        answer.put("pageSize", size);
        answer.put("pageNumber", number);
        return Answer.json(200, answer);
    }

    private static List<String> values(JsonNode criterion) {
        List<String> values = new ArrayList<>();
        criterion.path("values").forEach(value -> values.add(value.asText().toLowerCase(Locale.ROOT)));
        if (criterion.hasNonNull("value")) {
            values.add(criterion.path("value").asText().toLowerCase(Locale.ROOT));
        }
        return values;
    }

    private static Optional<Predicate<GenesysTenant.User>> criterion(JsonNode criterion, List<String> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<String> fields = StreamSupport.stream(criterion.path("fields").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return switch (criterion.path("type").asText()) {
            case "EXACT", "TERM", "TERMS" ->
                Optional.of(user -> told(user, fields).anyMatch(values::contains));
            case "CONTAINS" ->
                Optional.of(user ->
                        told(user, fields).anyMatch(text -> values.stream().anyMatch(text::contains)));
            case "STARTS_WITH" ->
                Optional.of(user ->
                        told(user, fields).anyMatch(text -> values.stream().anyMatch(text::startsWith)));
            default -> Optional.empty();
        };
    }

    private static Stream<String> told(GenesysTenant.User user, List<String> fields) {
        return fields.stream()
                .map(field -> switch (field) {
                    case "email" -> user.email();
                    case "name" -> user.name();
                    case "id" -> user.id();
                    case "state" -> user.state();
                    default -> "";
                })
                .map(text -> text.toLowerCase(Locale.ROOT));
    }

    private static ObjectNode json(GenesysTenant.User user) {
        return Json.object()
                .put("id", user.id())
                .put("name", user.name())
                .put("email", user.email())
                .put("state", user.state())
                .put("version", 1)
                .put("selfUri", "/api/v2/users/" + user.id());
    }
}
