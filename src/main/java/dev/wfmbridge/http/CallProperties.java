package dev.wfmbridge.http;

/**
 * Names of the exchange properties in which routes and beans keep what a call, a message or a pass needs. Beans take them as parameters. What
 * each holds and what sets it: {@code bridge/RouteProperty}.
 */
public final class CallProperties {

    public static final String PASS = "wfmPass";
    public static final String SIDE = "wfmSide";
    public static final String CALL = "wfmCall";
    public static final String MESSAGE = "wfmMessage";
    public static final String CANDIDATE = "wfmCandidate";
    public static final String ANSWER = "wfmAnswer";
    public static final String TURN = "wfmTurn";
    public static final String PACE_KEY = "wfmPaceKey";
    public static final String PACE_CALLS = "wfmPaceCalls";
    public static final String PACED = "wfmPaced";
    public static final String ACTION = "wfmAction";
    public static final String SEGMENT_ID = "wfmSegmentId";
    public static final String TARGET = "wfmTarget";
    public static final String OUTCOME = "wfmOutcome";
    public static final String TURN_AT = "wfmTurnAt";
    public static final String ASKED = "wfmAsked";
    public static final String PLACE = "wfmPlace";
    public static final String ROW = "wfmRow";
    public static final String WORK = "wfmWork";
    public static final String JOB = "wfmJob";
    public static final String REMOVALS = "wfmRemovals";
    public static final String REMOVAL = "wfmRemoval";
    public static final String PAGES = "wfmPages";
    public static final String PART = "wfmPart";
    public static final String READING = "wfmReading";

    public static final String EVENT = "wfmEvent";
    public static final String HINT = "wfmHint";

    private CallProperties() {}
}
