package dev.wfmbridge.bridge;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.events.PassTurn;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.operate.BridgeMetrics;
import dev.wfmbridge.operate.LogContext;
import dev.wfmbridge.part.Part;
import dev.wfmbridge.part.PartPasses;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.BrokenException;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Source;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The bean {@code passes}: how a pass begins, and how it ends in a report. */
public final class Passes implements PartPasses, PassTurn {

    private static final Logger LOG = LoggerFactory.getLogger(Passes.class);
    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String HERE = "organizations";

    /** A probe means somebody at a terminal. */
    private static final Duration PROBE_LIMIT = Duration.ofHours(1);

    /** What a plan's calls on the wire usually take; a pass does not wait for a server that does not answer. */
    private static final Duration PLAN_ENDS = Duration.ofSeconds(5);

    private final Settings settings;
    private final Environment environment;
    private final Clients clients;
    private final DataFolder folder;
    private final Stopping stopping;
    private final BridgeMetrics metrics;
    private final PassRecords records;
    private final AtomicInteger overlapped = new AtomicInteger();
    private volatile String way = HERE;
    private volatile Stopping reading;
    private volatile PassWitness witness = PassWitness.NONE;
    private volatile Mapping lastGood;
    private volatile Pass current;
    private volatile Pass plan;

    /**
     * @param mapping the mapping that was read at the start, which stays in force while the file is invalid
     * @param folder where reports go
     * @param events counts of the webhook's events; null if none are received
     * @param hintsWaiting agents waiting to be looked at again
     * @param toTextfile whether each pass writes {@code metrics.prom} for a node exporter ({@code once})
     */
    public Passes(
            Settings settings,
            Environment environment,
            Mapping mapping,
            Clients clients,
            DataFolder folder,
            DeadLetters letters,
            Stopping stopping,
            SegmentKeys keys,
            EventCounts events,
            IntSupplier hintsWaiting,
            boolean toTextfile) {
        this.metrics = new BridgeMetrics(
                this::current, keys, letters, folder, settings.legacyZendeskToken(), events, hintsWaiting);
        this.records = new PassRecords(settings, folder, letters, metrics, toTextfile);
        this.settings = settings;
        this.environment = environment;
        this.lastGood = mapping;
        this.clients = clients;
        this.folder = folder;
        this.stopping = stopping;
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
        int rate = request.ratePerMinute();
        Duration limit = settings.maxPassOfOnce()
                .plus(rate == 0 ? Duration.ZERO : Duration.ofMinutes(request.count() / rate + 1));
        return new PassOrder(Trigger.REPLAY, limit, strict, request);
    }

    /** Whether a pass is under way. */
    public boolean isUnderWay() {
        Pass pass = current;
        return pass != null && pass.finishedAt() == null;
    }

    /** The key of the user field that names a Genesys user, in the mapping in force; null if none does. */
    String genesysUserIdField() {
        return lastGood.genesysUserIdField();
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
        return current;
    }

    /** Begins a pass with the mapping as the file is now. */
    public Pass begin(@Body PassOrder order) throws Exception {
        List<Problem> problems = List.of();
        try {
            lastGood = MappingFile.load(settings.get(Property.BRIDGE_MAPPING), environment);
        } catch (ConfigurationException refused) {
            problems = refused.problems();
        }
        Mapping mapping = lastGood;
        if (current != null && current.finishedAt() != null) {
            // Not at its end: until the next one begins, somebody may ask what happened to it.
            current.letGo();
        }
        String runId = RUN_ID.format(Instant.now());
        Pass pass = new Pass(
                order.agents().isEmpty() ? runId : Runs.ofEvents(runId),
                order.trigger(),
                mapping,
                order.trigger() == Trigger.PLAN ? stopping : reading,
                order.limit());
        if (!problems.isEmpty()) {
            pass.refusesMapping();
        }
        for (Problem problem : problems) {
            pass.warn("The mapping was refused, the last good one is in force: " + problem.oneLine());
            LOG.error("The mapping was refused: {}", problem.oneLine());
        }
        // A plan is not kept.
        int left = pass.isPlanned() ? 0 : overlapped.getAndSet(0);
        if (left > 0) {
            pass.warn(left + " passes were left out since the one before was still under way: poll less often, or raise"
                    + " the quota.");
        }
        settings.warnings().forEach(pass::warn);
        mapping.warnings().forEach(pass::warn);
        if (order.replay() != null) {
            pass.replays(order.replay());
        }
        pass.looksOnlyAt(order.agents());
        pass.approves(order.approvals());
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
        addSides(pass);
        if (!pass.isPlanned()) {
            folder.takeWarnings().forEach(pass::warn);
        }
        pass.strict(order.strict());
        MDC.put(LogContext.PASS, pass.getRunId());
        if (pass.isPlanned()) {
            plan = pass;
            if (isUnderWay()) {
                pass.giveWay();
            }
            LOG.info("plan {} begins", pass.getRunId());
            return pass;
        }
        current = pass;
        endPlan();
        metrics.began(pass);
        LOG.info("pass {} begins ({})", pass.getRunId(), order.trigger().text());
        return pass;
    }

    /** From now on the organisations' parts use this route. */
    public void go(String route) {
        way = route;
    }

