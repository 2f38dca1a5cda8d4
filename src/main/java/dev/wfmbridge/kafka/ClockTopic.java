package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.operate.Gzip;
import dev.wfmbridge.part.Chunks;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.report.StoredReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code clock}, as every process reads it: the newest pass, operators' orders, and the reports. A record is JSON with a
 * {@code type}; a report comes in compressed pieces.
 */
public final class ClockTopic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClockTopic.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_ORDERS = 1000;

    /** No two clocks are so far apart. */
    private static final Duration FAR = Duration.ofDays(1);

    /** A pass has begun. */
    public static final String BEGAN = "began";
    /** Somebody wants a pass. */
    public static final String ORDER = "order";
    /** Nobody waits for an order any more; who has not taken it leaves it. */
    public static final String WITHDRAWN = "withdrawn";
    /** The reader has taken an order. */
    public static final String TAKEN = "taken";
    /** The reader cannot carry out an order that it has taken; nobody else will. */
    public static final String GIVEN_UP = "given-up";
    /** A pass has ended. */
    public static final String REPORT = "report";

    private final String topic;
    private final TopicView view;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, List<byte[]>> pieces = new HashMap<>();
    private final int keep;
    /** Where the newest reports begin, of whole passes and of partial ones, as found before the first reading; null until then. */
    private volatile Map<Boolean, Deque<Long>> kept;

    /** Of the latest orders; an order's life is short. */
    private final Set<String> withdrawn = latest();

    private final Set<String> answered = latest();
    private final Set<String> taken = latest();

    private static Set<String> latest() {
        return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > MOST_ORDERS;
            }
        }));
    }

    private final Consumer<JsonNode> listener;
    private volatile String newest = "";
    private volatile String unfinished = "";

    /** For a caller that listens only when it asks, and wants every report. */
    public ClockTopic(Connection connection, Topics topics) {
        this(connection, topics, Integer.MAX_VALUE, record -> {});
    }

    /**
     * @param keep of the reports that are there at first, so many of whole passes and as many of partial ones are unpacked, the
     *     newest: events alone can make thousands a day
     * @param listener is told each record that is whole, whoever catches up; a report as {@code {type, report, outcomes, orders}}
     */
    ClockTopic(Connection connection, Topics topics, int keep, Consumer<JsonNode> listener) {
        this.keep = keep;
        this.listener = listener;
        this.topic = topics.clock();
        this.view = new TopicView(connection.consumer(), topic);
        this.producer = connection.producer();
    }

    /**
     * Whether nobody waits for a part of this pass any more, as far as has been read: a newer one has begun, or its report is there. Such a part
     * comes again where a process dies between the result and its commit; who has left since then must not get a segment by it.
     */
    boolean isOver(String runId) {
        int age = runId.compareTo(newest);
        return age < 0 || age == 0 && !runId.equals(unfinished);
    }

    /** Whether nobody waits for an order any more, as far as has been read. */
    boolean isWithdrawn(String order) {
        return withdrawn.contains(order);
    }

    /** Whether a reader has taken an order, as far as has been read; it, or the next one, carries it out. */
    boolean isTaken(String order) {
        return taken.contains(order);
    }

    /** Whether a report has answered an order, or a reader gave it up, as far as has been read. */
    boolean isAnswered(String order) {
        return answered.contains(order);
    }

    /** The newest pass that began; empty if there is none. */
    String newest() {
        return newest;
    }

    /** A pass that began and has no known report; empty if there is none. */
    String unfinished() {
        return unfinished;
    }

    /**
     * Writes a record, and returns when it is safe.
     *
     * @throws UnreachableException if Kafka does not take it
     */
    public void say(ObjectNode what) throws UnreachableException {
        send(what.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Says that a pass begins. */
    void began(String runId, String reader) throws UnreachableException {
        say(JSON.createObjectNode()
                .put("type", BEGAN)
                .put("runId", runId)
                .put("reader", reader)
                .put("at", Instant.now().toString()));
    }

    /**
     * Writes the report of a pass.
     *
     * @param orders whose orders it answers
     * @param outcomes where its outcomes begin in the results, and in how many records; null if they could not be written
     * @param states that the next reader goes on with; null if there are none
     */
    void report(JsonNode report, List<String> orders, ObjectNode outcomes, ObjectNode states) throws IOException {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("states", states);
        whole.set("report", report);
        whole.set("outcomes", outcomes);
        orders.forEach(whole.putArray("orders")::add);
        List<byte[]> chunks = Chunks.of(Gzip.of(JSON.writeValueAsBytes(whole)));
        for (int i = 0; i < chunks.size(); i++) {
            ObjectNode piece = JSON.createObjectNode()
                    .put("type", REPORT)
                    .put("runId", report.path("runId").asText())
                    .put("piece", i + 1)
                    .put("of", chunks.size())
                    .put("partial", new StoredReport(report).isPartial())
                    .put("bytes", chunks.get(i));
            orders.forEach(piece.putArray("orders")::add);
            send(piece.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void send(byte[] value) throws UnreachableException {
        Answer.to(
                () -> producer.send(new ProducerRecord<>(topic, 0, null, value))
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                "Kafka does not take a record of the topic " + topic + ".");
    }

    /** What was written before does not matter. */
    public void skipToEnd() throws UnreachableException {
        view.skipToEnd();
    }

    /** Reads on to the end. */
    void catchUp() throws IOException {
        catchUp(record -> {});
    }

    /**
     * Reads on to the end.
     *
     * @param heard is told each record that is whole; a report as {@code {type, report, outcomes, orders}}
     */
    public void catchUp(Consumer<JsonNode> heard) throws IOException {
        findKept();
        view.catchUp(List.of(0), message -> take(message, listener.andThen(heard)));
    }

    /** Reading the topic twice costs little; unpacking and filing each report of a week would take minutes. */
    private void findKept() throws IOException {
        if (keep < Integer.MAX_VALUE && kept == null) {
            Map<Boolean, Deque<Long>> newestOnes = Map.of(true, new ArrayDeque<>(), false, new ArrayDeque<>());
            view.lookAhead(0, message -> {
                JsonNode record = read(message.value());
                if (REPORT.equals(record.path("type").asText())
                        && record.path("piece").asInt() == 1) {
                    Deque<Long> same = newestOnes.get(record.path("partial").asBoolean());
                    same.add(message.offset());
                    if (same.size() > keep) {
                        same.remove();
                    }
                }
            });
            kept = newestOnes;
        }
    }

    private boolean isTooOld(JsonNode piece, long offset) {
        if (kept == null) {
            return false;
        }
        Deque<Long> same = kept.get(piece.path("partial").asBoolean());
        return same.size() == keep && offset < same.getFirst();
    }

    private void take(ConsumerRecord<byte[], byte[]> message, Consumer<JsonNode> heard) throws UnusableException {
        JsonNode record = read(message.value());
        String runId = record.path("runId").asText();
        switch (record.path("type").asText()) {
            case BEGAN -> {
                requireTimely(runId);
                if (runId.compareTo(newest) > 0) {
                    newest = runId;
                    unfinished = runId;
                }
                heard.accept(record);
            }
            case REPORT -> {
                if (!Runs.isRunId(runId)) {
                    throw new UnusableException("the report of a pass without an id");
                }
                boolean tooOld = isTooOld(record, message.offset());
                JsonNode whole = tooOld ? null : whole(record, runId);
                if (tooOld || whole != null) {
                    if (runId.equals(unfinished)) {
                        unfinished = "";
                    }
                    record.path("orders").forEach(order -> answered.add(order.asText()));
                }
                if (whole != null) {
                    heard.accept(whole);
                }
            }
            case TAKEN -> {
                taken.add(record.path("id").asText());
                heard.accept(record);
            }
            case GIVEN_UP -> {
                answered.add(record.path("id").asText());
                heard.accept(record);
            }
            case WITHDRAWN -> withdrawn.add(record.path("id").asText());
            default -> heard.accept(record);
        }
    }

    /** After an id of the far future no pass of anybody would count for as long as the topic keeps it. */
    private static void requireTimely(String runId) throws UnusableException {
        Instant at = Runs.timeOf(runId);
        if (at == null || at.isAfter(Instant.now().plus(FAR))) {
            throw new UnusableException(
                    "a pass that begins in the future, or whose id is none: see that the clocks of all machines are right");
        }
    }

    /** A record of the topic; an empty object if it is none. */
    static JsonNode read(byte[] value) {
        try {
            JsonNode record = value == null ? null : JSON.readTree(value);
            return record != null && record.isObject() ? record : JSON.createObjectNode();
        } catch (IOException garbage) {
            LOG.warn("a record of the clock is no JSON, and is passed over");
            return JSON.createObjectNode();
        }
    }

    private JsonNode whole(JsonNode piece, String runId) throws UnusableException {
        if (piece.path("piece").asInt() == 1) {
            pieces.clear();
            pieces.put(runId, new ArrayList<>());
        }
        List<byte[]> own = pieces.get(runId);
        if (own == null) {
            return null;
        }
        own.add(bytes(piece));
        if (own.size() < piece.path("of").asInt()) {
            return null;
        }
        pieces.remove(runId);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Chunks.whole(own)))) {
            ObjectNode whole = (ObjectNode) JSON.readTree(in.readNBytes(256 << 20));
            return whole.put("type", REPORT).put("runId", runId);
        } catch (IOException | RuntimeException garbage) {
            LOG.warn("the report of pass {} cannot be read", runId);
            return null;
        }
    }

    private static byte[] bytes(JsonNode piece) throws UnusableException {
        try {
            return Objects.requireNonNullElse(piece.path("bytes").binaryValue(), new byte[0]);
        } catch (IOException garbage) {
            throw new UnusableException("a piece of a report is no Base64");
        }
    }

    @Override
    public void close() {
        view.close();
        producer.close(Duration.ofSeconds(2));
    }
}
