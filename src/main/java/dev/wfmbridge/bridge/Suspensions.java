package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The organisations that an operator suspended, by name, in {@code data/suspended.json}: a suspension lasts until it is lifted, so a restart
 * must not lift it.
 */
final class Suspensions {

    private static final Logger LOG = LoggerFactory.getLogger(Suspensions.class);
    private static final Path FILE = Path.of("suspended.json");

    private final DataFolder folder;
    private final Set<String> names = new TreeSet<>();

    private Suspensions(DataFolder folder) {
        this.folder = folder;
    }

    /** Suspensions left by an earlier process with this data folder; only {@code run} can lift them. */
    static Suspensions of(DataFolder folder, boolean staying) throws IOException {
        Suspensions suspensions = new Suspensions(folder);
        if (staying) {
            folder.readOwn(FILE, "No organisation counts as suspended", warning -> {})
                    .map(json -> json.path("organizations"))
                    .ifPresent(listed -> listed.forEach(suspensions::known));
            if (!suspensions.names.isEmpty()) {
                LOG.warn("still suspended by an operator, until resumed: {}", String.join(", ", suspensions.names));
            }
        }
        return suspensions;
    }

    private void known(JsonNode name) {
        if (name.isTextual()) {
            names.add(name.textValue());
        }
    }

    synchronized boolean contains(String name) {
        return names.contains(name);
    }

    /**
     * Notes it.
     *
     * @throws IOException if the data folder cannot be written: it would not outlast a restart
     */
    synchronized void note(String name, boolean suspended) throws IOException {
        if (suspended ? names.add(name) : names.remove(name)) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode listed = json.putArray("organizations");
            names.forEach(listed::add);
            folder.writeJson(FILE, json);
        }
    }
}
