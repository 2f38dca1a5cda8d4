package dev.wfmbridge.pass;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The segments that the places of one organisation hold, as this pass read them last. Safe for many threads. */
public final class Snapshot {

    private final Map<String, Map<String, SegmentRow>> byPlace = new HashMap<>();
    private final Map<String, Map<String, SegmentRow>> byId = new HashMap<>();
    private final Map<String, Map<String, SegmentRow>> byUser = new HashMap<>();

    /** Takes a whole reading of a place in the stead of the one before. */
    public synchronized void replace(String placeId, Collection<SegmentRow> rows) {
        Map<String, SegmentRow> before = byPlace.remove(placeId);
        if (before != null) {
            before.values().forEach(row -> {
                remove(byId, row.id(), row);
                remove(byUser, row.userId(), row);
            });
        }
        byPlace.put(placeId, new LinkedHashMap<>());
        rows.forEach(this::add);
    }

    /** Adds a segment that this pass made or read by itself. */
    public synchronized void add(SegmentRow row) {
        String key = row.id() + '\n' + row.userId();
        SegmentRow before = byPlace.computeIfAbsent(row.placeId(), p -> new LinkedHashMap<>())
                .put(key, row);
        if (before != null) {
            remove(byId, before.id(), before);
            remove(byUser, before.userId(), before);
        }
        byId.computeIfAbsent(row.id(), i -> new HashMap<>(2)).put(row.placeId() + '\n' + row.userId(), row);
        byUser.computeIfAbsent(row.userId(), u -> new HashMap<>(2)).put(row.placeId() + '\n' + row.id(), row);
    }

    private static void remove(Map<String, Map<String, SegmentRow>> index, String key, SegmentRow row) {
        Map<String, SegmentRow> rows = index.get(key);
        if (rows != null) {
            rows.values().remove(row);
            if (rows.isEmpty()) {
                index.remove(key);
            }
        }
    }

    /** All rows with this id, or with this user in this place. */
    public synchronized List<SegmentRow> concerning(String segmentId, String userId, String placeId) {
        List<SegmentRow> found = new ArrayList<>();
        Map<String, SegmentRow> own = byId.get(segmentId);
        if (own != null) {
            found.addAll(own.values());
        }
        Map<String, SegmentRow> users = byUser.get(userId);
        if (users != null) {
            users.values().stream()
                    .filter(row -> row.placeId().equals(placeId) && !row.id().equals(segmentId))
                    .forEach(found::add);
        }
        return found;
    }

    /** What a place holds; empty if it was not read. */
    public synchronized Collection<SegmentRow> rows(String placeId) {
        Map<String, SegmentRow> rows = byPlace.get(placeId);
        return rows == null ? List.of() : List.copyOf(rows.values());
    }

    /** Whether the place holds any segment, which proves that it exists. */
    public synchronized boolean proves(String placeId) {
        Map<String, SegmentRow> rows = byPlace.get(placeId);
        return rows != null && !rows.isEmpty();
    }

    public synchronized boolean wasRead(String placeId) {
        return byPlace.containsKey(placeId);
    }
}
