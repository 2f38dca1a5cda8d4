package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;

/** An entry as written in the file, for the target that reads its part of it. */
public final class EntryNode {

    private final MappingPart part;
    private final String pointer;
    private final JsonNode json;

    EntryNode(MappingPart part, String pointer, JsonNode json) {
        this.part = part;
        this.pointer = pointer;
        this.json = json;
    }

    public JsonNode json() {
        return json;
    }

    /** Something is wrong with a key, or with the entry as a whole if the key is empty: what, and how to fix it. */
    public void problem(String key, String what, String mend) {
        part.problem(key.isEmpty() ? pointer : pointer + "/" + key, what, mend);
    }

    /** The text of a key; null if it is not text, which the schema reports. */
    public String text(String key) {
        return MappingPart.text(json, key);
    }

    /** The text of a required key; null if there is none, which is reported as a problem. */
    public String required(String key, Target target) {
        if (!json.has(key)) {
            problem(
                    "",
                    "key \"" + key + "\" is missing in this entry",
                    "Add " + key + ":, which target " + target.name() + " needs.");
        }
        return text(key);
    }
}
