package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * {@code mapping.schema.json} at work: reports violations in plain words. Conditions between several keys are in the schema for the
 * sake of editors; {@link MappingFile} checks them, since it can say more.
 */
final class MappingSchema {
    /** How much of a value is shown: enough to find it, and still one line. */
    private static final int LONGEST = 80;

    private static final MappingSchema INSTANCE = load();
    private static final Set<String> CHECKED_ELSEWHERE =
            Set.of("oneOf", "anyOf", "allOf", "if", "then", "else", "not", "propertyNames", "false", "$ref");
    private static final Map<String, String> EXAMPLES = Map.of(
            "id", "id: with the UUID that GET /api/v2/organizations/me returns",
            "clientId", "clientId: \"{{env:NAME}}\"",
            "clientSecret", "clientSecret: \"{{env:NAME}}\"",
            "zendeskGroup", "zendeskGroup: with the name or the id of a Zendesk group",
            "organization", "organization: with a name from organizations:");

    private final JsonNode text;
    private final JsonSchema schema;

    private MappingSchema(JsonNode text, JsonSchema schema) {
        this.text = text;
        this.schema = schema;
    }

    static MappingSchema instance() {
        return INSTANCE;
    }

    private static MappingSchema load() {
        try (InputStream in = MappingSchema.class.getResourceAsStream("mapping.schema.json")) {
            if (in == null) {
                throw new IllegalStateException("mapping.schema.json is not on the class path: the build is broken");
            }
            ObjectMapper json = new ObjectMapper();
            JsonNode text = json.readTree(in);
            for (Target target : Targets.installed().all()) {
                URL part = target.schema();
                if (part != null) {
                    join(text, target, json.readTree(part));
                }
            }
            SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .build();
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text, config);
            return new MappingSchema(text, schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys that only this target has, from its own file; those of others are left as they are. */
    private static void join(JsonNode text, Target target, JsonNode properties) {
        JsonNode entry = text.at("/definitions/entry");
        properties.properties().forEach(key -> ((ObjectNode) entry.path("properties"))
                .putIfAbsent(key.getKey(), key.getValue()));
        // What a target of routes alone requires, one with its own keys does not.
        for (JsonNode rule : entry.path("allOf")) {
            JsonNode named = rule.at("/if/properties/target");
            if (named.has("pattern")) {
                ((ObjectNode) named).withObject("not").withArray("enum").add(target.name());
            }
        }
        ((ArrayNode) entry.at("/properties/target/else/enum")).add(target.name());
    }

    /**
     * What the schema says about a file.
     *
     * @param problems violations that the schema alone can describe, in no particular order
     * @param misfit the first violation, including conditions between keys
     */
    record Verdict(List<Problem> problems, Optional<String> misfit) {}

    Verdict verdict(String file, YamlTree tree) {
        List<Problem> problems = new ArrayList<>();
        Set<ValidationMessage> messages = schema.validate(tree.root());
        for (ValidationMessage message : messages) {
            String evaluated = message.getEvaluationPath().toString();
            boolean conditional = evaluated.matches(".*/(then|else|if|oneOf|anyOf|not|propertyNames)(/.*)?");
            // The list of targets is not a condition between keys.
            conditional &= !evaluated.endsWith("/target/else/enum");
            if (!conditional && !CHECKED_ELSEWHERE.contains(message.getType())) {
                problems.add(problem(file, tree, message));
            }
        }
        return new Verdict(
                problems,
                messages.stream()
                        .map(message -> message.getInstanceLocation().toString())
                        .findFirst());
    }

    private Problem problem(String file, YamlTree tree, ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        JsonNode value = tree.root().at(pointer);
        String name = name(pointer);
        BiFunction<String, String, Problem> here = (what, mend) -> new Problem(file, tree.line(pointer), what, mend);
        return switch (message.getType()) {
            case "additionalProperties" -> unknown(file, tree, pointer, message.getProperty());
            case "required" -> missing(file, tree, pointer, message.getProperty());
            case "type" -> wrongType(file, tree.line(pointer), name, value, said(message));
            case "enum" ->
                here.apply(
                        name + " is " + shown(value) + ", which is not one of " + String.join(", ", said(message)),
                        new Spelling(said(message))
                                .closest(value.asText())
                                .map(choice -> "Did you mean " + choice + "?")
                                .orElse("Choose one of them."));
            case "const" ->
                name.equals("zendesk")
                        ? here.apply(
                                "zendesk is reserved for several Zendesk accounts, which this version does not know",
                                "Delete it.")
                        : here.apply(
                                name + " is " + shown(value) + ", and this version of the bridge knows 1 only",
                                "Write version: 1, or use a newer bridge.");
            case "minItems", "minProperties" ->
                here.apply(
                        name.equals("groups") ? "groups has no entries at all" : name + " is empty",
                        name.equals("groups")
                                ? "Add an entry: " + hint("zendeskGroup") + "."
                                : "Fill it in, or delete it.");
            case "uniqueItems" -> here.apply(name + " names something twice", "Delete one of the two.");
            case "minimum", "maximum" ->
                here.apply(
                        name + " is " + shown(value) + ", which is too "
                                + (message.getType().equals("minimum") ? "small" : "large"),
                        message.getType().equals("minimum") ? "It must be 1 at least." : "Write a smaller number.");
            case "pattern" ->
                name.equals("per")
                        ? here.apply(
                                "per is " + shown(value) + ", which is not a duration",
                                "Write a whole number and a unit, such as 60s.")
                        : here.apply(name + " is empty", "Fill it in, or delete it.");
            default -> here.apply(name + " is not as it should be", "Compare it with the sample.");
        };
    }

    private Problem unknown(String file, YamlTree tree, String pointer, String key) {
        int line = tree.line(pointer + "/" + YamlTree.escaped(key));
        List<String> known = new ArrayList<>();
        level(pointer).fieldNames().forEachRemaining(known::add);
        String mend =
                new Spelling(known).question(key).orElse("Delete it; possible here: " + String.join(", ", known) + ".");
        return new Problem(file, line, "unknown key \"" + key + "\"", mend);
    }

    private static Problem missing(String file, YamlTree tree, String pointer, String key) {
        String where = pointer.isEmpty() ? "" : " in " + described(pointer);
        return new Problem(
                file, tree.line(pointer), "key \"" + key + "\" is missing" + where, "Add " + hint(key) + ".");
    }

    private static String hint(String key) {
        return EXAMPLES.getOrDefault(key, key + ":");
    }

    private static Problem wrongType(String file, int line, String name, JsonNode value, List<String> wanted) {
        if (value.isNull()) {
            return new Problem(file, line, name + " has no value", "Fill it in, or delete it.");
        }
        String mend;
        if (wanted.contains("string")) {
            mend = value.isValueNode()
                    ? "Put it into quotes."
                    : "Write one text; one that begins with { or [ needs quotes.";
        } else if (wanted.contains("array")) {
            mend = "Write it as a list: [" + (value.isValueNode() ? value.asText() : "…") + "].";
        } else if (wanted.contains("object")) {
            mend = "Write keys with values, indented below it.";
        } else if (wanted.contains("boolean")) {
            mend = "Write true or false, without quotes.";
        } else {
            mend = "Write a whole number, without quotes.";
        }
        String want =
                String.join(" or ", wanted.stream().map(MappingSchema::word).toList());
        return new Problem(file, line, name + " must be " + want + ", and is " + kind(value), mend);
    }

    private static String word(String type) {
        return switch (type) {
            case "string" -> "a text";
            case "integer" -> "a whole number";
            case "array" -> "a list";
            case "object" -> "a group of keys";
            case "boolean" -> "true or false";
            default -> "a number";
        };
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a text";
            case NUMBER -> value.isIntegralNumber() ? "a whole number" : "a number with a fraction";
            case BOOLEAN -> value.asText();
            case ARRAY -> "a list";
            default -> "a group of keys";
        };
    }

    /** What the schema says at the place of the keyword that failed: a text, or several. */
    private List<String> said(ValidationMessage message) {
        JsonNode keyword = text.at(message.getSchemaLocation().getFragment().toString());
        List<String> texts = new ArrayList<>();
        if (keyword.isTextual()) {
            texts.add(keyword.textValue());
        }
        keyword.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** The properties that are possible at a place of the file. */
    private JsonNode level(String pointer) {
        String place = pointer.isEmpty()
                ? "/properties"
                : pointer.startsWith("/groups")
                        ? "/definitions/entry/properties"
                        : pointer.endsWith("/quota")
                                ? "/definitions/organization/properties/quota/properties"
                                : "/definitions/organization/properties";
        return text.at(place);
    }

    private static String name(String pointer) {
        if (pointer.isEmpty()) {
            return "the file";
        }
        String last = pointer.substring(pointer.lastIndexOf('/') + 1)
                .replace("~1", "/")
                .replace("~0", "~");
        if (last.matches("\\d+") && !pointer.startsWith("/users/")) {
            String list = pointer.substring(0, pointer.lastIndexOf('/'));
            return list.equals("/groups") ? "an entry" : "an item of " + list.substring(list.lastIndexOf('/') + 1);
        }
        return pointer.startsWith("/organizations/") && pointer.indexOf('/', 15) < 0
                ? "organisation \"" + last + "\""
                : last;
    }

    private static String described(String pointer) {
        return pointer.startsWith("/groups/") ? "this entry" : name(pointer);
    }

    private static String shown(JsonNode value) {
        if (!value.isValueNode()) {
            return kind(value);
        }
        String all = value.asText();
        String text = all.length() > LONGEST ? all.substring(0, LONGEST) + "…" : all;
        return value.isTextual() ? "\"" + text + "\"" : text;
    }
}
