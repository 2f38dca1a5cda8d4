package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @ParameterizedTest(name = "\"{0}\" is {1} ms")
    @CsvSource(
            textBlock =
                    """
                    1,                                 1000
                    10,                               10000
                    ' 10 ',                           10000
                    1.5,                               1500
                    3600,                           3600000
                    'Mon, 02 Mar 2026 10:00:30 GMT',  30000
                    'Mon, 02 Mar 2026 11:00:00 GMT', 3600000
                    'Mon, 02 Mar 2026 10:00:00 GMT',   1000
                    'Mon, 02 Mar 2026 09:59:00 GMT',   1000
                    'Sun, 06 Nov 1994 08:49:37 GMT',   1000
                    """)
    @DisplayName("seconds and HTTP dates; a date in the past is one second")
    void told(String header, long millis) {
        assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "  ",
                "0",
                "0.0",
                "-5",
                "soon",
                "10 s",
                "10d",
                "10f",
                "0x1p3",
                "1e3",
                "NaN",
                "Infinity",
                "Mon, 32 Mar 2026 10:00:30 GMT",
                "2026-03-02T10:00:30Z",
                "5, 6"
            })
    @DisplayName("missing, zero, negative and garbage tell nothing")
    void notTold(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999", "9999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
    @DisplayName("an absurdly long wait becomes a long one that can be calculated with, not none")
    void beyondMeasure(String header) {
        Duration wait = RetryAfter.parse(header, NOW).orElseThrow();
        assertThat(wait).isGreaterThanOrEqualTo(Duration.ofDays(365));
        assertThat(new Waits(1).nanos(wait)).isPositive();
    }

    @Test
    @DisplayName("a date less than a second ahead is one second")
    void almostNow() {
        assertThat(RetryAfter.parse("Mon, 02 Mar 2026 10:00:01 GMT", NOW.plusMillis(700)))
                .contains(Duration.ofSeconds(1));
    }
}
