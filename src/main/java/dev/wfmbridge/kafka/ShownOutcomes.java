package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.part.Chunks;
import dev.wfmbridge.report.StoredReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outcomes of the last whole pass and of the partial ones since, which the reports' records on the clock point to, as the files where
 * {@code why} looks for them.
 */
final class ShownOutcomes {

    private static final Logger LOG = LoggerFactory.getLogger(ShownOutcomes.class);
    private static final int MOST_BYTES = 1 << 30;

    /** So many passes wait to be fetched while Kafka cannot be read; the oldest are then shown by their reports alone. */
    private static final int MOST_PASSES = 500;

    private final DataFolder folder;
    /** Records of reports whose outcomes are to be fetched, by pass. */
    private final Map<String, JsonNode> due = new LinkedHashMap<>();

    ShownOutcomes(DataFolder folder) {
        this.folder = folder;
    }

    /** Takes note of a report that has outcomes. */
    void hear(JsonNode record) {
        if (record.path("outcomes").path("offsets").isEmpty()) {
            return;
        }
        synchronized (due) {
            if (!new StoredReport(record.path("report")).isPartial()) {
                // Nobody looks further back.
                due.clear();
            }
            due.put(record.path("runId").asText(), record);
            if (due.size() > MOST_PASSES) {
                due.remove(due.keySet().iterator().next());
            }
        }
    }

    /**
     * Fetches those that are not there. Those that Kafka no longer has are passed over.
     *
     * @throws IOException if the brokers give no answer, or the folder does not take them; they are fetched at the next call
     */
    void fetch(TopicView results) throws IOException {
        List<JsonNode> now;
        synchronized (due) {
            now = List.copyOf(due.values());
        }
        for (JsonNode record : now) {
            fetch(record, results);
            synchronized (due) {
                // Another thread may have heard of newer ones meanwhile.
                due.remove(record.path("runId").asText(), record);
            }
        }
    }

    private void fetch(JsonNode record, TopicView results) throws IOException {
        String runId = record.path("runId").asText();
        Path file = Path.of("runs", runId + ".outcomes.jsonl");
        if (Files.exists(folder.path().resolve(file))) {
            return;
        }
        List<byte[]> chunks = new ArrayList<>();
        for (JsonNode offset : record.path("outcomes").path("offsets")) {
            chunks.add(results.at(0, offset.asLong()));
        }
        if (!chunks.contains(null)) {
            byte[] lines;
            try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(Chunks.whole(chunks)))) {
                lines = unpacked.readNBytes(MOST_BYTES);
            } catch (IOException garbage) {
                LOG.warn("the outcomes of pass {} cannot be read, and are passed over", runId);
                return;
            }
            folder.writeWhole(file, lines);
        }
    }
}
