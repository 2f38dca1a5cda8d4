package dev.wfmbridge.ledger;

import dev.wfmbridge.compact.Column;
import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.compact.TextColumn;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The lines of a ledger in columns. Not thread-safe: its ledger guards it. */
public final class LedgerRows {

    private final TextColumn segmentIds = TextColumn.indexed();
    private final TextColumn userIds = TextColumn.indexed();
    private final Column<TargetPlace> places = new Column<>();
    private final LongColumn agents = new LongColumn();
    private final Column<Long> groups = new Column<>();
    private final Column<Note> notes = new Column<>();
    /** The rows that changed since the ledger was saved. */
    private final BitSet touched = new BitSet();

    private boolean changed;
    private int size;

    /** What a line says apart from whose segment it is; most lines say the same. Null in a deleted row. */
    private record Note(boolean created, String statusBefore, long cancelledVersion, String statusWritten) {}

    private record TargetPlace(String target, String id) {}

    LedgerRows() {}

    /** A look at a line before it is made into a value, which most need not be. Valid only during the look. */
    public final class Row {

        private int row;

        private Row() {}

        /** The segment's id as {@link TextColumn#key(String)} returns it. */
        public Object segmentKey() {
            return segmentIds.key(row);
        }

        /** The Genesys user's id, likewise. */
        public Object userKey() {
            return userIds.key(row);
        }

        public String placeId() {
            return places.get(row).id();
        }

        public long zendeskUserId() {
            return agents.get(row);
        }

        public long groupId() {
            return groups.get(row);
        }

        /** What was written into the Zendesk user's field; null if nothing. */
        public String statusWritten() {
            return notes.get(row).statusWritten();
        }
    }

    /** The lines that are wanted, usually few of many. */
    List<LedgerLine> lines(Predicate<Row> wanted) {
        List<LedgerLine> lines = new ArrayList<>();
        Row look = new Row();
        for (int row = 0; row < segmentIds.size(); row++) {
            look.row = row;
            if (notes.get(row) != null && wanted.test(look)) {
                lines.add(line(row));
            }
        }
        return lines;
    }

    /** The lines of one Genesys user. */
    List<LedgerLine> linesOf(String userId) {
        List<LedgerLine> lines = new ArrayList<>();
        for (int row = userIds.last(userId); row >= 0; row = userIds.before(row)) {
            if (notes.get(row) != null) {
                lines.add(line(row));
            }
        }
        return lines;
    }

    /** The lines as they are now. */
    Collection<LedgerLine> lines() {
        return new AbstractCollection<>() {
            private final int rows = segmentIds.size();

            @Override
            public Iterator<LedgerLine> iterator() {
                return IntStream.range(0, rows)
                        .filter(row -> notes.get(row) != null)
                        .mapToObj(LedgerRows.this::line)
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The row of a segment's line; -1 if there is none. */
    int row(String segmentId) {
        return row(TextColumn.key(segmentId));
    }

    int row(Object segmentId) {
        int row = segmentIds.last(segmentId);
        return row >= 0 && notes.get(row) != null ? row : -1;
    }

    /** A row as a line. */
    LedgerLine line(int row) {
        Note note = notes.get(row);
        return new LedgerLine(
                segmentIds.get(row),
                places.get(row).target(),
                places.get(row).id(),
                userIds.get(row),
                agents.get(row),
                groups.get(row),
                note.created(),
                note.statusBefore(),
                note.cancelledVersion(),
                note.statusWritten());
    }

    /** Whether a row notes a cancellation of ours. */
    boolean isCancelled(int row) {
        return notes.get(row).cancelledVersion() != 0;
    }

    /** The last row of a Zendesk user; -1 if there is none. */
    int last(long zendeskUserId) {
        return kept(agents.last(zendeskUserId));
    }

    /** The one before it of the same user; -1 if there is none. */
    int before(int row) {
        return kept(agents.before(row));
    }

    private int kept(int from) {
        int row = from;
        while (row >= 0 && notes.get(row) == null) {
            row = agents.before(row);
        }
        return row;
    }

    /** The first line of a message's segment. */
    void add(SegmentMessage message, boolean created) {
        add(
                message.identity(),
                message.userIdentity(),
                new TargetPlace(message.getPlace().target(), message.getPlace().id()),
                message.agentId(),
                message.membership().groupId(),
                new Note(created, null, 0, null));
    }

    /** Takes a line; it replaces the segment's former one. */
    void put(LedgerLine line) {
        int row = row(line.segmentId());
        if (row >= 0) {
            LedgerLine before = line(row);
            if (before.equals(line)) {
                return;
            }
            if (isSame(before, line)) {
                notes.set(row, note(line));
                touched.set(row);
                changed = true;
                return;
            }
            drop(row);
        }
        add(
                TextColumn.key(line.segmentId()),
                TextColumn.key(line.userId()),
                new TargetPlace(line.target(), line.placeId()),
                line.zendeskUserId(),
                line.groupId(),
                note(line));
    }

    private void add(Object segmentId, Object userId, TargetPlace place, long agent, long group, Note note) {
        int row = segmentIds.add(segmentId);
        userIds.add(userId);
        places.add(place);
        agents.add(agent);
        groups.add(group);
        notes.add(note);
        size++;
        touched.set(row);
        changed = true;
    }

    /** Whether two lines of a segment differ at most in what they note. */
    private static boolean isSame(LedgerLine one, LedgerLine other) {
        return one.target().equals(other.target())
                && one.placeId().equals(other.placeId())
                && one.userId().equals(other.userId())
                && one.zendeskUserId() == other.zendeskUserId()
                && one.groupId() == other.groupId();
    }

    private static Note note(LedgerLine line) {
        return new Note(line.created(), line.statusBefore(), line.cancelledVersion(), line.statusWritten());
    }

    /** Takes a row out. */
    void drop(int row) {
        touched.set(row);
        notes.set(row, null);
        size--;
        changed = true;
    }

    int size() {
        return size;
    }

    /** Whether there is anything to be saved. */
    boolean isChanged() {
        return changed;
    }

    /** The file has what these rows have. */
    void saved() {
        changed = false;
        touched.clear();
    }

    /** The segments whose rows changed since then. */
    void touched(Consumer<String> segments) {
        touched.stream().mapToObj(segmentIds::get).forEach(segments);
    }
}
