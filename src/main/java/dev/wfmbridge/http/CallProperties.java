package dev.wfmbridge.http;

/** Names of the exchange properties that hold the bridge's own state; the routes use the same names. */
public final class CallProperties {

    /** The {@code Pass} under way. */
    public static final String PASS = "wfmPass";
    /** The {@link Side} that is called. */
    public static final String SIDE = "wfmSide";
    /** The {@link Call} that is sent. */
    public static final String CALL = "wfmCall";
    /** The segment message on its way. */
    public static final String MESSAGE = "wfmMessage";
    /** A {@link Token} that is not proved yet. */
    public static final String CANDIDATE = "wfmCandidate";
    /** What an answer that is no exception means for the step that asked. */
    public static final String ANSWER = "wfmAnswer";

    private CallProperties() {}
}
