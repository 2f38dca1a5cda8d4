package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.operate.BridgeMetrics;
import dev.wfmbridge.operate.LogContext;
import dev.wfmbridge.part.Part;
import dev.wfmbridge.part.PartPasses;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.BrokenException;
import dev.wfmbridge.pass.CurrentPass;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.PassTurns;
import dev.wfmbridge.pass.PassWitness;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The bean {@code passes}: how a pass begins, and how it ends in a report. */
public final class Passes implements PartPasses {

    private static final Logger LOG = LoggerFactory.getLogger(Passes.class);
    private static final String HERE = "organizations";

    /** A probe means somebody at a terminal. */
    private static final Duration PROBE_LIMIT = Duration.ofHours(1);

    /** What a plan's calls on the wire usually take; a pass does not wait for a server that does not answer. */
    private static final Duration PLAN_ENDS = Duration.ofSeconds(5);

    private final Settings settings;
    private final MappingInForce mapping;
    private final Clients clients;
    private final PassSides sides;
    private final DataFolder folder;
    private final Stopping stopping;
    private final CurrentPass current;
    private final PassTurns turns;
    private final BridgeMetrics metrics;
    private final PassRecords records;
    private volatile String way = HERE;
    private volatile Stopping reading;
    private volatile PassWitness witness = PassWitness.NONE;
    private volatile Pass plan;
    private volatile boolean reporting;

    /** @param folder where reports go */
    Passes(
            Settings settings,
            MappingInForce mapping,
            Clients clients,
            DataFolder folder,
            Stopping stopping,
            CurrentPass current,
            PassTurns turns,
            BridgeMetrics metrics,
            PassRecords records) {
        this.settings = settings;
        this.mapping = mapping;
        this.clients = clients;
        this.sides = new PassSides(settings, clients, folder);
        this.folder = folder;
        this.stopping = stopping;
        this.current = current;
        this.turns = turns;
        this.metrics = metrics;
        this.records = records;
        this.reading = stopping;
    }

    /** The order of a pass that the clock starts. */
    public PassOrder byClock() {
        return new PassOrder(Trigger.CRON, settings.maxPassOfRun(), false);
    }

    /** The order of a pass that an operator starts. */
    public PassOrder byOperator() {
        return new PassOrder(Trigger.OPERATOR, settings.maxPassOfRun(), false);
    }

    /** The order of a replay; if it has a rate, its time limit is longer accordingly. */
    public PassOrder replay(ReplayRequest request, boolean strict) {
        return PassOrder.replay(request, settings.maxPassOfOnce(), strict);
    }

    /** Whether a pass is under way. */
    public boolean isUnderWay() {
        return current.isUnderWay();
    }

    /** Whether a pass is under way, or has ended and is still to write its report. */
    boolean isBusy() {
        return isUnderWay() || reporting;
    }

    public BridgeMetrics metrics() {
        return metrics;
    }

    /** The plan under way or the last one; null before the first. It is not a pass: nothing else reports it. */
    public Pass plan() {
        return plan;
    }

    /** A plan asks the same clients and has as many rows as a pass: it ends before the pass makes its first call, or nearly so. */
    private void endPlan() throws InterruptedException {
        Pass beside = plan;
        if (beside != null && beside.finishedAt() == null) {
            LOG.info("plan {} gives way", beside.getRunId());
            beside.giveWay();
            beside.awaitEnd(PLAN_ENDS);
        }
    }

    /** The pass under way or the last one; null before the first. */
    public Pass current() {
        return current.get();
    }

    /** Begins a pass with the mapping as the file is now. */
    public Pass begin(@Body PassOrder order) throws Exception {
        List<Problem> problems = mapping.readAgain();
        Pass before = current.get();
        if (before != null && before.finishedAt() != null) {
            // Not at its end: until the next one begins, somebody may ask what happened to it.
            before.letGo();
        }
        String runId = Runs.idAfter(witness.newest());
        Pass pass = new Pass(
                order.agents().isEmpty() ? runId : Runs.ofEvents(runId),
                order,
                mapping.get(),
                order.trigger() == Trigger.PLAN ? stopping : reading);
        if (!problems.isEmpty()) {
            pass.refusesMapping();
        }
        for (Problem problem : problems) {
            pass.warn("The mapping was refused, the last good one is in force: " + problem.oneLine());
        }
        // A plan is not kept.
        int left = pass.isPlanned() ? 0 : turns.takeLeftOut();
        if (left > 0) {
            pass.warn(left + " passes were left out since the one before was still under way: poll less often, or raise"
                    + " the quota.");
        }
        settings.warnings().forEach(pass::warn);
        pass.mapping().warnings().forEach(pass::warn);
        pass.goesBy(pass.isPlanned() ? HERE : way);
        try {
            if (witness.takes(order)) {
                pass.refuse("The process that reads Zendesk makes this pass.");
            } else {
                witness.begins(pass);
            }
        } catch (IOException silent) {
            LOG.error("pass {} is not begun: {}", pass.getRunId(), silent.getMessage());
            pass.refuse(silent.getMessage());
        }
        sides.addAll(pass);
        if (!pass.isPlanned()) {
            folder.takeWarnings().forEach(pass::warn);
        }
        MDC.put(LogContext.PASS, pass.getRunId());
        if (pass.isPlanned()) {
            plan = pass;
            if (isUnderWay()) {
                pass.giveWay();
            }
            LOG.info("plan {} begins", pass.getRunId());
            return pass;
        }
        current.becomes(pass);
        endPlan();
        metrics.began(pass);
        LOG.info("pass {} begins ({})", pass.getRunId(), order.trigger().text());
        return pass;
    }

