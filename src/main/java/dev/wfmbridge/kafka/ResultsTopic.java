package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The topic {@code results} as the reader uses it: the results of the parts, and each pass' outcomes, for {@code why}. */
final class ResultsTopic implements AutoCloseable {

    private static final Header OUTCOMES = new RecordHeader("wfmOutcomes", new byte[0]);

    private final String topic;
    private final TopicView view;
    private final Producer<byte[], byte[]> producer;

    ResultsTopic(Connection connection, Topics topics) {
        this.topic = topics.results();
        this.view = new TopicView(connection.consumer(), topic);
        this.producer = connection.producer();
    }

    void skipToEnd() throws UnreachableException {
        view.skipToEnd();
    }

    /** Reads what has arrived; who waits for results soon asks again. */
    void catchUp(TopicView.Taker taker) throws IOException {
        view.catchUp(view.all(), taker, TopicView.SHORT_PATIENCE);
    }

    /**
     * Writes the outcomes of a pass, and returns when they are safe.
     *
     * @return where they are: {@code offsets} in partition 0
     */
    ObjectNode outcomes(String runId, List<byte[]> chunks) throws UnreachableException {
        ObjectNode where = JsonNodeFactory.instance.objectNode();
        for (byte[] chunk : chunks) {
            RecordMetadata written = Answer.to(
                    () -> producer.send(new ProducerRecord<>(
                                    topic, 0, runId.getBytes(StandardCharsets.UTF_8), chunk, List.of(OUTCOMES)))
                            .get(60, TimeUnit.SECONDS),
                    "Kafka does not take the outcomes of a pass.");
            where.withArray("offsets").add(written.offset());
        }
        return where;
    }

    /** Whether a record is one of {@link #outcomes}, as of a pass of another process, and not a piece of a result. */
    static boolean isOfOutcomes(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(OUTCOMES.key()) != null;
    }

    @Override
    public void close() {
        view.close();
        producer.close(Duration.ofSeconds(2));
    }
}
