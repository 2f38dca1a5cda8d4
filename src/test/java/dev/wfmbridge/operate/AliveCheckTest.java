package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AliveCheckTest {

    private Pass pass(Duration limit) {
        return new Pass("run-1", new PassOrder(Trigger.CRON, limit, false), null, new Stopping());
    }

    private static Result call(Pass pass, Duration mostOver) {
        AliveCheck check = new AliveCheck(() -> pass, mostOver);
        assertThat(check.isLiveness()).isTrue();
        assertThat(check.isReadiness()).isFalse();
        return check.call(Map.of());
    }

    @Test
    @DisplayName(
            "a pass that goes on long after its time means not alive; one that ended, or is a little late, does not")
    void overdue() {
        assertThat(call(null, Duration.ZERO).getState()).isEqualTo(State.UP);
        assertThat(call(pass(null), Duration.ZERO).getState()).isEqualTo(State.UP);
        Pass late = pass(Duration.ofMillis(1));
        assertThat(call(late, Duration.ofHours(1)).getState()).isEqualTo(State.UP);
        await().atMost(ONE_MINUTE).until(() -> call(late, Duration.ofMillis(1)).getState() == State.DOWN);
        assertThat(call(late, Duration.ofMillis(1)).getMessage().orElse("")).contains("run-1");
        late.finish();
        assertThat(call(late, Duration.ofMillis(1)).getState()).isEqualTo(State.UP);
    }
}
