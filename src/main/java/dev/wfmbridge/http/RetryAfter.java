package dev.wfmbridge.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Reads {@code Retry-After} (DESIGN.md, "Quota"): seconds or an HTTP date; a date in the past is one second; what is
 * missing, zero, negative or garbage is no answer.
 */
public final class RetryAfter {

    private RetryAfter() {}

    /** The wait that the header asks for; empty if it tells none. */
    public static Optional<Duration> parse(String header, Instant now) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        String text = header.strip();
        try {
            double seconds = Double.parseDouble(text);
            return seconds > 0 && seconds < 1e9
                    ? Optional.of(Duration.ofMillis((long) Math.ceil(seconds * 1000)))
                    : Optional.empty();
        } catch (NumberFormatException notSeconds) {
            return date(text, now);
        }
    }

    private static Optional<Duration> date(String text, Instant now) {
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(now, at);
            return Optional.of(wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait);
        } catch (DateTimeParseException garbage) {
            return Optional.empty();
        }
    }
}
