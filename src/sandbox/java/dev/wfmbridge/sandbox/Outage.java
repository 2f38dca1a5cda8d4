package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** How one side is down: each of its calls, those for tokens too, fails in the same way until that is taken back. */
public enum Outage {
    /** The credentials are refused. */
    REFUSED(
            "401",
            Fault.answer(
                    401, Texts.JSON, "{\"error\":\"invalid_client\",\"code\":\"bad.credentials\",\"status\":401}")),
    /** Somebody else has used up the quota, and for longer than a pass waits. */
    THROTTLED(
            "429",
            Fault.answer(
                    429,
                    Map.of("Content-Type", "application/json", "Retry-After", "900"),
                    "{\"code\":\"too.many.requests.retry.after\",\"status\":429}")),
    /** A gateway's page. */
    BROKEN("500", Fault.gatewayPage(500)),
    /** No answer, and then a closed connection. */
    SILENT("timeout", Fault.loseRequest().after(Duration.ofMinutes(10)));

    private static final class Texts {
        static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    }

    private final String text;
    private final Fault fault;

    Outage(String text, Fault fault) {
        this.text = text;
        this.fault = fault;
    }

    /**
     * The outage that is written so.
     *
     * @throws IllegalArgumentException with all there are
     */
    public static Outage of(String text) {
        return Arrays.stream(values())
                .filter(outage -> outage.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not one of "
                        + Arrays.stream(values()).map(Outage::text).collect(Collectors.joining(", "))));
    }

    /** As users write it: 401, 429, 500 or timeout. */
    public String text() {
        return text;
    }

    Fault fault() {
        return fault;
    }
}
