package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Durations;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.operate.BridgeMXBean;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;

/** The MBean of the bridge. Its operations show their parameters' names, and what they do. */
final class BridgeStatus extends StandardMBean implements BridgeMXBean {

    private static final Map<String, String> OPERATIONS = Map.of(
            "startPass", "Begins a pass; false if one is under way.",
            "suspend", "Lets no call to this organisation start until it is resumed; false if there is none.",
            "resume", "Ends a suspension; false if there is no such organisation.",
            "replay", "Delivers dead letters again, after the pass under way; says how many. Empty arguments: all.");
    private static final int MOST_PER_MINUTE = 1_000_000;

    private final Controls bridge;

    BridgeStatus(Controls bridge) {
        super(BridgeMXBean.class, true);
        this.bridge = bridge;
    }

    @Override
    public String getRunId() {
        Pass pass = bridge.current();
        return pass == null ? "" : pass.getRunId();
    }

    @Override
    public boolean isUnderWay() {
        Pass pass = bridge.current();
        return pass != null && pass.finishedAt() == null;
    }

    @Override
    public String getLastCompletePass() {
        Instant last = bridge.lastComplete();
        return last == null ? "" : last.toString();
    }

    @Override
    public long getMapped() {
        Pass pass = bridge.current();
        return pass == null ? 0 : pass.mapped();
    }

    @Override
    public long getInFlight() {
        return sum(OrganizationPass::inFlight);
    }

    @Override
    public long getConservation() {
        Pass pass = bridge.current();
        return pass == null ? 0 : pass.conservation();
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
        Pass pass = bridge.current();
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
    public List<String> getSuspended() {
        return bridge.suspended();
    }

    @Override
    public boolean startPass() throws Exception {
        return bridge.startPass();
    }

    @Override
    public boolean suspend(String organization) throws Exception {
        return bridge.suspend(organization);
    }

    @Override
    public boolean resume(String organization) throws Exception {
        return bridge.resume(organization);
    }

    @Override
    public int replay(String organization, String code, String olderThan, int ratePerMinute) throws Exception {
        String ofOrganization = given(organization);
        String withCode = given(code);
        String age = given(olderThan);
        if (ofOrganization != null && bridge.client(ofOrganization) == null) {
            throw new IllegalArgumentException("organization " + ofOrganization + " is not in the mapping");
        }
        if (withCode != null && LetterCode.of(withCode).isEmpty()) {
            throw new IllegalArgumentException("code " + withCode + " is not a code of a dead letter");
        }
        if (ratePerMinute < 0 || ratePerMinute > MOST_PER_MINUTE) {
            throw new IllegalArgumentException("ratePerMinute must be from 0 to " + MOST_PER_MINUTE);
        }
        Duration older;
        try {
            older = age == null ? null : Durations.parse(age);
        } catch (IllegalArgumentException garbage) {
            throw new IllegalArgumentException("olderThan " + age + " is not like 90m, 24h or 7d", garbage);
        }
        return bridge.replay(new LetterFilter(ofOrganization, withCode, older, ratePerMinute));
    }

    @Override
    protected String getDescription(MBeanOperationInfo operation) {
        return OPERATIONS.getOrDefault(operation.getName(), super.getDescription(operation));
    }

    @Override
    protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo parameter, int place) {
        return Arrays.stream(BridgeMXBean.class.getMethods())
                .filter(method -> method.getName().equals(operation.getName()))
                .map(Method::getParameters)
                .filter(parameters -> place < parameters.length)
                .map(parameters -> parameters[place].getName())
                .findFirst()
                .orElseGet(() -> super.getParameterName(operation, parameter, place));
    }

    private static String given(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private long sum(ToLongFunction<OrganizationPass> count) {
        Pass pass = bridge.current();
        return pass == null
                ? 0
                : pass.getOrganizations().stream().mapToLong(count).sum();
    }
}
