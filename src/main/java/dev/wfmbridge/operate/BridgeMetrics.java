package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.events.Hints;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The bridge's own metrics; {@code docs/metrics.md} lists them. {@code pass_} metrics show the pass under way or the last one. States, such
 * as halts, are as the last pass left them, until a pass under way makes them worse or a pass that can tell has ended; they outlive the
 * process, in {@code data/operate.json}. Counters accumulate over the passes of one process.
 */
public final class BridgeMetrics implements MeterBinder {

    private static final String ZENDESK = SettledStates.ZENDESK;

    private final Supplier<Pass> current;
    private final DeadLetters letters;
    private final PassMetrics passes;
    private final Answers answers = new Answers();
    private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();
    private final Set<String> organizations = ConcurrentHashMap.newKeySet();
    private final SettledStates states;
    private final Map<String, Map<Outcome, LongAdder>> outcomes = new ConcurrentHashMap<>();
    /** Shown beside the bridge's own. */
    private final List<Consumer<Exposition>> others = new CopyOnWriteArrayList<>(List.of(answers::tell));

    private volatile Sharing sharing;
    private volatile Mapping served;
    private volatile String lastRun = "";
    private volatile Map<String, Map<String, Long>> filed = Map.of();

    /**
     * @param current the pass under way or the last one; null before the first
     * @param folder where the states of the previous process are
     * @param legacyToken whether Zendesk is called with an API token, whose end is known
     */
    public BridgeMetrics(
            Supplier<Pass> current, SegmentKeys keys, DeadLetters letters, DataFolder folder, boolean legacyToken) {
        this.current = current;
        this.letters = letters;
        this.states = new SettledStates(folder, answers);
        this.passes = new PassMetrics(states, keys, folder, legacyToken);
        try {
            count();
        } catch (IOException unreadable) {
            // Counted again at the end of the first pass.
            filed = Map.of();
        }
    }

