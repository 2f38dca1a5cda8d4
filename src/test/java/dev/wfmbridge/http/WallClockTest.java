package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Camel's throttle counts by the machine's clock: whoever sets that back must not stop the calls until it is where it was. */
class WallClockTest {

    private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(42);
    private final ApiClient client = new ApiClient(
            "acme",
            null,
            null,
            Pace.of(300, Duration.ofMinutes(1)),
            new Waits(1),
            new RoutesAway(),
            new WallClock(wallMillis::get, nanos::get));

    private void passes(Duration time) {
        wallMillis.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    @Test
    @DisplayName("as long as the clock goes as it should, a client keeps its state in the throttle")
    void steady() {
        String key = client.paceKey();
        passes(Duration.ofDays(3));
        assertThat(client.paceKey()).isEqualTo(key);
        // What a time server corrects.
        wallMillis.addAndGet(-900);
        assertThat(client.paceKey()).isEqualTo(key);
    }

    @Test
    @DisplayName("set back by an hour, it gets a new state at once, and keeps that one")
    void setBack() {
        String before = client.paceKey();
        wallMillis.addAndGet(-Duration.ofHours(1).toMillis());
        String after = client.paceKey();
        assertThat(after).isNotEqualTo(before);
        passes(Duration.ofMinutes(90));
        assertThat(client.paceKey()).isEqualTo(after);
        wallMillis.addAndGet(-Duration.ofHours(1).toMillis());
        assertThat(client.paceKey()).isNotIn(before, after);
    }

    @Test
    @DisplayName("set forward, permits only come early, and the gate counts by the other clock")
    void setForward() {
        String before = client.paceKey();
        wallMillis.addAndGet(Duration.ofHours(1).toMillis());
        assertThat(client.paceKey()).isEqualTo(before);
    }
}
