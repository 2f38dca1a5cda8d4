package dev.wfmbridge.delivery;

import dev.wfmbridge.config.DurationRange;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.decision.Decider;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Snapshot;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;

/** The bean {@code deliveries} of organization and segment-deliver: what is decided, and what was put aside. */
public final class Deliveries {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Decider decider;
    private final SegmentKeys keys;
    private final DeadLetters letters;
    private final Waits waits;
    private final DurationRange conflictWait;
    private final Duration pendingWarn;
    private final int workers;

    /**
     * @param conflictWait how long after the last putting aside the schedules are read anew
     * @param pendingWarn from which age a PENDING segment is listed as stuck
     * @param workers deliveries of one organisation side by side
     */
    public Deliveries(
            Decider decider,
            SegmentKeys keys,
            DeadLetters letters,
            Waits waits,
            DurationRange conflictWait,
            Duration pendingWarn,
            int workers) {
        this.decider = decider;
        this.keys = keys;
        this.letters = letters;
        this.waits = waits;
        this.conflictWait = conflictWait;
        this.pendingWarn = pendingWarn;
        this.workers = workers;
    }

    /** Decides the organisation's messages. What needs no call is counted here; the rest is to be delivered, one by one. */
    public void decide(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Set<String> lettered = lettered(organization, pass(exchange));
        List<SegmentMessage> messages = decider.decide(
                organization.getMessages(),
                facts(exchange, lettered),
                (place, reason) -> organization.haltPlace(place, reason, null));
        messages.forEach(message -> stuck(message, organization));
        hand(messages, organization, pass(exchange).isPlanned() ? Set.of() : lettered);
        organization.haveLetters(lettered);
    }

    /** Takes those put aside, decided by the new reading. */
    public void decideAgain(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Set<String> lettered = lettered(organization, pass(exchange));
        Decider.Facts facts = facts(exchange, lettered);
        List<SegmentMessage> messages = organization.takeAside();
        for (SegmentMessage message : messages) {
            message.read("schedule read anew");
            decider.decideAgain(message, facts);
        }
        hand(messages, organization, lettered);
        organization.haveLetters(lettered);
    }

    /** An exchange is made only for a message that is to be sent, or whose letter is to be filed or withdrawn. */
    private static void hand(List<SegmentMessage> messages, OrganizationPass organization, Set<String> lettered) {
        for (SegmentMessage message : messages) {
            boolean concluded = message.decision() == Action.CONCLUDE
                    && (message.ending() != Outcome.DEAD_LETTERED || message.isStanding())
                    && !(message.id() != null && lettered.contains(message.id()));
            if (!concluded) {
                organization.delivers(message);
            } else if (message.markRecorded()) {
                organization.record(message);
            }
        }
    }

    private Set<String> lettered(OrganizationPass organization, Pass pass) {
        try {
            return letters.segments(organization.getName());
        } catch (IOException unreadable) {
            pass.dataFolderFails("The dead letters could not be listed: check the data folder's permissions.");
            return Set.of();
        }
    }

    /** One number for each delivery that runs beside the others: as many as {@code genesys.workers} says, or as there are messages. */
    public List<Integer> workers(Exchange exchange) {
        int waiting = organization(exchange).waiting();
        return IntStream.rangeClosed(1, Math.min(workers, waiting)).boxed().toList();
    }

