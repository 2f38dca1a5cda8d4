package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.report.PairLines;
import dev.wfmbridge.report.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.util.function.ThrowingFunction;
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

    private final String name;
    private final Parts parts;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final ResultsTopic results;
    private final OpenOffsets offsets = new OpenOffsets();
    private final Orders orders;
    private final Map<String, Instant> awaited = new HashMap<>();
    private final Map<String, List<byte[]>> pieces = new HashMap<>();
    private final Duration silence;
    private volatile boolean owner;
    private volatile long heardAt = System.nanoTime();
    /** The last pass of this process whose report the others can read. */
    private volatile String reported = "";

    /** @param silence after which, without an answered heartbeat, others count this process as gone */
    Reader(
            Settings settings,
            Parts parts,
            SegmentsTopic segments,
            ClockTopic clock,
            ResultsTopic results,
            DeadLetters letters,
            Stopping stopping,
            Duration silence) {
        this.name = settings.get(Property.KAFKA_INSTANCE);
        this.parts = parts;
        this.segments = segments;
        this.clock = clock;
        this.results = results;
        this.silence = silence;
        this.orders = new Orders(this, settings, segments, clock, letters, stopping);
    }

    /** See {@link Cluster#start}. */
    void start(
            ThrowingFunction<PassOrder, Pass, Exception> pass, BooleanSupplier isUnderWay, Consumer<Boolean> clocks) {
        orders.start(pass, isUnderWay, clocks);
    }

    /** Whether this process is the reader. */
    public boolean isOwner() {
        return owner && System.nanoTime() - heardAt < silence.toNanos();
    }

    /** Whether the clock is this process', as far as it has heard; it may have heard nothing for a while. */
    boolean isAssigned() {
        return owner;
    }

    /** Whether the others can read the report of this pass, the last one of this process. */
    boolean hasReported(Pass pass) {
        return pass.getRunId().equals(reported);
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        heardAt = System.nanoTime();
        if (!partitions.isEmpty()) {
            owner = true;
            LOG.info("this process is the reader now");
            orders.add(Orders.Cause.ASSIGNED);
        }
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            owner = false;
            LOG.info("another process is the reader now");
            orders.add(Orders.Cause.LOST);
        }
    }

    @Override
    public void heard(long at) {
        boolean away = at - heardAt > silence.toNanos();
        heardAt = at;
        if (away && owner) {
            LOG.info("this process is still the reader");
            orders.add(Orders.Cause.BACK);
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
            orders.add(record, () -> offsets.done(partition, offset));
        } else {
            offsets.done(partition, offset);
        }
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
                byte[] lines = Gzip.of(PairLines.of(pass).getBytes(StandardCharsets.UTF_8));
                outcomes = results.outcomes(pass.getRunId(), Chunks.of(lines));
            }
            clock.report(RunReport.of(pass), orders.answered(), outcomes, states);
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
        owner = false;
        orders.close();
    }
}
