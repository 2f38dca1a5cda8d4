package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.util.function.ThrowingFunction;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as one of several over Kafka: the beans for {@code routes/kafka}, and the bridge's interface to them. Nothing else in
 * the bridge knows this package.
 */
public final class Cluster implements Journal, Sharing, PassWitness, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How often the process listens for what the others say. */
    private static final Duration LISTEN = Duration.ofSeconds(1);

    /** The brokers are not asked more often who owns what. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Settings settings;
    private final Topics topics;
    private final String group;
    private final String name;
    private final DataFolder view;
    private final ShownReports reports;
    private final ShownOutcomes outcomes;
    private TopicView ofOutcomes;
    private final Thread listening = new Thread(this::listen, "kafka-listen");
    private final Object asking = new Object();
    private Admin admin;
    private Members members;
    private long membersAt;
    private volatile boolean closed;
    private Consumer<JsonNode> reported = record -> {};
    private Supplier<ObjectNode> states = JSON::createObjectNode;
    private BiConsumer<String, Boolean> suspensions = (organization, isSuspended) -> {};
    private SegmentsTopic segments;
    private ClockTopic clock;
    private ResultsTopic results;
    private Worker worker;
    private Reader reader;
    private OwnedConsumers ofParts;

    /** @param view the folder that mirrors what is known */
    public Cluster(Settings settings, DataFolder view) {
        this.settings = settings;
        this.topics = new Topics(settings.get(Property.KAFKA_PREFIX));
        this.group = settings.get(Property.KAFKA_GROUP);
        this.name = settings.get(Property.KAFKA_INSTANCE);
        this.view = view;
        this.reports = new ShownReports(view, settings.get(Property.BRIDGE_KEEP_RUNS));
        this.outcomes = new ShownOutcomes(view);
        listening.setDaemon(true);
    }

    /**
     * Before {@link #connect}: who hears what.
     *
     * @param ofPass the states of the organisations, which the next reader goes on with
     * @param ofReports is told the report of each pass, with these states, as {@code {report, states}}, whichever process wrote it
     * @param ofSuspensions is told which organisation an operator suspended (true) or resumed, at another process or before the start
     */
    public void tells(
            Supplier<ObjectNode> ofPass, Consumer<JsonNode> ofReports, BiConsumer<String, Boolean> ofSuspensions) {
        states = ofPass;
        reported = ofReports;
        suspensions = ofSuspensions;
    }

    /**
     * Connects to the brokers.
     *
     * @param context with camel-kafka's options, not started
     * @return the beans that the routes name
     * @throws IOException if the brokers do not answer, or topics are missing
     */
    public Map<String, Object> connect(CamelContext context, Parts parts, Stopping stopping) throws IOException {
        Connection connection = Connection.of(context, settings.get(Property.KAFKA_BROKERS));
        connection.await();
        admin = connection.admin();
        for (TopicPlan.Finding finding : new TopicPlan(topics, admin).check()) {
            if (finding.wrong() != null) {
                throw new UnreachableException("Kafka's topic " + finding.topic() + " " + finding.wrong() + ".", null);
            }
        }
        Duration session = Duration.ofMillis(context.getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .getSessionTimeoutMs());
        segments = new SegmentsTopic(connection, topics, view, suspensions);
        // Before anything is called.
        segments.catchUpSuspensions();
        clock = new ClockTopic(connection, topics, settings.get(Property.BRIDGE_KEEP_RUNS), this::heard);
        results = new ResultsTopic(connection, topics);
        ofOutcomes = new TopicView(connection.consumer(), topics.results());
        worker = new Worker(name, parts, segments, clock, stopping, session);
        reader = new Reader(
                settings, parts, segments, clock, results, new DeadLetters(view, LOG::warn), stopping, session);
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put("worker", worker);
        beans.put("reader", reader);
        ofParts = new OwnedConsumers(worker);
        beans.put("ownedParts", ofParts);
        beans.put("ownedClock", new OwnedConsumers(reader));
        return beans;
    }

    /**
     * From now on this process may be the reader.
     *
     * @param runs runs a pass to its end; null if another one is under way
     * @param underWay whether a pass is under way
     * @param polls starts (true) or stops the clock of this process
     */
    public void start(
            ThrowingFunction<PassOrder, Pass, Exception> runs, BooleanSupplier underWay, Consumer<Boolean> polls) {
        reader.start(runs, underWay, polls);
        listening.start();
    }

    /** Something that this process does again and again, whatever becomes of the others. */
    private interface Step {
        void go() throws IOException;
    }

    /** Follows what the others say: reports, suspensions, and who owns what. */
    private void listen() {
        Map<String, Step> steps = new LinkedHashMap<>();
        steps.put("what operators suspended", () -> {
            segments.sayAgain();
            segments.catchUpSuspensions();
        });
        steps.put("what the other processes report", clock::catchUp);
        steps.put("what came of the other processes' passes", () -> outcomes.fetch(ofOutcomes));
        steps.put("whether each partition has an owner", () -> ofParts.seeThatAllAreOwned(admin, group));
        Set<String> silent = new HashSet<>();
        while (!closed) {
            steps.forEach((what, step) -> go(what, step, silent));
            LockSupport.parkNanos(LISTEN.toNanos());
        }
    }

    private void go(String what, Step step, Set<String> silent) {
        if (closed) {
            return;
        }
        try {
            step.go();
            silent.remove(what);
        } catch (IOException | RuntimeException failed) {
            if (silent.add(what) && !closed) {
                LOG.warn("{} cannot be heard at the moment: {}", what, failed.getMessage());
            }
        }
    }

    private void heard(JsonNode record) {
        reports.show(record);
        if (ClockTopic.REPORT.equals(record.path("type").asText())) {
            outcomes.hear(record);
            reported.accept(record);
        }
    }

    /** Organisations that operators suspended, at whichever process. */
    public Set<String> suspended() {
        return segments.suspended();
    }

    /**
     * Suspends or resumes an organisation in every process.
     *
     * @throws IOException if Kafka does not take it
     */
    public void suspend(String organization, boolean suspended) throws IOException {
        segments.suspend(organization, suspended, name);
    }

    @Override
    public String process() {
        return name;
    }

    @Override
    public String reader() {
        Members known = members();
        return known == null ? null : known.reader();
    }

    @Override
    public String ownerOf(String organization) {
        Members known = members();
        return known == null ? null : known.owners().get(Topics.partitionOf(organization, Topics.PARTITIONS));
    }

    @Override
    public boolean owns(String organization) {
        return worker.owns(Topics.partitionOf(organization, Topics.PARTITIONS));
    }

    /** As the brokers said a moment ago; null if they do not say. */
    private Members members() {
        synchronized (asking) {
            long now = System.nanoTime();
            if (membersAt == 0 || now - membersAt > FRESH.toNanos()) {
                try {
                    members = Members.of(admin, group);
                } catch (UnreachableException silent) {
                    LOG.debug("{}", silent.getMessage());
                    members = null;
                }
                membersAt = System.nanoTime();
            }
            return members;
        }
    }

    @Override
    public boolean isReader() {
        return reader != null && reader.isOwner();
    }

    @Override
    public Share share() {
        return worker.share(reader.awaited(), reader.sendingSince());
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
    public String newest() {
        return clock.newest();
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
        reader.concluded(pass, states.get());
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

    /**
     * Called once the routes, and with them the consumers, have stopped and committed what is done. Their names are fixed, so the brokers
     * would otherwise keep everything for this process until the session time-out.
     */
    private void handOn() {
        if (worker == null || worker.isSilent()) {
            // It never took part, or others have all of it by now.
            return;
        }
        try {
            boolean comesBack = settings.get(Property.KAFKA_COMES_BACK);
            Members.leave(admin, group, name, !comesBack);
            LOG.info(
                    comesBack
                            ? "another process may read Zendesk from now on; the organisations wait for this one"
                            : "other processes may have the organisations from now on");
        } catch (UnreachableException silent) {
            LOG.warn(
                    "the other processes get the organisations only after the session time-out: {}",
                    silent.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(listening);
        handOn();
        AutoCloseable asks = admin == null ? null : () -> admin.close(Duration.ofSeconds(1));
        IllegalStateException failed = null;
        for (AutoCloseable part : new AutoCloseable[] {reader, segments, clock, results, ofOutcomes, asks}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception unclosed) {
                // The others are closed all the same.
                failed = new IllegalStateException("a client of Kafka could not be closed", unclosed);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
