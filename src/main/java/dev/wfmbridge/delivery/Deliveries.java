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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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

    /**
     * @param conflictWait how long after the last putting aside the schedules are read anew
     * @param pendingWarn from which age a PENDING segment is listed as stuck
     */
    public Deliveries(
            Decider decider,
            SegmentKeys keys,
            DeadLetters letters,
            Waits waits,
            DurationRange conflictWait,
            Duration pendingWarn) {
        this.decider = decider;
        this.keys = keys;
        this.letters = letters;
        this.waits = waits;
        this.conflictWait = conflictWait;
        this.pendingWarn = pendingWarn;
    }

    /** The organisation's messages, each with its decision. */
    public List<SegmentMessage> decided(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        List<SegmentMessage> messages = decider.decide(
                organization.getMessages(),
                facts(exchange),
                (place, reason) -> organization.haltPlace(place, reason, null));
        messages.forEach(message -> stuck(message, organization));
        return messages;
    }

    /** The places whose snapshot is needed: all of the mapping, or those of a replay's messages. */
    public List<Place> placesToRead(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
        return pass.isReplay()
                ? organization.getMessages().stream()
                        .map(SegmentMessage::getPlace)
                        .distinct()
                        .toList()
                : organization.getPlaces().stream()
                        .filter(place -> organization.haltOf(place.id()) == null)
                        .toList();
    }

    /** Whether a replay's rate lets this message wait; a halt ends the waiting. */
    public boolean isTooSoon(SegmentMessage message, Exchange exchange) {
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
        if (!pass.isReplay() || pass.replayRequest().ratePerMinute() <= 0 || message.decision() == Action.CONCLUDE) {
            return false;
        }
        try {
            organization(exchange).proceed(Call.Kind.INSERT);
        } catch (HaltedException halted) {
            return false;
        }
        Long turn = exchange.getProperty("wfmTurnAt", Long.class);
        if (turn == null) {
            turn = pass.nextTurn(
                    waits.nanos(Duration.ofMinutes(1)) / pass.replayRequest().ratePerMinute());
            exchange.setProperty("wfmTurnAt", turn);
        }
        return System.nanoTime() - turn < 0;
    }

    /** Milliseconds until it is worth asking again. */
    public long untilTurn(Exchange exchange) {
        long left = (exchange.getProperty("wfmTurnAt", Long.class) - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, Math.min(left, waits.millis(LOOK_AGAIN)));
    }

    /** The same for a plan, in which what would be sent counts as done, and stands where a reading would show it. */
    public List<SegmentMessage> planned(Exchange exchange) {
        List<SegmentMessage> messages = decided(exchange);
        for (SegmentMessage message : messages) {
            holdIfHalted(message, exchange);
            if (message.decision() != Action.CONCLUDE) {
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
        }
        return messages;
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
        return decider.conclude(message, rows, facts(exchange));
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

    /** Takes those put aside, decided by the new reading. */
    public List<SegmentMessage> decidedAgain(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Decider.Facts facts = facts(exchange);
        return organization.takeAside().stream()
                .map(message -> {
                    message.read("schedule read anew");
                    return decider.decideAgain(message, facts);
                })
                .toList();
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

    private Decider.Facts facts(Exchange exchange) {
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
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
                return pass.mapping().entries();
            }

            @Override
            public boolean sourceComplete() {
                return pass.getSource().isComplete();
            }

            @Override
            public Optional<DeadLetter> letter(String segmentId) {
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
                                .line(segmentId)
                                .filter(line -> line.cancelledVersion() > 0)
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

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
