package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;

/** An entry as written in the file, for the target that reads its part of it. */
public interface EntryNode {

    JsonNode json();

    /** Something is wrong with a key, or with the entry as a whole if the key is empty: what, and how to fix it. */
    void problem(String key, String what, String mend);

    /** The text of a key; null if it is not text, which the schema reports. */
    default String text(String key) {
        JsonNode value = json().path(key);
        return value.isTextual() && !value.textValue().isBlank()
                ? value.textValue().strip()
                : null;
    }

    /** The text of a required key; null if there is none, which is reported as a problem. */
    default String required(String key, Target target) {
        if (!json().has(key)) {
            problem(
                    "",
                    "key \"" + key + "\" is missing in this entry",
                    "Add " + key + ":, which target " + target.name() + " needs.");
        }
        return text(key);
    }
}
