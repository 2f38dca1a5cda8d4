package dev.wfmbridge.operate;

import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The MBean of the bridge. */
public final class BridgeStatus implements BridgeMXBean {

    private static final int LOOKS = 50;

    private final Supplier<Pass> current;
    private final Function<String, ApiClient> clients;
    private final Callable<Boolean> start;

    /**
     * @param current the pass under way or the last one; null before the first
     * @param clients the client of an organisation; null if there is none
     * @param start begins a pass, unless one is under way
     */
    public BridgeStatus(Supplier<Pass> current, Function<String, ApiClient> clients, Callable<Boolean> start) {
        this.current = current;
        this.clients = clients;
        this.start = start;
    }

    @Override
    public String getRunId() {
        Pass pass = current.get();
        return pass == null ? "" : pass.getRunId();
    }

    @Override
    public long getMapped() {
        return sum(OrganizationPass::mapped);
    }

    @Override
    public long getInFlight() {
        return sum(OrganizationPass::inFlight);
    }

    @Override
    public long getConservation() {
        // The counters move one after the other, so a difference that lasts is one, a passing one is not.
        Pass pass = current.get();
        long difference = 0;
        for (int look = 0; pass != null && look < LOOKS; look++) {
            difference = pass.conservation();
            if (difference == 0) {
                return 0;
            }
            Thread.onSpinWait();
        }
        return difference;
    }

    @Override
    public Map<String, Long> getOutcomes() {
        Map<String, Long> counts = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome.text(), sum(organization -> organization.count(outcome)));
        }
        return counts;
    }

    @Override
    public Map<String, String> getHalts() {
        Map<String, String> halts = new TreeMap<>();
        Pass pass = current.get();
        if (pass != null) {
            pass.getOrganizations().stream()
                    .filter(OrganizationPass::isHalted)
                    .forEach(organization -> halts.put(
                            organization.getName(),
                            organization.currentHalt().reason().text()));
        }
        return halts;
    }

    @Override
    public boolean startPass() throws Exception {
        return start.call();
    }

    @Override
    public boolean suspend(String organization) {
        ApiClient client = clients.apply(organization);
        if (client != null) {
            client.suspend();
        }
        return client != null;
    }

    @Override
    public boolean resume(String organization) {
        ApiClient client = clients.apply(organization);
        if (client != null) {
            client.resume();
        }
        return client != null;
    }

    private long sum(ToLongFunction<OrganizationPass> count) {
        Pass pass = current.get();
        return pass == null
                ? 0
                : pass.getOrganizations().stream().mapToLong(count).sum();
    }
}
