package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge's own metrics; {@code docs/metrics.md} lists them. {@code pass_} metrics show the pass under way or the last one. States, such
 * as halts, are as the last pass left them, until a pass under way makes them worse or a pass that can tell has ended; they outlive the
 * process, in {@code data/operate.json}. Counters accumulate over the passes of one process.
 */
public final class BridgeMetrics implements MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeMetrics.class);

    /** Zendesk's API tokens stop working after this day (contract of Zendesk). */
    static final LocalDate API_TOKENS_END = LocalDate.of(2027, 4, 30);

    private static final String ORGANIZATION = "organization";
    private static final String ZENDESK = "zendesk";
    private static final int LOOKS = 50;
    private static final Path STATE = Path.of("operate.json");

    private final Supplier<Pass> current;
    private final SegmentKeys keys;
    private final DeadLetters letters;
    private final DataFolder folder;
    private final boolean legacyToken;
    private final EventCounts events;
    private volatile Sharing sharing;
    private final IntSupplier hintsWaiting;
    private final Instant startedAt = Instant.now();
    private final Answers answers = new Answers();
    private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();
    private final Set<String> organizations = ConcurrentHashMap.newKeySet();
    private final Map<String, Settled> settled = new ConcurrentHashMap<>();
    private final Map<String, Map<Outcome, LongAdder>> outcomes = new ConcurrentHashMap<>();
    private final Map<String, Long> heardBefore = new ConcurrentHashMap<>();
    private final LongAdder complete = new LongAdder();
    private final LongAdder incomplete = new LongAdder();
    private volatile Instant lastComplete;
    private volatile Ended last;
    private volatile Map<String, Map<String, Long>> filed = Map.of();

    /** What the last pass over all memberships left as a whole. */
    private record Ended(
            boolean complete, boolean sourceComplete, long writeBackFailed, boolean folderFailed, Duration took) {}

    /**
     * @param current the pass under way or the last one; null before the first
     * @param folder where the states of the previous process are
     * @param legacyToken whether Zendesk is called with an API token, whose end is known
     * @param events counts of the webhook's events; null if none are received
     * @param hintsWaiting agents waiting to be looked at again
     */
    public BridgeMetrics(
            Supplier<Pass> current,
            SegmentKeys keys,
            DeadLetters letters,
            DataFolder folder,
            boolean legacyToken,
            EventCounts events,
            IntSupplier hintsWaiting) {
        this.current = current;
        this.keys = keys;
        this.letters = letters;
        this.folder = folder;
        this.legacyToken = legacyToken;
        this.events = events;
        this.hintsWaiting = hintsWaiting;
        try {
            Optional<JsonNode> state = folder.readOwn(STATE, "The states start again", LOG::warn);
            state.ifPresent(this::restore);
            count();
        } catch (IOException unreadable) {
            // Then the states start again with the first pass.
            lastComplete = null;
        }
    }

    private void restore(JsonNode state) {
        lastComplete = Settled.instant(state.path("lastComplete"));
        state.path("sides").properties().forEach(side -> settled.put(side.getKey(), Settled.fromJson(side.getValue())));
    }

    /** @throws IllegalArgumentException if it is not a Prometheus registry */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (!(registry instanceof PrometheusMeterRegistry prometheus)) {
            throw new IllegalArgumentException("the bridge's metrics are for Prometheus");
        }
        prometheus.getPrometheusRegistry().register((MultiCollector) this::collect);
    }

    /** A pass has begun: its sides are shown from now on; organisations that left the mapping no longer are. */
    public void began(Pass pass) {
        Set<String> sides = new HashSet<>(Set.of(ZENDESK));
        meet(ZENDESK, pass.getSource());
        for (OrganizationPass organization : pass.getOrganizations()) {
            String name = organization.getName();
            sides.add(name);
            meet(name, organization);
            organizations.add(name);
            Settled before = settled(name);
            if (!pass.isPartial() && before.ledgerSince() != null && !hasLedger(organization)) {
                settled.put(name, before.ledgerSince(Instant.now()));
            }
        }
        clients.keySet().retainAll(sides);
        organizations.retainAll(sides);
        settled.keySet().retainAll(sides);
        outcomes.keySet().retainAll(sides);
        answers.keep(sides);
        heardBefore.keySet().retainAll(sides);
    }

    private void meet(String name, Side side) {
        clients.put(name, side.client());
        side.client().countedBy(answers);
        heardBefore.put(name, answers.successes(name));
    }

    private boolean hasLedger(OrganizationPass organization) {
        return Files.exists(folder.path().resolve("ledger").resolve(organization.getName() + ".jsonl"));
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
            if (pass.isComplete()) {
                lastComplete = now;
            }
            settle(pass.getSource());
            for (OrganizationPass organization : pass.getOrganizations()) {
                settle(pass, organization, now);
            }
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
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("lastComplete", Settled.text(lastComplete));
        ObjectNode sides = state.putObject("sides");
        settled.forEach((name, side) -> sides.set(name, side.toJson()));
        folder.writeJson(STATE, state);
    }

    /** When the last complete pass ended; null if none did. */
    public Instant lastComplete() {
        return lastComplete;
    }

    /** Since when the oldest change of an organisation not yet in Genesys has been waiting; null if there is none. */
    public Instant oldestChange(String organization) {
        return settled(organization).oldest();
    }

    /** When an organisation was last in step; null if it never was. */
    public Instant inStep(String organization) {
        return settled(organization).inStep();
    }

    /** Dead letters on file when the last pass ended: organisation → code → how many. */
    public Map<String, Map<String, Long>> lettersOnFile() {
        return filed;
    }

    /**
     * mapped − outcomes − in flight. The counters are updated one after the other: only a lasting difference counts.
     */
    static long conservation(Pass pass) {
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

    private void settle(Side zendesk) {
        Settled before = settled(ZENDESK);
        settled.put(
                ZENDESK,
                new Settled(
                        before.inStep(),
                        halts(zendesk, before, heard(ZENDESK), false),
                        Map.of(),
                        before.refusedRemovals(),
                        before.stuckPending(),
                        before.missingGroups(),
                        before.oldest(),
                        before.ledgerSince()));
    }

    private void settle(Pass pass, OrganizationPass organization, Instant now) {
        String name = organization.getName();
        Settled before = settled(name);
        boolean sourceComplete = pass.getSource().isComplete();
        long missing = sourceComplete ? pass.missingGroups(name) : before.missingGroups();
        boolean idle = sourceComplete
                && missing == 0
                && !pass.getOrganizationsConcerned().contains(organization);
        boolean whole = sourceComplete && missing == 0 && !organization.isHalted();
        boolean inStep = whole
                && organization.placeHalts().isEmpty()
                && organization.count(Outcome.HELD) == 0
                && organization.count(Outcome.DEAD_LETTERED) == 0;
        Map<HaltReason, Long> places = new EnumMap<>(HaltReason.class);
        organization.placeHalts().values().forEach(place -> places.merge(place.reason(), 1L, Long::sum));
        if (!whole) {
            before.places().forEach((reason, count) -> places.merge(reason, count, Math::max));
        }
        Instant since = before.ledgerSince();
        settled.put(
                name,
                new Settled(
                        inStep ? now : before.inStep(),
                        halts(organization, before, heard(name) || organization.isAnsweredElsewhere(), idle),
                        places,
                        whole
                                ? organization.refusedRemovals()
                                : Math.max(before.refusedRemovals(), organization.refusedRemovals()),
                        whole
                                ? organization.stuckPending()
                                : Math.max(before.stuckPending(), organization.stuckPending()),
                        missing,
                        oldest(organization, before, sourceComplete),
                        since == null && hasLedger(organization) ? now : since));
    }

    /**
     * Since when the oldest change not yet in Genesys has been waiting. Whatever is in the ledger was delivered before, and when the organisation
     * was in step nothing was waiting: so anything waiting now has waited since a later moment, however old its membership is.
     */
    private static Instant oldest(OrganizationPass organization, Settled before, boolean sourceComplete) {
        // What was not listed may still wait.
        Instant oldest = sourceComplete ? null : before.oldest();
        List<SegmentMessage> waiting = organization.getMessages().stream()
                .filter(message -> message.ending() == Outcome.DEAD_LETTERED || message.ending() == Outcome.HELD)
                .toList();
        Set<String> delivered = waiting.isEmpty() ? Set.of() : delivered(organization);
        for (SegmentMessage message : waiting) {
            boolean waits = message.ending() == Outcome.DEAD_LETTERED || !delivered.contains(key(message));
            long updatedAt = message.membership().updatedAt();
            if (waits && updatedAt != 0) {
                Instant changed = Instant.ofEpochSecond(updatedAt);
                Instant since = before.inStep() != null && before.inStep().isAfter(changed) ? before.inStep() : changed;
                oldest = oldest == null || since.isBefore(oldest) ? since : oldest;
            }
        }
        return oldest;
    }

    /** By agent, since an agent held at once is not looked up in Genesys, and has no segment id. */
    private static Set<String> delivered(OrganizationPass organization) {
        Set<String> delivered = new HashSet<>();
        if (organization.ledger() != null) {
            organization.ledger().lines().forEach(line -> delivered.add(line.zendeskUserId() + "/" + line.placeId()));
        }
        return delivered;
    }

    private static String key(SegmentMessage message) {
        return message.agentId() + "/" + message.getPlace().id();
    }

    /** Whether this pass got anything out of it. */
    private boolean heard(String name) {
        return answers.successes(name) > heardBefore.getOrDefault(name, 0L);
    }

    /**
     * The halt of this pass, and those of earlier passes that it does not show to be over.
     *
     * @param heard whether a call succeeded
     * @param idle whether no call was needed, so that no halt does any harm
     */
    private static Map<HaltReason, Instant> halts(Side side, Settled before, boolean heard, boolean idle) {
        Halt halt = known(side.currentHalt());
        boolean through = heard && !side.isHalted();
        Map<HaltReason, Instant> halts = new EnumMap<>(HaltReason.class);
        before.halts().forEach((reason, since) -> {
            boolean over =
                    switch (reason) {
                        case CREDENTIALS, WRONG_ORGANIZATION, CONFIGURATION -> heard;
                        case FORBIDDEN, TARGET_NOT_AVAILABLE -> through;
                        case SUSPENDED -> !side.client().suspended();
                        default -> through || halt != null;
                    };
            if (!over && !idle) {
                halts.put(reason, since);
            }
        });
        if (halt != null) {
            halts.put(halt.reason(), before.halts().getOrDefault(halt.reason(), halt.since()));
        }
        return halts;
    }

    /** A stop does not last. */
    private static Halt known(Halt halt) {
        return halt == null || halt.reason() == HaltReason.STOPPING ? null : halt;
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

    /** The settled states, plus the halt of the pass under way over all memberships. */
    private Map<HaltReason, Instant> haltsNow(String name) {
        Settled before = settled(name);
        Pass pass = current.get();
        if (pass == null || pass.finishedAt() != null || pass.isPartial()) {
            return before.halts();
        }
        Side side = name.equals(ZENDESK) ? pass.getSource() : pass.organization(name);
        Halt halt = side == null ? null : known(side.currentHalt());
        if (halt == null || before.halts().containsKey(halt.reason())) {
            return before.halts();
        }
        Map<HaltReason, Instant> halts = new EnumMap<>(HaltReason.class);
        halts.putAll(before.halts());
        halts.put(halt.reason(), halt.since());
        return halts;
    }

    private Settled settled(String name) {
        return settled.getOrDefault(name, Settled.NEW);
    }

    private MetricSnapshots collect() {
        Exposition told = new Exposition();
        Pass pass = current.get();
        bridge(told, pass);
        answers.tell(told);
        if (events != null) {
            events(told);
        }
        if (sharing != null) {
            sharing(told);
        }
        clients.forEach((name, client) -> client(told, name, client));
        organizations.forEach(name -> organization(told, name, pass == null ? null : pass.organization(name)));
        return told.snapshots();
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
                pass == null ? 0 : seconds(pass.startedAt()));
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
                haltsNow(ZENDESK).containsKey(HaltReason.CREDENTIALS) ? 1 : 0);
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
                seconds(lastComplete));
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

    /** Counts of the webhook's events; null if none are received. */
    public EventCounts events() {
        return events;
    }

    /** Also shows this process' share. */
    public void shares(Sharing with) {
        sharing = with;
    }

    private void sharing(Exposition told) {
        told.gauge("kafka_reader", "1 if this process reads Zendesk", sharing.isReader() ? 1 : 0);
        told.gauge("kafka_owned_partitions", "Partitions of organisations", sharing.ownedPartitions());
        told.gauge("kafka_parts_waiting", "Parts that were taken and have not ended", sharing.partsWaiting());
        told.gauge("kafka_results_awaited", "Results that the reader waits for", sharing.resultsAwaited());
        Instant oldest = sharing.oldestAwaited();
        told.gauge(
                "kafka_oldest_awaited_seconds",
                "How long the reader has waited for the oldest of them",
                oldest == null ? 0 : Duration.between(oldest, Instant.now()).toMillis() / 1000.0);
        told.counter("kafka_parts_done", "Parts that were done and committed", sharing.partsDone());
        told.counter("kafka_parts_refused", "Parts with another mapping", sharing.partsRefused());
        told.counter("kafka_parts_passed_over", "Parts that nobody waited for", sharing.partsPassedOver());
        told.counter("kafka_records_unusable", "Records that nobody could use", sharing.recordsUnusable());
    }

    private void events(Exposition told) {
        told.counter("events_received", "Events whose signature was good", events.received());
        told.counter("events_repeated", "Events that had come before", events.repeatedEvents());
        told.counter("events_of_no_concern", "Events that ask for nothing", events.ofNoConcern());
        told.counter("events_coalesced", "Events about an agent who waited already", events.coalescedEvents());
        events.refusals()
                .forEach((why, count) -> told.counter(
                        "events_refused",
                        "Events that were not taken, by reason",
                        count,
                        "reason",
                        why.name().toLowerCase(Locale.ROOT)));
        told.gauge("events_waiting", "Agents who wait to be looked at again", hintsWaiting.getAsInt());
        told.gauge(
                "events_last_received_timestamp_seconds",
                "When the last event with a good signature came, 0 if none did",
                seconds(events.lastReceived()));
        told.counter("event_passes", "Passes that events asked for", events.passes());
        told.histogram(
                "event_outcome_seconds",
                "Seconds from an event to the outcome of the agents that it named",
                EventCounts.BOUNDS,
                events.outcomes(),
                events.outcomeSeconds());
    }

    /** What Zendesk and each organisation have. */
    private void client(Exposition told, String name, ApiClient client) {
        told.counter("throttled", "429s", client.throttled(), ORGANIZATION, name);
        told.counter("token_renewals", "Tokens obtained", client.tokens().renewals(), ORGANIZATION, name);
        told.counter(
                "quota_wait_seconds", "Waits that 429s asked for", client.quotaWaitNanos() / 1e9, ORGANIZATION, name);
        told.gauge(
                "quota_allowed",
                "Calls allowed in a window, as the latest answer said, 0 if none did",
                client.gate().allowed(),
                ORGANIZATION,
                name);
        told.gauge(
                "quota_used",
                "Calls counted in this window, as the answers said",
                client.gate().used(),
                ORGANIZATION,
                name);
        told.ifAny("suspended", "1 while an operator has suspended it", client.suspended() ? 1 : 0, ORGANIZATION, name);
        Map<HaltReason, Instant> halts = haltsNow(name);
        halts.forEach((reason, since) -> told.gauge(
                "halted", "1 while it is halted for this reason", 1, ORGANIZATION, name, "reason", reason.text()));
        halts.values().stream()
                .min(Instant::compareTo)
                .ifPresent(since -> told.gauge(
                        "halted_since_timestamp_seconds",
                        "Since when it is halted",
                        seconds(since),
                        ORGANIZATION,
                        name));
    }

    private void organization(Exposition told, String name, OrganizationPass part) {
        Settled state = settled(name);
        told.gauge("pass_mapped", "Pairs mapped in the pass", part == null ? 0 : part.mapped(), ORGANIZATION, name);
        told.gauge(
                "pass_in_flight",
                "Pairs of the pass without an outcome yet",
                part == null ? 0 : part.inFlight(),
                ORGANIZATION,
                name);
        Map<Outcome, LongAdder> totals = outcomes.getOrDefault(name, Map.of());
        for (Outcome outcome : Outcome.values()) {
            told.ifAny(
                    "pass_outcomes",
                    "Pairs of the pass by outcome",
                    part == null ? 0 : part.count(outcome),
                    ORGANIZATION,
                    name,
                    "outcome",
                    outcome.text());
            LongAdder total = totals.get(outcome);
            told.ifCounted(
                    "outcomes",
                    "Pairs by outcome, of all passes and replays that ended",
                    total == null ? 0 : total.sum(),
                    ORGANIZATION,
                    name,
                    "outcome",
                    outcome.text());
        }
        told.gauge(
                "in_step_timestamp_seconds",
                "When the organisation was last in step, 0 if it never was",
                seconds(state.inStep()),
                ORGANIZATION,
                name);
        told.gauge(
                "oldest_change_age_seconds",
                "How long the oldest change waits that is not yet in Genesys, 0 if all are",
                age(state.oldest()),
                ORGANIZATION,
                name);
        told.ifAny(
                "ledger_since_timestamp_seconds",
                "When the ledger began, or was found to be lost",
                seconds(state.ledgerSince()),
                ORGANIZATION,
                name);
        told.ifAny(
                "missing_groups",
                "Groups that the mapping names and Zendesk does not have",
                state.missingGroups(),
                ORGANIZATION,
                name);
        told.ifAny("stuck_pending", "Segments that are PENDING for too long", state.stuckPending(), ORGANIZATION, name);
        told.ifAny("removals_refused", "Removals that the guards refused", state.refusedRemovals(), ORGANIZATION, name);
        state.places()
                .forEach((reason, count) -> told.ifAny(
                        "halted_places",
                        "Halted schedules, groups and units by reason",
                        count,
                        ORGANIZATION,
                        name,
                        "reason",
                        reason.text()));
        filed.getOrDefault(name, Map.of())
                .forEach((code, count) ->
                        told.ifAny("dead_letters", "Dead letters on file", count, ORGANIZATION, name, "code", code));
    }

    private static double age(Instant since) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0);
    }

    private static double seconds(Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1000.0;
    }
}
