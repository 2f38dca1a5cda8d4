package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Spelling;
import dev.wfmbridge.mapping.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Camel's own schema of its YAML: it refuses keys that loading would silently accept. Costs a second or two. */
final class RouteFileSchema {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    private final JsonNode source;
    private final JsonSchema schema;

    private static final class Once {
        private static final RouteFileSchema SCHEMA = new RouteFileSchema();
    }

    /** Read at the first use. */
    static RouteFileSchema get() {
        return Once.SCHEMA;
    }

    private RouteFileSchema() {
        try (InputStream in = RouteFileSchema.class.getResourceAsStream(SCHEMA)) {
            source = new ObjectMapper().readTree(in);
        } catch (IOException broken) {
            throw new IllegalStateException("Camel's schema cannot be read", broken);
        }
        JsonMetaSchema draft4 = JsonMetaSchema.builder(JsonMetaSchema.getV4())
                .keyword(new NonValidationKeyword("deprecated"))
                .build();
        schema = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4))
                .metaSchema(draft4)
                .build()
                .getSchema(
                        source,
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .locale(Locale.ENGLISH)
                                // Parts that no route uses are never built: the whole would take 280 MB instead of 20.
                                .preloadJsonSchema(false)
                                .build());
    }

    List<Problem> problems(RouteFiles.RouteFile file) {
        Collection<ValidationMessage> found = schema.validate(file.tree().root());
        List<Problem> problems = new ArrayList<>();
        for (ValidationMessage message : found) {
            if (message.getType().equals("additionalProperties")) {
                problems.add(unknownKey(file, message));
            }
        }
        // A key that is unknown makes other alternatives of the schema fail too: those lines would say nothing more.
        if (problems.isEmpty()) {
            deepest(found).forEach((place, message) -> problems.add(otherwise(file, place, message)));
        }
        return problems;
    }

    private Problem unknownKey(RouteFiles.RouteFile file, ValidationMessage message) {
        String key = message.getProperty();
        String place = message.getInstanceLocation() + "/" + YamlTree.escaped(key);
        List<String> known = new ArrayList<>();
        known(message).fieldNames().forEachRemaining(known::add);
        return file.problem(
                place,
                "key \"" + key + "\" is not known here",
                new Spelling(known).question(key).orElse("Correct its spelling, or look at its indentation."));
    }

    /** The keys that the schema knows beside the one that it refused. */
    private JsonNode known(ValidationMessage message) {
        JsonNode at = source;
        Iterator<String> steps = steps(message.getSchemaLocation().getFragment());
        while (steps.hasNext()) {
            String step = steps.next();
            if (!steps.hasNext()) {
                break;
            }
            at = at.isArray() ? at.path(Integer.parseInt(step)) : at.path(step);
        }
        return at.path("properties");
    }

    private static Iterator<String> steps(JsonNodePath path) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < path.getNameCount(); i++) {
            steps.add(String.valueOf(path.getElement(i)));
        }
        return steps.iterator();
    }

    /** Of the alternatives that failed, the innermost: the first message of each place that contains no other. */
    private static Map<String, ValidationMessage> deepest(Collection<ValidationMessage> found) {
        Map<String, ValidationMessage> first = new LinkedHashMap<>();
        for (ValidationMessage message : found) {
            String place = message.getInstanceLocation().toString();
            ValidationMessage before = first.get(place);
            if (before == null
                    || !before.getType().equals("type") && message.getType().equals("type")) {
                first.put(place, message);
            }
        }
        Map<String, ValidationMessage> deepest = new LinkedHashMap<>(first);
        deepest.keySet().removeIf(place -> first.keySet().stream().anyMatch(other -> other.startsWith(place + "/")));
        return deepest;
    }

    private static Problem otherwise(RouteFiles.RouteFile file, String place, ValidationMessage message) {
        String name = place.substring(place.lastIndexOf('/') + 1);
        return switch (message.getType()) {
            case "type" ->
                file.problem(
                        place,
                        "\"" + name + "\": " + message.getMessage().replaceFirst("^[^:]*: ", ""),
                        message.getMessage().contains("boolean found")
                                        || message.getMessage().contains("integer found")
                                        || message.getMessage().contains("number found")
                                ? "Put the value into quotes."
                                : "Write what is expected; quotes make a text of anything.");
            case "required" -> file.problem(place, "key \"" + message.getProperty() + "\" is missing here", "Add it.");
            default ->
                file.problem(
                        place,
                        "\"" + name + "\" is not formed as Camel wants it",
                        "Compare it with the same step elsewhere in routes/, and look at the indentation.");
        };
    }
}
