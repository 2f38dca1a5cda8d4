package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.events.Hints;
import dev.wfmbridge.halt.HaltReason;
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
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

    /** Zendesk's API tokens stop working after this day (contract of Zendesk). */
    static final LocalDate API_TOKENS_END = LocalDate.of(2027, 4, 30);

    private static final String ZENDESK = SettledStates.ZENDESK;
    private static final int LOOKS = 50;

    private final Supplier<Pass> current;
    private final SegmentKeys keys;
    private final DeadLetters letters;
    private final DataFolder folder;
    private final boolean legacyToken;
    private final Instant startedAt = Instant.now();
    private final Answers answers = new Answers();
    private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();
    private final Set<String> organizations = ConcurrentHashMap.newKeySet();
    private final SettledStates states;
    private final Map<String, Map<Outcome, LongAdder>> outcomes = new ConcurrentHashMap<>();
    /** Shown beside the bridge's own. */
    private final List<Consumer<Exposition>> others = new CopyOnWriteArrayList<>(List.of(answers::tell));

    private final LongAdder complete = new LongAdder();
    private final LongAdder incomplete = new LongAdder();
    private volatile Ended last;
    private volatile Sharing sharing;
    private volatile Mapping served;
    private volatile Instant startedElsewhere;
    private volatile String lastRun = "";
    private volatile Map<String, Map<String, Long>> filed = Map.of();

    /** What the last pass over all memberships left as a whole. */
    private record Ended(
            boolean complete, boolean sourceComplete, long writeBackFailed, boolean folderFailed, Duration took) {}

    /**
     * @param current the pass under way or the last one; null before the first
     * @param folder where the states of the previous process are
     * @param legacyToken whether Zendesk is called with an API token, whose end is known
     */
    public BridgeMetrics(
            Supplier<Pass> current, SegmentKeys keys, DeadLetters letters, DataFolder folder, boolean legacyToken) {
        this.current = current;
        this.keys = keys;
        this.letters = letters;
        this.folder = folder;
        this.legacyToken = legacyToken;
        this.states = new SettledStates(folder, answers);
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
        state.put("writeBackFailed", last == null ? 0 : last.writeBackFailed());
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
        startedElsewhere = Settled.instant(report.path("startedAt"));
        Instant finished = Settled.instant(report.path("finishedAt"));
        JsonNode zendesk = report.at("/zendesk/default");
        last = new Ended(
                report.path("complete").asBoolean(),
                zendesk.path("incompleteBecause").isNull()
                        && zendesk.path("halted").isNull(),
                left.path("writeBackFailed").asLong(),
                false,
                startedElsewhere == null || finished == null
                        ? Duration.ZERO
                        : Duration.between(startedElsewhere, finished));
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
            (pass.isComplete() ? complete : incomplete).increment();
            states.ended(pass, now);
            boolean sourceComplete = pass.getSource().isComplete();
            // Without a complete listing nothing is written back, so nothing is known about it.
            long unwritten = sourceComplete || last == null
                    ? pass.writeBackFailures()
                    : Math.max(last.writeBackFailed(), pass.writeBackFailures());
            last = new Ended(
                    pass.isComplete(),
                    sourceComplete,
                    unwritten,
                    pass.isDataFolderFailed(),
                    Duration.between(pass.startedAt(), now));
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

    /**
     * mapped − outcomes − in flight. The counters are updated one after the other: only a lasting difference counts.
     */
    public static long conservation(Pass pass) {
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
        bridge(told, pass);
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

    private Instant lastStarted(Pass pass) {
        Instant here = pass == null ? null : pass.startedAt();
        Instant elsewhere = startedElsewhere;
        return here == null || elsewhere != null && elsewhere.isAfter(here) ? elsewhere : here;
    }

    private void bridge(Exposition told, Pass pass) {
        Ended ended = last;
        boolean underWay = pass != null && pass.finishedAt() == null && !pass.isPartial();
        told.gauge("start_timestamp_seconds", "When this process began", seconds(startedAt));
        told.gauge("pass_under_way", "1 while a pass is under way", underWay ? 1 : 0);
        told.gauge(
                "pass_conservation",
                "mapped - outcomes - in flight, 0 at any moment, or something was lost",
                conservation(pass));
        told.gauge(
                "pass_started_timestamp_seconds",
                "When the pass under way or the last one began",
                seconds(lastStarted(pass)));
        told.gauge(
                "pass_duration_seconds",
                "How long the last pass took",
                ended == null ? Double.NaN : ended.took().toMillis() / 1000.0);
        told.gauge(
                "pass_complete",
                "1 if the last pass read its source to the end, no mapped group was missing and nothing was halted",
                ended == null ? Double.NaN : ended.complete() ? 1 : 0);
        told.gauge(
                "zendesk_complete",
                "1 if the last pass read Zendesk's memberships to the end",
                ended == null ? Double.NaN : ended.sourceComplete() ? 1 : 0);
        told.gauge(
                "zendesk_credentials_refused",
                "1 if Zendesk refused the credentials",
                states.haltsNow(ZENDESK, pass).containsKey(HaltReason.CREDENTIALS) ? 1 : 0);
        told.gauge(
                "mapping_refused",
                "1 if the mapping file was refused, the last good one being in force",
                pass != null && pass.isMappingRefused() ? 1 : 0);
        told.gauge(
                "data_folder_failed",
                "1 if the data folder could not be written",
                ended != null && ended.folderFailed() || pass != null && pass.isDataFolderFailed() ? 1 : 0);
        try {
            FileStore store = Files.getFileStore(folder.path());
            told.gauge(
                    "data_folder_free_bytes", "What can be written to the data folder's disk", store.getUsableSpace());
            told.gauge("data_folder_size_bytes", "The size of the data folder's disk", store.getTotalSpace());
        } catch (IOException away) {
            // Unknown; data_folder_failed reports that the folder is missing.
            told.gauge("data_folder_free_bytes", "What can be written to the data folder's disk", Double.NaN);
        }
        told.gauge(
                "write_back_failed",
                "Statuses that the last pass could not write to Zendesk",
                ended == null ? 0 : ended.writeBackFailed());
        told.gauge(
                "last_complete_pass_timestamp_seconds",
                "When the last complete pass ended, 0 if none did",
                seconds(states.lastComplete()));
        told.gauge("idempotent_keys", "Keys of segments that were delivered a moment ago", keys.getSize());
        if (legacyToken) {
            told.gauge(
                    "zendesk_api_token_end_timestamp_seconds",
                    "When Zendesk's API tokens end",
                    API_TOKENS_END.atStartOfDay(ZoneOffset.UTC).toInstant().getEpochSecond());
        }
        told.counter("passes", "Passes that ended, replays not counted", complete.sum(), "complete", "true");
        told.counter("passes", "Passes that ended, replays not counted", incomplete.sum(), "complete", "false");
    }

    static double age(Instant since) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0);
    }

    static double seconds(Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1000.0;
    }
}
