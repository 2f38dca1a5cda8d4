package dev.wfmbridge.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.UnreadableException;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one organisation, {@code data/ledger/ORGANIZATION.jsonl}: one line a segment. Only removals, their taking back
 * and the emptying of a status field depend on it. Written whole.
 */
public final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataFolder folder;
    private final Path file;
    private final Map<String, LedgerLine> lines = new LinkedHashMap<>();
    private boolean changed;

    private Ledger(DataFolder folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Reads the ledger; one that is not there is empty. One that cannot be understood is put aside, and a new one begins: it names nobody, so
     * that nothing is removed for it.
     *
     * @throws IOException if it is there and can be neither read nor put aside
     */
    public static Ledger read(DataFolder folder, String organization) throws IOException {
        Ledger ledger = new Ledger(folder, Path.of("ledger", organization + ".jsonl"));
        String wrong = null;
        try {
            int number = 0;
            for (String line : folder.readLines(ledger.file)) {
                number++;
                if (!line.isBlank()) {
                    LedgerLine read = parsed(line);
                    if (read == null) {
                        wrong = "is no ledger (line " + number + ")";
                        break;
                    }
                    ledger.lines.put(read.segmentId(), read);
                }
            }
        } catch (UnreadableException garbage) {
            wrong = garbage.getMessage();
        }
        if (wrong != null) {
            String next = "Nothing of " + organization
                    + " is removed until passes have written a new one: restore it from a backup, if there is one";
            if (!folder.putAside(ledger.file, wrong, next, LOG::warn)) {
                throw new UnreadableException(ledger.file + " " + wrong);
            }
            ledger.lines.clear();
        }
        return ledger;
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

    public synchronized boolean isEmpty() {
        return lines.isEmpty();
    }

    public synchronized Collection<LedgerLine> lines() {
        return List.copyOf(lines.values());
    }

    public synchronized Optional<LedgerLine> line(String segmentId) {
        return Optional.ofNullable(lines.get(segmentId));
    }

    /** Takes what a pass learned of a pair: its segment, and whose it is. */
    public synchronized void learn(SegmentMessage message) {
        Outcome outcome = message.ending();
        if (message.id() == null
                || !(outcome == Outcome.CREATED
                        || outcome == Outcome.PRESENT
                        || outcome == Outcome.RESTORED
                        || outcome == Outcome.ADOPTED)) {
            return;
        }
        LedgerLine before = lines.get(message.id());
        // Who was seen active was not cancelled by us: at the noted version a person's cancellation would come next.
        boolean seenActive = outcome == Outcome.PRESENT && message.observedStatus() != null;
        boolean cancelled = before != null && outcome != Outcome.CREATED && outcome != Outcome.RESTORED && !seenActive;
        boolean sameAgent =
                before == null || before.zendeskUserId() == message.membership().userId();
        LedgerLine now = new LedgerLine(
                message.id(),
                message.getPlace().target(),
                message.getPlace().id(),
                message.genesysUserId(),
                message.membership().userId(),
                message.membership().groupId(),
                outcome == Outcome.CREATED || (before != null && before.created()),
                cancelled ? before.statusBefore() : null,
                cancelled ? before.cancelledVersion() : 0,
                before == null || !sameAgent ? null : before.statusWritten());
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
        put(lines.get(segmentId).cancelling(status, version));
        save();
    }

    /** Takes the note back: the PUT was refused, so that a cancellation at that version will be a person's. */
    public synchronized void dropCancellation(String segmentId) {
        LedgerLine line = lines.get(segmentId);
        if (line != null) {
            put(line.cancelling(null, 0));
        }
    }

    /** What the Zendesk user's field holds now, by our writing; null = nothing. */
    public synchronized void noteWritten(long zendeskUserId, String status) {
        for (LedgerLine line : List.copyOf(lines.values())) {
            if (line.zendeskUserId() == zendeskUserId) {
                if (status == null && line.isOnlyWritten()) {
                    changed |= lines.remove(line.segmentId()) != null;
                } else {
                    put(line.written(status));
                }
            }
        }
    }

    /** The segment is gone; what was written into its agent's field stays known. */
    public synchronized void forget(String segmentId) {
        LedgerLine gone = lines.remove(segmentId);
        if (gone != null) {
            changed = true;
            keepWritten(gone);
        }
    }

    private void put(LedgerLine line) {
        changed |= !line.equals(lines.put(line.segmentId(), line));
    }

    /** Writes what changed. */
    public synchronized void save() throws IOException {
        if (!changed) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (LedgerLine line : lines.values()) {
            text.append(line.toJson()).append('\n');
        }
        folder.writeWhole(file, text.toString().getBytes(StandardCharsets.UTF_8));
        changed = false;
    }
}
