package dev.wfmbridge.operate;

import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Ready means that the mapping is loaded, and each organisation that the first pass needs was proved, or halted for a known reason.
 * Once ready it stays ready: Zendesk or an organisation going away later does not take the pod out of service.
 */
public final class ReadyCheck extends AbstractHealthCheck {

    private final Supplier<Pass> current;
    private final boolean passAtStart;
    private volatile boolean ready;

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
        if (!ready) {
            ready = pass == null ? !passAtStart : pass.finishedAt() != null || isSettled(pass);
        }
        if (ready) {
            builder.up();
        } else if (pass == null) {
            builder.message("the first pass has not begun").down();
        } else {
            builder.message("the first pass has not proved or halted: " + String.join(", ", unsettled(pass)))
                    .down();
        }
    }

    private static boolean isSettled(Pass pass) {
        return !pass.getOrganizationsConcerned().isEmpty() && unsettled(pass).isEmpty();
    }

    private static List<String> unsettled(Pass pass) {
        return pass.getOrganizationsConcerned().stream()
                .filter(organization -> !organization.isHalted()
                        && organization.client().tokens().renewals() == 0)
                .map(OrganizationPass::getName)
                .toList();
    }
}
