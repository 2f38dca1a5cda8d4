package dev.wfmbridge.decision;

import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Snapshot;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Decides what each pair needs, from memberships, users, mapping and snapshot alone: it sends nothing. {@code plan} prints
 * the decisions, {@code once} carries them out, {@code why} explains them.
 */
public final class Decider {

    private final int maxAttempts;

    /** @param maxAttempts POSTs of one message at most ({@code genesys.max-attempts}) */
    public Decider(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** What the decision needs to know beyond the messages. */
    public interface Facts {
        /** Why no call goes to the organisation; null if calls do. */
        Halt currentHalt();

        /** Why no call goes to a place; null if calls do. */
        Halt haltOf(String placeId);

        Snapshot snapshot();

        /** The mapping's entries, in file order. */
        List<Entry> entries();

        /** Whether Zendesk's memberships were read to their end. */
        boolean sourceComplete();

        /** The dead letter on file for a segment. */
        Optional<DeadLetter> letter(String segmentId);

        /** The version that our own cancellation of a segment created, and the status that it had before. */
        Optional<Cancellation> cancellation(String segmentId);

        /** Whether the back-off of letters is ignored ({@code replay}). */
        boolean ignoresBackOff();

        Instant now();
    }

    /** Our own cancellation of a segment, as the ledger notes it before the PUT. */
    public record Cancellation(String statusBefore, long version) {}

    /**
     * Decides all messages of an organisation, in the order of the entries, and within an entry by membership id.
     *
     * @param halts is told which places are halted by that: those with messages that are held because the source is incomplete
     */
    public List<SegmentMessage> decide(
            List<SegmentMessage> messages, Facts facts, BiConsumer<String, HaltReason> halts) {
        List<SegmentMessage> ordered = messages.stream()
                .sorted(Comparator.comparingInt(
                                (SegmentMessage message) -> message.entry().index())
                        .thenComparingLong(SegmentMessage::membershipId))
                .toList();
        Set<Object> taken = new HashSet<>();
        for (SegmentMessage message : ordered) {
            if (message.ending() != null) {
                continue;
            }
            if (facts.currentHalt() != null) {
                message.heldBy(facts.currentHalt().reason());
            } else if (message.userIdentity() == null) {
                message.heldBy(HaltReason.SOURCE_INCOMPLETE);
            } else if (!taken.add(pair(message))) {
                message.ends(Outcome.MERGED, "an earlier entry has this segment");
            } else if (!facts.sourceComplete() && earlierEntryRulesOtherwise(message, facts.entries())) {
                message.heldBy(HaltReason.SOURCE_INCOMPLETE);
                halts.accept(message.getPlace().id(), HaltReason.SOURCE_INCOMPLETE);
            } else {
                look(message, facts);
            }
        }
        return ordered;
    }

    /** Decides again for a message that was put aside, after its place was read again. */
    public SegmentMessage decideAgain(SegmentMessage message, Facts facts) {
        if (facts.currentHalt() != null) {
            return message.heldBy(facts.currentHalt().reason());
        }
        look(message, facts);
        return message;
    }

    /** Applies the table to rows that were just read for one message; false if they say nothing. */
    public boolean conclude(SegmentMessage message, List<SegmentRow> rows, Facts facts) {
        String id = message.id();
        Optional<Cancellation> cancellation = facts.cancellation(id);
        Standing standing = Standing.of(
                id, message.genesysUserId(), message.getPlace().id(), rows, cancellation.map(Cancellation::version));
        // If the id is taken, the row is somebody else's segment, whose status is not this agent's.
        if (standing.row() != null && standing.verdict() != Standing.Verdict.ID_TAKEN) {
            message.observed(standing.row().status());
        }
        switch (standing.verdict()) {
            case PRESENT -> {
                if (message.evidence().unknownOutcome()) {
                    message.ends(Outcome.CREATED, "its answer was lost");
                } else {
                    message.ends(Outcome.PRESENT, null);
                }
            }
            case ADOPTED ->
                message.ends(Outcome.ADOPTED, "segment " + standing.row().id());
            case ID_TAKEN ->
                message.endsInLetter(
                        LetterCode.SEGMENT_ID_TAKEN,
                        "The segment's id belongs to user " + standing.row().userId() + " in "
                                + standing.row().placeId() + ".");
            case UNCLEAR -> message.heldBy(HaltReason.SNAPSHOT_INCOMPLETE);
            case RESTORABLE ->
                message.restore(
                        cancellation.orElseThrow().statusBefore(),
                        standing.row().version());
            case DECLINED -> message.ends(Outcome.DECLINED, standing.row().status());
            case NOTHING -> {
                return false;
            }
        }
        return true;
    }

    private void look(SegmentMessage message, Facts facts) {
        Halt placeHalt = facts.haltOf(message.getPlace().id());
        if (placeHalt != null) {
            message.heldBy(placeHalt.reason());
            return;
        }
        if (conclude(message, facts.snapshot().concerning(message), facts)) {
            if (message.decision() == Action.RESTORE) {
                waitsInLetter(message, facts);
            }
            return;
        }
        if (message.endsAsAnnounced()) {
            return;
        }
        if (message.evidence().posts() >= maxAttempts || message.evidence().triedAfterConflict()) {
            boolean conflict = message.evidence().lastStatus() == 409;
            message.endsInLetter(
                    conflict ? LetterCode.PHANTOM_CONFLICT : LetterCode.DESTINATION_UNAVAILABLE,
                    conflict
                            ? "Genesys answered 409 and shows no segment that is in the way."
                            : "Genesys gave no usable answer to "
                                    + message.evidence().posts() + " POSTs, and shows no segment.");
            return;
        }
        if (!waitsInLetter(message, facts)) {
            message.insert();
        }
    }

    /** Leaves it in the letter of an earlier pass, if the time to try again has not come; false if there is no such letter. */
    private static boolean waitsInLetter(SegmentMessage message, Facts facts) {
        // What this pass already sent is decided by its answers.
        if (message.evidence().firstAt() != null || facts.ignoresBackOff()) {
            return false;
        }
        Optional<DeadLetter> letter = facts.letter(message.id());
        if (letter.isEmpty() || !isAhead(letter.get().retryAt(), facts.now())) {
            return false;
        }
        message.standsInLetter(letter.get().code());
        return true;
    }

    /** A letter that waits for longer than any does was filed while the clock was ahead. */
    private static boolean isAhead(Instant retryAt, Instant now) {
        return retryAt != null && retryAt.isAfter(now) && !retryAt.isAfter(now.plus(DeadLetters.LONGEST_WAIT));
    }

    private static Object pair(SegmentMessage message) {
        return message.getPlace().kind().isExclusive() ? message.userIdentity() : message.identity();
    }

    /** Whether a membership that was not read could take precedence for this segment, and ask for another status or unit. */
    private static boolean earlierEntryRulesOtherwise(SegmentMessage message, List<Entry> entries) {
        Entry own = message.entry();
        return entries.stream()
                .filter(entry -> entry.index() < own.index() && !entry.absent())
                .filter(entry -> entry.organization().equals(own.organization()))
                .filter(entry -> entry.places().contains(message.getPlace())
                        // Any earlier entry of an exclusive target may claim the agent.
                        || entry.target().equals(own.target())
                                && message.getPlace().kind().isExclusive())
                .anyMatch(entry -> !entry.places().contains(message.getPlace())
                        || !Objects.equals(entry.status(), own.status())
                        || !entry.statusByTag().equals(own.statusByTag())
                        || !Objects.equals(entry.options(), own.options()));
    }
}
