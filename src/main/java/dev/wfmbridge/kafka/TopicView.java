package dev.wfmbridge.kafka;

import dev.wfmbridge.part.UnusableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic as one process reads it on its own, in no group: from where it stopped, to the current end. */
final class TopicView implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicView.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** How long whoever needs to know waits for the brokers. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The same where a stop must not wait for them, or where they are soon asked again. */
    static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<Integer, Long> next = new HashMap<>();

    /** Takes a record; one that it fails at is named in the log, and passed over. */
    interface Taker {
        void take(ConsumerRecord<byte[], byte[]> message) throws IOException, UnusableException;
    }

    TopicView(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /** How many partitions the topic has. */
    synchronized int partitions() throws UnreachableException {
        try {
            return consumer.partitionsFor(topic, PATIENCE).size();
        } catch (KafkaException silent) {
            throw unreachable(silent);
        }
    }

    /** All partitions, by number. */
    List<Integer> all() throws UnreachableException {
        return IntStream.range(0, partitions()).boxed().toList();
    }

    /** What was written until now does not matter. */
    synchronized void skipToEnd() throws UnreachableException {
        try {
            consumer.endOffsets(on(all()), PATIENCE).forEach((partition, end) -> next.put(partition.partition(), end));
        } catch (KafkaException silent) {
            throw unreachable(silent);
        }
    }

    /**
     * Reads what was written since the last time.
     *
     * @throws IOException if the brokers do not answer; what was taken stays taken
     */
    void catchUp(Collection<Integer> partitions, Taker taker) throws IOException {
        catchUp(partitions, taker, PATIENCE);
    }

    /**
     * The same.
     *
     * @param patience how long to wait for an answer of the brokers, or for the next record
     */
    synchronized void catchUp(Collection<Integer> partitions, Taker taker, Duration patience) throws IOException {
        try {
            List<TopicPartition> asked = on(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(asked, patience);
            ends.entrySet()
                    .removeIf(end ->
                            end.getValue() <= next.getOrDefault(end.getKey().partition(), 0L));
            consumer.assign(ends.keySet());
            ends.keySet().forEach(partition -> consumer.seek(partition, next.getOrDefault(partition.partition(), 0L)));
            long last = System.nanoTime();
            while (!ends.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    last = System.nanoTime();
                    if (message.offset() >= next.getOrDefault(message.partition(), 0L)) {
                        next.put(message.partition(), message.offset() + 1);
                        take(message, taker);
                    }
                }
                for (TopicPartition partition : List.copyOf(ends.keySet())) {
                    // The position skips records that compaction removed.
                    long position = consumer.position(partition, patience);
                    next.put(partition.partition(), position);
                    if (position >= ends.get(partition)) {
                        ends.remove(partition);
                    }
                }
                if (System.nanoTime() - last > patience.toNanos()) {
                    throw unreachable(null);
                }
            }
        } catch (InterruptException stopped) {
            throw unreachable(stopped);
        } catch (KafkaException silent) {
            throw unreachable(silent);
        }
    }

    /** Whoever can write to the topic can write nonsense: one record must not keep everybody from all that come after it. */
    private static void take(ConsumerRecord<byte[], byte[]> message, Taker taker) {
        try {
            taker.take(message);
        } catch (UnusableException unusable) {
            passOver(message, unusable.getMessage());
        } catch (IOException | RuntimeException failed) {
            // Its own text may quote the record.
            passOver(message, failed.getClass().getSimpleName());
        }
    }

    private static void passOver(ConsumerRecord<byte[], byte[]> message, String why) {
        LOG.warn(
                "record {} of partition {} of {} cannot be used, and is passed over: {}",
                message.offset(),
                message.partition(),
                message.topic(),
                why);
    }

    /**
     * Reads a partition to its current end, without going on from there.
     *
     * @throws IOException if the brokers do not answer
     */
    synchronized void lookAhead(int partition, Taker taker) throws IOException {
        Long before = next.get(partition);
        try {
            catchUp(List.of(partition), taker);
        } finally {
            next.remove(partition);
            if (before != null) {
                next.put(partition, before);
            }
        }
    }

    /**
     * One record.
     *
     * @return null if it is not kept any more
     */
    synchronized byte[] at(int partition, long offset) throws UnreachableException {
        TopicPartition asked = new TopicPartition(topic, partition);
        try {
            consumer.assign(List.of(asked));
            if (consumer.beginningOffsets(List.of(asked), PATIENCE).get(asked) > offset) {
                return null;
            }
            consumer.seek(asked, offset);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - until < 0) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    return message.offset() == offset ? message.value() : null;
                }
            }
            throw unreachable(null);
        } catch (KafkaException silent) {
            throw unreachable(silent);
        }
    }

    private UnreachableException unreachable(KafkaException silent) {
        return new UnreachableException("Kafka gave no answer about the topic " + topic + ".", silent);
    }

    private List<TopicPartition> on(Collection<Integer> partitions) {
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** A read under way ends as if Kafka gave no answer: a stop does not wait for brokers that are away. */
    @Override
    public void close() {
        consumer.wakeup();
        synchronized (this) {
            consumer.close(Duration.ofSeconds(1));
        }
    }
}
