package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.data.Runs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The topic clock")
class ClockTopicTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.plain();

    private static Topics topics(String prefix) throws Exception {
        new Shell(new KafkaAccess(shared.broker().address(), prefix, Map.of())).createTopics(1);
        return new Topics(prefix);
    }

    private static Connection connection() {
        return Connection.of(shared.broker().address(), Map.of());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("keeps nobody from what comes after a record that is nonsense")
    void nonsense() throws Exception {
        Topics topics = topics("nonsense");
        List<byte[]> nonsense = List.of(
                new byte[0],
                new byte[] {0, 1, 0, 0},
                text("["),
                text("{\"type\":\"report\",\"runId\":\"x\",\"piece\":1,\"of\":1,\"bytes\":\"%%%\"}"),
                text("{\"type\":\"report\",\"runId\":\"x\",\"piece\":1,\"of\":1,\"bytes\":17}"),
                text("{\"type\":\"report\",\"runId\":\"../../x\",\"piece\":1,\"of\":1,\"bytes\":\"\"}"),
                text("{\"type\":\"began\",\"runId\":\"zzzz\"}"),
                text("{\"type\":\"began\",\"runId\":\"29991231T235959.999Z\"}"));
        try (Producer<byte[], byte[]> producer = connection().producer()) {
            for (byte[] value : nonsense) {
                producer.send(new ProducerRecord<>(topics.clock(), 0, null, value))
                        .get();
            }
            producer.send(new ProducerRecord<>(topics.clock(), 0, null, null)).get();
        }
        String runId = Runs.idNow();
        List<String> heard = new ArrayList<>();
        try (ClockTopic clock = new ClockTopic(
                connection(),
                topics,
                5,
                record -> heard.add(record.path("runId").asText()))) {
            clock.began(runId, "one");
            clock.catchUp();
            assertThat(clock.unfinished()).isEqualTo(runId);
            assertThat(clock.isOver(runId)).isFalse();
            ObjectNode report = JSON.createObjectNode().put("runId", runId);
            clock.report(report, List.of("order"), null, null);
            clock.catchUp();
            assertThat(clock.isAnswered("order")).isTrue();
            assertThat(heard).endsWith(runId, runId).doesNotContain("x", "zzzz", "../../x", "29991231T235959.999Z");
        }
    }

    @Test
    @DisplayName("tells a listener that fails at a record once of it, and of all others")
    void listenerFails() throws Exception {
        Topics topics = topics("listener");
        List<String> heard = new ArrayList<>();
        try (ClockTopic clock = new ClockTopic(connection(), topics, 5, record -> {
            String id = record.path("id").asText();
            heard.add(id);
            if (id.equals("b")) {
                throw new IllegalStateException("of the test");
            }
        })) {
            for (String id : List.of("a", "b", "c")) {
                clock.say(JSON.createObjectNode().put("type", ClockTopic.ORDER).put("id", id));
            }
            clock.catchUp();
            clock.catchUp();
            assertThat(heard).containsExactly("a", "b", "c");
        }
    }
}
