package dev.wfmbridge.operate;

import dev.wfmbridge.pass.Pass;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Ready means: the mapping is loaded, and each organisation that a pass asked was either proved or halted for a known reason. It
 * says nothing of the other side: a Zendesk that is away does not take the pod out.
 */
public final class ReadyCheck extends AbstractHealthCheck {

    private final Supplier<Pass> current;
    private final boolean passAtStart;

    /** @param passAtStart whether a pass is due at the start, before which the bridge is not ready */
    public ReadyCheck(Supplier<Pass> current, boolean passAtStart) {
        super("wfm-bridge", "passes");
        this.current = current;
        this.passAtStart = passAtStart;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Pass pass = current.get();
        if (pass == null && passAtStart) {
            builder.message("the first pass has not begun").down();
        } else {
            builder.up();
        }
    }
}
