package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    @ParameterizedTest
    @CsvSource({
        // requests, seconds, calls, milliseconds of a span
        "1, 60, 1, 61500",
        "300, 60, 300, 61500",
        "400, 60, 400, 61500",
        "401, 60, 200, 30750",
        "800, 60, 400, 30750",
        "1000, 60, 333, 20500",
        "1300, 60, 325, 15375",
        "100000, 60, 406, 250",
        "100000, 1, 20000, 250",
        "100000, 10, 2439, 250",
        "3, 10, 3, 10250",
        "3, 11, 3, 11275"
    })
    @DisplayName(
            "the period with its margin, in shares of at most 400 calls and not shorter than a quarter of a second")
    void shares(int requests, int seconds, int calls, long millis) {
        Pace pace = Pace.of(requests, Duration.ofSeconds(seconds));
        assertThat(pace.calls()).isEqualTo(calls);
        assertThat(pace.span()).isEqualTo(Duration.ofMillis(millis));
        assertThat(pace.requests()).isEqualTo(requests);
        // No span of a period holds more than the quota.
        assertThat(calls * Math.ceil(1000.0 * seconds / millis)).isLessThanOrEqualTo(requests);
    }
}