    /**
     * The same for a process among several.
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
        Mapping mapping = mappingOf(part);
        Organization organization = mapping.organizations().get(part.organization());
        Instant endsBy = part.endsBy();
        Pass pass = new Pass(
                part.runId(),
                part.trigger(),
                mapping,
                guard,
                endsBy == null ? null : Duration.between(Instant.now(), endsBy));
        try {
            addSource(pass);
            addSide(pass, organization);
            metrics.serves(pass);
        } catch (Exception unmade) {
            throw new IllegalStateException("the sides of a part could not be made", unmade);
        }
        return pass;
    }

    /** The mapping as the file is now, if that is the part's. */
    private synchronized Mapping mappingOf(Part part) throws UnusableException {
        if (!lastGood.sha256().equals(part.mappingSha256())) {
            try {
                lastGood = MappingFile.load(settings.get(Property.BRIDGE_MAPPING), environment);
            } catch (ConfigurationException refused) {
                refused.problems().forEach(problem -> LOG.error("The mapping was refused: {}", problem.oneLine()));
            }
        }
        if (!lastGood.sha256().equals(part.mappingSha256())
                || !lastGood.organizations().containsKey(part.organization())) {
            throw new UnusableException("its mapping is another one than the reader's");
        }
        return lastGood;
    }

    @Override
    public void conclude(Pass part) {
        holdUnseen(part);
        part.finish();
        records.withdrawStrangersOfPart(part);
    }

    /** The sides of a pass that asks only what it is told to. */
    Pass probe() throws Exception {
        Pass pass = new Pass(RUN_ID.format(Instant.now()), Trigger.PLAN, lastGood, stopping, PROBE_LIMIT);
        addSides(pass);
        return pass;
    }

    private void addSides(Pass pass) throws Exception {
        addSource(pass);
        clients.retain(pass.mapping().organizations().keySet());
        for (Organization organization : pass.mapping().organizations().values()) {
            addSide(pass, organization);
            if (!pass.isPartial() && Ledger.isKept(folder, organization.name())) {
                pass.ledgerNames(organization.name());
            }
        }
    }

    private void addSource(Pass pass) throws Exception {
        pass.readsFrom(new Source(
                clients.zendesk(),
                pass,
                settings.get(Property.GENESYS_HALT_AFTER),
                settings.legacyZendeskToken() ? "zendesk-legacy" : "zendesk"));
    }

    private void addSide(Pass pass, Organization organization) throws Exception {
        List<Place> places = pass.mapping().entriesOf(organization.name()).stream()
                .map(Entry::places)
                .flatMap(List::stream)
                .distinct()
                .toList();
        OrganizationPass part = new OrganizationPass(
                organization, places, clients.of(organization), pass, settings.get(Property.GENESYS_HALT_AFTER));
        if (!organization.usable()) {
            part.halt(
                    HaltReason.CONFIGURATION,
                    organization.problems().stream().map(Problem::oneLine).collect(Collectors.joining(" ")));
        }
        for (Place place : places) {
            if (!clients.serves(place.target())) {
                part.servesNot(place);
            }
        }
        part.keeps(() -> ledger(organization.name(), pass));
        pass.add(part);
    }

    private Ledger ledger(String organization, Pass pass) {
        try {
            return Ledger.read(folder, organization);
        } catch (IOException unreadable) {
            pass.warn(
                    "The ledger of " + organization + " (ledger/" + organization
                            + ".jsonl) cannot be read, so removals are not even reported: restore it from a backup, or delete it.");
            return null;
        }
    }

    /** For this long after a pass, none begins for events, so that a waiting operator or hand-over gets a turn. */
    private static final Duration REST = Duration.ofMillis(700);

    private final AtomicReference<PassOrder> due = new AtomicReference<>();

    @Override
    public PassOrder takeDue() {
        return due.getAndSet(null);
    }

    @Override
    public boolean isDue() {
        return due.get() != null;
    }

    @Override
    public long untilIdle() {
        Pass pass = current;
        if (pass == null || isDue() && !isUnderWay()) {
            return 0;
        }
        return pass.finishedAt() == null
                ? REST.toMillis()
                : Math.max(
                        0,
                        REST.minus(Duration.between(pass.finishedAt(), Instant.now()))
                                .toMillis());
    }

    @Override
    public Duration limit() {
        return settings.maxPassOfRun();
    }

    /** A pass was due while another one was under way. After a pass for some agents it comes next; nothing waits for a pass of events. */
    public void overlapped(@Body PassOrder order) {
        Pass pass = current;
        if (order != null && order.trigger() == Trigger.WEBHOOK) {
            return;
        }
        if (order != null && pass != null && pass.isHinted()) {
            if (order.trigger() == Trigger.CRON || order.trigger() == Trigger.START) {
                due.set(order);
                LOG.info("A pass waits for the one under way, which looks at some agents only");
            }
            return;
        }
        overlapped.incrementAndGet();
        LOG.warn("A pass was left out: the one before is still under way");
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
                        message.ends(Outcome.HELD, HaltReason.SUSPENDED.text());
                    }
                    if (message.markRecorded()) {
                        organization.record(message);
                    }
                }
            }
        }
    }

    /** The organisations of the mapping in force, by name. */
    Set<String> organizations() {
        return lastGood.organizations().keySet();
    }

    /** The client of an organisation of the mapping in force; null if there is none of this name. */
    ApiClient client(String organization) throws Exception {
        Organization named = lastGood.organizations().get(organization);
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
        conclude(pass, way);
        records.write(pass);
        records.measure(pass);
        witness.ended(pass);
        LOG.info("pass {} ends: exit {}, balance {}", pass.getRunId(), RunReport.exitCode(pass), pass.balance());
    }

    /** The bridge itself broke, and the pass does not end by itself: its report is written as it stands. */
    void breakNow() {
        Pass pass = current;
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

    /** The process that works on an organisation's part tidies its letters; here only if that was this process. */
    private void conclude(Pass pass, String byRoute) {
        if (byRoute.equals(HERE)) {
            records.withdrawStrangers(pass);
        }
    }

    /** Writes the report of the pass under way as it stands; for a stop that cannot wait any longer. */
    public void finishNow() {
        Pass pass = current;
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
