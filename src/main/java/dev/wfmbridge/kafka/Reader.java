package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.operate.Gzip;
import dev.wfmbridge.part.Chunks;
import dev.wfmbridge.part.PartResult;
import dev.wfmbridge.part.Parts;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.PassRunner;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code reader}: as long as this process owns the clock, it reads Zendesk, hands each organisation its part of the pass,
 * and collects the results.
 */
public final class Reader implements Ownership, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The sender of an older order is no longer waiting for it. */
    private static final Duration ORDER_LIFE = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofMillis(200);

    /** A pass whose report Kafka does not take is not repeated for ever. */
    private static final int MOST_UNREPORTED = 3;

    private final String name;
    private final Parts parts;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final ResultsTopic results;
    private final DeadLetters letters;
    private final Duration limit;
    private final boolean atStart;
    private final OpenOffsets offsets = new OpenOffsets();
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Map<String, Instant> awaited = new HashMap<>();
    private final Map<String, List<byte[]>> pieces = new HashMap<>();
    private final Duration silence;
    private final Thread thread = new Thread(this::work, "reader");
    private volatile PassRunner process;
    private volatile boolean owner;
    private volatile boolean closed;
    private volatile long heardAt = System.nanoTime();
    private volatile List<String> answered = List.of();
    /** The last pass of this process whose report the others can read. */
    private volatile String reported = "";

    private record Order(JsonNode what, TopicPartition partition, long offset) {}

    /** @param silence after which, without an answered heartbeat, others count this process as gone */
    Reader(
            Settings settings,
            Parts parts,
            SegmentsTopic segments,
            ClockTopic clock,
            ResultsTopic results,
            DeadLetters letters,
            Duration silence) {
        this.name = settings.get(Property.KAFKA_INSTANCE);
        this.parts = parts;
        this.segments = segments;
        this.clock = clock;
        this.results = results;
        this.letters = letters;
        this.limit = settings.maxPassOfRun();
        this.atStart = settings.get(Property.POLL_AT_START);
        this.silence = silence;
        thread.setDaemon(true);
    }

    void start(PassRunner own) {
        process = own;
        thread.start();
    }

    /** Whether this process is the reader. */
    public boolean isOwner() {
        return owner && System.nanoTime() - heardAt < silence.toNanos();
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        heardAt = System.nanoTime();
        if (!partitions.isEmpty()) {
            owner = true;
            LOG.info("this process is the reader now");
            orders.add(new Order(JSON.createObjectNode().put("type", "assigned"), null, 0));
        }
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            owner = false;
            LOG.info("another process is the reader now");
            orders.add(new Order(JSON.createObjectNode().put("type", "lost"), null, 0));
        }
    }

    @Override
    public void heard(long at) {
        boolean away = at - heardAt > silence.toNanos();
        heardAt = at;
        if (away && owner) {
            LOG.info("this process is still the reader");
            orders.add(new Order(JSON.createObjectNode().put("type", "back"), null, 0));
        }
    }

    @Override
    public OpenOffsets offsets() {
        return offsets;
    }

    /** Takes a record of the clock: only orders are for the reader. */
    public void take(Exchange exchange) throws IOException {
        TopicPartition partition = new TopicPartition(
                exchange.getMessage().getHeader(KafkaConstants.TOPIC, String.class),
                exchange.getMessage().getHeader(KafkaConstants.PARTITION, Integer.class));
        long offset = exchange.getMessage().getHeader(KafkaConstants.OFFSET, Long.class);
        JsonNode record = ClockTopic.read(exchange.getMessage().getBody(byte[].class));
        offsets.begun(partition, offset);
        if (ClockTopic.ORDER.equals(record.path("type").asText())) {
            orders.add(new Order(record, partition, offset));
        } else {
            offsets.done(partition, offset);
        }
    }

    private void work() {
        while (!closed) {
            try {
                Order order = orders.poll(1, TimeUnit.SECONDS);
                if (order != null) {
                    serve(order);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception failed) {
                if (closed || process.isStopping()) {
                    LOG.info("the reader's work was cut short by the stop");
                    return;
                }
                LOG.error("the reader's work failed with {}", failed.getClass().getSimpleName(), failed);
            }
        }
    }

    private void serve(Order order) throws Exception {
        switch (order.what().path("type").asText()) {
            case "assigned" -> {
                if (isOwner()) {
                    process.poll(true);
                    clock.catchUp();
                    if (atStart || !clock.unfinished().isEmpty()) {
                        run(new PassOrder(Trigger.START, limit, false), List.of());
                    }
                }
            }
            case "back" -> {
                clock.catchUp();
                if (!clock.unfinished().isEmpty()) {
                    run(new PassOrder(Trigger.START, limit, false), List.of());
                }
            }
            case "lost" -> process.poll(false);
            case "closed" -> {
                // The loop looks, and ends.
            }
            default -> {
                boolean through = false;
                try {
                    through = obey(order.what());
                } catch (UnreachableException silent) {
                    LOG.warn("an order waits: {}", silent.getMessage());
                    orders.add(order);
                } catch (Exception failed) {
                    // One that fails by itself would fail again; one that was cut short is the next reader's.
                    through = owner && !closed && !process.isStopping();
                    throw failed;
                } finally {
                    if (through) {
                        offsets.done(order.partition(), order.offset());
                    }
                }
            }
        }
    }

    /** Whether it is through; if not, the reader after this one carries it out. */
    private boolean obey(JsonNode what) throws Exception {
        String id = what.path("id").asText();
        Instant at = Instant.parse(what.path("at").asText("1970-01-01T00:00:00Z"));
        if (at.plus(ORDER_LIFE).isBefore(Instant.now())) {
            LOG.warn("order {} is older than {} min and is passed over", id, ORDER_LIFE.toMinutes());
            return true;
        }
        clock.catchUp();
        if (clock.isAnswered(id)) {
            LOG.info("order {} was carried out by the reader before this one", id);
            return true;
        }
        if (clock.isWithdrawn(id)) {
            LOG.info("order {} was withdrawn", id);
            return true;
        }
        clock.say(JSON.createObjectNode()
                .put("type", ClockTopic.TAKEN)
                .put("id", id)
                .put("reader", name));
        LOG.info("order {} ({})", id, what.path("kind").asText());
        if (what.path("kind").asText().equals("replay")) {
            segments.catchUpAll();
            ReplayRequest request = LetterFilter.fromJson(what.path("filter")).select(letters, Clock.systemUTC());
            return run(new PassOrder(Trigger.REPLAY, limit, false, request), List.of(id));
        } else {
            Map<String, Integer> approvals = new HashMap<>();
            what.path("approvals")
                    .properties()
                    .forEach(approval ->
                            approvals.put(approval.getKey(), approval.getValue().asInt()));
            List<Long> agents = new ArrayList<>();
            what.path("agents").forEach(agent -> agents.add(agent.asLong()));
            return run(
                    agents.isEmpty()
                            ? new PassOrder(Trigger.OPERATOR, limit, false, approvals)
                            : PassOrder.forAgents(agents, limit),
                    List.of(id));
        }
    }

    /**
     * Runs a pass to its end. If it was cut short because the brokers were away, it is run again when they are back; if another process
     * is the reader by then, that one does it.
     *
     * @return false if this process is not the reader any more, or stops
     */
    private boolean run(PassOrder order, List<String> answers) throws Exception {
        int unreported = 0;
        while (owner && !process.isStopping() && !closed && unreported < MOST_UNREPORTED) {
            if (isOwner() && !process.isUnderWay()) {
                answered = answers;
                try {
                    Pass pass = process.run(order);
                    if (pass != null && pass.getRunId().equals(reported)) {
                        return true;
                    }
                    unreported += pass == null ? 0 : 1;
                } finally {
                    answered = List.of();
                }
            }
            Thread.sleep(LOOK.toMillis());
        }
        return unreported == MOST_UNREPORTED;
    }

    /** A pass is about to read Zendesk: catches up with the workers, and marks earlier passes as over. */
    public void begins(Pass pass) throws IOException {
        if (!isOwner()) {
            throw new UnreachableException("Another process reads Zendesk.", null);
        }
        segments.catchUpAll();
        clock.catchUp();
        results.skipToEnd();
        clock.began(pass.getRunId(), name);
        synchronized (awaited) {
            awaited.clear();
            pieces.clear();
        }
    }

    /** The current organisation's part, in pieces. */
    public List<byte[]> chunks(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            Exchange exchange)
            throws IOException {
        List<byte[]> chunks = Chunks.of(parts.pack(pass, organization));
        exchange.setProperty(CallProperties.PART, chunks);
        synchronized (awaited) {
            awaited.put(organization.getName(), Instant.now());
        }
        return chunks;
    }

    /** Addresses a piece of the current part. */
    public void address(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            Exchange exchange) {
        new Piece(
                        pass.getRunId(),
                        organization.getName(),
                        exchange.getProperty(Exchange.SPLIT_INDEX, Integer.class) + 1,
                        exchange.getProperty(CallProperties.PART, List.class).size(),
                        exchange.getMessage().getBody(byte[].class))
                .into(exchange.getMessage());
    }

    /** The part could not be written to the topic: its messages are held. */
    public void unsent(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        organization.halt(HaltReason.UNAVAILABLE, "Its part of the pass could not be written to Kafka.");
        organization.holdRest(HaltReason.UNAVAILABLE);
        LOG.warn("{}: its part could not be written to Kafka", organization.getName());
        synchronized (awaited) {
            awaited.remove(organization.getName());
        }
    }

    /** Whether a replay's rate lets the organisations go one after the other only, since no two workers may share it. */
    public boolean isOneByOne(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        return pass.isReplay() && pass.replayRequest().ratePerMinute() > 0 && isAwaiting(pass);
    }

    /** Whether a result is missing, and there is time for it. */
    public boolean isAwaiting(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        synchronized (awaited) {
            return !awaited.isEmpty() && !pass.stopping() && !pass.outOfTime();
        }
    }

    /** Merges the results that have arrived into the pass. */
    public void collect(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        try {
            results.catchUp(message -> take(message, pass));
        } catch (IOException silent) {
            LOG.warn("results are not to be had at the moment: {}", silent.getMessage());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> message, Pass pass) {
        try {
            Piece piece = Piece.of(message.headers(), message.value());
            synchronized (awaited) {
                if (!piece.runId().equals(pass.getRunId()) || !awaited.containsKey(piece.organization())) {
                    return;
                }
                if (piece.number() == 1) {
                    pieces.put(piece.organization(), new ArrayList<>());
                }
                List<byte[]> own = pieces.get(piece.organization());
                if (own == null || own.size() + 1 != piece.number()) {
                    return;
                }
                own.add(piece.bytes());
                if (!piece.isLast()) {
                    return;
                }
                pieces.remove(piece.organization());
                PartResult result = PartResult.open(Chunks.whole(own));
                if (!result.organization().equals(piece.organization())) {
                    throw new UnusableException("a result whose record names another one");
                }
                result.into(pass);
                awaited.remove(piece.organization());
            }
        } catch (IllegalArgumentException | UnusableException garbage) {
            LOG.error(
                    "record {} of partition {} of {} cannot be used: {}",
                    message.offset(),
                    message.partition(),
                    message.topic(),
                    garbage.getMessage());
        }
    }

    /** All results are in, or are no longer awaited; what is missing is held. */
    public void conclude(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        HaltReason why = pass.stopping() ? HaltReason.STOPPING : HaltReason.PASS_TIME;
        for (OrganizationPass organization : pass.getOrganizations()) {
            boolean missing;
            synchronized (awaited) {
                missing = awaited.remove(organization.getName()) != null;
            }
            if (missing) {
                organization.halt(why, "Its worker's result did not come in time.");
                organization.holdRest(why);
            }
        }
        try {
            segments.catchUpAll();
        } catch (IOException silent) {
            pass.warn("What the workers learned of segments could not be read from Kafka; nothing is lost.");
            LOG.warn("what the workers learned could not be read: {}", silent.getMessage());
        }
    }

    /** The report is written here; the other processes, and the sender of an order, read it from the clock. */
    void concluded(Pass pass, ObjectNode states) {
        if (!isOwner()) {
            return;
        }
        try {
            segments.flush();
            ObjectNode outcomes = null;
            if (!pass.isPartial()) {
                byte[] lines = Gzip.of(RunReport.outcomes(pass).getBytes(StandardCharsets.UTF_8));
                outcomes = results.outcomes(pass.getRunId(), Chunks.of(lines));
            }
            clock.report(RunReport.of(pass), answered, outcomes, states);
            reported = pass.getRunId();
        } catch (IOException silent) {
            LOG.error("the report of pass {} could not be written to Kafka: {}", pass.getRunId(), silent.getMessage());
        }
    }

    /** Organisations whose results are awaited, and since when. */
    Map<String, Instant> awaited() {
        synchronized (awaited) {
            return Map.copyOf(awaited);
        }
    }

    @Override
    public void close() {
        closed = true;
        owner = false;
        // No interrupt: a pass under way ends by itself.
        orders.add(new Order(JSON.createObjectNode().put("type", "closed"), null, 0));
    }
}
