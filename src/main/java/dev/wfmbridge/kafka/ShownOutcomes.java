package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.part.Chunks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;

/** The outcomes of a pass, which the report's record on the clock points to, as the file where {@code why} looks for them. */
final class ShownOutcomes {

    private static final int MOST_BYTES = 1 << 30;

    private final DataFolder folder;
    private final AtomicReference<JsonNode> last = new AtomicReference<>();

    ShownOutcomes(DataFolder folder) {
        this.folder = folder;
    }

    /** Takes note of the newest report that has outcomes. */
    void hear(JsonNode record) {
        if (!record.path("outcomes").path("offsets").isEmpty()) {
            last.set(record);
        }
    }

    /** Fetches the newest ones, if they are not there. Those that Kafka no longer has are passed over. */
    void fetch(TopicView results) throws IOException {
        JsonNode record = last.get();
        if (record == null) {
            return;
        }
        Path file = Path.of("runs", record.path("runId").asText() + ".outcomes.jsonl");
        if (!Files.exists(folder.path().resolve(file))) {
            List<byte[]> chunks = new ArrayList<>();
            for (JsonNode offset : record.path("outcomes").path("offsets")) {
                chunks.add(results.at(0, offset.asLong()));
            }
            if (!chunks.contains(null)) {
                try (GZIPInputStream lines = new GZIPInputStream(new ByteArrayInputStream(Chunks.whole(chunks)))) {
                    folder.writeWhole(file, lines.readNBytes(MOST_BYTES));
                }
            }
        }
        // Another thread may have heard of a newer one meanwhile.
        last.compareAndSet(record, null);
    }
}
