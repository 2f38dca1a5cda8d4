package dev.wfmbridge.http;

/**
 * Names of the exchange properties in which routes and beans keep what a call, a message or a pass needs. Beans take them as parameters. The
 * type of each is in {@code bridge/RouteProperty}, by which the check of edited routes goes.
 */
public final class CallProperties {

    /** The pass under way; pass-stages sets it, once a pass. */
    public static final String PASS = "wfmPass";

    /** Zendesk or the organisation that is called; set by the route that begins to call it. */
    public static final String SIDE = "wfmSide";

    /** The call under way; set by each route before it goes to paced-call. */
    public static final String CALL = "wfmCall";

    /** The message under way; set by segment-deliver. */
    public static final String MESSAGE = "wfmMessage";

    /** A token that is not proved yet; set by the token routes. */
    public static final String CANDIDATE = "wfmCandidate";

    /** What the answer to a write means; set by genesys-write when it is not a success. */
    public static final String ANSWER = "wfmAnswer";

    /** The throttle to ask, or {@code wait}, or {@code token}; set by paced-call. */
    public static final String TURN = "wfmTurn";

    /** Whose quota the throttle keeps; set by paced-call. */
    public static final String PACE_KEY = "wfmPaceKey";

    /** Calls that this quota allows in a span; set by paced-call. */
    public static final String PACE_CALLS = "wfmPaceCalls";

    /** Whether a replay has a rate; set by deliver-all. */
    public static final String PACED = "wfmPaced";

    /** What the message needs, an {@code Action}; set by segment-deliver. */
    public static final String ACTION = "wfmAction";

    /** The id of the segment under way; set by segment-deliver. */
    public static final String SEGMENT_ID = "wfmSegmentId";

    /** The target that the message is for; set by segment-deliver. */
    public static final String TARGET = "wfmTarget";

    /** How the message ended, empty until it has; set by segment-deliver and outcome. */
    public static final String OUTCOME = "wfmOutcome";

    /** When a replay's rate lets the message go; set by turn-wait. */
    public static final String TURN_AT = "wfmTurnAt";

    /** What is asked about, one thing at a time; set by the route that asks. */
    public static final String ASKED = "wfmAsked";

    /** The place under way; set by a target's routes. */
    public static final String PLACE = "wfmPlace";

    /** What Genesys shows of one segment; set by the route that reads it. */
    public static final String ROW = "wfmRow";

    /** What of a batch is still to be sent; set by a target's batch route. */
    public static final String WORK = "wfmWork";

    /** The job as the last look showed it; set by zendesk-write-back-batch. */
    public static final String JOB = "wfmJob";

    /** An organisation's candidates for removal; set by removals. */
    public static final String REMOVALS = "wfmRemovals";

    /** The candidate under way; set by removal. */
    public static final String REMOVAL = "wfmRemoval";

    /** How far a listing is read, and the call for the next page; set by the route that reads it. */
    public static final String PAGES = "wfmPages";

    /** The part of a pass under way, with its records; set by parts-take and part-send. */
    public static final String PART = "wfmPart";

    /** What the pages of a listing have said so far; set by the bean that takes them. */
    public static final String READING = "wfmReading";

    /** The event that was verified; set by zendesk-events. */
    public static final String EVENT = "wfmEvent";

    /** What became of an event's agents: {@code new}, {@code waiting} or {@code full}; set by zendesk-event. */
    public static final String HINT = "wfmHint";

    private CallProperties() {}
}
