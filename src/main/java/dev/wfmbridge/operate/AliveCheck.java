package dev.wfmbridge.operate;

import dev.wfmbridge.pass.Pass;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Alive means that no pass runs far beyond its time limit. Each call ends within http.call-timeout, so a pass that
 * still does not end hangs because of an error in the bridge; an orchestrator then restarts it.
 */
public final class AliveCheck extends AbstractHealthCheck {

    private final Supplier<Pass> current;
    private final long mostNanosOver;

    /** @param mostOver by how much a pass may exceed {@code poll.max-pass} */
    public AliveCheck(Supplier<Pass> current, Duration mostOver) {
        super("wfm-bridge", "alive");
        this.current = current;
        this.mostNanosOver = mostOver.toNanos();
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Pass pass = current.get();
        if (pass != null && pass.nanosOver() > mostNanosOver) {
            builder.message("pass " + pass.getRunId() + " should have ended "
                            + Duration.ofNanos(pass.nanosOver()).toSeconds() + " s ago")
                    .down();
        } else {
            builder.up();
        }
    }
}
