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
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The bean {@code deliveries} of organization and segment-deliver: the decided messages, and those put aside. */
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
     * @param conflictWait how long after the last message was put aside the schedules are read again
     * @param pendingWarn the age from which a PENDING segment is listed as stuck
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
    public void decide(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        Set<String> lettered = lettered(organization, pass);
        List<SegmentMessage> messages = decider.decide(
                organization.getMessages(),
                facts(lettered, pass, organization),
                (place, reason) -> organization.haltPlace(place, reason, null));
        messages.forEach(message -> {
            stuck(message, organization);
            unclear(message, pass, organization);
        });
        hand(messages, organization, pass.isPlanned() ? Set.of() : lettered);
        organization.haveLetters(lettered);
    }

    /** Takes those put aside, decided by the new read. */
    public void decideAgain(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        Set<String> lettered = lettered(organization, pass);
        Decider.Facts facts = facts(lettered, pass, organization);
        List<SegmentMessage> messages = organization.getQueue().takeAside();
        for (SegmentMessage message : messages) {
            message.notes().read("schedule read again");
            decider.decideAgain(message, facts);
            unclear(message, pass, organization);
            if (message.ending() != null && message.ending().keepsKey()) {
                keys.keep(message.id());
            }
        }
        hand(messages, organization, lettered);
        organization.haveLetters(lettered);
    }

    /** An exchange is created only for a message that is to be sent, or whose letter is to be filed or withdrawn. */
    private static void hand(List<SegmentMessage> messages, OrganizationPass organization, Set<String> lettered) {
        for (SegmentMessage message : messages) {
            boolean concluded = message.decision() == Action.CONCLUDE
                    && (message.ending() != Outcome.DEAD_LETTERED || message.isStanding())
                    && (lettered.isEmpty() || message.identity() == null || !lettered.contains(message.id()));
            if (!concluded) {
                organization.getQueue().add(message);
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
    public List<Integer> workers(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        int waiting = organization.getQueue().size();
        return IntStream.rangeClosed(1, Math.min(workers, waiting)).boxed().toList();
    }

    /** The messages to be sent. The workers of an organisation share them: each goes to the first that asks. */
    public Iterator<SegmentMessage> toSend(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        return new Iterator<>() {
            private SegmentMessage taken;

            @Override
            public boolean hasNext() {
                if (taken == null) {
                    taken = organization.getQueue().next();
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

    /** The messages that need a call, for a plan, without taking them. */
    public List<SegmentMessage> toDeliver(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        return organization.getQueue().all();
    }

    /** In a plan, what would be sent counts as done, and appears where a read would show it. */
    public void plan(
            @Body SegmentMessage message, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        if (message.decision() == Action.CONCLUDE) {
            return;
        }
        message.plan();
        if (message.getPlace().kind().hasStatus()) {
            organization.snapshot().addWanted(message);
        }
    }

    /** The organisation's part of the pass is done: what later stages do not need is released. */
    public void letGo(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        organization.concludePart();
    }

    /** The places whose snapshot is needed: all in the mapping, or only those of the messages if the pass is for some agents. */
    public List<Place> placesToRead(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
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

    /** Whether this is a replay with a rate. */
    public boolean isPaced(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        return pass.isReplay() && pass.replayRequest().ratePerMinute() > 0;
    }

    /** {@link System#nanoTime()} at which a replay's rate lets the next message go. */
    public long turn(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        return pass.nextTurn(
                waits.nanos(Duration.ofMinutes(1)) / pass.replayRequest().ratePerMinute());
    }

    /** Whether its turn has not come yet; a halt ends the wait. */
    public boolean isTooSoon(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.TURN_AT) Long turnAt) {
        try {
            organization.proceed(Call.Kind.INSERT);
        } catch (HaltedException halted) {
            return false;
        }
        return System.nanoTime() - turnAt < 0;
    }

    /** Milliseconds until it is worth asking again. */
    public long untilTurn(@ExchangeProperty(CallProperties.TURN_AT) Long turnAt) {
        long left = (turnAt - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, Math.min(left, waits.millis(LOOK_AGAIN)));
    }

    /** The messages of a place that a plan would send. */
    public List<SegmentMessage> plannedFor(
            @Body Place place, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        return organization.getMessages().stream()
                .filter(message -> message.decision() == Action.INSERT)
                .filter(message -> message.getPlace().equals(place))
                .toList();
    }

    /** For targets that take one segment per call: this many calls would follow. */
    public void foresee(
            @Body List<SegmentMessage> inserts, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        organization.foresees(Call.Kind.INSERT, inserts.size());
    }

    private void stuck(SegmentMessage message, OrganizationPass organization) {
        if (message.ending() == Outcome.PRESENT && "PENDING".equals(message.observedStatus())) {
            Instant before = Instant.now().minus(pendingWarn);
            boolean stuck = organization.snapshot().concerning(message).stream()
                    .anyMatch(row -> row.since() != null && row.since().isBefore(before));
            if (stuck) {
                organization.countStuckPending(1);
                message.ends(Outcome.PRESENT, "stuck-pending");
            }
        }
    }

    /** Applies the table to rows that were just read; false if they say nothing. */
    public boolean conclude(SegmentMessage message, List<SegmentRow> rows, Pass pass, OrganizationPass organization) {
        boolean concluded = decider.conclude(message, rows, facts(Set.of(), pass, organization));
        unclear(message, pass, organization);
        return concluded;
    }

    /** A place that is read to its end holds nobody, unless what it shows of an agent says nothing. */
    private static void unclear(SegmentMessage message, Pass pass, OrganizationPass organization) {
        String place = message.getPlace().id();
        if (message.ending() == Outcome.HELD
                && HaltReason.SNAPSHOT_INCOMPLETE.text().equals(message.reason())
                && organization.haltOf(place) == null) {
            pass.warn(organization.getName() + "/" + place
                    + ": Genesys shows segments without a status that the bridge knows,"
                    + " or without a schedule. Their agents are held, and the outcomes of this pass name them. Look at them in"
                    + " Genesys, or update the bridge.");
        }
    }

    /** Puts a message aside: it is decided by a new read, when all others are done. Its key is given back. */
    public void putAside(SegmentMessage message, OrganizationPass organization) {
        keys.remove(message.id());
        Duration wait = conflictWait.random(ThreadLocalRandom.current());
        organization.getQueue().putAside(message, System.nanoTime() + waits.nanos(wait));
    }

    /** Whether those put aside have to wait; a halt ends the wait. */
    public boolean isTooEarly(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        try {
            organization.proceed(Call.Kind.READ);
        } catch (HaltedException halted) {
            return false;
        }
        return System.nanoTime() - organization.getQueue().asideUntil() < 0;
    }

    /** Milliseconds until it is worth asking again. */
    public long untilDue(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        long left = (organization.getQueue().asideUntil() - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, Math.min(left, waits.millis(LOOK_AGAIN)));
    }

    /** Holds a message for a place that was halted after the message had been decided, and sets what is left to do, with which segment, at which target. */
    public void lastLook(
            @Body SegmentMessage message,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            Exchange exchange) {
        Halt halt = organization.haltOf(message.getPlace().id());
        // An incomplete source holds only messages that an earlier entry could decide otherwise, which was already
        // settled.
        if (halt != null && halt.reason() != HaltReason.SOURCE_INCOMPLETE && message.decision() != Action.CONCLUDE) {
            message.heldBy(halt.reason());
        }
        exchange.setProperty(CallProperties.ACTION, message.getAction());
        exchange.setProperty(CallProperties.SEGMENT_ID, message.id());
        exchange.setProperty(CallProperties.TARGET, message.getTarget());
    }

    /** The key was there: it was delivered a moment ago. */
    public void duplicate(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        message.ends(Outcome.PRESENT, "delivered a moment ago");
    }

    /** Gives the key back, unless the outcome keeps it. */
    public void giveBack(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message, Exchange exchange) {
        if (message.ending() == null || !message.ending().keepsKey()) {
            keys.remove(message.id());
        } else {
            // A 404 that was a valid answer leaves this mark, which would make the consumer remove the key.
            exchange.getExchangeExtension().setFailureHandled(false);
        }
    }

    /** @param lettered the segments that have a letter; no other letters are looked up */
    private Decider.Facts facts(Set<String> lettered, Pass pass, OrganizationPass organization) {
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
}