    /** @throws IllegalArgumentException if it is not a Prometheus registry */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (!(registry instanceof PrometheusMeterRegistry prometheus)) {
            throw new IllegalArgumentException("the bridge's metrics are for Prometheus");
        }
        prometheus.getPrometheusRegistry().register((MultiCollector) this::collect);
    }

    /** Also shows what becomes of the webhook's events. */
    public void showsEvents(EventCounts events, Hints hints) {
        others.add(new EventMetrics(events, hints)::tell);
    }

    /**
     * Also shows this process' share.
     *
     * @param mapped the organisations of the mapping, by name
     */
    public void showsShare(Sharing share, Supplier<Set<String>> mapped) {
        sharing = share;
        others.add(told -> SharingMetrics.tell(share, mapped.get(), told));
    }

    /** This process' share; null if it serves all organisations by itself. */
    public Sharing sharing() {
        return sharing;
    }

    /** Of several processes only the one that reads Zendesk exposes the organisations' states; a former reader's are out of date. */
    private boolean tells() {
        return sharing == null || sharing.isReader();
    }

    /** What {@link #heard} takes: the states as the last pass left them. */
    public ObjectNode states() {
        ObjectNode state = states.toJson();
        state.put("writeBackFailed", passes.writeBackFailed());
        ObjectNode letterCounts = state.putObject("letters");
        filed.forEach((name, codes) -> {
            ObjectNode each = letterCounts.putObject(name);
            codes.forEach(each::put);
        });
        return state;
    }

    /**
     * A pass that the process which reads Zendesk has ended, this one or another: all agree on when the last one was, and the next reader
     * goes on with the states.
     */
    public void heard(JsonNode report, JsonNode left) {
        String runId = report.path("runId").asText();
        if (runId.compareTo(lastRun) <= 0 || left.path("sides").isEmpty()) {
            return;
        }
        lastRun = runId;
        states.become(left);
        Map<String, Map<String, Long>> counts = new HashMap<>();
        left.path("letters").properties().forEach(organization -> {
            Map<String, Long> codes = counts.computeIfAbsent(organization.getKey(), name -> new HashMap<>());
            organization
                    .getValue()
                    .properties()
                    .forEach(code -> codes.put(code.getKey(), code.getValue().asLong()));
        });
        filed = counts;
        passes.heard(report, left.path("writeBackFailed").asLong());
    }

    /** The last pass that ended, here or at another process; empty before the first. */
    public String lastRun() {
        return lastRun;
    }

    /** A pass has begun: its sides are shown from now on; organisations that left the mapping no longer are. */
    public void began(Pass pass) {
        Set<String> sides = new HashSet<>(Set.of(ZENDESK));
        meet(ZENDESK, pass.getSource());
        for (OrganizationPass organization : pass.getOrganizations()) {
            sides.add(organization.getName());
            meet(organization.getName(), organization);
            organizations.add(organization.getName());
        }
        states.began(pass);
        clients.keySet().retainAll(sides);
        organizations.retainAll(sides);
        outcomes.keySet().retainAll(sides);
        answers.keep(sides);
    }

    /** This process does an organisation's part of a pass that another one may read. */
    public void serves(Pass part) {
        meet(ZENDESK, part.getSource());
        part.getOrganizations().forEach(organization -> meet(organization.getName(), organization));
        if (served != part.mapping()) {
            served = part.mapping();
            Set<String> sides = new HashSet<>(part.mapping().organizations().keySet());
            sides.add(ZENDESK);
            clients.keySet().retainAll(sides);
            answers.keep(sides);
        }
    }

    private void meet(String name, Side side) {
        clients.put(name, side.client());
        side.client().countedBy(answers);
    }

    /**
     * A pass has ended: its states are kept.
     *
     * @throws IOException if they cannot be written, or letters not be read
     */
    public void ended(Pass pass) throws IOException {
        Instant now = Instant.now();
        for (OrganizationPass organization : pass.getOrganizations()) {
            for (Outcome outcome : Outcome.values()) {
                total(organization.getName(), outcome).add(organization.count(outcome));
            }
        }
        if (!pass.isPartial()) {
            states.ended(pass, now);
            passes.ended(pass, now);
        }
        count();
        if (pass.getRunId().compareTo(lastRun) > 0) {
            lastRun = pass.getRunId();
        }
        states.write();
    }

    /** When the last complete pass ended; null if none did. */
    public Instant lastComplete() {
        return states.lastComplete();
    }

    /** Since when the oldest change of an organisation not yet in Genesys has been waiting; null if there is none. */
    public Instant oldestChange(String organization) {
        return states.of(organization).oldest();
    }

    /** When an organisation was last in step; null if it never was. */
    public Instant inStep(String organization) {
        return states.of(organization).inStep();
    }

    /** Dead letters on file when the last pass ended: organisation → code → how many. */
    public Map<String, Map<String, Long>> lettersOnFile() {
        return filed;
    }

    private void count() throws IOException {
        Map<String, Map<String, Long>> counts = new HashMap<>();
        for (FiledLetter letter : letters.list()) {
            counts.computeIfAbsent(letter.organization(), o -> new HashMap<>())
                    .merge(letter.letter().code().text(), 1L, Long::sum);
        }
        filed = counts;
    }

    private LongAdder total(String name, Outcome outcome) {
        return outcomes.computeIfAbsent(name, n -> new ConcurrentHashMap<>())
                .computeIfAbsent(outcome, o -> new LongAdder());
    }

    private MetricSnapshots collect() {
        Exposition told = new Exposition();
        Pass pass = current.get();
        passes.tell(told, pass);
        others.forEach(other -> other.accept(told));
        boolean ofOrganizations = tells();
        clients.forEach((name, client) -> SideMetrics.client(
                told.with("organization", name), client, ofOrganizations ? states.haltsNow(name, pass) : Map.of()));
        if (ofOrganizations) {
            organizations.forEach(name -> SideMetrics.organization(
                    told.with("organization", name),
                    pass == null ? null : pass.organization(name),
                    states.of(name),
                    outcomes.getOrDefault(name, Map.of()),
                    filed.getOrDefault(name, Map.of())));
        }
        return told.snapshots();
    }
}
