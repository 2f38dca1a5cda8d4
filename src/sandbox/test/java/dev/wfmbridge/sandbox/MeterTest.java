package dev.wfmbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Windows by explicit times, so that no test has to wait for one. */
class MeterTest {
    private static final long MINUTE = TimeUnit.SECONDS.toNanos(60);

    private final Meter meter = new Meter();

    private Meter.Reading call(Meter.Kind kind, long atMillis) {
        return meter.count(kind, TimeUnit.MILLISECONDS.toNanos(atMillis), 2, MINUTE);
    }

    @Test
    void fixedWindowStartsWithTheFirstCallAndDoesNotSlide() {
        assertThat(call(Meter.Kind.FROM_FIRST_CALL, 30_000).secondsLeft(false)).isEqualTo(60);
        assertThat(call(Meter.Kind.FROM_FIRST_CALL, 89_000).refused()).isFalse();
        assertThat(call(Meter.Kind.FROM_FIRST_CALL, 89_999).refused()).isTrue();
        Meter.Reading next = call(Meter.Kind.FROM_FIRST_CALL, 90_000);
        assertThat(next.refused()).isFalse();
        assertThat(next.count()).isEqualTo(1);
    }

    @Test
    void refusedCallsCountAsWell() {
        for (int i = 0; i < 5; i++) {
            call(Meter.Kind.FROM_FIRST_CALL, i);
        }
        assertThat(call(Meter.Kind.FROM_FIRST_CALL, 10).count()).isEqualTo(6);
    }

    @Test
    void alignedWindowEndsWithTheMinuteHoweverLateItsFirstCallCame() {
        assertThat(call(Meter.Kind.ALIGNED, 59_000).secondsLeft(false)).isEqualTo(1);
        assertThat(call(Meter.Kind.ALIGNED, 60_000).count()).isEqualTo(1);
    }

    @Test
    void slidingWindowRefusesWhatAFixedOneWouldLetThrough() {
        call(Meter.Kind.SLIDING, 0);
        call(Meter.Kind.SLIDING, 59_000);
        assertThat(call(Meter.Kind.SLIDING, 60_000).refused()).isFalse();
        assertThat(call(Meter.Kind.SLIDING, 61_000).refused()).isTrue();
    }

    @Test
    void secondsAreRoundedUpUnlessToldOtherwise() {
        Meter.Reading reading = new Meter.Reading(2, 1, TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(reading.secondsLeft(false)).isEqualTo(1);
        assertThat(reading.secondsLeft(true)).isZero();
    }
}
