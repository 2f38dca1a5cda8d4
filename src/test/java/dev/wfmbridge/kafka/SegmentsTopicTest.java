package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("What is known of segments, as a process mirrors it")
class SegmentsTopicTest {

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.plain();

    private static JsonNode letter(String segment) throws IOException {
        return new ObjectMapper()
                .readTree("{\"segment\":{\"segmentId\":\"" + segment + "\"},\"code\":\"user-not-found\","
                        + "\"evidence\":{\"lastAt\":\"2026-01-01T00:00:00Z\"}}");
    }

    private static List<String> letters(DataFolder view) throws IOException {
        return new DeadLetters(view, warning -> {})
                .list().stream()
                        .map(filed ->
                                filed.organization() + "/" + filed.letter().segmentId())
                        .toList();
    }

    @Test
    @DisplayName("is shown later where the folder could not take it, and of all others at once")
    void fullFolder() throws Exception {
        new Shell(new KafkaAccess(shared.broker().address(), "full", Map.of())).createTopics(1);
        Connection connection = Connection.of(shared.broker().address(), Map.of());
        DataFolder view = DataFolder.open(shared.folder().resolve("view"));
        DataFolder none = DataFolder.open(shared.folder().resolve("none"));
        List<String> organizations = List.of("org-a", "org-b", "org-c");
        Path inTheWay = view.path().resolve("dead-letter").resolve("org-b");
        try (SegmentsTopic writer = new SegmentsTopic(connection, new Topics("full"), none);
                SegmentsTopic reader = new SegmentsTopic(connection, new Topics("full"), view)) {
            for (String organization : organizations) {
                writer.letter(organization, "s-1", letter("s-1"));
            }
            writer.flush();
            Files.createDirectories(inTheWay.getParent());
            Files.createFile(inTheWay);
            assertThatThrownBy(reader::catchUpAll).isInstanceOf(IOException.class);
            Files.delete(inTheWay);
            reader.catchUp(reader.partitionOf("org-b"));
            assertThat(letters(view)).containsExactly("org-a/s-1", "org-b/s-1", "org-c/s-1");
        }
    }
}
