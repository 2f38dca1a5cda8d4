package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the reader has to do, one thing after the other: passes that others order, and those that follow from becoming the reader. */
final class Orders implements AutoCloseable {

    /** What makes the reader work. */
    enum Cause {
        /** This process has become the reader. */
        ASSIGNED,
        /** It heard nothing for a while, and is still the reader. */
        BACK,
        /** Another process is the reader. */
        LOST,
        /** Somebody ordered a pass. */
        ORDERED,
        /** It ends. */
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The sender of an older order that nobody took is no longer waiting for it. */
    private static final Duration ORDER_LIFE = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofMillis(200);

    /** A pass whose report Kafka does not take is not repeated for ever. */
    private static final int MOST_UNREPORTED = 3;

    /** Nor is one that cannot begin, as with a full disk; this often, with a pause in between. */
    private static final int MOST_REFUSED = 300;

    private static final Duration REFUSED = Duration.ofSeconds(1);

    /** How the work on an order ends. */
    private enum End {
        /** A report answers it. */
        ANSWERED,
        /** It cannot be carried out. */
        GIVEN_UP,
        /** It is the next reader's. */
        LEFT
    }

    private final Reader reader;
    private final String name;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final DeadLetters letters;
    private final Stopping stopping;
    private final Duration limit;
    private final boolean atStart;
    private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::work, "reader");
    private volatile ThrowingFunction<PassOrder, Pass, Exception> runs;
    private volatile BooleanSupplier underWay;
    private volatile Consumer<Boolean> polls;
    private volatile boolean closed;
    private volatile Carried carried = new Carried(null, List.of());

    /** What is being carried out, and the ids of the orders that its pass answers. */
    private record Carried(PassOrder order, List<String> ids) {}

    /**
     * @param order null unless it is {@link Cause#ORDERED}
     * @param done is run when it is through; until then the reader after this one would get it too
     */
    private record Work(Cause cause, JsonNode order, Runnable done) {}

    Orders(
            Reader reader,
            Settings settings,
            SegmentsTopic segments,
            ClockTopic clock,
            DeadLetters letters,
            Stopping stopping) {
        this.reader = reader;
        this.name = settings.get(Property.KAFKA_INSTANCE);
        this.segments = segments;
        this.clock = clock;
        this.letters = letters;
        this.stopping = stopping;
        this.limit = settings.maxPassOfRun();
        this.atStart = settings.get(Property.POLL_AT_START);
        thread.setDaemon(true);
    }

    /** See {@link Cluster#start}. */
    void start(
            ThrowingFunction<PassOrder, Pass, Exception> pass, BooleanSupplier isUnderWay, Consumer<Boolean> clocks) {
        runs = pass;
        underWay = isUnderWay;
        polls = clocks;
        thread.start();
    }

    /** The order of somebody else. */
    void add(JsonNode order, Runnable done) {
        queue.add(new Work(Cause.ORDERED, order, done));
    }

    void add(Cause cause) {
        queue.add(new Work(cause, null, () -> {}));
    }

    /** The ids of the orders that a pass carries out; none of those that came while it was ending. */
    List<String> answered(Pass pass) {
        Carried now = carried;
        return pass.isOf(now.order()) ? now.ids() : List.of();
    }

