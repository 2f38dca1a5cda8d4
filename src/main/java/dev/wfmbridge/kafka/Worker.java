package dev.wfmbridge.kafka;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.operate.Sharing.Share;
import dev.wfmbridge.part.Chunks;
import dev.wfmbridge.part.Part;
import dev.wfmbridge.part.PartResult;
import dev.wfmbridge.part.Parts;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.Stopping;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code worker}: the parts of the organisations whose partitions this process owns. A part is done when its result and what was
 * learned are written; until then the next owner of the partition would do it again.
 */
public final class Worker implements Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Calls on the wire get this long to end before the next owner begins. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Object POISON = "poison";

    private final String name;
    private final Parts parts;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final Stopping stopping;
    private final Duration silence;
    private final OpenOffsets offsets = new OpenOffsets();
    private final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Map<String, Begun>> unfinished = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Map<String, Whole>> taken = new ConcurrentHashMap<>();
    private final Map<String, Deque<TakenPart>> queues = new HashMap<>();
    private final LongAdder done = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder passedOver = new LongAdder();
    private final LongAdder poisoned = new LongAdder();
    private volatile long behind;
    private volatile long heardAt = System.nanoTime();

    /** A part whose pieces have not all arrived. */
    private record Begun(Piece first, List<Long> offsets, List<byte[]> pieces) {

        boolean hasPiece(Piece piece) {
            return piece.number() <= pieces.size()
                    && piece.of() == first.of()
                    && Arrays.equals(piece.bytes(), pieces.get(piece.number() - 1));
        }
    }

    /** The last part of an organisation that was whole, and its last record. */
    private record Whole(String runId, long offset) {}

    /**
     * @param name of this process, for people
     * @param silence after which, without an answered heartbeat, others count this process as gone, so that it must not call either
     */
    Worker(String name, Parts parts, SegmentsTopic segments, ClockTopic clock, Stopping stopping, Duration silence) {
        this.name = name;
        this.parts = parts;
        this.segments = segments;
        this.clock = clock;
        this.stopping = stopping;
        this.silence = silence;
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        heardAt = System.nanoTime();
        owned.addAll(partitions);
        if (!partitions.isEmpty()) {
            LOG.info("{} partitions more are this process' now, {} in all", partitions.size(), owned.size());
        }
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        owned.removeAll(partitions);
        partitions.forEach(unfinished::remove);
        // What comes again after this is to be done again.
        partitions.forEach(taken::remove);
        List<TakenPart> going = new ArrayList<>();
        synchronized (queues) {
            queues.values().forEach(queue -> queue.stream()
                    .filter(part -> partitions.contains(part.partition()))
                    .forEach(going::add));
        }
        going.forEach(TakenPart::lose);
        if (!partitions.isEmpty()) {
            LOG.info(
                    "{} partitions are somebody else's now; {} parts of theirs end here",
                    partitions.size(),
                    going.size());
        }
        long until = System.nanoTime() + GRACE.toNanos();
        // An interrupted thread is meant to end, and could not wait.
        while (!Thread.currentThread().isInterrupted()
                && System.nanoTime() - until < 0
                && going.stream().anyMatch(this::isUnderWay)) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private boolean isUnderWay(TakenPart part) {
        synchronized (queues) {
            Deque<TakenPart> queue = queues.get(part.organization());
            return part.isBegun() && queue != null && queue.contains(part);
        }
    }

    @Override
    public void heard(long at) {
        long before = heardAt;
        heardAt = at;
        if (at - before > silence.toNanos()) {
            LOG.warn(
                    "nothing was heard from Kafka for {} s, in which no call was made", (at - before) / 1_000_000_000L);
        }
    }

    /** A process that has heard nothing for so long may have been replaced, whatever it believes. */
    boolean isSilent() {
        return System.nanoTime() - heardAt > silence.toNanos();
    }

    @Override
    public OpenOffsets offsets() {
        return offsets;
    }

    /** Takes a record; the body becomes the part when it is whole, else nothing. Any other record is left for {@code errors}. */
    public void take(Exchange exchange) {
        TopicPartition partition = new TopicPartition(
                exchange.getMessage().getHeader(KafkaConstants.TOPIC, String.class),
                exchange.getMessage().getHeader(KafkaConstants.PARTITION, Integer.class));
        long offset = exchange.getMessage().getHeader(KafkaConstants.OFFSET, Long.class);
        Headers headers = exchange.getMessage().getHeader(KafkaConstants.HEADERS, Headers.class);
        byte[] value = exchange.getMessage().getBody(byte[].class);
        offsets.begun(partition, offset);
        try {
            TakenPart whole = whole(partition, offset, Piece.of(headers, value));
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(whole);
            exchange.setProperty(CallProperties.PART, whole);
        } catch (IllegalArgumentException | UnusableException poison) {
            poisoned.increment();
            LOG.error(
                    "record {} of partition {} of {} cannot be used ({}); it goes to the errors",
                    offset,
                    partition.partition(),
                    partition.topic(),
                    poison.getMessage());
            offsets.done(partition, offset);
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(value == null ? new byte[0] : value);
            exchange.setProperty(CallProperties.PART, POISON);
        }
    }

    private TakenPart whole(TopicPartition partition, long offset, Piece piece) throws UnusableException {
        Map<String, Whole> wholeOnes = taken.computeIfAbsent(partition, none -> new HashMap<>());
        Whole before = wholeOnes.get(piece.organization());
        if (before != null && before.runId().equals(piece.runId()) && offset > before.offset()) {
            // The reader did not hear that Kafka had it.
            return again(partition, offset, piece);
        }
        Map<String, Begun> ofPartition = unfinished.computeIfAbsent(partition, none -> new HashMap<>());
        String key = piece.organization() + "/" + piece.runId();
        Begun begun = ofPartition.computeIfAbsent(key, none -> new Begun(piece, new ArrayList<>(), new ArrayList<>()));
        if (begun.offsets().contains(offset)) {
            return null;
        }
        if (begun.hasPiece(piece)) {
            return again(partition, offset, piece);
        }
        begun.offsets().add(offset);
        begun.pieces().add(piece.bytes());
        if (piece.number() != begun.pieces().size()) {
            // A piece is missing, or another one has its number: the part is unusable, and its pass counts it as not
            // done.
            begun.offsets().forEach(each -> offsets.done(partition, each));
            ofPartition.remove(key);
            throw new UnusableException("piece " + piece.number() + " of a part came out of turn");
        }
        if (!piece.isLast()) {
            return null;
        }
        // What a reader that died left half-written.
        ofPartition.values().removeIf(other -> {
            boolean over = other.first().organization().equals(piece.organization())
                    && other.first().runId().compareTo(piece.runId()) <= 0;
            if (over && other != begun) {
                other.offsets().forEach(each -> offsets.done(partition, each));
            }
            return over;
        });
        try {
            Part part = Part.open(Chunks.whole(begun.pieces()));
            if (!part.organization().equals(piece.organization())
                    || !part.runId().equals(piece.runId())) {
                throw new UnusableException("a part whose record names another one");
            }
            TakenPart whole = new TakenPart(partition, begun.offsets(), part);
            synchronized (queues) {
                queues.computeIfAbsent(whole.organization(), none -> new ArrayDeque<>())
                        .add(whole);
            }
            wholeOnes.put(whole.organization(), new Whole(whole.runId(), offset));
            return whole;
        } catch (UnusableException poison) {
            begun.offsets().forEach(each -> offsets.done(partition, each));
            throw poison;
        }
    }

    /** A piece that came before, since its sender was not told that it had arrived. */
    private TakenPart again(TopicPartition partition, long offset, Piece piece) {
        offsets.done(partition, offset);
        if (piece.isLast()) {
            passedOver.increment();
            LOG.info("the part of {} in pass {} came twice, and is done once", piece.organization(), piece.runId());
        }
        return null;
    }

    /** Whether a part has to wait: for an older one of its organisation, or for what is known about it. */
    public boolean isTooEarly(@ExchangeProperty(CallProperties.PART) TakenPart taken) {
        if (taken.isLost() || stopping.begun()) {
            return false;
        }
        if (isSilent()) {
            return true;
        }
        synchronized (queues) {
            if (queues.get(taken.organization()).peek() != taken) {
                return true;
            }
        }
        try {
            clock.catchUp();
            segments.catchUp(segments.partitionOf(taken.organization()));
            return false;
        } catch (IOException silent) {
            LOG.warn("{} waits: {}", taken, silent.getMessage());
            return true;
        }
    }

    /** Whether anybody waits for the part at all. */
    public boolean isToBegin(@ExchangeProperty(CallProperties.PART) TakenPart taken) throws UnusableException {
        if (taken.isLost() || stopping.begun()) {
            taken.lose();
            return false;
        }
        Instant endsBy = taken.part().endsBy();
        boolean stale = clock.isOver(taken.runId()) || endsBy != null && endsBy.isBefore(Instant.now());
        if (stale) {
            passedOver.increment();
            LOG.info("{} is skipped: nobody is waiting for it any longer", taken);
        }
        return !stale;
    }

    /** Unpacks the part, if its mapping is the one in force here; else the result says that it is refused. */
    public void layOut(@ExchangeProperty(CallProperties.PART) TakenPart taken, Exchange exchange) throws IOException {
        taken.begin();
        try {
            Stopping guard = new Stopping(() -> stopping.begun() || taken.isLost() || isSilent());
            parts.layOut(taken.part(), guard, exchange);
        } catch (UnusableException unusable) {
            refused.increment();
            LOG.error("{} is refused by {}: {}", taken, name, unusable.getMessage());
            taken.refuse();
            taken.endsIn(Chunks.of(PartResult.refusal(
                    taken.part(),
                    HaltReason.CONFIGURATION,
                    "Process " + name + " refused it: " + unusable.getMessage() + ".",
                    name)));
        }
    }

    /** What came of it. */
    public void result(
            @ExchangeProperty(CallProperties.PART) TakenPart taken, @ExchangeProperty(CallProperties.PASS) Pass pass)
            throws IOException {
        taken.endsIn(Chunks.of(parts.resultBy(name, pass)));
    }

    /** Whether the record is one that nobody can use. */
    public boolean isPoison(@ExchangeProperty(CallProperties.PART) Object part) {
        return part == POISON;
    }

    /** Whether a part is whole with this record. */
    public boolean isWhole(@ExchangeProperty(CallProperties.PART) Object part) {
        return part instanceof TakenPart;
    }

    /** Whether the part is to be done, and not refused. */
    public boolean isAccepted(@ExchangeProperty(CallProperties.PART) TakenPart taken) {
        return !taken.isRefused();
    }

    /** Whether the result is to be written, and is not. */
    public boolean isUnsent(@ExchangeProperty(CallProperties.PART) TakenPart taken) {
        return !taken.isLost() && !taken.isSent();
    }

    /** What was learned is safe before the result says so; gives the pieces of the result. */
    public List<byte[]> pieces(@ExchangeProperty(CallProperties.PART) TakenPart taken) throws IOException {
        if (isSilent()) {
            throw new UnreachableException(
                    "Nothing is heard from Kafka; the part may be another process' by now.", null);
        }
        segments.flush();
        return taken.result();
    }

    /** Addresses a piece of the result. */
    public void address(@ExchangeProperty(CallProperties.PART) TakenPart taken, Exchange exchange) {
        int number = exchange.getProperty(Exchange.SPLIT_INDEX, Integer.class) + 1;
        int of = taken.result().size();
        new Piece(
                        taken.runId(),
                        taken.organization(),
                        number,
                        of,
                        exchange.getMessage().getBody(byte[].class))
                .into(exchange.getMessage());
    }

    public void sent(@ExchangeProperty(CallProperties.PART) TakenPart taken) {
        taken.sent();
    }

    /** The result could not be written: it is tried again until it succeeds, or until the part belongs to another process. */
    public void notSent(@ExchangeProperty(CallProperties.PART) TakenPart taken, @ExchangeException Exception failure) {
        LOG.warn(
                "the result of the {} could not be written yet: {}",
                taken,
                failure.getClass().getSimpleName());
    }

    /** It ended in a way that no route expects. */
    public void failed(@ExchangeProperty(CallProperties.PART) TakenPart taken, @ExchangeException Exception failure) {
        poisoned.increment();
        LOG.error(
                "the {} ended with {}; nobody does it again in this pass",
                taken,
                failure.getClass().getSimpleName(),
                failure);
    }

    /** The part is finished here: done, or passed to another process. */
    public void done(@ExchangeProperty(CallProperties.PART) TakenPart taken) {
        synchronized (queues) {
            Deque<TakenPart> queue = queues.get(taken.organization());
            queue.remove(taken);
            if (queue.isEmpty()) {
                queues.remove(taken.organization());
            }
        }
        if (taken.isLost()) {
            segments.fallSilent(taken.organization());
            return;
        }
        done.increment();
        taken.offsets().forEach(offset -> offsets.done(taken.partition(), offset));
    }

    /** Partitions of parts that this process owns. */
    int ownedPartitions() {
        return owned.size();
    }

    @Override
    public void behind(long records) {
        behind = records;
    }

    /** Whether this process owns a partition of parts. */
    boolean owns(int partition) {
        return owned.stream().anyMatch(each -> each.partition() == partition);
    }

    /**
     * This process' share of the work.
     *
     * @param awaited the results that it awaits as the reader
     * @param sendingSince since when it has been trying as the reader to write a part; null if it is not
     */
    Share share(Map<String, Instant> awaited, Instant sendingSince) {
        Map<String, Instant> since = new HashMap<>();
        int waiting;
        synchronized (queues) {
            queues.forEach((organization, parts) ->
                    since.put(organization, parts.peek().takenAt()));
            waiting = queues.values().stream().mapToInt(Deque::size).sum();
        }
        return new Share(
                ownedPartitions(),
                owned.isEmpty() ? 0 : behind,
                waiting,
                since,
                awaited,
                sendingSince,
                Instant.now().minusNanos(System.nanoTime() - heardAt),
                done.sum(),
                refused.sum(),
                passedOver.sum(),
                poisoned.sum());
    }
}
