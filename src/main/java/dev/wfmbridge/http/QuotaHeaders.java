package dev.wfmbridge.http;

import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What an answer of either API says about the quota.
 *
 * @param allowed calls allowed in a window; 0 = not given
 * @param count calls counted in this window so far; -1 = not given
 * @param resetSeconds until the window ends; -1 = not given
 */
public record QuotaHeaders(long allowed, long count, long resetSeconds) {

    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    /** Anything larger is neither a count nor a number of seconds. */
    private static final double MOST = 1e9;

    /**
     * Reads {@code inin-ratelimit-*} (Genesys) or {@code x-rate-limit*}, {@code ratelimit-*} (Zendesk).
     *
     * @param header the value of a header, by its name in lower case; null if there is none
     */
    public static QuotaHeaders of(UnaryOperator<String> header) {
        OptionalLong genesys = number(header.apply("inin-ratelimit-allowed"));
        if (genesys.isPresent()) {
            return new QuotaHeaders(
                    genesys.getAsLong(),
                    number(header.apply("inin-ratelimit-count")).orElse(-1),
                    number(header.apply("inin-ratelimit-reset")).orElse(-1));
        }
        OptionalLong limit = first(header, "x-rate-limit", "ratelimit-limit", "rate-limit");
        OptionalLong remaining = first(header, "x-rate-limit-remaining", "ratelimit-remaining", "rate-limit-remaining");
        OptionalLong reset = number(header.apply("ratelimit-reset"));
        if (reset.isEmpty()) {
            reset = number(header.apply("inin-ratelimit-reset"));
        }
        if (limit.isPresent() && remaining.isPresent()) {
            return new QuotaHeaders(
                    limit.getAsLong(), Math.max(0, limit.getAsLong() - remaining.getAsLong()), reset.orElse(-1));
        }
        return new QuotaHeaders(limit.orElse(0), -1, reset.orElse(-1));
    }

    private static OptionalLong first(UnaryOperator<String> header, String... names) {
        for (String name : names) {
            OptionalLong number = number(header.apply(name));
            if (number.isPresent()) {
                return number;
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong number(String text) {
        if (text == null || !NUMBER.matcher(text.strip()).matches()) {
            return OptionalLong.empty();
        }
        double number = Math.ceil(Double.parseDouble(text.strip()));
        return number <= MOST ? OptionalLong.of((long) number) : OptionalLong.empty();
    }
}
