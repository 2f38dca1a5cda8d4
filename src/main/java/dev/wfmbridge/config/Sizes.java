package dev.wfmbridge.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them in the configuration: {@code 512KB}, {@code 32MB}, {@code 1GB}; a KB is 1,024 bytes. */
public final class Sizes {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,7})\\s*(KB|MB|GB)", Pattern.CASE_INSENSITIVE);
    private static final int LEAST = 64 << 10;
    private static final int MOST = 1 << 30;

    private Sizes() {}

    /**
     * Reads a size in bytes, from 64KB to 1GB.
     *
     * @throws IllegalArgumentException if the text is not a size; its message completes the sentence "the value …"
     */
    public static int parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text.strip()
                    + "\" is not a size: write a whole number and a unit, such as 512KB, 32MB or 1GB");
        }
        int shift =
                switch (Character.toUpperCase(matcher.group(2).charAt(0))) {
                    case 'K' -> 10;
                    case 'M' -> 20;
                    default -> 30;
                };
        long bytes = Long.parseLong(matcher.group(1)) << shift;
        if (bytes < LEAST || bytes > MOST) {
            throw new IllegalArgumentException("\"" + text.strip() + "\" is too " + (bytes < LEAST ? "small" : "large")
                    + ": write a size from 64KB to 1GB");
        }
        return (int) bytes;
    }
}
