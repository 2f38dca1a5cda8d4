package dev.wfmbridge.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.UnreadableException;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
    private final String organization;
    private final LedgerRows rows = new LedgerRows();
    private int linesRead;
    private boolean putAside;

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
            ledger.rows.saved();
            return ledger;
        } catch (UnreadableException garbage) {
            String next = "Nothing of " + organization
                    + " is removed until passes have written a new one: restore it from a backup, if there is one";
            if (!folder.putAside(ledger.file, garbage.getMessage(), next, LOG::warn)) {
                throw new UnreadableException(ledger.file + " " + garbage.getMessage());
            }
            Ledger fresh = new Ledger(folder, organization);
            fresh.putAside = true;
            return fresh;
        }
    }

    /** Whether it is empty because the one that was there could not be parsed. */
    public boolean isPutAside() {
        return putAside;
    }

    private void take(String text) throws IOException {
        linesRead++;
        if (text.isBlank()) {
            return;
        }
        LedgerLine line = parsed(text);
        if (line == null) {
            throw new UnreadableException("is not a ledger (line " + linesRead + ")");
        }
        rows.put(line);
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
        return rows.size() == 0;
    }

    /** The lines that are wanted, usually few of many. */
    public synchronized List<LedgerLine> lines(Predicate<LedgerRows.Row> wanted) {
        return rows.lines(wanted);
    }

    /** The lines of one Genesys user. */
    public synchronized List<LedgerLine> linesOf(String userId) {
        return rows.linesOf(userId);
    }

    /** The lines as they are now. */
    public synchronized Collection<LedgerLine> lines() {
        return rows.lines();
    }

    public synchronized Optional<LedgerLine> line(String segmentId) {
        int row = rows.row(segmentId);
        return row < 0 ? Optional.empty() : Optional.of(rows.line(row));
    }

    /** The same, if it notes a cancellation of ours: a short answer for the many that do not. */
    public synchronized Optional<LedgerLine> cancelled(String segmentId) {
        int row = rows.row(segmentId);
        return row < 0 || !rows.isCancelled(row) ? Optional.empty() : Optional.of(rows.line(row));
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
        int row = rows.row(message.identity());
        if (row < 0) {
            rows.add(message, outcome == Outcome.CREATED);
            return;
        }
        LedgerLine before = rows.line(row);
        // A segment that was seen active was not cancelled by us: a cancellation at the noted version would be a
        // person's.
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
        rows.put(now);
    }

    /** What was written into somebody's field is not forgotten with the segment: it is emptied one day. */
    private void keepWritten(LedgerLine gone) {
        if (gone.statusWritten() != null) {
            rows.put(gone.onlyWritten());
        }
    }

    /**
     * Notes a cancellation before its PUT, so that it is known as ours whatever becomes of the PUT.
     *
     * @throws IOException if the note cannot be written: then the PUT must not be sent
     */
    public synchronized void noteCancellation(String segmentId, String status, long version) throws IOException {
        rows.put(line(segmentId).orElseThrow().cancelling(status, version));
        save();
    }

    /** Takes the note back: the PUT was refused, so that a cancellation at that version will be a person's. */
    public synchronized void dropCancellation(String segmentId) {
        line(segmentId).ifPresent(line -> rows.put(line.cancelling(null, 0)));
    }

    /** What the Zendesk user's field holds now, by our writing; null = nothing. */
    public synchronized void noteWritten(long zendeskUserId, String status) {
        // Rewritten rows come after the rows that are looked at here.
        for (int row = rows.last(zendeskUserId); row >= 0; row = rows.before(row)) {
            LedgerLine line = rows.line(row);
            if (status == null && line.isOnlyWritten()) {
                rows.drop(row);
            } else {
                rows.put(line.written(status));
            }
        }
    }

    /** The segment is gone; what was written into its agent's field stays known. */
    public synchronized void forget(String segmentId) {
        int row = rows.row(segmentId);
        if (row >= 0) {
            LedgerLine gone = rows.line(row);
            rows.drop(row);
            keepWritten(gone);
        }
    }

    /** Writes what changed. */
    public synchronized void save() throws IOException {
        if (!rows.isChanged()) {
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
        if (folder.journal().isRead()) {
            rows.touched(segmentId -> folder.journal()
                    .ledger(
                            organization,
                            segmentId,
                            line(segmentId).map(LedgerLine::toJson).orElse(null)));
        }
        rows.saved();
        folder.journal().flush();
    }

    /**
     * Takes over a line that another process wrote.
     *
     * @param line null if the segment has none any more
     * @throws UnreadableException if it is not a line
     */
    public synchronized void takeOver(String segmentId, JsonNode line) throws UnreadableException {
        if (line != null) {
            LedgerLine told = LedgerLine.fromJson(line);
            if (!told.segmentId().equals(segmentId)) {
                throw new UnreadableException("is not a line of this segment");
            }
            rows.put(told);
        } else {
            int row = rows.row(segmentId);
            if (row >= 0) {
                rows.drop(row);
            }
        }
    }
}
