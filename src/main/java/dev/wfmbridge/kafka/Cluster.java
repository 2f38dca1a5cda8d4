package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Journal;
import dev.wfmbridge.operate.Sharing;
import dev.wfmbridge.part.Parts;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.PassWitness;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;

/**
 * This process as one of several over Kafka: the beans for {@code routes/kafka}, and the bridge's interface to them. Nothing else in
 * the bridge knows this package.
 */
public final class Cluster implements Journal, Sharing, PassWitness, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String brokers;
    private final Topics topics;
    private final String name;
    private final DataFolder view;
    private SegmentsTopic segments;
    private ClockTopic clock;
    private ResultsTopic results;
    private Worker worker;
    private Reader reader;

    /**
     * @param name of this process; the same after a restart, and unique
     * @param view the folder that mirrors what is known
     */
    public Cluster(String brokers, String prefix, String name, DataFolder view) {
        this.brokers = brokers;
        this.topics = new Topics(prefix);
        this.name = name;
        this.view = view;
    }

    /**
     * Connects to the brokers.
     *
     * @param context with camel-kafka's options, not started
     * @param letters of the view
     * @param limit how long a pass may take
     * @param atStart whether a new reader begins with a pass
     * @return the beans that the routes name
     * @throws UnreachableException if the brokers do not answer, or topics are missing
     */
    public Map<String, Object> connect(
            CamelContext context, Parts parts, DeadLetters letters, Stopping stopping, Duration limit, boolean atStart)
            throws UnreachableException {
        Connection connection = Connection.of(context, brokers);
        connection.await();
        try (var admin = connection.admin()) {
            for (TopicPlan.Finding finding : new TopicPlan(topics, admin).check()) {
                if (finding.wrong() != null) {
                    throw new UnreachableException(
                            "Kafka's topic " + finding.topic() + " " + finding.wrong() + ".", null);
                }
            }
        }
        Duration session = Duration.ofMillis(context.getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .getSessionTimeoutMs());
        segments = new SegmentsTopic(connection, topics, view);
        clock = new ClockTopic(connection, topics);
        results = new ResultsTopic(connection, topics);
        worker = new Worker(name, parts, segments, clock, stopping, session);
        reader = new Reader(name, parts, segments, clock, results, view, letters, limit, atStart, session);
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put("worker", worker);
        beans.put("reader", reader);
        beans.put("ownedParts", new OwnedConsumers(worker));
        beans.put("ownedClock", new OwnedConsumers(reader));
        return beans;
    }

    /** From now on this process may be the reader. */
    public void start(Reader.Process process) {
        reader.start(process);
    }

    @Override
    public boolean isReader() {
        return reader != null && reader.isOwner();
    }

    @Override
    public int ownedPartitions() {
        return worker.ownedPartitions();
    }

    @Override
    public int partsWaiting() {
        return worker.waiting();
    }

    @Override
    public int resultsAwaited() {
        return reader.awaited().size();
    }

    @Override
    public Instant oldestAwaited() {
        return reader.awaited().values().stream().min(Instant::compareTo).orElse(null);
    }

    @Override
    public long partsDone() {
        return worker.doneParts();
    }

    @Override
    public long partsRefused() {
        return worker.refusedParts();
    }

    @Override
    public long partsPassedOver() {
        return worker.passedOverParts();
    }

    @Override
    public long recordsUnusable() {
        return worker.poisonedRecords();
    }

    /** Mirrors everything known. */
    public void catchUp() throws IOException {
        segments.catchUpAll();
    }

    /** Tells the reader to run a pass, unless it is this process. */
    @Override
    public boolean takes(PassOrder order) throws IOException {
        if (order.trigger() == Trigger.PLAN || isReader()) {
            return false;
        }
        ObjectNode what = JSON.createObjectNode().put("kind", "pass");
        ObjectNode approved = what.putObject("approvals");
        order.approvals().forEach(approved::put);
        order.agents().forEach(what.putArray("agents")::add);
        say(what);
        return true;
    }

    /** Tells the reader to replay letters. */
    public void orderReplay(ObjectNode filter) throws IOException {
        ObjectNode what = JSON.createObjectNode().put("kind", "replay");
        what.set("filter", filter);
        say(what);
    }

    private void say(ObjectNode what) throws UnreachableException {
        clock.say(what.put("type", ClockTopic.ORDER)
                .put("id", UUID.randomUUID().toString())
                .put("at", Instant.now().toString()));
    }

    @Override
    public boolean isElsewhere() {
        return !isReader();
    }

    @Override
    public void begins(Pass pass) throws IOException {
        if (pass.isPlanned()) {
            catchUp();
        } else {
            reader.begins(pass);
        }
    }

    @Override
    public void ended(Pass pass) {
        reader.concluded(pass);
    }

    @Override
    public void ledger(String organization, String segmentId, JsonNode line) {
        segments.ledger(organization, segmentId, line);
    }

    @Override
    public void letter(String organization, String segmentId, JsonNode letter) {
        segments.letter(organization, segmentId, letter);
    }

    @Override
    public void flush() throws IOException {
        segments.flush();
    }

    @Override
    public void close() {
        for (AutoCloseable part : new AutoCloseable[] {reader, segments, clock, results}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception unclosed) {
                throw new IllegalStateException("a client of Kafka could not be closed", unclosed);
            }
        }
    }
}
