package dev.wfmbridge.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code Retry-After} (docs/architecture.md, "Quota"): seconds or an HTTP date; a date in the past means one second; a value
 * that is missing, zero, negative or garbage is ignored.
 */
public final class RetryAfter {

    /** Digits only: other notations of a double ({@code 10d}, {@code 1e3}, {@code 0x1p3}) is garbage here. */
    private static final Pattern SECONDS = Pattern.compile("\\d+(\\.\\d+)?");
    /** Longer waits are cut to this, which halts any pass and still fits into nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private RetryAfter() {}

    /** The wait that the header asks for; empty if none. */
    public static Optional<Duration> parse(String header, Instant now) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        String text = header.strip();
        if (!SECONDS.matcher(text).matches()) {
            return date(text, now);
        }
        double seconds = Double.parseDouble(text);
        if (seconds <= 0) {
            return Optional.empty();
        }
        double millis = Math.ceil(Math.min(seconds, LONGEST.toSeconds()) * 1000);
        return Optional.of(Duration.ofMillis((long) millis));
    }

    private static Optional<Duration> date(String text, Instant now) {
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(now, at);
            if (wait.compareTo(LONGEST) > 0) {
                return Optional.of(LONGEST);
            }
            return Optional.of(wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait);
        } catch (DateTimeParseException garbage) {
            return Optional.empty();
        }
    }
}
