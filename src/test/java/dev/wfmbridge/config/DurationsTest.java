package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "60s, PT60S",
        "10m, PT10M",
        "24h, PT24H",
        "90d, PT2160H",
        "0s, PT0S",
        "' 5s ', PT5S",
    })
    void readsWhatPeopleWrite(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "60", "s", "-1s", "1.5s", "60 s", "60sec", "PT60S", "1h30m", "9999999999999s", "99999999d"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({"2s-5s, 2, 5", "2s\u20135s, 2, 5", "2s - 5s, 2, 5", "3s, 3, 3"})
    void readsRanges(String text, long min, long max) {
        assertThat(Durations.parseRange(text))
                .isEqualTo(new DurationRange(Duration.ofSeconds(min), Duration.ofSeconds(max)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "2s-", "-5s", "5s-2s", "1s-2s-3s", "2-5s"})
    void refusesOtherRanges(String text) {
        assertThatThrownBy(() -> Durations.parseRange(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void choosesFromBothEndsOfARange() {
        DurationRange range = new DurationRange(Duration.ofMillis(1), Duration.ofMillis(3));
        Random random = new Random(7);

        assertThat(java.util.stream.Stream.generate(() -> range.random(random).toMillis())
                        .limit(200))
                .contains(1L, 2L, 3L)
                .allMatch(millis -> millis >= 1 && millis <= 3);
    }
}