    /** The messages that are to be sent. The workers of an organisation share them: each goes to the one who asks first. */
    public Iterator<SegmentMessage> toSend(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        return new Iterator<>() {
            private SegmentMessage taken;

            @Override
            public boolean hasNext() {
                if (taken == null) {
                    taken = organization.nextToDeliver();
                }
                return taken != null;
            }

            @Override
            public SegmentMessage next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                SegmentMessage next = taken;
                taken = null;
                return next;
            }
        };
    }

    /** The messages that need a call, for a plan: they stay where they are. */
    public List<SegmentMessage> toDeliver(Exchange exchange) {
        return organization(exchange).toDeliver();
    }

    /** The same when all is said about them. */
    public List<SegmentMessage> planned(Exchange exchange) {
        return organization(exchange).toDeliver();
    }

    /** In a plan what would be sent counts as done, and stands where a reading would show it. */
    public void plan(SegmentMessage message, Exchange exchange) {
        if (message.decision() == Action.CONCLUDE) {
            return;
        }
        message.plan();
        if (message.getTarget().equals("userschedulesegments")) {
            organization(exchange)
                    .snapshot()
                    .add(new SegmentRow(
                            message.id(),
                            message.genesysUserId(),
                            message.getPlace().id(),
                            message.wantedStatus(),
                            message.restoreVersion() + 1,
                            null));
        }
    }

    /** The organisation's part of the pass is done: what later stages do not need is let go. */
    public void letGo(Exchange exchange) {
        organization(exchange).concludePart();
    }

    /** The places whose snapshot is needed: all of the mapping, or those of the messages where only some agents are looked at. */
    public List<Place> placesToRead(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
        return pass.isPartial()
                ? organization.getMessages().stream()
                        .filter(message -> message.ending() == null && message.genesysUserId() != null)
                        .map(SegmentMessage::getPlace)
                        .distinct()
                        .toList()
                : organization.getPlaces().stream()
                        .filter(place -> organization.haltOf(place.id()) == null)
                        .toList();
    }

    /** A delivery begins: the message is remembered, held where its schedule was halted, and given its turn in a replay with a rate. */
    public void begin(SegmentMessage message, Exchange exchange) {
        exchange.setProperty(CallProperties.MESSAGE, message);
        holdIfHalted(message, exchange);
        Pass pass = pass(exchange);
        if (pass.isReplay() && pass.replayRequest().ratePerMinute() > 0 && message.decision() != Action.CONCLUDE) {
            exchange.setProperty(
                    "wfmTurnAt",
                    pass.nextTurn(waits.nanos(Duration.ofMinutes(1))
                            / pass.replayRequest().ratePerMinute()));
        }
    }

    /** Whether a replay's rate lets this message wait; a halt ends the waiting. */
    public boolean isTooSoon(Exchange exchange) {
        try {
            organization(exchange).proceed(Call.Kind.INSERT);
        } catch (HaltedException halted) {
            return false;
        }
        return System.nanoTime() - exchange.getProperty("wfmTurnAt", Long.class) < 0;
    }

    /** Milliseconds until it is worth asking again. */
    public long untilTurn(Exchange exchange) {
        long left = (exchange.getProperty("wfmTurnAt", Long.class) - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, Math.min(left, waits.millis(LOOK_AGAIN)));
    }

    /** The messages of a place that a plan would send. */
    public List<SegmentMessage> plannedFor(Place place, Exchange exchange) {
        return organization(exchange).getMessages().stream()
                .filter(message -> message.decision() == Action.INSERT)
                .filter(message -> message.getPlace().equals(place))
                .toList();
    }

    /** Targets that take one segment a call: so many calls would follow. */
    public void foresee(List<SegmentMessage> inserts, Exchange exchange) {
        organization(exchange).foresees(Call.Kind.INSERT, inserts.size());
    }

    private void stuck(SegmentMessage message, OrganizationPass organization) {
        if (message.ending() == Outcome.PRESENT && "PENDING".equals(message.observedStatus())) {
            Instant before = Instant.now().minus(pendingWarn);
            boolean stuck =
                    organization
                            .snapshot()
                            .concerning(
                                    message.id(),
                                    message.genesysUserId(),
                                    message.getPlace().id())
                            .stream()
                            .anyMatch(row -> row.since() != null && row.since().isBefore(before));
            if (stuck) {
                organization.countStuckPending();
                message.ends(Outcome.PRESENT, "stuck-pending");
            }
        }
    }

    /** Puts the table's verdict on rows that were just read; false if they say nothing. */
    public boolean conclude(SegmentMessage message, List<SegmentRow> rows, Exchange exchange) {
        return decider.conclude(message, rows, facts(exchange, Set.of()));
    }

    /** Puts a message aside: it is decided by a new reading, when all others are through. Its key is given back. */
    public void putAside(SegmentMessage message, Exchange exchange) {
        keys.giveBack(message.id());
        Duration wait = conflictWait.random(ThreadLocalRandom.current());
        organization(exchange).putAside(message, System.nanoTime() + waits.nanos(wait));
    }

    /** Whether those put aside have to wait; a halt ends the waiting. */
    public boolean isTooEarly(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        try {
            organization.proceed(Call.Kind.READ);
        } catch (HaltedException halted) {
            return false;
        }
        return System.nanoTime() - organization.asideUntil() < 0;
    }

    /** Milliseconds until it is worth asking again. */
    public long untilDue(Exchange exchange) {
        long left = (organization(exchange).asideUntil() - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, Math.min(left, waits.millis(LOOK_AGAIN)));
    }

    /** Holds a message that is to be sent to a place that was halted after it had been decided. */
    public void holdIfHalted(SegmentMessage message, Exchange exchange) {
        Halt halt = organization(exchange).haltOf(message.getPlace().id());
        // An incomplete source holds only those that an earlier entry could rule otherwise: they are decided already.
        if (halt != null && halt.reason() != HaltReason.SOURCE_INCOMPLETE && message.decision() != Action.CONCLUDE) {
            message.ends(Outcome.HELD, halt.reason().text());
        }
    }

    /** The key was there: it was delivered a moment ago. */
    public void duplicate(Exchange exchange) {
        exchange.getProperty(CallProperties.MESSAGE, SegmentMessage.class)
                .ends(Outcome.PRESENT, "delivered a moment ago");
    }

    /** Gives the key back, unless the outcome keeps it. */
    public void giveBack(Exchange exchange) {
        SegmentMessage message = exchange.getProperty(CallProperties.MESSAGE, SegmentMessage.class);
        if (message.ending() == null || !message.ending().keepsKey()) {
            keys.giveBack(message.id());
        } else {
            // A 404 that was an answer on the way leaves this mark, by which the consumer would take the key away.
            exchange.getExchangeExtension().setFailureHandled(false);
        }
    }

    /** @param lettered the segments that have a letter; no other letter is looked for */
    private Decider.Facts facts(Exchange exchange, Set<String> lettered) {
        Pass pass = pass(exchange);
        OrganizationPass organization = organization(exchange);
        return new Decider.Facts() {
            @Override
            public Halt currentHalt() {
                try {
                    organization.proceed(Call.Kind.READ);
                    return null;
                } catch (HaltedException halted) {
                    return halted.halt();
                }
            }

            @Override
            public Halt haltOf(String placeId) {
                return organization.haltOf(placeId);
            }

            @Override
            public Snapshot snapshot() {
                return organization.snapshot();
            }

            @Override
            public List<Entry> entries() {
                return pass.mapping().entriesOf(organization.getName());
            }

            @Override
            public boolean sourceComplete() {
                return pass.getSource().isComplete();
            }

            @Override
            public Optional<DeadLetter> letter(String segmentId) {
                if (!lettered.contains(segmentId)) {
                    return Optional.empty();
                }
                try {
                    return letters.find(organization.getName(), segmentId);
                } catch (IOException unreadable) {
                    pass.dataFolderFails("A dead letter could not be read: check the data folder's permissions.");
                    return Optional.empty();
                }
            }

            @Override
            public Optional<Decider.Cancellation> cancellation(String segmentId) {
                return organization.ledger() == null
                        ? Optional.empty()
                        : organization
                                .ledger()
                                .cancelled(segmentId)
                                .map(line -> new Decider.Cancellation(line.statusBefore(), line.cancelledVersion()));
            }

            @Override
            public boolean ignoresBackOff() {
                return pass.isReplay();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }
        };
    }

    private static Pass pass(Exchange exchange) {
        return exchange.getProperty(CallProperties.PASS, Pass.class);
    }

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
