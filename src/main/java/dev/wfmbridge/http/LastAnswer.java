package dev.wfmbridge.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answer that a call ended with, as evidence for the operator of the other side: enough for its support to find the call, and nothing
 * that names a person. Its text is a clause without a full stop.
 *
 * @param what the failure in words, such as {@code HTTP 500}
 * @param kind what the call does
 * @param method the HTTP method
 * @param path the path as a template: anything that may be an id is {@code {id}}; no query
 * @param correlationId the vendor's own id of the call; null if it has none of the shape of an id
 * @param at when the answer came, or was no longer awaited
 */
public record LastAnswer(String what, Call.Kind kind, String method, String path, String correlationId, Instant at) {

    /** A word of an API's path. Ids contain digits or hyphens, so they never look like one. */
    private static final Pattern WORD = Pattern.compile("[a-z]+(_[a-z]+)*|v[0-9]{1,2}");

    /** @param call null if it is not known which one failed */
    public static LastAnswer of(Call call, Throwable failure) {
        String what = failure == null ? "HTTP " + call.getStatus() : Failures.describe(failure);
        if (call == null) {
            return new LastAnswer(what, null, null, null, null, Instant.now());
        }
        return new LastAnswer(
                what, call.kind(), call.getMethod(), template(call.getPath()), call.correlationId(), call.answeredAt());
    }

    static String template(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(part -> part.isEmpty() || WORD.matcher(part).matches() ? part : "{id}")
                .collect(Collectors.joining("/"));
    }

    @Override
    public String toString() {
        if (kind == null) {
            return what;
        }
        return what + " to " + method + " " + path + " (" + kind.name().toLowerCase(Locale.ROOT) + ")"
                + (correlationId == null ? "" : ", correlation id " + correlationId) + ", "
                + at.truncatedTo(ChronoUnit.SECONDS);
    }
}
