package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Problem;
import java.util.List;

/**
 * One file of the mapping, while it is read.
 *
 * @param name as the user would type it
 * @param problems collects what is wrong with the mapping as a whole
 * @param warnings collects what can be used but should be changed, a sentence each
 */
record MappingPart(String name, YamlTree tree, List<Problem> problems, List<String> warnings) {

    /** A line of a file. */
    record Spot(String file, int line) {
        /** As it is referred to from the file {@code from}. */
        String seenFrom(String from) {
            return file.equals(from) ? "on line " + line : "in " + file + ":" + line;
        }
    }

    int line(String pointer) {
        return tree.line(pointer);
    }

    Spot spot(int line) {
        return new Spot(name, line);
    }

    void problem(String pointer, String what, String mend) {
        problems.add(new Problem(name, line(pointer), what, mend));
    }

    /** The text of a key, trimmed; null if it is not text. */
    static String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        return value.isTextual() && !value.textValue().isBlank()
                ? value.textValue().strip()
                : null;
    }
}
