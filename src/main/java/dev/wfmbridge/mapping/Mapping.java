package dev.wfmbridge.mapping;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mapping as it stands in its file, checked.
 *
 * @param file where it was read
 * @param sha256 of the file's bytes, in lower-case hexadecimal
 * @param organizations by name, in the order of the file
 * @param genesysUserIdField the Zendesk user field that holds a Genesys user's id, or null
 * @param users Zendesk user's id → Genesys user's id, for exceptions
 * @param entries in the order of the file
 * @param warnings what can be used but should be changed, a sentence each
 */
public record Mapping(
        Path file,
        String sha256,
        Map<String, Organization> organizations,
        String genesysUserIdField,
        Map<Long, String> users,
        List<Entry> entries,
        List<String> warnings) {
    public Mapping {
        organizations = Collections.unmodifiableMap(new LinkedHashMap<>(organizations));
        users = Map.copyOf(users);
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }
}
