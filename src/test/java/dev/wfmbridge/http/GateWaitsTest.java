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
    @DisplayName("a wait that is over does not count towards the next one")
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
    @DisplayName("where the quota is used up too, the end of its window is what remains to be waited for")
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

    // --- what the client's own calls leave room for

    private static Gate of(int requests, int seconds) {
        return new Gate(new Waits(1), Pace.of(requests, Duration.ofSeconds(seconds)));
    }

    private static void answer(Gate gate, long allowed, long count, long reset, long now) {
        gate.answered(new QuotaHeaders(allowed, count, reset), false, now);
    }

    @Test
    @DisplayName("no more calls go out in a span than the mapping allows; two milliseconds later the next one may")
    void paceOfTheMapping() {
        Gate gate = of(3, 10);
        assertThat(gate.enter(NOW)).isTrue();
        answer(gate, 0, -1, -1, NOW + SECOND);
        assertThat(gate.enter(NOW + SECOND)).isTrue();
        assertThat(gate.nanosUntilOpen(NOW + 2 * SECOND)).isZero();
        assertThat(gate.enter(NOW + 2 * SECOND)).isTrue();
        assertThat(gate.enter(NOW + 2 * SECOND)).isFalse();
        long open = NOW + 10_252_000_000L;
        assertThat(gate.nanosUntilOpen(NOW + 2 * SECOND)).isEqualTo(8_252_000_000L);
        assertThat(gate.isShut(open - 1)).isTrue();
        assertThat(gate.isShut(open)).isFalse();
        assertThat(gate.onTheWire()).isEqualTo(2);
        gate.leave();
        assertThat(gate.onTheWire()).isEqualTo(1);
        assertThat(gate.enter(NOW + 2 * SECOND)).isTrue();
        assertThat(gate.enter(NOW + 2 * SECOND)).isFalse();
    }

    @Test
    @DisplayName("the client's own calls count for a period with its margin")
    void used() {
        gate.enter(NOW);
        answer(gate, 0, -1, -1, NOW);
        gate.enter(NOW + SECOND);
        assertThat(gate.used(NOW + SECOND)).isEqualTo(2);
        assertThat(gate.used(NOW + 61_500_000_000L)).isEqualTo(2);
        assertThat(gate.used(NOW + 61_500_000_001L)).isEqualTo(1);
        assertThat(gate.onTheWire()).isEqualTo(1);
        Gate ofNow = of(5, 60);
        ofNow.enter(System.nanoTime());
        assertThat(ofNow.used()).isEqualTo(1);
    }

    @Test
    @DisplayName("a count of the client's own calls means nobody else; one more means that only so many are left")
    void countedByTheServer() {
        for (long count : new long[] {1, 2}) {
            Gate gate = of(1_000, 60);
            gate.enter(NOW);
            answer(gate, 1_000, count, 60, NOW);
            assertThat(gate.used(NOW)).isEqualTo(count);
            int entered = 0;
            while (gate.enter(NOW)) {
                entered++;
                answer(gate, 1_000, count == 1 ? 1 + entered : 989 + entered, 60, NOW);
            }
            // The share of a span that the mapping allows, with the first call; or what the server says is left.
            assertThat(entered).isEqualTo(count == 1 ? 332 : 11);
        }
    }

    @Test
    @DisplayName("a count without a limit shuts nothing")
    void countWithoutLimit() {
        gate.enter(NOW);
        answer(gate, 0, 500, 60, NOW);
        assertThat(gate.enter(NOW)).isTrue();
    }

    @Test
    @DisplayName("calls that hang for longer than a span shut nothing where nobody else uses the client")
    void hanging() {
        Gate gate = of(2, 10);
        gate.enter(NOW);
        answer(gate, 2, 1, 10, NOW);
        long later = NOW + 20 * SECOND;
        assertThat(gate.enter(later)).isTrue();
        assertThat(gate.enter(later)).isTrue();
        assertThat(gate.enter(later + 20 * SECOND)).isTrue();
    }

    @Test
    @DisplayName("a lower limit leaves room once an answer is a period with its margin old, not a nanosecond before")
    void lowerLimit() {
        gate.enter(NOW);
        // However long the window is that the answers tell: it is the client's own calls that used it.
        answer(gate, 2, 1, 3600, NOW + SECOND);
        assertThat(gate.enter(NOW + 2 * SECOND)).isTrue();
        assertThat(gate.nanosUntilOpen(NOW + 2 * SECOND)).isEqualTo(60_500_000_000L);
        answer(gate, 2, 2, 3600, NOW + 3 * SECOND);
        assertThat(gate.isShut(NOW + 4 * SECOND)).isTrue();
        assertThat(gate.nanosUntilOpen(NOW + 4 * SECOND)).isEqualTo(58_500_000_000L);
        long open = NOW + SECOND + 61_500_000_000L;
        assertThat(gate.isShut(open - 1)).isTrue();
        assertThat(gate.isShut(open)).isFalse();
    }

    @Test
    @DisplayName("after a limit is lowered below what went out, calls wait until enough of those have left the period")
    void limitSinks() {
        for (int call = 1; call <= 3; call++) {
            assertThat(gate.enter(NOW + call * SECOND)).isTrue();
            answer(gate, call < 3 ? 10 : 2, call, 3600, NOW + call * SECOND);
        }
        long now = NOW + 4 * SECOND;
        assertThat(gate.isShut(now)).isTrue();
        assertThat(gate.nanosUntilOpen(now)).isEqualTo(59_500_000_000L);
        assertThat(gate.isShut(now + 59_499_999_999L)).isTrue();
        assertThat(gate.isShut(now + 59_500_000_000L)).isFalse();
    }

    @Test
    @DisplayName("a call without any answer may have been counted by the server when it was given up, and counts so")
    void lostCall() {
        gate.enter(NOW);
        answer(gate, 2, 1, 60, NOW);
        gate.enter(NOW + SECOND);
        gate.lost(NOW + 50 * SECOND);
        long first = NOW + 61_500_000_000L;
        assertThat(gate.isShut(first - 1)).isTrue();
        assertThat(gate.enter(first)).isTrue();
        answer(gate, 2, 1, 60, first);
        assertThat(gate.isShut(first + SECOND)).isTrue();
        assertThat(gate.isShut(NOW + 111_500_000_000L)).isFalse();
    }

    @Test
    @DisplayName("where the answers allow as much as the mapping, when an answer came counts for nothing")
    void sameLimit() {
        Gate gate = of(2, 10);
        gate.enter(NOW);
        answer(gate, 2, 1, 10, NOW);
        gate.enter(NOW);
        answer(gate, 2, 2, 10, NOW + 9 * SECOND);
        assertThat(gate.isShut(NOW + 10_252_000_000L)).isFalse();
    }

    @Test
    @DisplayName("another 429 extends a wait in force only by what it asks for beyond it, to the nanosecond")
    void longerWait() {
        assertThat(gate.waitOut(10 * SECOND, NOW)).isEqualTo(10 * SECOND);
        assertThat(gate.waitOut(4 * SECOND, NOW + 6 * SECOND)).isZero();
        assertThat(gate.waitOut(4 * SECOND + 1, NOW + 6 * SECOND)).isEqualTo(1);
        assertThat(gate.waitsOut(NOW + 10 * SECOND)).isTrue();
        assertThat(gate.waitsOut(NOW + 10 * SECOND + 1)).isFalse();
    }
}
