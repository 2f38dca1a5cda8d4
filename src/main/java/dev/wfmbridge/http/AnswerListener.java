package dev.wfmbridge.http;

/** Counts the answers of a client. It is called on the thread of the call, so it must be quick and must not fail. */
@FunctionalInterface
public interface AnswerListener {

    /** Used when nothing counts. */
    AnswerListener NONE = (client, status, nanos) -> {};

    /**
     * A call ended; token calls are not reported.
     *
     * @param status HTTP status; 0 if no answer came
     * @param nanos from its sending
     */
    void answered(ApiClient client, int status, long nanos);
}
