package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.operate.Gzip;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The outcomes of a pass, as a process shows them that another one wrote")
class ShownOutcomesTest {

    private static final TopicPartition RESULTS = new TopicPartition("results", 0);

    @TempDir
    Path folder;

    /** The records that Kafka has, each a pass' outcomes: {@code {"of":OFFSET}}. */
    private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>(OffsetResetStrategy.EARLIEST);

    private static JsonNode report(String runId, int offset) {
        return report(runId, offset, "schedule");
    }

    private static JsonNode report(String runId, int offset, String trigger) {
        ObjectNode record = new ObjectMapper().createObjectNode().put("runId", runId);
        record.putObject("report").put("trigger", trigger);
        record.putObject("outcomes").putArray("offsets").add(offset);
        return record;
    }

    private void written(int offset) {
        try {
            byte[] line = Gzip.of(("{\"of\":" + offset + "}\n").getBytes(StandardCharsets.UTF_8));
            kafka.addRecord(new ConsumerRecord<>("results", 0, offset, null, line));
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    @Test
    @DisplayName("a report that is heard while the ones before are fetched is fetched next")
    void heardMeanwhile() throws Exception {
        DataFolder view = DataFolder.open(folder.resolve("view"));
        ShownOutcomes outcomes = new ShownOutcomes(view);
        kafka.updateBeginningOffsets(Map.of(RESULTS, 0L));
        kafka.schedulePollTask(() -> {
            written(0);
            outcomes.hear(report("second", 1));
        });
        TopicView results = new TopicView(kafka, "results");
        outcomes.hear(report("first", 0));
        outcomes.fetch(results);
        assertThat(view.readLines(Path.of("runs", "first.outcomes.jsonl"))).isEqualTo(List.of("{\"of\":0}"));
        kafka.schedulePollTask(() -> written(1));
        outcomes.fetch(results);
        assertThat(view.readLines(Path.of("runs", "second.outcomes.jsonl"))).isEqualTo(List.of("{\"of\":1}"));
    }

    @Test
    @DisplayName(
            "of the last whole pass and of the partial ones since are shown, and no older ones; what cannot be read hides no other")
    void partialOnes() throws Exception {
        DataFolder view = DataFolder.open(folder.resolve("view"));
        ShownOutcomes outcomes = new ShownOutcomes(view);
        kafka.updateBeginningOffsets(Map.of(RESULTS, 0L));
        outcomes.hear(report("older-events", 0, "webhook"));
        outcomes.hear(report("whole", 1, "schedule"));
        outcomes.hear(report("garbage", 2, "webhook"));
        outcomes.hear(report("events", 3, "webhook"));
        kafka.schedulePollTask(() -> written(1));
        kafka.schedulePollTask(() -> kafka.addRecord(new ConsumerRecord<>("results", 0, 2, null, new byte[] {1})));
        kafka.schedulePollTask(() -> written(3));
        outcomes.fetch(new TopicView(kafka, "results"));
        assertThat(view.files(Path.of("runs")).stream()
                        .map(file -> file.getFileName().toString()))
                .containsExactlyInAnyOrder("whole.outcomes.jsonl", "events.outcomes.jsonl");
    }
}
