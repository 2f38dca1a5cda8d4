package dev.wfmbridge.zendesk;

import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which entries of the mapping apply to the members of which group. A deleted group counts as missing. */
public final class GroupEntries {

    private final Map<Long, List<Entry>> byGroup = new HashMap<>();
    private final Map<String, List<Long>> ambiguous = new TreeMap<>();
    /** By the entry's place in the mapping. */
    private final Map<Integer, List<Long>> byEntry = new HashMap<>();

    private final Set<Integer> found = new HashSet<>();

    /** As far as the source knows the groups. */
    public static GroupEntries of(Mapping mapping, Source source) {
        GroupEntries entries = new GroupEntries();
        Map<String, List<Long>> byName = byName(source);
        for (Entry entry : mapping.entries()) {
            Long id = entry.group().id();
            if (id != null) {
                Group group = source.group(id);
                // A group in no answer is identified by the id in its rows.
                if (group == null || !group.deleted()) {
                    entries.add(id, entry);
                }
                continue;
            }
            List<Long> ids = byName.getOrDefault(entry.group().name(), List.of());
            if (ids.size() > 1) {
                entries.ambiguous.put(entry.group().name(), ids);
                entries.found.add(entry.index());
            } else if (ids.size() == 1) {
                entries.add(ids.get(0), entry);
            }
        }
        return entries;
    }

    /** The entries of some groups, as another process found them. */
    public static GroupEntries told(Map<Entry, List<Long>> groups) {
        GroupEntries entries = new GroupEntries();
        groups.forEach((entry, ids) -> ids.forEach(id -> entries.add(id, entry)));
        return entries;
    }

    private static Map<String, List<Long>> byName(Source source) {
        Map<String, List<Long>> ids = new HashMap<>();
        source.groups().stream().filter(group -> !group.deleted()).forEach(group -> ids.computeIfAbsent(
                        group.name(), none -> new ArrayList<>())
                .add(group.id()));
        return ids;
    }

    private void add(long group, Entry entry) {
        byGroup.computeIfAbsent(group, g -> new ArrayList<>(1)).add(entry);
        byEntry.computeIfAbsent(entry.index(), e -> new ArrayList<>(1)).add(group);
        found.add(entry.index());
    }

    /** The entries of a group, in file order. */
    public List<Entry> of(long groupId) {
        return byGroup.getOrDefault(groupId, List.of());
    }

    public boolean names(long groupId) {
        return byGroup.containsKey(groupId);
    }

    /** Whether Zendesk has the entry's group. */
    public boolean found(Entry entry) {
        return found.contains(entry.index());
    }

    /** Names in the mapping that more than one group has. */
    public Map<String, List<Long>> ambiguous() {
        return ambiguous;
    }

    /** The groups that an entry refers to: one, or none if it is missing. */
    public List<Long> groupsOf(Entry entry) {
        return Collections.unmodifiableList(byEntry.getOrDefault(entry.index(), List.of()));
    }
}
