package dev.wfmbridge.http;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** A time in an answer, in whole seconds: RFC 3339, as both APIs write it. */
public final class Timestamp {

    private static final String UTC = "0000-00-00T00:00:00Z";
    private static final int SECONDS_OF_A_DAY = 86_400;

    private Timestamp() {}

    /** Seconds since 1970; null if it is no time. */
    public static Long seconds(String text) {
        try {
            return text == null
                    ? null
                    : isUtc(text) ? utc(text) : OffsetDateTime.parse(text).toEpochSecond();
        } catch (DateTimeException garbage) {
            return null;
        }
    }

    /** The usual form, which a page has hundreds of: the parser of {@link java.time} would cost as much as the rest of the row. */
    private static boolean isUtc(String text) {
        if (text.length() != UTC.length()) {
            return false;
        }
        for (int i = 0; i < UTC.length(); i++) {
            char c = text.charAt(i);
            if (UTC.charAt(i) == '0' ? c < '0' || c > '9' : c != UTC.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long utc(String text) {
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new DateTimeException("no time of a day");
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        return day * SECONDS_OF_A_DAY + hour * 3600L + minute * 60L + second;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
