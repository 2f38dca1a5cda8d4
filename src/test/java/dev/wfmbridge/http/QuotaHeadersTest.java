package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaHeadersTest {

    private static final QuotaHeaders NOTHING = new QuotaHeaders(0, -1, -1);

    private static QuotaHeaders of(Map<String, String> headers) {
        return QuotaHeaders.of(headers::get);
    }

    @Test
    @DisplayName("Genesys tells the limit, the count and the seconds left")
    void genesys() {
        assertThat(of(Map.of(
                        "inin-ratelimit-allowed", "180", "inin-ratelimit-count", "7", "inin-ratelimit-reset", "42")))
                .isEqualTo(new QuotaHeaders(180, 7, 42));
    }

    @Test
    @DisplayName("Zendesk tells the limit and what is left of it, under two names")
    void zendesk() {
        assertThat(of(Map.of("x-rate-limit", "700", "x-rate-limit-remaining", "699")))
                .isEqualTo(new QuotaHeaders(700, 1, -1));
        assertThat(of(Map.of("ratelimit-limit", "700", "ratelimit-remaining", "0", "ratelimit-reset", "13")))
                .isEqualTo(new QuotaHeaders(700, 700, 13));
    }

    @Test
    @DisplayName("more left than the limit is no negative count")
    void moreLeftThanAllowed() {
        assertThat(of(Map.of("x-rate-limit", "10", "x-rate-limit-remaining", "12"))
                        .count())
                .isZero();
    }

    @Test
    @DisplayName("no headers tell nothing")
    void none() {
        assertThat(of(Map.of())).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "NaN", "Infinity", "-Infinity", "1e300", "99999999999999999999", "-1", "7d"})
    @DisplayName("what is no number, or no usable one, is ignored")
    void garbage(String value) {
        assertThat(of(Map.of(
                        "inin-ratelimit-allowed", value,
                        "inin-ratelimit-count", value,
                        "inin-ratelimit-reset", value)))
                .isEqualTo(NOTHING);
        assertThat(of(Map.of("x-rate-limit", value, "x-rate-limit-remaining", value, "ratelimit-reset", value)))
                .isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("fractions are rounded up: a window never ends too early")
    void fraction() {
        assertThat(of(Map.of("inin-ratelimit-allowed", "180", "inin-ratelimit-reset", "1.2"))
                        .resetSeconds())
                .isEqualTo(2);
    }
}
