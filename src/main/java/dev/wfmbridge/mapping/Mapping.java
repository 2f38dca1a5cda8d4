package dev.wfmbridge.mapping;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mapping as written in its file or files, checked. */
public final class Mapping {

    private final Path file;
    private final String sha256;
    private final Map<String, Organization> organizations;
    private final String genesysUserIdField;
    private final Map<Long, String> users;
    private final List<Entry> entries;
    private final List<String> warnings;
    private final Map<String, List<Entry>> byOrganization = new HashMap<>();

    /**
     * @param file where it was read: a file, or the folder of its parts
     * @param sha256 of the file's bytes, or over all parts, in lower-case hexadecimal
     * @param organizations by name, in the order of the files
     * @param genesysUserIdField the Zendesk user field that holds a Genesys user's id, or null
     * @param users Zendesk user's id → Genesys user's id, for exceptions
     * @param entries in the order of the files
     * @param warnings what can be used but should be changed, a sentence each
     */
    public Mapping(
            Path file,
            String sha256,
            Map<String, Organization> organizations,
            String genesysUserIdField,
            Map<Long, String> users,
            List<Entry> entries,
            List<String> warnings) {
        this.file = file;
        this.sha256 = sha256;
        this.organizations = Collections.unmodifiableMap(new LinkedHashMap<>(organizations));
        this.genesysUserIdField = genesysUserIdField;
        this.users = Map.copyOf(users);
        this.entries = List.copyOf(entries);
        this.warnings = List.copyOf(warnings);
        for (Entry entry : entries) {
            byOrganization
                    .computeIfAbsent(entry.organization(), none -> new ArrayList<>(2))
                    .add(entry);
        }
    }

    /** Where it was read: a file, or the folder of its parts. */
    public Path file() {
        return file;
    }

    /** Changes with each byte of the file; of several files with each name and each byte. */
    public String sha256() {
        return sha256;
    }

    /** By name, in the order of the files. */
    public Map<String, Organization> organizations() {
        return organizations;
    }

    /** The Zendesk user field that holds a Genesys user's id, or null. */
    public String genesysUserIdField() {
        return genesysUserIdField;
    }

    /** Zendesk user's id → Genesys user's id, for exceptions. */
    public Map<Long, String> users() {
        return users;
    }

    /** All entries: by file name, then by position in the file. */
    public List<Entry> entries() {
        return entries;
    }

    /** The entries of one organisation, in their order; none if it has none. */
    public List<Entry> entriesOf(String organization) {
        return Collections.unmodifiableList(byOrganization.getOrDefault(organization, List.of()));
    }

    /** What can be used but should be changed, a sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** This mapping with only one of its organisations. */
    public Mapping only(String organization) {
        return new Mapping(
                file,
                sha256,
                Map.of(organization, organizations.get(organization)),
                genesysUserIdField,
                users,
                entriesOf(organization),
                warnings);
    }

    @Override
    public String toString() {
        return "Mapping[" + file + ", " + organizations.size() + " organizations, " + entries.size() + " entries]";
    }
}
