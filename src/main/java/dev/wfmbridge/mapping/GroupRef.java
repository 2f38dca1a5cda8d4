package dev.wfmbridge.mapping;

import java.util.regex.Pattern;

/**
 * A Zendesk group as the mapping names it: by its id or by its name; the other one is null.
 */
public record GroupRef(Long id, String name) {
    private static final Pattern ID = Pattern.compile("\\d{1,18}");

    public GroupRef {
        if ((id == null) == (name == null)) {
            throw new IllegalArgumentException("a group is named by its id or by its name, not by both");
        }
    }

    /** Text that consists of digits is an id, anything else a name. */
    static GroupRef of(String text) {
        return ID.matcher(text).matches() ? new GroupRef(Long.valueOf(text), null) : new GroupRef(null, text);
    }

    /** The id or the name, as the user wrote it. */
    @Override
    public String toString() {
        return id != null ? id.toString() : name;
    }
}
