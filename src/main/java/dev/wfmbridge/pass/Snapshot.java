package dev.wfmbridge.pass;

import dev.wfmbridge.compact.Bytes;
import dev.wfmbridge.compact.Column;
import dev.wfmbridge.compact.Ints;
import dev.wfmbridge.compact.Longs;
import dev.wfmbridge.compact.TextColumn;
import dev.wfmbridge.segment.SegmentMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The segments that the places of one organisation hold, as this pass last read them, about 90 bytes each.
 * Thread-safe.
 */
public final class Snapshot {

    private static final byte GONE = 0;
    private static final byte SHOWN = 1;
    private static final byte PENDING = 2;
    private static final int NO_TIME = Integer.MIN_VALUE;

    private TextColumn ids = TextColumn.indexed();
    private TextColumn users = TextColumn.indexed();
    private Column<String> places = new Column<>();
    private Column<String> statuses = new Column<>();
    private Longs versions = new Longs();
    /** Seconds since 1970. */
    private Ints since = new Ints();

    private Bytes states = new Bytes();
    /** Place → how many segments it shows. */
    private final Map<String, Integer> shown = new HashMap<>();
    /** The places that were read completely. */
    private final Set<String> read = new HashSet<>();

    /** A read of one place, page by page. Nothing of it is visible before its end. */
    public final class Reading {

        private final String placeId;
        private final int from;

        private Reading(String placeId) {
            this.placeId = placeId;
            this.from = ids.size();
        }

        /** Takes a row; it replaces an earlier one with the same id. */
        public void add(SegmentRow row) {
            synchronized (Snapshot.this) {
                Object id = TextColumn.key(row.id());
                for (int i = ids.last(id); i >= from; i = ids.before(i)) {
                    states.set(i, GONE);
                }
                append(id, row, PENDING);
            }
        }

        /** The place was read to its end: replaces what was known of it before. */
        public void end() {
            synchronized (Snapshot.this) {
                read.add(placeId);
                end(null);
            }
        }

        /** One user's rows in the place were read to the end: replaces what was known of them before. */
        public void endOf(String userId) {
            synchronized (Snapshot.this) {
                end(userId);
            }
        }

        private void end(String userId) {
            for (int i = 0; i < from; i++) {
                if (states.get(i) == SHOWN
                        && placeId.equals(places.get(i))
                        && (userId == null || userId.equals(users.get(i)))) {
                    states.set(i, GONE);
                    shown.merge(placeId, -1, Integer::sum);
                }
            }
            for (int i = from; i < ids.size(); i++) {
                if (states.get(i) == PENDING) {
                    states.set(i, SHOWN);
                    shown.merge(places.get(i), 1, Integer::sum);
                }
            }
        }
    }

    /** Begins a read of a place. */
    public synchronized Reading read(String placeId) {
        return new Reading(placeId);
    }

    /** Replaces the rows of a place with a complete read. */
    public void replace(String placeId, Collection<SegmentRow> rows) {
        Reading reading = read(placeId);
        rows.forEach(reading::add);
        reading.end();
    }

    /** Adds a segment that this pass created or read on its own. */
    public synchronized void add(SegmentRow row) {
        Object id = TextColumn.key(row.id());
        Object user = TextColumn.key(row.userId());
        for (int i = ids.last(id); i >= 0; i = ids.before(i)) {
            if (states.get(i) == SHOWN && row.placeId().equals(places.get(i)) && users.is(i, user)) {
                states.set(i, GONE);
                shown.merge(row.placeId(), -1, Integer::sum);
            }
        }
        append(id, row, SHOWN);
        shown.merge(row.placeId(), 1, Integer::sum);
    }

    /** Adds a message's segment as it is once the call that the message needs has succeeded. */
    public void addWanted(SegmentMessage message) {
        add(new SegmentRow(
                message.id(),
                message.genesysUserId(),
                message.getPlace().id(),
                message.wantedStatus(),
                message.restoreVersion() + 1,
                null));
    }

    /** All rows with this id, or with this user in this place. */
    public List<SegmentRow> concerning(String segmentId, String userId, String placeId) {
        return concerning(TextColumn.key(segmentId), TextColumn.key(userId), placeId);
    }

    /** The rows of the message's segment, and those of its user in its place. */
    public List<SegmentRow> concerning(SegmentMessage message) {
        return concerning(
                message.identity(), message.userIdentity(), message.getPlace().id());
    }

    private List<SegmentRow> concerning(Object segmentId, Object userId, String placeId) {
        List<SegmentRow> found = new ArrayList<>(1);
        anyConcerning(segmentId, userId, placeId, row -> {
            found.add(row(row));
            return false;
        });
        return found;
    }

    /**
     * Whether there is any such row.
     *
     * @param segmentId as {@link TextColumn#key(String)} returns it
     * @param userId likewise
     */
    public boolean shows(Object segmentId, Object userId, String placeId) {
        return anyConcerning(segmentId, userId, placeId, row -> true);
    }

    /** Whether any row with this id, or with this user in this place, is what is looked for; looks at no more than that one. */
    private synchronized boolean anyConcerning(Object segmentId, Object userId, String placeId, IntPredicate wanted) {
        for (int i = ids.last(segmentId); i >= 0; i = ids.before(i)) {
            if (states.get(i) == SHOWN && wanted.test(i)) {
                return true;
            }
        }
        for (int i = users.last(userId); i >= 0; i = users.before(i)) {
            if (isOther(i, segmentId, placeId) && wanted.test(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOther(int row, Object segmentId, String placeId) {
        return states.get(row) == SHOWN && placeId.equals(places.get(row)) && !ids.is(row, segmentId);
    }

    /** What a place holds; empty if it was not read. */
    public synchronized Collection<SegmentRow> rows(String placeId) {
        List<SegmentRow> rows = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (states.get(i) == SHOWN && placeId.equals(places.get(i))) {
                rows.add(row(i));
            }
        }
        return rows;
    }

    /** Whether the place holds any segment, which proves that it exists. */
    public synchronized boolean proves(String placeId) {
        return shown.getOrDefault(placeId, 0) > 0;
    }

    public synchronized boolean wasRead(String placeId) {
        return read.contains(placeId);
    }

    /** Releases the rows. Which places were read stays known. */
    public synchronized void letGo() {
        ids = TextColumn.indexed();
        users = TextColumn.indexed();
        places = new Column<>();
        statuses = new Column<>();
        versions = new Longs();
        since = new Ints();
        states = new Bytes();
    }

    private void append(Object id, SegmentRow row, byte state) {
        ids.add(id);
        users.add(row.userId());
        places.add(row.placeId());
        statuses.add(row.status());
        versions.add(row.version());
        since.add(row.since() == null ? NO_TIME : (int) row.since().getEpochSecond());
        states.add(state);
    }

    private SegmentRow row(int at) {
        return new SegmentRow(
                ids.get(at),
                users.get(at),
                places.get(at),
                statuses.get(at),
                versions.get(at),
                since.get(at) == NO_TIME ? null : Instant.ofEpochSecond(since.get(at)));
    }
}
