package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Journal;
import dev.wfmbridge.data.UnreadableException;
import dev.wfmbridge.ledger.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of each segment and of each suspended organisation, in a compacted topic. Ledger lines and dead letters have the
 * organisation, the segment and the kind as their key, and are partitioned by the organisation alone; suspensions, which concern every
 * process, are all in one partition. A data folder mirrors it as files. A process about to work on an organisation first catches up with
 * its partition, so that it knows what the previous owner wrote last.
 */
public final class SegmentsTopic implements Journal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentsTopic.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LEDGER = "ledger";
    private static final String LETTER = "letter";
    private static final String SUSPENDED = "/suspended";
    private static final Pattern SUSPENSION = Pattern.compile("([a-z0-9][a-z0-9-]{0,62})" + SUSPENDED);
    /** Every process follows it, so that it hears of a suspension without reading what all others know. */
    private static final int SUSPENSIONS = 0;

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Pattern KEY =
            Pattern.compile("([a-z0-9][a-z0-9-]{0,62})/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/(ledger|letter)");

    private final String topic;
    private final TopicView view;
    private final Producer<byte[], byte[]> producer;
    private final DataFolder folder;
    private final int partitions;
    /** What was reported but is not known to be written, the latest value for each key. */
    private final Map<String, JsonNode> unsaid = new ConcurrentHashMap<>();

    /** What was read and is not in the folder yet, by partition, organisation and key; the topic is not read again for it. */
    private final Map<Integer, Map<String, Map<String, JsonNode>>> unshown = new HashMap<>();

    /** Whether all of the topic was read since the start; guarded by the view. */
    private boolean readBefore;

    private final Connection connection;
    private volatile TopicView suspensionsView;
    private final Set<String> suspended = ConcurrentHashMap.newKeySet();
    private final BiConsumer<String, Boolean> suspensions;

    private static final JsonNode GONE = JSON.missingNode();

    /** @param folder that mirrors the topic, without a journal */
    public SegmentsTopic(Connection connection, Topics topics, DataFolder folder) throws UnreachableException {
        this(connection, topics, folder, (organization, isSuspended) -> {});
    }

    /** @param suspensions is told which organisation is suspended (true) or resumed */
    SegmentsTopic(Connection connection, Topics topics, DataFolder folder, BiConsumer<String, Boolean> suspensions)
            throws UnreachableException {
        this.suspensions = suspensions;
        this.connection = connection;
        this.topic = topics.segments();
        this.folder = folder;
        this.view = new TopicView(connection.consumer(), topic);
        this.producer = connection.producer();
        this.partitions = view.partitions();
    }

    int partitionOf(String organization) {
        return Topics.partitionOf(organization, partitions);
    }

    @Override
    public void ledger(String organization, String segmentId, JsonNode line) {
        tell(organization, segmentId, LEDGER, line);
    }

    @Override
    public void letter(String organization, String segmentId, JsonNode letter) {
        tell(organization, segmentId, LETTER, letter);
    }

    /**
     * An operator suspends or resumes an organisation: returns when every process will hear of it.
     *
     * @param by the process, for people
     * @throws UnreachableException if Kafka does not take it; it is written again with whatever is written next
     */
    void suspend(String organization, boolean isSuspended, String by) throws UnreachableException {
        String key = organization + SUSPENDED;
        JsonNode value = isSuspended
                ? JSON.createObjectNode().put("at", Instant.now().toString()).put("by", by)
                : GONE;
        unsaid.put(key, value);
        if (isSuspended) {
            suspended.add(organization);
        } else {
            suspended.remove(organization);
        }
        Answer.to(
                () -> producer.send(record(key, value)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                "Kafka does not take it, so that it holds in this process alone; the other processes hear of it when Kafka is back.");
        unsaid.remove(key, value);
    }

    /** Writes again what was reported of suspensions and is not known to be written. */
    void sayAgain() {
        unsaid.forEach((key, value) -> {
            if (key.endsWith(SUSPENDED)) {
                producer.send(record(key, value), (where, failure) -> {
                    if (failure == null) {
                        unsaid.remove(key, value);
                    }
                });
            }
        });
    }

    /** Organisations that an operator suspended, as far as has been read. */
    Set<String> suspended() {
        return Set.copyOf(suspended);
    }

    /** Reads what operators suspended and resumed since the last time. */
    void catchUpSuspensions() throws IOException {
        synchronized (suspended) {
            if (suspensionsView == null) {
                // A view of its own: whatever else is in the partition concerns only its owner.
                suspensionsView = new TopicView(connection.consumer(), topic);
            }
            Map<String, Boolean> news = new LinkedHashMap<>();
            try {
                suspensionsView.catchUp(List.of(SUSPENSIONS), message -> {
                    Matcher suspension = SUSPENSION.matcher(key(message));
                    if (suspension.matches()) {
                        news.put(suspension.group(1), message.value() != null);
                    }
                });
            } finally {
                news.forEach(this::hear);
            }
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> message) {
        return message.key() == null ? "" : new String(message.key(), StandardCharsets.UTF_8);
    }

    private void tell(String organization, String segmentId, String kind, JsonNode value) {
        unsaid.put(organization + "/" + segmentId + "/" + kind, value == null ? GONE : value);
    }

    @Override
    public void flush() throws IOException {
        Set<String> now = Set.copyOf(unsaid.keySet());
        if (now.isEmpty()) {
            return;
        }
        Map<String, JsonNode> said = new ConcurrentHashMap<>();
        AtomicBoolean failed = new AtomicBoolean();
        int saidBefore = 0;
        try {
            for (String key : now) {
                if (failed.get()) {
                    // Without metadata of the topic each send waits for it, and fails by itself.
                    break;
                }
                // The latest: another thread may have reported and written a newer one since.
                JsonNode value = unsaid.get(key);
                if (value == null) {
                    saidBefore++;
                    continue;
                }
                producer.send(record(key, value), (where, failure) -> {
                    if (failure == null) {
                        said.put(key, value);
                    } else {
                        failed.set(true);
                    }
                });
            }
            producer.flush();
        } catch (KafkaException silent) {
            said.forEach(unsaid::remove);
            throw new UnreachableException("Kafka does not take what is known of segments.", silent);
        }
        // Only if nothing newer was reported in the meantime.
        said.forEach(unsaid::remove);
        int unwritten = now.size() - saidBefore - said.size();
        if (unwritten > 0) {
            throw new UnreachableException(unwritten + " words on segments were not taken by Kafka.", null);
        }
    }

    private ProducerRecord<byte[], byte[]> record(String key, JsonNode value) {
        return new ProducerRecord<>(
                topic,
                key.endsWith(SUSPENDED) ? SUSPENSIONS : partitionOf(key.substring(0, key.indexOf('/'))),
                key.getBytes(StandardCharsets.UTF_8),
                value == GONE ? null : value.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The organisation belongs to another process now: what was not written in time must not be written after it. */
    void fallSilent(String organization) {
        unsaid.keySet().removeIf(key -> key.startsWith(organization + "/") && !key.endsWith(SUSPENDED));
    }

    /** Mirrors what is known about the organisations of a partition. */
    public void catchUp(int partition) throws IOException {
        catchUp(List.of(partition), TopicView.PATIENCE);
    }

    /** Shows all that is known. */
    public void catchUpAll() throws IOException {
        catchUpAll(TopicView.PATIENCE);
    }

    /** The same, for a caller that waits only so long for the brokers. */
    void catchUpAll(Duration patience) throws IOException {
        synchronized (view) {
            List<Integer> all = view.all();
            if (readBefore) {
                catchUp(all, patience);
                return;
            }
            // The first time it may be much, of which only a part is held in memory.
            for (int partition : all) {
                catchUp(List.of(partition), patience);
            }
            readBefore = true;
        }
    }

    private void catchUp(Collection<Integer> some, Duration patience) throws IOException {
        // A caller that returns from here finds in the folder what any caller has read.
        synchronized (view) {
            try {
                view.catchUp(some, this::take, patience);
            } finally {
                for (int partition : some) {
                    show(partition);
                }
            }
        }
    }

    /** Shows what was read of a partition: of each organisation all, or all again at the next call. */
    private void show(int partition) throws IOException {
        Map<String, Map<String, JsonNode>> ofPartition = unshown.getOrDefault(partition, Map.of());
        IOException failed = null;
        for (String organization : List.copyOf(ofPartition.keySet())) {
            try {
                show(organization, ofPartition.get(organization));
                ofPartition.remove(organization);
            } catch (IOException full) {
                failed = full;
            }
        }
        if (failed != null) {
            throw failed;
        }
        unshown.remove(partition);
    }

    private void take(ConsumerRecord<byte[], byte[]> message) {
        String key = key(message);
        if (SUSPENSION.matcher(key).matches()) {
            return;
        }
        Matcher parts = KEY.matcher(key);
        try {
            if (!parts.matches()) {
                throw new IOException("its key is none");
            }
            JsonNode value = message.value() == null ? GONE : JSON.readTree(message.value());
            unshown.computeIfAbsent(message.partition(), none -> new LinkedHashMap<>())
                    .computeIfAbsent(parts.group(1), none -> new LinkedHashMap<>())
                    .put(key, value);
        } catch (IOException garbage) {
            LOG.warn(
                    "record {} of partition {} of {} is nothing that this version knows, and is passed over",
                    message.offset(),
                    message.partition(),
                    message.topic());
        }
    }

    /** The last word counts: a suspension that was lifted long ago must not halt anything for a moment. */
    private void hear(String organization, boolean isSuspended) {
        // What is about to be written here is newer.
        if (!unsaid.containsKey(organization + SUSPENDED)
                && (isSuspended ? suspended.add(organization) : suspended.remove(organization))) {
            suspensions.accept(organization, isSuspended);
        }
    }

    private void show(String organization, Map<String, JsonNode> changes) throws IOException {
        Ledger ledger = null;
        DeadLetters letters = new DeadLetters(folder, LOG::warn);
        for (Map.Entry<String, JsonNode> change : changes.entrySet()) {
            Matcher key = KEY.matcher(change.getKey());
            if (!key.matches() || unsaid.containsKey(change.getKey())) {
                // What is about to be written here is newer.
                continue;
            }
            JsonNode value = change.getValue() == GONE ? null : change.getValue();
            try {
                if (key.group(3).equals(LETTER)) {
                    letters.takeOver(organization, key.group(2), value);
                } else {
                    ledger = ledger == null ? Ledger.read(folder, organization) : ledger;
                    ledger.takeOver(key.group(2), value);
                }
            } catch (IllegalArgumentException | UnreadableException garbage) {
                LOG.warn("what {} says of {} is passed over ({})", topic, change.getKey(), garbage.getMessage());
            }
        }
        if (ledger != null) {
            ledger.save();
        }
    }

    @Override
    public void close() {
        view.close();
        // Not under the lock: who reads holds it, and closing ends the reading.
        TopicView ofSuspensions = suspensionsView;
        if (ofSuspensions != null) {
            ofSuspensions.close();
        }
        producer.close(Duration.ofSeconds(2));
    }
}