    private void work() {
        while (!closed) {
            try {
                Work work = queue.poll(1, TimeUnit.SECONDS);
                if (work != null) {
                    serve(work);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception failed) {
                if (closed || stopping.begun()) {
                    LOG.info("the reader's work was cut short by the stop");
                    return;
                }
                LOG.error("the reader's work failed with {}", failed.getClass().getSimpleName(), failed);
            }
        }
    }

    private void serve(Work work) throws Exception {
        switch (work.cause()) {
            case ASSIGNED -> begin(atStart);
            case BACK -> begin(false);
            case LOST -> polls.accept(false);
            case ORDERED -> carryOut(work);
            case CLOSED -> {
                // The loop sees that it is closed, and ends.
            }
        }
    }

    /** Goes on where the reader before ended, as soon as the brokers say where that is. */
    private void begin(boolean always) throws Exception {
        boolean told = false;
        for (; mayWork(); pause(LOOK)) {
            if (!reader.isOwner()) {
                continue;
            }
            polls.accept(true);
            try {
                clock.catchUp();
                if (always || !clock.unfinished().isEmpty()) {
                    run(new PassOrder(Trigger.START, limit, false), List.of());
                }
                return;
            } catch (UnreachableException silent) {
                if (!told) {
                    LOG.warn("the reader's work waits: {}", silent.getMessage());
                }
                told = true;
            }
        }
    }

    private boolean mayWork() {
        return reader.isAssigned() && !closed && !stopping.begun();
    }

    private void carryOut(Work work) throws Exception {
        boolean through = false;
        try {
            through = obey(work.order());
        } catch (UnreachableException silent) {
            LOG.warn("an order waits: {}", silent.getMessage());
            queue.add(work);
        } finally {
            if (through) {
                work.done().run();
            }
        }
    }

    /** Whether it is through; if not, the reader after this one carries it out. */
    private boolean obey(JsonNode what) throws Exception {
        if (!reader.isAssigned()) {
            // It would only be said to be taken.
            return false;
        }
        String id = what.path("id").asText();
        clock.catchUp();
        if (clock.isAnswered(id)) {
            LOG.info("order {} was carried out by the reader before this one", id);
            return true;
        }
        if (clock.isWithdrawn(id)) {
            LOG.info("order {} was withdrawn", id);
            return true;
        }
        if (!clock.isTaken(id) && isOld(what)) {
            LOG.warn("order {} is older than {} min, or has no date, and is passed over", id, ORDER_LIFE.toMinutes());
            return true;
        }
        clock.say(JSON.createObjectNode()
                .put("type", ClockTopic.TAKEN)
                .put("id", id)
                .put("reader", name));
        LOG.info("order {} ({})", id, what.path("kind").asText());
        End end;
        try {
            end = run(order(what), List.of(id));
        } catch (UnreachableException | InterruptedException cut) {
            throw cut;
        } catch (Exception failed) {
            if (!mayWork()) {
                throw failed;
            }
            // It would fail again.
            LOG.error("order {} failed with {}", id, failed.getClass().getSimpleName(), failed);
            end = End.GIVEN_UP;
        }
        if (end == End.GIVEN_UP) {
            giveUp(id);
        }
        return end != End.LEFT;
    }

    /** Who waits for it would wait for ever; unless the pass that failed has left a report. */
    private void giveUp(String id) throws IOException {
        clock.catchUp();
        if (!clock.isAnswered(id)) {
            LOG.error("order {} is given up", id);
            clock.say(JSON.createObjectNode()
                    .put("type", ClockTopic.GIVEN_UP)
                    .put("id", id)
                    .put("reader", name));
        }
    }

    private static boolean isOld(JsonNode what) {
        try {
            return Instant.parse(what.path("at").asText()).plus(ORDER_LIFE).isBefore(Instant.now());
        } catch (DateTimeException none) {
            return true;
        }
    }

    private PassOrder order(JsonNode what) throws Exception {
        if (what.path("kind").asText().equals("replay")) {
            segments.catchUpAll();
            ReplayRequest request = LetterFilter.fromJson(what.path("filter")).select(letters, Clock.systemUTC());
            return PassOrder.replay(request, limit, false);
        }
        Map<String, Integer> approvals = new HashMap<>();
        what.path("approvals")
                .properties()
                .forEach(approval ->
                        approvals.put(approval.getKey(), approval.getValue().asInt()));
        List<Long> agents = new ArrayList<>();
        what.path("agents").forEach(agent -> agents.add(agent.asLong()));
        return agents.isEmpty()
                ? new PassOrder(Trigger.OPERATOR, limit, false, approvals)
                : PassOrder.forAgents(agents, limit);
    }

    /**
     * Runs a pass to its end. If it was cut short because the brokers were away, it is run again when they are back; if another process
     * is the reader by then, that one does it.
     */
    private End run(PassOrder order, List<String> answers) throws Exception {
        int unreported = 0;
        int refused = 0;
        while (mayWork()) {
            Duration pause = LOOK;
            if (reader.isOwner() && !underWay.getAsBoolean()) {
                carried = new Carried(order, answers);
                try {
                    Pass pass = runs.apply(order);
                    if (pass != null && reader.hasReported(pass)) {
                        return End.ANSWERED;
                    }
                    if (pass != null && pass.isRefused()) {
                        refused++;
                        pause = REFUSED;
                    } else if (pass != null) {
                        unreported++;
                    }
                } finally {
                    carried = new Carried(null, List.of());
                }
                if (unreported == MOST_UNREPORTED || refused == MOST_REFUSED) {
                    return End.GIVEN_UP;
                }
            }
            pause(pause);
        }
        return End.LEFT;
    }

    /** Shorter if this process has no work any more. */
    private void pause(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        do {
            Thread.sleep(LOOK.toMillis());
        } while (mayWork() && System.nanoTime() - until < 0);
    }

    @Override
    public void close() {
        closed = true;
        // No interrupt: a pass under way ends by itself.
        add(Cause.CLOSED);
    }
}
