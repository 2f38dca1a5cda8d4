package dev.wfmbridge.target;

import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.segment.SegmentMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The work on the messages of one place, for a target that takes many in one call: the parts still to be sent, each
 * in one call. Used by one thread.
 */
public final class BatchWork {

    private final List<SegmentMessage> all;
    private final Deque<List<SegmentMessage>> parts = new ArrayDeque<>();
    private final List<SegmentMessage> unconfirmed = new ArrayList<>();
    private boolean proved;
    private boolean toRead;
    private int unclear;

    /** @param all messages of one place; none is sent until it is added */
    public BatchWork(List<SegmentMessage> all) {
        this.all = List.copyOf(all);
    }

    /** All messages of the batch. */
    public List<SegmentMessage> all() {
        return all;
    }

    /** The place that its agents are put into; null if there are none. */
    public Place getPlace() {
        return all.isEmpty() ? null : all.get(0).getPlace();
    }

    /** These are to be sent in one call, after those that were added before. */
    public void add(List<SegmentMessage> part) {
        if (!part.isEmpty()) {
            parts.add(List.copyOf(part));
        }
    }

    /** These are to be sent in the next call. */
    public void addFirst(List<SegmentMessage> part) {
        if (!part.isEmpty()) {
            parts.push(List.copyOf(part));
        }
    }

    /** Whether a call is still to be sent. A halt ends it: what is left is held. */
    public boolean isOpen(OrganizationPass organization) {
        if (!parts.isEmpty() && isStopped(organization)) {
            hold(organization);
        }
        return !parts.isEmpty();
    }

    /** Whether no more calls go to the place. */
    public boolean isStopped(OrganizationPass organization) {
        return organization.isHalted() || placeHalt(organization) != null;
    }

    /** The messages of the next call, without taking them. */
    public List<SegmentMessage> next() {
        return parts.element();
    }

    /** Takes the messages of the last call: their outcome is known. */
    public List<SegmentMessage> taken() {
        return parts.remove();
    }

    /** Notes the call with each of its messages, as evidence. */
    public void note(Call call) {
        for (SegmentMessage message : next()) {
            if (call.wasSent()) {
                message.notes().posted(Instant.now());
            }
            message.notes().answered(call.getStatus(), call.correlationId(), Instant.now());
        }
    }

    /** Nothing more is sent in this pass. */
    public void hold(OrganizationPass organization) {
        Halt halt = organization.isHalted() ? organization.currentHalt() : placeHalt(organization);
        HaltReason reason = halt == null ? HaltReason.FORBIDDEN : halt.reason();
        parts.forEach(part -> part.forEach(message -> message.heldBy(reason)));
        parts.clear();
    }

    /** The last call was refused as a whole: its messages go in two halves, and one refused alone is at fault. */
    public void halve(OrganizationPass organization, Consumer<SegmentMessage> refuse) {
        if (isStopped(organization)) {
            return;
        }
        List<SegmentMessage> part = taken();
        if (part.size() == 1) {
            refuse.accept(part.get(0));
            return;
        }
        int middle = part.size() / 2;
        parts.push(part.subList(middle, part.size()));
        parts.push(part.subList(0, middle));
    }

    /** The last call got an answer outside the contract. */
    public void unexpected(Call call) {
        taken().forEach(message ->
                message.endsInLetter(LetterCode.UNEXPECTED_ANSWER, "Genesys answered HTTP " + call.getStatus() + "."));
    }

    /** Whether the place has to be read before the next call. */
    public boolean isToRead() {
        return toRead;
    }

    /** The last answer says nothing reliable: the place is read before the next call. */
    public void asksToRead(boolean needed) {
        toRead = needed;
    }

    /** Messages whose success is to be confirmed by reading the place. */
    public List<SegmentMessage> unconfirmed() {
        return unconfirmed;
    }

    /** Whether there are any of those. */
    public boolean isToConfirm() {
        return !unconfirmed.isEmpty();
    }

    /** Whether a read after a refusal showed that the place exists. */
    public boolean isProved() {
        return proved;
    }

    public void proves() {
        proved = true;
    }

    /** Consecutive calls with the next messages whose answer decided nothing. */
    public int unclear() {
        return unclear;
    }

    public void countUnclear() {
        unclear++;
    }

    /** An answer decided something. */
    public void clear() {
        unclear = 0;
    }

    private Halt placeHalt(OrganizationPass organization) {
        Halt halt = organization.haltOf(getPlace().id());
        // Messages held because of an incomplete source were decided before; the others of the place go on.
        return halt == null || halt.reason() == HaltReason.SOURCE_INCOMPLETE ? null : halt;
    }
}
