package dev.wfmbridge.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in the configuration: {@code 500ms}, {@code 60s}, {@code 10m}, {@code 24h}, {@code 90d}. */
public final class Durations {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Pattern DASH = Pattern.compile("\\s*[-\u2013]\\s*");

    private Durations() {}

    /**
     * Reads one duration.
     *
     * @throws IllegalArgumentException if the text is not a duration; its message completes the sentence "the value …"
     */
    public static Duration parse(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text.strip()
                    + "\" is not a duration: write a whole number and a unit, such as 500ms, 60s, 10m, 24h or 90d");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration =
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
        if (duration.compareTo(Duration.ofDays(36500)) > 0) {
            throw new IllegalArgumentException("\"" + text.strip() + "\" is longer than 36500d");
        }
        return duration;
    }

    /**
     * Reads {@code 2s-5s}, with a hyphen or an en dash; a single duration is a range of that length only.
     *
     * @throws IllegalArgumentException if the text is not a range
     */
    public static DurationRange parseRange(String text) {
        String[] ends = DASH.split(text.strip(), -1);
        if (ends.length > 2) {
            throw new IllegalArgumentException(
                    "\"" + text.strip() + "\" is not a range of durations: write it like 2s-5s");
        }
        Duration min = parse(ends[0]);
        Duration max = parse(ends[ends.length - 1]);
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("\"" + text.strip()
                    + "\" begins with the longer duration: write the shorter one first, like 2s-5s");
        }
        return new DurationRange(min, max);
    }
}
