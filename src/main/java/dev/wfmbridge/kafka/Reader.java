package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Runs;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
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

    /** How long a thread waits for Kafka; after that a timer does. */
    private static final Duration MOMENT = Duration.ofMillis(200);

    /** Whoever reads the log is told of a part that waits longer. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private final String name;
    private final Parts parts;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final ResultsTopic results;
    private final OpenOffsets offsets = new OpenOffsets();
    private final Orders orders;
    private final Map<String, Instant> awaited = new HashMap<>();
    /** Of the awaited ones, those whose part Kafka does not have. */
    private final Set<String> unsent = new HashSet<>();

    private final Map<String, List<byte[]>> pieces = new HashMap<>();
    private final Duration silence;
    /** The part that is being sent; null if there is none. */
    private volatile OutgoingPart outgoing;

    /** Whether the last look for results found no brokers. */
    private volatile boolean resultsSilent;

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
    public void take(Exchange exchange) {
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
        if (pass.getRunId().compareTo(clock.newest()) <= 0) {
            // Every worker would skip its parts.
            throw new UnreachableException("Another process has begun a pass meanwhile.", null);
        }
        if (Runs.timeOf(pass.getRunId()).isAfter(Instant.now())) {
            LOG.warn(
                    "pass {} is named after a time to come, to sort after one of a machine whose clock is ahead",
                    pass.getRunId());
        }
        results.skipToEnd();
        clock.began(pass.getRunId(), name);
        synchronized (awaited) {
            awaited.clear();
            unsent.clear();
            outgoing = null;
            pieces.clear();
        }
    }

    /** Packs the current organisation's part; from here on its result is awaited. */
    public void pack(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            Exchange exchange)
            throws IOException {
        synchronized (awaited) {
            awaited.put(organization.getName(), Instant.now());
            unsent.add(organization.getName());
        }
        if (isOver(pass)) {
            exchange.removeProperty(CallProperties.PART);
            return;
        }
        OutgoingPart part =
                new OutgoingPart(pass.getRunId(), organization.getName(), Chunks.of(parts.pack(pass, organization)));
        outgoing = part;
        exchange.setProperty(CallProperties.PART, part);
    }

    private static boolean isOver(Pass pass) {
        return pass.stopping() || pass.outOfTime();
    }

    /** Whether Kafka has yet to take the part, and there is time for it. */
    public boolean isUnsent(
            @ExchangeProperty(CallProperties.PART) OutgoingPart part,
            @ExchangeProperty(CallProperties.PASS) Pass pass) {
        return part != null && !part.hasEnded() && !isOver(pass);
    }

    /** Whether it is time for an attempt to send the part, which then counts as begun. */
    public boolean isToSend(@ExchangeProperty(CallProperties.PART) OutgoingPart part) {
        return part.begin();
    }

    /** Waits a moment for the attempt under way; returns when Kafka has answered. */
    public void awaitAnswer(@ExchangeProperty(CallProperties.PART) OutgoingPart part) throws InterruptedException {
        part.await(MOMENT);
    }

    /** Kafka has not answered yet: says so if it takes long. */
    public void stillUnsent(@ExchangeProperty(CallProperties.PART) OutgoingPart part) {
        if (part.isLateAfter(LATE)) {
            LOG.warn(
                    "{}: Kafka has not taken its part for {} s; the pass waits for Kafka, and nothing is lost",
                    part.organization(),
                    LATE.toSeconds());
        }
    }

    /** The pieces of the current part. */
    public List<byte[]> pieces(@ExchangeProperty(CallProperties.PART) OutgoingPart part) {
        return part.pieces();
    }

    /** Addresses a piece of the current part. */
    public void address(@ExchangeProperty(CallProperties.PART) OutgoingPart part, Exchange exchange) {
        part.piece(exchange.getProperty(Exchange.SPLIT_INDEX, Integer.class) + 1)
                .into(exchange.getMessage());
    }

    /** Kafka has the part. */
    public void sent(@ExchangeProperty(CallProperties.PART) OutgoingPart part) {
        synchronized (awaited) {
            if (outgoing == part) {
                unsent.remove(part.organization());
                outgoing = null;
            }
        }
        part.end();
        if (part.wasLate()) {
            LOG.info(
                    "{}: Kafka took its part after {} s",
                    part.organization(),
                    Duration.between(part.since(), Instant.now()).toSeconds());
        }
    }

    /** Kafka did not take the part in time: it is sent again. */
    public void notSent(
            @ExchangeProperty(CallProperties.PART) OutgoingPart part, @ExchangeException Exception failure) {
        LOG.warn(
                "{}: its part could not be written to Kafka yet: {}",
                part.organization(),
                failure.getClass().getSimpleName());
        part.fail();
    }

    /** Kafka refuses the part, and would refuse it again: its messages are held. */
    public void refused(
            @ExchangeProperty(CallProperties.PART) OutgoingPart part,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeException Exception failure) {
        synchronized (awaited) {
            if (outgoing != part) {
                // The pass did not wait for it.
                return;
            }
            awaited.remove(part.organization());
            unsent.remove(part.organization());
            outgoing = null;
        }
        organization.halt(
                HaltReason.UNAVAILABLE,
                "Kafka refuses its part of the pass: " + failure.getClass().getSimpleName() + ".");
        organization.holdRest(HaltReason.UNAVAILABLE);
        LOG.error(
                "{}: Kafka refuses its part: {}",
                part.organization(),
                failure.getClass().getSimpleName());
        part.end();
    }

    /** Whether a replay's rate lets the organisations go one after the other only, since no two workers may share it. */
    public boolean isOneByOne(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        return pass.isReplay() && pass.replayRequest().ratePerMinute() > 0 && isAwaiting(pass);
    }

    /** Whether a result is missing, and there is time for it. */
    public boolean isAwaiting(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        synchronized (awaited) {
            return !awaited.isEmpty() && !isOver(pass);
        }
    }

    /** Merges the results that have arrived into the pass. */
    public void collect(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        try {
            results.catchUp(message -> take(message, pass));
            if (resultsSilent) {
                LOG.info("results are to be had again");
            }
            resultsSilent = false;
        } catch (IOException silent) {
            if (!resultsSilent) {
                LOG.warn("results are not to be had at the moment, and are waited for: {}", silent.getMessage());
            }
            resultsSilent = true;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> message, Pass pass) {
        if (ResultsTopic.isOfOutcomes(message)) {
            return;
        }
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
            boolean never;
            synchronized (awaited) {
                missing = awaited.remove(organization.getName()) != null;
                never = unsent.remove(organization.getName());
                outgoing = null;
            }
            if (missing) {
                organization.halt(
                        why,
                        never
                                ? "Kafka did not take its part of the pass in time."
                                : "Its worker's result did not come in time.");
                organization.holdRest(why);
            }
        }
        try {
            segments.catchUpAll(pass.stopping() ? TopicView.SHORT_PATIENCE : TopicView.PATIENCE);
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
            byte[] lines = Gzip.of(PairLines.of(pass).getBytes(StandardCharsets.UTF_8));
            ObjectNode outcomes = results.outcomes(pass.getRunId(), Chunks.of(lines));
            clock.report(RunReport.of(pass), orders.answered(pass), outcomes, states);
            reported = pass.getRunId();
        } catch (IOException silent) {
            LOG.error("the report of pass {} could not be written to Kafka: {}", pass.getRunId(), silent.getMessage());
        }
    }

    /** Since when the reader has been trying to write a part to Kafka; null if it is not. */
    Instant sendingSince() {
        OutgoingPart part = outgoing;
        return part == null ? null : part.since();
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
