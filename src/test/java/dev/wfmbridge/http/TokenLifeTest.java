package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a token is renewed, whatever the machine does meanwhile. */
class TokenLifeTest {

    @ParameterizedTest
    @CsvSource({
        // a minute before its end
        "86399, 86339000",
        "3600, 3540000",
        "600, 540000",
        // a tenth of its life before its end
        "599, 539100",
        "20, 18000",
        "1, 900",
        "0, 0"
    })
    @DisplayName("renewed when the smaller of 60 s and a tenth of its life is left")
    void renewAt(long lifeSeconds, long afterMillis) {
        for (double factor : new double[] {1, 50}) {
            long nanos = (long) (Duration.ofMillis(afterMillis).toNanos() / factor);
            long before = System.nanoTime();
            long at = TokenLife.renewAt(lifeSeconds, new Waits(factor));
            long after = System.nanoTime();
            assertThat(at).isBetween(before + nanos, after + nanos);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 3600",
        "1.9, 1",
        "0, 86400",
        "-1, 86400",
        "0.5, 86400",
        "1e300, 31536000",
        "null, 86400",
        "\"soon\", 86400"
    })
    @DisplayName("a life that has ended as it begins, and one longer than a year, are not believed")
    void seconds(String told, long seconds) throws Exception {
        assertThat(TokenLife.seconds(new ObjectMapper().readTree(told), 86_400)).isEqualTo(seconds);
    }
}
