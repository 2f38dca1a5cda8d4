package dev.wfmbridge.k8s;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * What kustomize makes of a folder, as far as {@code k8s/} uses it: resources, ConfigMaps from files with a hash in their names,
 * components, patches by steps or that delete an object, and replacements that make what is not there. Anything else is refused. Where there is a kubectl, {@link ManifestsTest} compares.
 */
final class Overlay {
    private static final ObjectMapper YAML =
            new ObjectMapper(YAMLFactory.builder().build()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final ObjectMapper GO = goLike();

    private final List<ObjectNode> objects = new ArrayList<>();
    /** ConfigMaps whose names get a hash; distinguished by identity, since they change. */
    private final Set<ObjectNode> hashed = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Every file that was read. */
    private final Set<Path> files = new LinkedHashSet<>();

    private Overlay() {}

    static Overlay build(Path folder) throws IOException {
        Overlay overlay = new Overlay();
        overlay.accumulate(folder);
        overlay.nameByContent();
        overlay.objects.removeIf(object -> object.at("/metadata/annotations").has("config.kubernetes.io/local-config"));
        return overlay;
    }

    List<ObjectNode> objects() {
        return objects;
    }

    Set<Path> files() {
        return files;
    }

    /** The only object of a kind. */
    ObjectNode one(String kind) {
        List<ObjectNode> found =
                objects.stream().filter(object -> kind.equals(kind(object))).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " objects are a " + kind);
        }
        return found.get(0);
    }

    ObjectNode configMap(String name) {
        return objects.stream()
                .filter(object -> "ConfigMap".equals(kind(object)) && name.equals(name(object)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no ConfigMap " + name));
    }

    static JsonNode read(Path file) throws IOException {
        return YAML.readTree(Files.readString(file));
    }

    static String kind(JsonNode object) {
        return object.path("kind").textValue();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").textValue();
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private void accumulate(Path folder) throws IOException {
        Path file = folder.resolve("kustomization.yaml");
        JsonNode kustomization = read(file);
        files.add(file.normalize());
        only(
                kustomization,
                "apiVersion",
                "kind",
                "resources",
                "components",
                "configMapGenerator",
                "configurations",
                "images",
                "patches",
                "replacements");
        boolean component = "Component".equals(kind(kustomization));
        if (!(component ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1")
                        .equals(kustomization.path("apiVersion").textValue())
                || !component && !"Kustomization".equals(kind(kustomization))) {
            throw new IllegalStateException(file + " is no Kustomization");
        }
        for (String resource : texts(kustomization.path("resources"))) {
            Path path = folder.resolve(resource).normalize();
            if (Files.isDirectory(path)) {
                accumulate(path);
            } else {
                files.add(path);
                add((ObjectNode) read(path));
            }
        }
        for (String part : texts(kustomization.path("components"))) {
            accumulate(folder.resolve(part).normalize());
        }
        for (JsonNode replacement : kustomization.path("replacements")) {
            replace(replacement);
        }
        for (JsonNode generator : kustomization.path("configMapGenerator")) {
            generate(folder, generator);
        }
        for (JsonNode patch : kustomization.path("patches")) {
            patch(patch);
        }
        List<JsonNode> places = new ArrayList<>();
        for (String text : texts(kustomization.path("configurations"))) {
            Path configuration = folder.resolve(text).normalize();
            files.add(configuration);
            read(configuration).path("images").forEach(places::add);
        }
        for (JsonNode image : kustomization.path("images")) {
            image(image, places);
        }
    }

    private void add(ObjectNode object) {
        boolean there = objects.stream()
                .anyMatch(
                        other -> kind(other).equals(kind(object)) && name(other).equals(name(object)));
        if (there) {
            throw new IllegalStateException("a second " + kind(object) + " is called " + name(object));
        }
        objects.add(object);
    }

    private void generate(Path folder, JsonNode generator) throws IOException {
        only(generator, "name", "files", "behavior", "options");
        only(generator.path("options"), "disableNameSuffixHash", "labels");
        String name = generator.path("name").textValue();
        ObjectNode map;
        if (generator.has("behavior")) {
            if (!"merge".equals(generator.path("behavior").textValue())) {
                throw new IllegalStateException("only merge is known here");
            }
            map = configMap(name);
        } else {
            map = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
            map.putObject("metadata").put("name", name);
            add(map);
            hashed.add(map);
        }
        for (String text : texts(generator.path("files"))) {
            int equals = text.indexOf('=');
            Path file = folder.resolve(text.substring(equals + 1)).normalize();
            files.add(file);
            String key = equals < 0 ? file.getFileName().toString() : text.substring(0, equals);
            ObjectNode data = map.has("data") ? (ObjectNode) map.get("data") : map.putObject("data");
            if (data.has(key)) {
                throw new IllegalStateException(key + " stands twice in " + name);
            }
            data.put(key, Files.readString(file));
        }
        if (generator.at("/options/disableNameSuffixHash").asBoolean()) {
            hashed.remove(map);
        }
        if (generator.at("/options").has("labels")) {
            ObjectNode metadata = (ObjectNode) map.get("metadata");
            ObjectNode labels =
                    metadata.has("labels") ? (ObjectNode) metadata.get("labels") : metadata.putObject("labels");
            labels.setAll((ObjectNode) generator.at("/options/labels").deepCopy());
        }
    }

    /** In containers, and where a configuration says that there is an image. */
    private void image(JsonNode image, List<JsonNode> places) {
        only(image, "name", "newName", "newTag");
        String name = image.path("name").textValue();
        String now =
                image.path("newName").textValue() + ":" + image.path("newTag").textValue();
        for (ObjectNode object : objects) {
            List<JsonNode> holders = new ArrayList<>();
            object.findValues("containers").forEach(containers -> containers.forEach(holders::add));
            places.stream()
                    .filter(place -> place.path("kind").textValue().equals(kind(object)))
                    .map(place -> "/" + place.path("path").textValue().replaceFirst("/image$", ""))
                    .map(object::at)
                    .forEach(holders::add);
            for (JsonNode holder : holders) {
                String before = holder.path("image").asText("");
                if (before.equals(name) || before.startsWith(name + ":")) {
                    ((ObjectNode) holder).put("image", now);
                }
            }
        }
    }

    private void patch(JsonNode patch) throws IOException {
        only(patch, "target", "options", "patch");
        only(patch.path("target"), "kind", "name");
        only(patch.path("options"), "allowKindChange");
        JsonNode steps = YAML.readTree(patch.path("patch").textValue());
        if (!patch.has("target")) {
            only(steps, "$patch", "apiVersion", "kind", "metadata");
            if (!"delete".equals(steps.path("$patch").textValue()) || !objects.remove(named(steps))) {
                throw new IllegalStateException("nothing to delete: " + steps);
            }
            return;
        }
        ObjectNode target = one(patch.at("/target/kind").textValue());
        if (!name(target).equals(patch.at("/target/name").textValue())) {
            throw new IllegalStateException("there is no " + patch.at("/target"));
        }
        for (JsonNode step : steps) {
            only(step, "op", "path", "value");
            if ("/kind".equals(step.path("path").textValue())
                    && !patch.at("/options/allowKindChange").asBoolean()) {
                throw new IllegalStateException("kustomize lets the kind be only with allowKindChange");
            }
            step(target, step);
        }
    }

    private ObjectNode named(JsonNode other) {
        return objects.stream()
                .filter(object ->
                        kind(object).equals(kind(other)) && name(object).equals(name(other)))
                .findFirst()
                .orElse(null);
    }

    private static void step(ObjectNode target, JsonNode step) {
        String path = step.path("path").textValue();
        int end = path.lastIndexOf('/');
        String last = path.substring(end + 1);
        JsonNode parent = target.at(path.substring(0, end));
        JsonNode there = target.at(path);
        JsonNode value = step.path("value");
        switch (step.path("op").textValue()) {
            case "test" -> {
                if (!there.equals(value)) {
                    throw new IllegalStateException(path + " is " + there + ", and not " + value);
                }
            }
            case "add" -> {
                if (parent.isArray() && last.equals("-")) {
                    ((ArrayNode) parent).add(value);
                } else if (parent.isObject()) {
                    ((ObjectNode) parent).set(last, value);
                } else {
                    throw new IllegalStateException("nothing to add to at " + path);
                }
            }
            case "replace" -> {
                if (there.isMissingNode()) {
                    throw new IllegalStateException("nothing to replace at " + path);
                }
                if (parent.isArray()) {
                    ((ArrayNode) parent).set(Integer.parseInt(last), value);
                } else {
                    ((ObjectNode) parent).set(last, value);
                }
            }
            case "remove" -> {
                if (!parent.isObject() || ((ObjectNode) parent).remove(last) == null) {
                    throw new IllegalStateException("nothing to remove at " + path);
                }
            }
            default -> throw new IllegalStateException(step.path("op") + " is not known here");
        }
    }

    private void replace(JsonNode replacement) {
        only(replacement, "source", "targets");
        only(replacement.path("source"), "kind", "name", "fieldPath");
        JsonNode value = configMap(replacement.at("/source/name").textValue())
                .at("/" + replacement.at("/source/fieldPath").textValue().replace('.', '/'));
        for (JsonNode target : replacement.path("targets")) {
            only(target, "select", "options", "fieldPaths");
            only(target.path("select"), "kind", "name");
            for (ObjectNode object : objects) {
                if (kind(object).equals(target.at("/select/kind").textValue())
                        && name(object).equals(target.at("/select/name").textValue())) {
                    texts(target.path("fieldPaths")).forEach(path -> put(object, path, value));
                }
            }
        }
    }

    /** As {@code create: true} does: what is not there is made, but no element of a list. */
    private static void put(ObjectNode object, String path, JsonNode value) {
        String[] steps = path.split("\\.");
        JsonNode at = object;
        for (int i = 0; i < steps.length - 1; i++) {
            if (at.isArray()) {
                at = at.path(Integer.parseInt(steps[i]));
            } else {
                at = ((ObjectNode) at).has(steps[i]) ? at.get(steps[i]) : ((ObjectNode) at).putObject(steps[i]);
            }
        }
        ((ObjectNode) at).set(steps[steps.length - 1], value);
    }

    private void nameByContent() throws IOException {
        for (ObjectNode map : hashed) {
            String name = name(map);
            String suffixed = name + "-" + hash(map);
            ((ObjectNode) map.get("metadata")).put("name", suffixed);
            for (ObjectNode object : objects) {
                for (JsonNode source : object.findValues("configMap")) {
                    if (name.equals(source.path("name").textValue())) {
                        ((ObjectNode) source).put("name", suffixed);
                    }
                }
            }
        }
    }

    /** From kind and data, the way kustomize does it, so that kubectl arrives at the same names. */
    private static String hash(ObjectNode map) throws IOException {
        Map<String, Object> content = new TreeMap<>();
        content.put("kind", "ConfigMap");
        // kustomize computes the hash before it sets the name.
        content.put("name", "");
        content.put("data", YAML.convertValue(map.path("data"), TreeMap.class));
        String hex;
        try {
            hex = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(GO.writeValueAsString(content).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        return hex.substring(0, 10)
                .replace('0', 'g')
                .replace('1', 'h')
                .replace('3', 'k')
                .replace('a', 'm')
                .replace('e', 't');
    }

    /** JSON as Go writes it, with the characters escaped that mean something in HTML. */
    private static ObjectMapper goLike() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.getFactory().setCharacterEscapes(new CharacterEscapes() {
            private static final long serialVersionUID = 1;

            @Override
            public int[] getEscapeCodesForAscii() {
                int[] escapes = standardAsciiEscapesForJSON();
                for (char c : "<>&".toCharArray()) {
                    escapes[c] = ESCAPE_CUSTOM;
                }
                return escapes;
            }

            @Override
            public SerializableString getEscapeSequence(int c) {
                return c < 128 ? new SerializedString(String.format("\\u%04x", c)) : null;
            }
        });
        return mapper;
    }

    private static void only(JsonNode object, String... known) {
        object.fieldNames().forEachRemaining(field -> {
            if (!List.of(known).contains(field)) {
                throw new IllegalStateException(field + " is not known here");
            }
        });
    }
}