    /**
     * From now on the organisations' parts use another route, as in one of several processes.
     *
     * @param guard ends the passes that this process reads, not its parts of them
     * @param other is told when a pass begins and ends here
     */
    void goBy(String route, Stopping guard, PassWitness other) {
        way = route;
        reading = guard;
        witness = other;
    }

    @Override
    public Pass of(Part part, Stopping guard) throws UnusableException {
        Mapping theirs = mapping.of(part.mappingSha256());
        if (theirs == null || !theirs.organizations().containsKey(part.organization())) {
            throw new UnusableException("its mapping is another one than the reader's");
        }
        Pass pass = new Pass(part.runId(), part.order(), theirs, guard);
        try {
            sides.addOnly(pass, part.organization());
            metrics.serves(pass);
        } catch (Exception unmade) {
            throw new IllegalStateException("the sides of a part could not be made", unmade);
        }
        return pass;
    }

    @Override
    public void conclude(Pass part) {
        holdUnseen(part);
        part.finish();
        records.withdrawStrangers(part, true);
    }

    /** The sides of a pass that makes only the calls that somebody asks for. */
    Pass probe() throws Exception {
        Pass pass = new Pass(Runs.idNow(), new PassOrder(Trigger.PLAN, PROBE_LIMIT, false), mapping.get(), stopping);
        sides.addAll(pass);
        return pass;
    }

    /** After the split: the bridge does not choose between two groups with a name that the mapping uses. */
    public void refuseOrHalt(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        Source source = pass.getSource();
        if (source.isHalted() && pass.isStrict() && source.currentHalt().reason() == HaltReason.CREDENTIALS) {
            pass.refuse(
                    "Zendesk refused the credentials. " + source.currentHalt().nextStep());
        }
        suspended(pass);
        Set<String> names = source.entries().ambiguous().keySet();
        if (names.isEmpty()) {
            return;
        }
        if (pass.isStrict()) {
            pass.refuse(names.stream()
                    .map(name -> "Zendesk has more than one group named \"" + name + "\": put the id of the one that is"
                            + " meant into the mapping as zendeskGroup.")
                    .collect(Collectors.joining(" ")));
            return;
        }
        for (Entry entry : pass.mapping().entries()) {
            if (names.contains(entry.group().name())) {
                pass.organization(entry.organization())
                        .halt(
                                HaltReason.CONFIGURATION,
                                "Zendesk has more than one group named \""
                                        + entry.group().name() + "\".");
            }
        }
    }

    /** A suspended organisation gets no calls, and some routes may be out of service: its messages are held. */
    private static void suspended(Pass pass) {
        for (OrganizationPass organization : pass.getOrganizationsConcerned()) {
            if (organization.client().suspended()) {
                organization.halt(HaltReason.SUSPENDED, organization.client().suspendedRoutes());
            }
        }
    }

    /** Messages that never reached a route that is out of service are held, like all of a suspended organisation. */
    private static void holdUnseen(Pass pass) {
        for (OrganizationPass organization : pass.getOrganizations()) {
            Halt halt = organization.currentHalt();
            if (halt != null && halt.reason() == HaltReason.SUSPENDED) {
                for (SegmentMessage message : organization.getMessages()) {
                    if (message.ending() == null) {
                        message.heldBy(HaltReason.SUSPENDED);
                    }
                    if (message.markRecorded()) {
                        organization.record(message);
                    }
                }
            }
        }
    }

    /** The client of an organisation of the mapping in force; null if there is none of this name. */
    ApiClient client(String organization) throws Exception {
        Organization named = mapping.get().organizations().get(organization);
        return named == null ? null : clients.of(named);
    }

    /**
     * A failure that no route expects has ended the pass: its report says so. Nothing is lost, since the next pass reads again.
     *
     * @throws Exception the failure, if the pass had not even begun
     */
    public void broken(@ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeException Exception failure)
            throws Exception {
        if (pass == null || pass.finishedAt() != null) {
            throw failure;
        }
        pass.breaks(failure);
        LOG.error("pass {} ends at a failure that no route expects", pass.getRunId());
        finish(pass);
    }

    /** Ends the pass: letters without a segment go, the report is written. */
    public void finish(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (pass.isPlanned()) {
            end(pass);
            return;
        }
        reporting = true;
        try {
            end(pass);
        } finally {
            reporting = false;
        }
    }

    private void end(Pass pass) {
        holdUnseen(pass);
        if (stopping.brokenBy() != null) {
            breaks(pass);
            pass.cutShort();
        }
        pass.finish();
        if (pass.isPlanned()) {
            return;
        }
        if (pass.isRefused()) {
            if (!witness.isElsewhere()) {
                records.measure(pass);
            }
            return;
        }
        if (way.equals(HERE)) {
            // Else the process that works on an organisation's part tidies its letters.
            records.withdrawStrangers(pass, false);
        }
        records.write(pass);
        records.measure(pass);
        witness.ended(pass);
        LOG.info("pass {} ends: exit {}, balance {}", pass.getRunId(), RunReport.exitCode(pass), pass.balance());
    }

    /** The bridge itself broke, and the pass does not end by itself: its report is written as it stands. */
    void breakNow() {
        Pass pass = current.get();
        if (isUnderWay()) {
            breaks(pass);
            finishNow(pass);
        }
    }

    private void breaks(Pass pass) {
        BrokenException broken = new BrokenException(stopping.brokenBy());
        pass.breaks(broken);
        pass.warn(broken.getMessage());
    }

    /** Writes the report of the pass under way as it stands; for a stop that cannot wait any longer. */
    public void finishNow() {
        Pass pass = current.get();
        if (pass != null && pass.finishedAt() == null) {
            finishNow(pass);
        }
    }

    private void finishNow(Pass pass) {
        pass.cutShort();
        pass.finish();
        if (!pass.isPlanned()) {
            records.write(pass);
        }
    }
}
