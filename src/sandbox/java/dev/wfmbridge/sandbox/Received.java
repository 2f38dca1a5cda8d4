package dev.wfmbridge.sandbox;

import java.time.Instant;
import java.util.Map;

/**
 * One call, as the server received it.
 *
 * @param method the HTTP method
 * @param path the path, decoded, without the query
 * @param query the query as it came, undecoded; {@code null} if there was none
 * @param headers by lower-case name; of a header that came several times, the values joined by a comma
 * @param body the body as text, empty if there was none
 * @param nanoTime {@link System#nanoTime()} when the whole request was read: for distances between calls
 * @param at the wall clock's time at the same moment
 * @param account the organisation (or Zendesk account) that the token, or the client of a token call, belongs to;
 *     {@code null} if the credentials are unknown
 * @param clientId the OAuth client (or the e-mail address of a legacy API token); {@code null} if unknown
 * @param tokenCall whether it asked for a token
 * @param status the status it was answered with; {@link #LOST} if the connection was closed without an answer;
 *     {@link #PENDING} while it is being served
 */
public record Received(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String body,
        long nanoTime,
        Instant at,
        String account,
        String clientId,
        boolean tokenCall,
        int status) {

    /** The status of a call whose connection was closed without an answer. */
    public static final int LOST = 0;

    /** The status of a call that has not been answered yet. */
    public static final int PENDING = -1;

    Received answered(int newStatus) {
        return new Received(method, path, query, headers, body, nanoTime, at, account, clientId, tokenCall, newStatus);
    }
}
