package dev.wfmbridge.target;

import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.LastAnswer;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.Collection;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What targets that take agents as members, a batch per call, have in common: a read that is the snapshot, and the
 * steps of a batch that do not depend on what is sent. The routes of each target call these through its own bean.
 */
public abstract class MemberTarget {

    private final Logger log = LoggerFactory.getLogger(getClass());
    private final String noun;
    private final SegmentIds ids;
    private final SegmentKeys keys;

    /** @param noun what people call such a place: {@code staffing group} */
    protected MemberTarget(String noun, SegmentIds ids, SegmentKeys keys) {
        this.noun = noun;
        this.ids = ids;
        this.keys = keys;
    }

    /** Whether the place is to be read; not if it or its organisation is halted. */
    public boolean mayRead(@Body Place place, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        return !organization.isHalted() && organization.haltOf(place.id()) == null;
    }

    /** A place named in the mapping could not be read. */
    public void readingFailed(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.CALL) Call call,
            @ExchangeProperty(CallProperties.PLACE) Place place,
            @ExchangeException Exception failure) {
        if (organization.isHalted()) {
            return;
        }
        LastAnswer last = LastAnswer.of(call, failure);
        boolean gone = failure instanceof HttpOperationFailedException answer && answer.getStatusCode() == 404;
        organization.haltPlace(
                place.id(),
                gone ? HaltReason.TARGET_NOT_FOUND : HaltReason.SNAPSHOT_INCOMPLETE,
                "Last answer: " + last + ".");
        log.warn("{}: {} {} could not be read: {}", organization.getName(), noun, place.id(), last);
    }

    /** The agents read in the place are its snapshot. */
    protected final void show(OrganizationPass organization, Place place, Collection<String> users, long version) {
        organization
                .snapshot()
                .replace(
                        place.id(),
                        users.stream()
                                .map(user -> new SegmentRow(
                                        ids.idFor(organization.organization().id(), place, user),
                                        user,
                                        place.id(),
                                        "APPROVED",
                                        version,
                                        null))
                                .toList());
    }

    /** A read or an answer shows the agent in the place: the key is kept. */
    protected final void isThere(SegmentMessage message, Outcome how) {
        message.observed("APPROVED");
        message.ends(how, null);
        keys.add(message.id());
        keys.confirm(message.id());
    }

    /** Genesys does not accept this one. */
    protected final void refuse(SegmentMessage message) {
        message.endsInLetter(
                LetterCode.AGENT_REFUSED,
                "Genesys does not accept user " + message.genesysUserId() + " in " + noun + " "
                        + message.getPlace().id() + ".");
    }

    /** Whether something is still to be sent; a halt ends it. */
    public boolean isOpen(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return work.isOpen(organization);
    }

    /** Notes the call with each message, as evidence. */
    public void note(
            @ExchangeProperty(CallProperties.WORK) BatchWork work, @ExchangeProperty(CallProperties.CALL) Call call) {
        work.note(call);
    }

    /** Whether the first refusal still has to be followed by a read that tells whether the place exists at all. */
    public boolean isUnproved(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return !work.isProved();
    }

    public void proved(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.proves();
    }

    /** A call was refused as a whole: it is halved until those at fault are isolated. */
    public void halve(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.halve(organization, this::refuse);
    }

    /** The answer is outside the contract. */
    public void unexpected(
            @ExchangeProperty(CallProperties.WORK) BatchWork work, @ExchangeProperty(CallProperties.CALL) Call call) {
        work.unexpected(call);
    }

    /** No more calls go out. */
    public void held(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.hold(organization);
    }
}
