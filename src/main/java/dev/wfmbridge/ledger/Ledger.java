package dev.wfmbridge.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.compact.Column;
import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.compact.TextColumn;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.Journal;
import dev.wfmbridge.data.UnreadableException;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one organisation, {@code data/ledger/ORGANIZATION.jsonl}: one line per segment. Only removals, restoring them
 * and emptying a status field depend on it. Always written as a whole.
 */
public final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory LINES = new JsonFactoryBuilder()
            .rootValueSeparator("")
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final DataFolder folder;
    private final Path file;
    private TextColumn segmentIds = TextColumn.indexed();
    private TextColumn userIds = TextColumn.indexed();
    private Column<Place> places = new Column<>();
    private LongColumn agents = new LongColumn();
    private Column<Long> groups = new Column<>();
    private Column<Note> notes = new Column<>();
    private final String organization;
    /** The rows that changed since the last save. */
    private final BitSet touched = new BitSet();

    private boolean changed;
    private int size;
    private int linesRead;

    /** What a line says apart from whose segment it is; most lines say the same. Null in a deleted row. */
    private record Note(boolean created, String statusBefore, long cancelledVersion, String statusWritten) {}

    private record Place(String target, String id) {}

    private Ledger(DataFolder folder, String organization) {
        this.folder = folder;
        this.organization = organization;
        this.file = file(organization);
    }

    /**
     * Reads the ledger; a missing one is empty. One that cannot be parsed is put aside, and a new one begins: it is empty, so
     * nothing is removed because of it.
     *
     * @throws IOException if it exists and can be neither read nor put aside
     */
    public static Ledger read(DataFolder folder, String organization) throws IOException {
        Ledger ledger = new Ledger(folder, organization);
        try {
            folder.readLines(ledger.file, ledger::take);
            ledger.changed = false;
            ledger.touched.clear();
            return ledger;
        } catch (UnreadableException garbage) {
            String next = "Nothing of " + organization
                    + " is removed until passes have written a new one: restore it from a backup, if there is one";
            if (!folder.putAside(ledger.file, garbage.getMessage(), next, LOG::warn)) {
                throw new UnreadableException(ledger.file + " " + garbage.getMessage());
            }
            return new Ledger(folder, organization);
        }
    }

    private void take(String text) throws IOException {
        linesRead++;
        if (text.isBlank()) {
            return;
        }
        LedgerLine line = parsed(text);
        if (line == null) {
            throw new UnreadableException("is no ledger (line " + linesRead + ")");
        }
        put(line);
    }

    /** A line of the ledger; null if it is none. */
    private static LedgerLine parsed(String text) throws IOException {
        try {
            JsonNode json = JSON.readTree(text);
            LedgerLine line = json.isObject() ? LedgerLine.fromJson(json) : null;
            return line == null || line.segmentId().isEmpty() ? null : line;
        } catch (JsonProcessingException garbage) {
            return null;
        }
    }

    /** Whether there is a ledger of an organisation with anything in it, without reading it. */
    public static boolean isKept(DataFolder folder, String organization) throws IOException {
        Path path = folder.path().resolve(file(organization));
        return Files.exists(path) && Files.size(path) > 0;
    }

    private static Path file(String organization) {
        return Path.of("ledger", organization + ".jsonl");
    }

    public synchronized boolean isEmpty() {
        return size == 0;
    }

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
    public synchronized List<LedgerLine> lines(Predicate<Row> wanted) {
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
    public synchronized List<LedgerLine> linesOf(String userId) {
        List<LedgerLine> lines = new ArrayList<>();
        for (int row = userIds.last(userId); row >= 0; row = userIds.before(row)) {
            if (notes.get(row) != null) {
                lines.add(line(row));
            }
        }
        return lines;
    }

    /** The lines as they are now. */
    public synchronized Collection<LedgerLine> lines() {
        return new AbstractCollection<>() {
            private final int rows = segmentIds.size();

            @Override
            public Iterator<LedgerLine> iterator() {
                return IntStream.range(0, rows)
                        .filter(row -> notes.get(row) != null)
                        .mapToObj(Ledger.this::line)
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    public synchronized Optional<LedgerLine> line(String segmentId) {
        int row = row(segmentId);
        return row < 0 ? Optional.empty() : Optional.of(line(row));
    }

    /** The same, if it notes a cancellation of ours: a short answer for the many that do not. */
    public synchronized Optional<LedgerLine> cancelled(String segmentId) {
        int row = row(segmentId);
        return row < 0 || notes.get(row).cancelledVersion() == 0 ? Optional.empty() : Optional.of(line(row));
    }

    /** The row of a segment's line; -1 if there is none. */
    private int row(String segmentId) {
        return row(TextColumn.key(segmentId));
    }

    private int row(Object segmentId) {
        int row = segmentIds.last(segmentId);
        return row >= 0 && notes.get(row) != null ? row : -1;
    }

    private LedgerLine line(int row) {
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

    /** Takes what a pass learned of a pair: its segment, and whose it is. */
    public synchronized void learn(SegmentMessage message) {
        Outcome outcome = message.ending();
        if (message.identity() == null
                || !(outcome == Outcome.CREATED
                        || outcome == Outcome.PRESENT
                        || outcome == Outcome.RESTORED
                        || outcome == Outcome.ADOPTED)) {
            return;
        }
        int row = row(message.identity());
        if (row < 0) {
            add(
                    message.identity(),
                    message.userIdentity(),
                    new Place(message.getPlace().target(), message.getPlace().id()),
                    message.agentId(),
                    message.membership().groupId(),
                    new Note(outcome == Outcome.CREATED, null, 0, null));
            return;
        }
        LedgerLine before = line(row);
        // Who was seen active was not cancelled by us: at the noted version a person's cancellation would come next.
        boolean seenActive = outcome == Outcome.PRESENT && message.observedStatus() != null;
        boolean cancelled = outcome != Outcome.CREATED && outcome != Outcome.RESTORED && !seenActive;
        boolean sameAgent = before.zendeskUserId() == message.agentId();
        LedgerLine now = new LedgerLine(
                message.id(),
                message.getPlace().target(),
                message.getPlace().id(),
                message.genesysUserId(),
                message.agentId(),
                message.membership().groupId(),
                outcome == Outcome.CREATED || before.created(),
                cancelled ? before.statusBefore() : null,
                cancelled ? before.cancelledVersion() : 0,
                sameAgent ? before.statusWritten() : null);
        if (!sameAgent) {
            keepWritten(before);
        }
        put(now);
    }

    /** What was written into somebody's field is not forgotten with the segment: it is emptied one day. */
    private void keepWritten(LedgerLine gone) {
        if (gone.statusWritten() != null) {
            put(gone.onlyWritten());
        }
    }

    /**
     * Notes a cancellation before its PUT, so that it is known as ours whatever becomes of the PUT.
     *
     * @throws IOException if the note cannot be written: then the PUT must not be sent
     */
    public synchronized void noteCancellation(String segmentId, String status, long version) throws IOException {
        put(line(segmentId).orElseThrow().cancelling(status, version));
        save();
    }

    /** Takes the note back: the PUT was refused, so that a cancellation at that version will be a person's. */
    public synchronized void dropCancellation(String segmentId) {
        line(segmentId).ifPresent(line -> put(line.cancelling(null, 0)));
    }

    /** What the Zendesk user's field holds now, by our writing; null = nothing. */
    public synchronized void noteWritten(long zendeskUserId, String status) {
        // Rewritten rows come after the rows that are looked at here.
        for (int row = agents.last(zendeskUserId); row >= 0; row = agents.before(row)) {
            if (notes.get(row) != null) {
                LedgerLine line = line(row);
                if (status == null && line.isOnlyWritten()) {
                    drop(row);
                } else {
                    put(line.written(status));
                }
            }
        }
    }

    /** The segment is gone; what was written into its agent's field stays known. */
    public synchronized void forget(String segmentId) {
        int row = row(segmentId);
        if (row >= 0) {
            LedgerLine gone = line(row);
            drop(row);
            keepWritten(gone);
        }
    }

    private void put(LedgerLine line) {
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
                new Place(line.target(), line.placeId()),
                line.zendeskUserId(),
                line.groupId(),
                note(line));
    }

    private void add(Object segmentId, Object userId, Place place, long agent, long group, Note note) {
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

    private void drop(int row) {
        touched.set(row);
        notes.set(row, null);
        size--;
        changed = true;
    }

    /** Writes what changed. */
    public synchronized void save() throws IOException {
        if (!changed) {
            return;
        }
        folder.writeWhole(file, writer -> {
            JsonGenerator json = LINES.createGenerator(writer);
            for (LedgerLine line : lines()) {
                line.write(json);
                json.writeRaw('\n');
            }
            json.flush();
        });
        changed = false;
        if (folder.journal().isRead()) {
            tellTouched(folder.journal());
        }
        touched.clear();
        folder.journal().flush();
    }

    private void tellTouched(Journal journal) {
        for (int row = touched.nextSetBit(0); row >= 0; row = touched.nextSetBit(row + 1)) {
            String segmentId = segmentIds.get(row);
            journal.ledger(
                    organization,
                    segmentId,
                    line(segmentId).map(LedgerLine::toJson).orElse(null));
        }
    }

    /**
     * Takes over a line that another process wrote.
     *
     * @param line null if the segment has none any more
     * @throws UnreadableException if it is none
     */
    public synchronized void takeOver(String segmentId, JsonNode line) throws UnreadableException {
        if (line != null) {
            LedgerLine told = LedgerLine.fromJson(line);
            if (!told.segmentId().equals(segmentId)) {
                throw new UnreadableException("is no line of this segment");
            }
            put(told);
        } else {
            int row = row(segmentId);
            if (row >= 0) {
                drop(row);
            }
        }
    }
}
