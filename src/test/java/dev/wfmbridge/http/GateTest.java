package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final long SECOND = 1_000_000_000L;

    private Gate gate;
    /** Where {@link System#nanoTime()} may well be: about to leave the positive numbers. */
    private long now = Long.MAX_VALUE - 5 * SECOND;

    @BeforeEach
    void newGate() {
        gate = new Gate(new Waits(1), Pace.of(1_000_000, Duration.ofSeconds(60)));
    }

    private void pass(double seconds) {
        now += (long) (seconds * SECOND);
    }

    private boolean enter() {
        return gate.enter(now);
    }

    private int enterAll() {
        int entered = 0;
        while (entered < 1000 && enter()) {
            entered++;
        }
        return entered;
    }

    private void answer(long allowed, long count, long reset) {
        gate.answered(new QuotaHeaders(allowed, count, reset), false, now);
    }

    private void refuse(long allowed, long count, long reset) {
        gate.answered(new QuotaHeaders(allowed, count, reset), true, now);
    }

    @Test
    @DisplayName("the first call goes alone, until it is answered")
    void firstAlone() {
        assertThat(enter()).isTrue();
        assertThat(enter()).isFalse();
        pass(30);
        assertThat(enter()).isFalse();
        answer(0, -1, -1);
        assertThat(enterAll()).isEqualTo(1000);
    }

    @Test
    @DisplayName("a first call that is lost leaves the next one alone too")
    void firstLost() {
        assertThat(enter()).isTrue();
        gate.lost(now);
        assertThat(enter()).isTrue();
        assertThat(enter()).isFalse();
    }

    @Test
    @DisplayName("the limit is learned from the first answer, and holds in the next window without being told again")
    void learned() {
        enter();
        answer(5, 1, 60);
        assertThat(enterAll()).isEqualTo(4);
        for (int i = 2; i <= 5; i++) {
            answer(5, i, 60);
        }
        assertThat(enter()).isFalse();
        pass(61.5);
        assertThat(enter()).isTrue();
        answer(0, -1, -1);
        assertThat(gate.allowed()).isEqualTo(5);
        assertThat(enterAll()).isLessThanOrEqualTo(5);
    }

    @Test
    @DisplayName("a lowered limit holds at once, in this window and the next; so does a raised one")
    void sinksAndRises() {
        enter();
        answer(180, 1, 60);
        for (int i = 2; i <= 20; i++) {
            enter();
            answer(i < 20 ? 180 : 60, i, 60);
        }
        assertThat(gate.allowed()).isEqualTo(60);
        assertThat(enterAll()).isEqualTo(40);
        for (int i = 21; i <= 60; i++) {
            answer(60, i, 60);
        }
        assertThat(enter()).isFalse();
        pass(61.5);
        assertThat(enter()).isTrue();
        answer(60, 1, 60);
        assertThat(enterAll()).isEqualTo(59);
        for (int i = 2; i <= 60; i++) {
            answer(i < 60 ? 60 : 180, i, 60);
        }
        assertThat(enterAll()).isEqualTo(120);
    }

    @Test
    @DisplayName("answers out of order: the highest count counts, and what is on the wire comes on top")
    void highest() {
        enter();
        answer(10, 1, 60);
        enter();
        enter();
        enter();
        answer(10, 8, 60);
        answer(10, 3, 60);
        assertThat(gate.used(now)).isEqualTo(8);
        assertThat(gate.onTheWire()).isEqualTo(1);
        assertThat(enterAll()).isEqualTo(1);
    }

    @Test
    @DisplayName("another program's calls are seen in the count")
    void anotherProgram() {
        enter();
        answer(10, 9, 60);
        assertThat(enterAll()).isEqualTo(1);
    }

    @Test
    @DisplayName("a window ends at the earliest of the answers' time and reset; the first call in a new one goes alone")
    void roll() {
        enter();
        answer(4, 3, 60);
        pass(0.4);
        enter();
        answer(4, 4, 59);
        assertThat(enter()).isFalse();
        assertThat(gate.nanosUntilOpen(now)).isEqualTo((long) (59 * SECOND));
        pass(58.9);
        assertThat(enter()).isFalse();
        pass(0.1);
        assertThat(enter()).isTrue();
        assertThat(enter())
                .as("a second one, before the first of the window was answered")
                .isFalse();
        answer(4, 1, 60);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName("after a window that was not used up, no call has to go alone")
    void notUsedUp() {
        enter();
        answer(100, 1, 60);
        pass(61.6);
        assertThat(enterAll()).isEqualTo(100);
    }

    @Test
    @DisplayName("if no answer gives its end, a window lasts its nominal period")
    void period() {
        enter();
        answer(2, 2, -1);
        pass(59.9);
        assertThat(enter()).isFalse();
        pass(0.1);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName(
            "a 429 shuts the gate for as long as it says, whatever the calls on the wire bring; then one goes alone")
    void waitOut() {
        enter();
        answer(100, 1, 60);
        enter();
        enter();
        enter();
        refuse(100, 101, 10);
        assertThat(gate.waitOut(10 * SECOND, now)).isEqualTo(10 * SECOND);
        assertThat(gate.waitsOut(now)).isTrue();
        answer(100, 50, 60);
        assertThat(enter()).isFalse();
        assertThat(gate.nanosUntilOpen(now)).isEqualTo(10 * SECOND);
        pass(9.99);
        answer(100, 51, 1);
        assertThat(enter()).isFalse();
        pass(0.01);
        assertThat(gate.waitsOut(now)).isFalse();
        assertThat(enter()).isTrue();
        assertThat(enter()).as("a second one before the first was answered").isFalse();
    }

    @Test
    @DisplayName("a second 429 at the same moment extends the wait only by what it asks for beyond the first")
    void waitsOnce() {
        assertThat(gate.waitOut(10 * SECOND, now)).isEqualTo(10 * SECOND);
        pass(1);
        assertThat(gate.waitOut(9 * SECOND, now)).isZero();
        assertThat(gate.waitOut(5 * SECOND, now)).isZero();
        assertThat(gate.waitOut(12 * SECOND, now)).isEqualTo(3 * SECOND);
        pass(11.9);
        assertThat(gate.waitsOut(now)).isTrue();
    }

    @Test
    @DisplayName("a 0 reveals that seconds are rounded down, and from then on one is added")
    void roundedDown() {
        enter();
        answer(10, 9, 0);
        enter();
        answer(10, 10, 3);
        assertThat(enter()).isFalse();
        pass(0.99);
        assertThat(enter()).isFalse();
        pass(0.01);
        assertThat(enter()).isTrue();
        answer(10, 9, 3);
        enter();
        answer(10, 10, 3);
        pass(3.9);
        assertThat(enter()).isFalse();
        pass(0.1);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName("a refusal of the first call in a new window reveals that seconds are rounded down")
    void refusedAtTheSeam() {
        enter();
        answer(3, 3, 5);
        assertThat(enter()).isFalse();
        pass(5);
        assertThat(enter()).isTrue();
        refuse(3, 4, 5);
        pass(5.5);
        assertThat(enter()).isFalse();
        pass(0.5);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName("a count of the window before, answered in the next one, shuts the gate no longer than its own reset")
    void answeredLate() {
        enter();
        answer(6, 4, 10);
        enter();
        enter();
        answer(6, 5, 10);
        pass(10);
        answer(6, 6, 1);
        pass(1);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName("all waits are divided by the one factor of the tests")
    void factor() {
        gate = new Gate(new Waits(5), Pace.of(1_000_000, Duration.ofSeconds(60)));
        enter();
        answer(2, 2, 10);
        assertThat(enter()).isFalse();
        pass(1.99);
        assertThat(enter()).isFalse();
        pass(0.01);
        assertThat(enter()).isTrue();
    }

    @Test
    @DisplayName("a lower limit holds in any span of a period, whatever the answers say of their window's end")
    void anySpan() {
        enter();
        answer(5, 1, 1);
        assertThat(enterAll()).isEqualTo(4);
        for (int i = 2; i <= 5; i++) {
            answer(5, i, 1);
        }
        pass(30);
        assertThat(enter()).isFalse();
        assertThat(gate.nanosUntilOpen(now)).isEqualTo((long) (31.5 * SECOND));
        pass(31.5);
        assertThat(enterAll()).isEqualTo(5);
    }

    @Test
    @DisplayName("a limit lowered in the middle of a pass holds at once")
    void sinks() {
        enter();
        answer(180, 1, 60);
        for (int i = 2; i <= 60; i++) {
            enter();
            answer(i < 60 ? 180 : 60, i, 60);
        }
        assertThat(enter()).isFalse();
    }

    @Test
    @DisplayName(
            "a server that counts in a strict sliding window, 60 in 10 s where the mapping says 100: no refusal, and 0.9 of what there is")
    void strictWindow() {
        gate = new Gate(new Waits(1), Pace.of(100, Duration.ofSeconds(10)));
        java.util.ArrayDeque<Long> served = new java.util.ArrayDeque<>();
        int refused = 0;
        int done = 0;
        long end = now + 100 * SECOND;
        while (now - end < 0) {
            if (!enter()) {
                pass(0.01);
                continue;
            }
            while (!served.isEmpty() && now - served.peek() >= 10 * SECOND) {
                served.remove();
            }
            if (served.size() >= 60) {
                refused++;
                refuse(60, 61, 1);
                gate.waitOut(SECOND, now);
            } else {
                served.add(now);
                done++;
                answer(60, served.size(), 10 - (now - served.peek()) / SECOND);
            }
            pass(0.005);
        }
        assertThat(refused).isZero();
        assertThat(done).isGreaterThanOrEqualTo(540);
    }

    @Test
    @DisplayName(
            "the same where calls arrive up to a second after their turn, as those of a busy machine do: no refusal")
    void strictWindowLate() {
        gate = new Gate(new Waits(1), Pace.of(100, Duration.ofSeconds(10)));
        java.util.Random random = new java.util.Random(12);
        java.util.PriorityQueue<Long> underWay = new java.util.PriorityQueue<>();
        java.util.ArrayDeque<Long> served = new java.util.ArrayDeque<>();
        int refused = 0;
        int done = 0;
        long end = now + 100 * SECOND;
        while (now - end < 0) {
            while (!underWay.isEmpty() && now - underWay.peek() >= 0) {
                underWay.remove();
                while (!served.isEmpty() && now - served.peek() >= 10 * SECOND) {
                    served.remove();
                }
                served.add(now);
                if (served.size() > 60) {
                    refused++;
                }
                done++;
                answer(60, served.size(), 10 - (now - served.peek()) / SECOND);
            }
            if (enter()) {
                underWay.add(now + (long) (random.nextDouble() * SECOND));
            } else {
                pass(0.01);
            }
        }
        assertThat(refused).isZero();
        assertThat(done).isGreaterThanOrEqualTo(520);
    }

    @Test
    @DisplayName("a window that is told to last for years is not waited out: a call goes alone after five minutes")
    void absurdReset() {
        enter();
        answer(300, 300, 1_000_000_000);
        pass(299);
        assertThat(enter()).isFalse();
        pass(1);
        assertThat(enterAll()).isEqualTo(1);
        answer(300, 1, 60);
        assertThat(enterAll()).isEqualTo(299);
    }
}
