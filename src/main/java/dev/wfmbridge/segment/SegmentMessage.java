package dev.wfmbridge.segment;

import dev.wfmbridge.compact.TextColumn;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import java.util.Objects;

/**
 * A segment on its way, with its source: one pair of a membership and a place of an entry. It is the body of the
 * exchange. Its identity never changes; what is added on the way (user, decision, evidence) is written by the one thread
 * that handles it, and read by others only after a hand-over.
 */
public final class SegmentMessage {

    private final Entry entry;
    private final Place place;
    private final long membershipId;
    private final long agentId;
    private final long groupId;
    private final int updatedAt;

    /** As a UUID if it is written as one, else as text. */
    private volatile Object genesysUserId;

    private volatile Object segmentId;
    private volatile String wantedStatus;
    private volatile Action action = Action.CONCLUDE;
    private volatile Outcome outcome;
    private volatile String reason;
    private volatile String observedStatus;
    private volatile long restoreVersion;
    private volatile boolean recorded;
    private volatile boolean standing;
    /** Created when there is some: a message that needed no call has none. */
    private volatile Evidence evidence;

    public SegmentMessage(Entry entry, Place place, Membership membership) {
        this.entry = entry;
        this.place = place;
        this.membershipId = membership.id();
        this.agentId = membership.userId();
        this.groupId = membership.groupId();
        this.updatedAt = (int) membership.updatedAt();
    }

    public String organization() {
        return entry.organization();
    }

    public Entry entry() {
        return entry;
    }

    /** Zendesk's id of the membership. */
    public long membershipId() {
        return membershipId;
    }

    /** Zendesk's id of the agent. */
    public long agentId() {
        return agentId;
    }

    public Membership membership() {
        return new Membership(membershipId, agentId, groupId, updatedAt);
    }

    /** The Genesys user; null until the lookup found one. */
    public String genesysUserId() {
        return Objects.toString(genesysUserId, null);
    }

    /** Bean getter for the routes' expressions. */
    public String getSegmentId() {
        return id();
    }

    public String getTarget() {
        return place.target();
    }

    public String getAction() {
        return action.name();
    }

    /** The outcome's text, for the routes; null until there is one. */
    public String getOutcome() {
        return outcome == null ? null : outcome.text();
    }

    /** Whose segment it is, and its id. */
    public void found(String userId, String id) {
        found(userId, TextColumn.key(id));
    }

    /**
     * The same.
     *
     * @param id a UUID, or any other text
     */
    public void found(String userId, Object id) {
        this.genesysUserId = TextColumn.key(userId);
        this.segmentId = id;
    }

    public void wants(String status) {
        this.wantedStatus = status;
    }

    /** What a NEW segment is posted with; afterwards the status belongs to Genesys. */
    public String wantedStatus() {
        return wantedStatus;
    }

    public String id() {
        return Objects.toString(segmentId, null);
    }

    /** What identifies its segment: equal for two messages of the same segment. */
    public Object identity() {
        return segmentId;
    }

    /** The same for its Genesys user; null until the lookup found one. */
    public Object userIdentity() {
        return genesysUserId;
    }

    /** What happened to its calls so far; empty for a message that needed none. */
    public Evidence evidence() {
        return evidence == null ? Evidence.NONE : evidence;
    }

    /** The same, for adding to it. */
    public Evidence notes() {
        Evidence own = evidence;
        if (own == null) {
            own = new Evidence();
            evidence = own;
        }
        return own;
    }

    public Action decision() {
        return action;
    }

    public Outcome ending() {
        return outcome;
    }

    public String reason() {
        return reason;
    }

    /** It is to be sent. */
    public void insert() {
        action = Action.INSERT;
        outcome = null;
        reason = null;
    }

    /** It would be sent and accepted: the outcome and the status that a plan shows. */
    public void plan() {
        outcome = action == Action.RESTORE ? Outcome.RESTORED : Outcome.CREATED;
        observedStatus = wantedStatus;
    }

    /** It is to be restored, at this version. */
    public void restore(String status, long version) {
        action = Action.RESTORE;
        wantedStatus = status;
        restoreVersion = version;
        outcome = null;
        reason = null;
    }

    /** The place, for the routes. */
    public Place getPlace() {
        return place;
    }

    /** Ends in the letter that was announced; false if none was. */
    public boolean endsAsAnnounced() {
        if (evidence().absentCode() == null) {
            return false;
        }
        endsInLetter(evidence().absentCode(), evidence().absentMessage());
        return true;
    }

    public long restoreVersion() {
        return restoreVersion;
    }

    /**
     * Leaves the pair out, for a reason of your own: for rules in the routes. The report counts it under {@code skipped}.
     *
     * @throws IllegalArgumentException if the reason is not a word of lower-case letters, digits and hyphens
     */
    public SegmentMessage skips(String why) {
        if (why == null || !why.matches("[a-z][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException("a reason is a word of small letters, digits and hyphens");
        }
        return ends(Outcome.SKIPPED, why);
    }

    /** How it ended. The outcome stage records it, once. */
    public SegmentMessage ends(Outcome how, String why) {
        action = Action.CONCLUDE;
        outcome = how;
        reason = why;
        return this;
    }

    /** It was not tried because of a halt; the next pass tries again. */
    public SegmentMessage heldBy(HaltReason why) {
        return ends(Outcome.HELD, why.text());
    }

    /** It needs no segment, for a reason of the closed list. */
    public SegmentMessage skippedFor(SkipReason why) {
        return ends(Outcome.SKIPPED, why.text());
    }

    /** Ends as a dead letter, with a sentence that holds ids only. */
    public SegmentMessage endsInLetter(LetterCode code, String message) {
        notes().letter(code, message);
        return ends(Outcome.DEAD_LETTERED, code.text());
    }

    /** Ends as a dead letter that is already on file and was not tried again: its file stays as it is. */
    public SegmentMessage standsInLetter(LetterCode code) {
        standing = true;
        return ends(Outcome.DEAD_LETTERED, code.text());
    }

    public boolean isStanding() {
        return standing;
    }

    /** Marks the outcome as counted; false if it already was. */
    public synchronized boolean markRecorded() {
        if (recorded) {
            return false;
        }
        recorded = true;
        return true;
    }

    /** The status that Genesys gives the segment, as this pass last saw it; null if it saw none. */
    public String observedStatus() {
        return observedStatus;
    }

    public void observed(String status) {
        observedStatus = status;
    }

    @Override
    public String toString() {
        return "segment " + id() + " of membership " + membershipId + " in " + organization();
    }
}
