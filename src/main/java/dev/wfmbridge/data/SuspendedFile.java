package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** {@code suspended.json}: the organisations that an operator suspended, by name. */
public final class SuspendedFile {

    private static final Path FILE = Path.of("suspended.json");

    private SuspendedFile() {}

    /** Those in the file; none if there is no file, or an unusable one, which is put aside. */
    public static Set<String> read(DataFolder folder) throws IOException {
        Set<String> names = new TreeSet<>();
        folder.readOwn(FILE, "No organisation counts as suspended", warning -> {})
                .map(json -> json.path("organizations"))
                .ifPresent(listed -> listed.forEach(name -> add(names, name)));
        return names;
    }

    private static void add(Set<String> names, JsonNode name) {
        if (name.isTextual()) {
            names.add(name.textValue());
        }
    }

    public static void write(DataFolder folder, Set<String> names) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode listed = json.putArray("organizations");
        new TreeSet<>(names).forEach(listed::add);
        folder.writeJson(FILE, json);
    }
}
