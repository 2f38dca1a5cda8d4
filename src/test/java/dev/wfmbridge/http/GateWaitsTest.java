package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The waits of the gate to the nanosecond, by a clock that is far from both ends of its numbers. */
class GateWaitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_000 * SECOND;

    private final Gate gate = new Gate(new Waits(1), Pace.of(1_000_000, Duration.ofSeconds(60)));

    @Test
    @DisplayName("a 429 shuts the gate until its wait is over, and not a nanosecond longer")
    void refusal() {
        assertThat(gate.nanosOfRefusal(NOW)).isZero();
        assertThat(gate.waitOut(10 * SECOND, NOW)).isEqualTo(10 * SECOND);
        assertThat(gate.isShut(NOW)).isTrue();
        assertThat(gate.nanosUntilOpen(NOW + 4 * SECOND)).isEqualTo(6 * SECOND);
        assertThat(gate.nanosOfRefusal(NOW + 4 * SECOND)).isEqualTo(6 * SECOND);
        assertThat(gate.isShut(NOW + 10 * SECOND - 1)).isTrue();
        assertThat(gate.nanosOfRefusal(NOW + 10 * SECOND - 1)).isEqualTo(1);
        assertThat(gate.isShut(NOW + 10 * SECOND)).isFalse();
        assertThat(gate.nanosOfRefusal(NOW + 10 * SECOND)).isZero();
        assertThat(gate.nanosOfRefusal(NOW + 11 * SECOND)).isZero();
    }

    @Test
    @DisplayName("a wait that is over does not count into the next one")
    void anotherRefusal() {
        gate.waitOut(10 * SECOND, NOW);
        assertThat(gate.waitOut(5 * SECOND, NOW + 20 * SECOND)).isEqualTo(5 * SECOND);
    }

    @Test
    @DisplayName("the first answer in the very moment that a wait ends lets the others go again")
    void answeredAsTheWaitEnds() {
        gate.waitOut(10 * SECOND, NOW);
        long end = NOW + 10 * SECOND;
        assertThat(gate.enter(end)).isTrue();
        assertThat(gate.enter(end)).isFalse();
        gate.answered(new QuotaHeaders(0, -1, -1), false, end);
        assertThat(gate.enter(end)).isTrue();
        assertThat(gate.enter(end)).isTrue();
    }

    @Test
    @DisplayName("where the quota is used up too, the end of its window is what is left to wait for")
    void usedUpToo() {
        gate.enter(NOW);
        gate.answered(new QuotaHeaders(2, 2, 60), false, NOW);
        assertThat(gate.isShut(NOW)).isTrue();
        gate.waitOut(10 * SECOND, NOW);
        assertThat(gate.nanosUntilOpen(NOW + 10 * SECOND)).isEqualTo(50 * SECOND);
    }

    @Test
    @DisplayName("an answer that comes after its window's end counts in the next one")
    void lateAnswer() {
        gate.enter(NOW);
        gate.answered(new QuotaHeaders(9, 7, 10), false, NOW);
        gate.enter(NOW);
        gate.answered(new QuotaHeaders(9, 4, 60), false, NOW + 11 * SECOND);
        assertThat(gate.used(NOW + 11 * SECOND)).isEqualTo(4);
    }

    @Test
    @DisplayName("the period is the one that the mapping gives")
    void period() {
        assertThat(gate.period()).isEqualTo(Duration.ofSeconds(60));
    }
}
