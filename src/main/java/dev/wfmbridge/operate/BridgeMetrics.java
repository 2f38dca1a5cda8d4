package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge's own metrics; {@code docs/metrics.md} lists them. {@code pass_} metrics show the pass under way or the last one. States, such
 * as halts, are those that the last pass left, until a pass under way makes them worse or ends; they outlive the process, in
 * {@code data/operate.json}. Counters go on over the passes of one process.
 */
public final class BridgeMetrics implements MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeMetrics.class);

    /** Zendesk's API tokens end with this day (contract of Zendesk). */
    static final LocalDate API_TOKENS_END = LocalDate.of(2027, 4, 30);

    private static final String ORGANIZATION = "organization";
    private static final String ZENDESK = "zendesk";
    private static final int LOOKS = 50;
    private static final String PREFIX = "wfm.bridge.";
    private static final Path STATE = Path.of("operate.json");
    private static final Set<HaltReason> OF_PLACES = Set.of(
            HaltReason.SCHEDULE_NOT_FOUND,
            HaltReason.TARGET_NOT_FOUND,
            HaltReason.SNAPSHOT_INCOMPLETE,
            HaltReason.SOURCE_INCOMPLETE);

    private final Supplier<Pass> current;
    private final SegmentKeys keys;
    private final DeadLetters letters;
    private final DataFolder folder;
    private final boolean legacyToken;
    private final Instant startedAt = Instant.now();
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();
    private final Set<String> organizations = ConcurrentHashMap.newKeySet();
    private final Map<String, Settled> settled = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder complete = new LongAdder();
    private final LongAdder incomplete = new LongAdder();
    private volatile Instant lastComplete;
    private volatile Ended last;
    private volatile Map<String, Map<String, Long>> filed = Map.of();

    /** What the last pass that ended, and was no replay, left as a whole. */
    private record Ended(
            boolean complete, boolean sourceComplete, long writeBackFailed, boolean folderFailed, Duration took) {}

    /**
     * @param current the pass under way or the last one; null before the first
     * @param folder where the states of a process before this one are
     * @param legacyToken whether Zendesk is asked with an API token, whose end is known
     */
    public BridgeMetrics(
            Supplier<Pass> current, SegmentKeys keys, DeadLetters letters, DataFolder folder, boolean legacyToken) {
        this.current = current;
        this.keys = keys;
        this.letters = letters;
        this.folder = folder;
        this.legacyToken = legacyToken;
        try {
            Optional<JsonNode> state = folder.readOwn(STATE, "The states begin anew", LOG::warn);
            state.ifPresent(this::restore);
            count();
        } catch (IOException unreadable) {
            // Then the states begin anew with the first pass.
            lastComplete = null;
        }
    }

    private void restore(JsonNode state) {
        lastComplete = Settled.instant(state.path("lastComplete"));
        state.path("sides").properties().forEach(side -> settled.put(side.getKey(), Settled.fromJson(side.getValue())));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        gauge(registry, "start.timestamp.seconds", "When this process began", () -> seconds(startedAt));
        gauge(registry, "pass.under.way", "1 while a pass is under way", () -> underWay() == null ? 0 : 1);
        gauge(
                registry,
                "pass.conservation",
                "mapped - outcomes - in flight, 0 at any moment, or something was lost",
                () -> conservation(current.get()));
        gauge(registry, "pass.started.timestamp.seconds", "When the pass under way or the last one began", () -> {
            Pass pass = current.get();
            return pass == null ? 0 : seconds(pass.startedAt());
        });
        gauge(
                registry,
                "pass.duration.seconds",
                "How long the last pass took",
                () -> last == null ? Double.NaN : last.took().toMillis() / 1000.0);
        gauge(
                registry,
                "pass.complete",
                "1 if the last pass read its source to the end and nothing was halted",
                () -> last == null ? Double.NaN : last.complete() ? 1 : 0);
        gauge(
                registry,
                "zendesk.complete",
                "1 if the last pass read Zendesk's memberships to the end",
                () -> last == null ? Double.NaN : last.sourceComplete() ? 1 : 0);
        gauge(
                registry,
                "zendesk.credentials.refused",
                "1 if Zendesk refused the credentials",
                () -> reason(ZENDESK) == HaltReason.CREDENTIALS ? 1 : 0);
        gauge(
                registry,
                "mapping.refused",
                "1 if the mapping file was refused, the last good one being in force",
                () -> current.get() != null && current.get().isMappingRefused() ? 1 : 0);
        gauge(registry, "data.folder.failed", "1 if the data folder could not be written", () -> {
            Pass pass = current.get();
            return last != null && last.folderFailed() || pass != null && pass.isDataFolderFailed() ? 1 : 0;
        });
        gauge(
                registry,
                "write.back.failed",
                "Statuses that the last pass could not write to Zendesk",
                () -> last == null ? 0 : last.writeBackFailed());
        gauge(
                registry,
                "last.complete.pass.timestamp.seconds",
                "When the last complete pass ended, 0 if none did",
                () -> seconds(lastComplete));
        gauge(registry, "idempotent.keys", "Keys of segments that were delivered a moment ago", keys::getSize);
        if (legacyToken) {
            double end = API_TOKENS_END.atStartOfDay(ZoneOffset.UTC).toInstant().getEpochSecond();
            gauge(registry, "zendesk.api.token.end.timestamp.seconds", "When Zendesk's API tokens end", () -> end);
        }
        passes(registry, "true", complete);
        passes(registry, "false", incomplete);
        clients.forEach((name, client) -> bindClient(registry, name));
        organizations.forEach(name -> bindOrganization(registry, name));
    }

    /** A pass has begun: its sides get their meters; those of organisations that left the mapping go. */
    public void began(Pass pass) {
        Set<String> sides = new HashSet<>(Set.of(ZENDESK));
        meet(ZENDESK, pass.getSource());
        for (OrganizationPass organization : pass.getOrganizations()) {
            String name = organization.getName();
            sides.add(name);
            meet(name, organization);
            if (organizations.add(name)) {
                registries.forEach(registry -> bindOrganization(registry, name));
            }
        }
        settled.keySet().retainAll(sides);
        for (String gone : clients.keySet()) {
            if (!sides.contains(gone)) {
                clients.remove(gone);
                organizations.remove(gone);
                registries.forEach(registry -> registry.getMeters().stream()
                        .filter(meter -> meter.getId().getName().startsWith(PREFIX)
                                && gone.equals(meter.getId().getTag(ORGANIZATION)))
                        .forEach(registry::remove));
            }
        }
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
        if (!pass.isReplay()) {
            (pass.isComplete() ? complete : incomplete).increment();
            if (pass.isComplete()) {
                lastComplete = now;
            }
            settle(ZENDESK, pass.getSource(), settled.getOrDefault(ZENDESK, Settled.NEW));
            for (OrganizationPass organization : pass.getOrganizations()) {
                settle(pass, organization, now);
            }
            last = new Ended(
                    pass.isComplete(),
                    pass.getSource().isComplete(),
                    pass.writeBackFailures(),
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

    /**
     * mapped − outcomes − in flight. The counters move one after the other: a difference that lasts is one, a passing one is not.
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

    private void settle(String name, Side side, Settled before) {
        Halt halt = known(side.currentHalt());
        settled.put(
                name,
                new Settled(
                        before.inStep(),
                        halt == null ? null : halt.reason(),
                        since(halt, before),
                        Map.of(),
                        before.refusedRemovals(),
                        before.stuckPending(),
                        before.oldest()));
    }

    private void settle(Pass pass, OrganizationPass organization, Instant now) {
        Settled before = settled.getOrDefault(organization.getName(), Settled.NEW);
        Halt halt = known(organization.currentHalt());
        boolean sourceComplete = pass.getSource().isComplete();
        boolean inStep = sourceComplete
                && !organization.isHalted()
                && organization.placeHalts().isEmpty()
                && organization.count(Outcome.HELD) == 0
                && organization.count(Outcome.DEAD_LETTERED) == 0;
        Map<HaltReason, Long> places = new EnumMap<>(HaltReason.class);
        organization.placeHalts().values().forEach(place -> places.merge(place.reason(), 1L, Long::sum));
        // What was not listed may still wait.
        Instant oldest = sourceComplete ? null : before.oldest();
        for (SegmentMessage message : organization.getMessages()) {
            if (message.ending() == Outcome.HELD || message.ending() == Outcome.DEAD_LETTERED) {
                long updatedAt = message.membership().updatedAt();
                Instant changed = updatedAt == 0 ? null : Instant.ofEpochSecond(updatedAt);
                oldest = oldest == null || changed != null && changed.isBefore(oldest) ? changed : oldest;
            }
        }
        settled.put(
                organization.getName(),
                new Settled(
                        inStep ? now : before.inStep(),
                        halt == null ? null : halt.reason(),
                        since(halt, before),
                        places,
                        organization.refusedRemovals(),
                        organization.stuckPending(),
                        oldest));
    }

    /** A stop is nothing that lasts. */
    private static Halt known(Halt halt) {
        return halt == null || halt.reason() == HaltReason.STOPPING ? null : halt;
    }

    private static Instant since(Halt halt, Settled before) {
        if (halt == null) {
            return null;
        }
        return halt.reason() == before.reason() && before.since() != null ? before.since() : halt.since();
    }

    private void count() throws IOException {
        Map<String, Map<String, Long>> counts = new ConcurrentHashMap<>();
        for (FiledLetter letter : letters.list()) {
            counts.computeIfAbsent(letter.organization(), o -> new ConcurrentHashMap<>())
                    .merge(letter.letter().code().text(), 1L, Long::sum);
        }
        filed = counts;
    }

    private LongAdder total(String name, Outcome outcome) {
        return outcomes.computeIfAbsent(name + "/" + outcome.text(), o -> new LongAdder());
    }

    /** The pass under way, if it is no replay; null otherwise. */
    private Pass underWay() {
        Pass pass = current.get();
        return pass == null || pass.finishedAt() != null || pass.isReplay() ? null : pass;
    }

    /** The halt of the pass under way; null if it has none. */
    private Halt haltUnderWay(String name) {
        Pass pass = underWay();
        if (pass == null) {
            return null;
        }
        Side side = name.equals(ZENDESK) ? pass.getSource() : pass.organization(name);
        return side == null ? null : known(side.currentHalt());
    }

    private HaltReason reason(String name) {
        Halt halt = haltUnderWay(name);
        return halt != null ? halt.reason() : settled(name).reason();
    }

    private Instant haltedSince(String name) {
        Halt halt = haltUnderWay(name);
        return halt != null ? since(halt, settled(name)) : settled(name).since();
    }

    private Settled settled(String name) {
        return settled.getOrDefault(name, Settled.NEW);
    }

    private void meet(String name, Side side) {
        if (clients.put(name, side.client()) == null) {
            registries.forEach(registry -> bindClient(registry, name));
        }
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).description(description).register(registry);
    }

    private static void passes(MeterRegistry registry, String isComplete, LongAdder count) {
        FunctionCounter.builder(PREFIX + "passes", count, LongAdder::sum)
                .description("Passes that ended, replays not counted")
                .tag("complete", isComplete)
                .register(registry);
    }

    private void bindClient(MeterRegistry registry, String name) {
        for (Call.Kind kind : Call.Kind.values()) {
            if (kind != Call.Kind.TOKEN) {
                counter(
                        registry,
                        "requests",
                        "Calls that went out",
                        name,
                        client -> client.requests(kind),
                        "kind",
                        kind.name().toLowerCase(Locale.ROOT));
            }
        }
        counter(registry, "throttled", "429s", name, ApiClient::throttled);
        counter(registry, "token.renewals", "Tokens that were had", name, client -> client.tokens()
                .renewals());
        counter(
                registry,
                "quota.wait.seconds",
                "Waits that 429s asked for",
                name,
                client -> client.quotaWaitNanos() / 1e9);
        ofClient(
                registry,
                "quota.allowed",
                "Calls allowed in a window, as the answers told last, 0 if none did",
                name,
                client -> client.gate().allowed());
        ofClient(
                registry,
                "quota.used",
                "Calls counted in this window, as the answers told",
                name,
                client -> client.gate().used());
        ofClient(
                registry,
                "suspended",
                "1 while an operator has suspended it",
                name,
                client -> client.suspended() ? 1 : 0);
        side(
                registry,
                "halted.since.timestamp.seconds",
                "Since when it is halted for the same reason, 0 if it is not",
                name,
                () -> seconds(haltedSince(name)));
        for (HaltReason reason : HaltReason.values()) {
            if (!OF_PLACES.contains(reason) && reason != HaltReason.STOPPING) {
                side(
                        registry,
                        "halted",
                        "1 if it is halted for this reason",
                        name,
                        () -> reason(name) == reason ? 1 : 0,
                        "reason",
                        reason.text());
            }
        }
    }

    private void counter(
            MeterRegistry registry,
            String metric,
            String description,
            String name,
            ToDoubleFunction<ApiClient> value,
            String... tags) {
        FunctionCounter.builder(PREFIX + metric, clients, all -> of(all.get(name), value))
                .description(description)
                .tags(tags(name, tags))
                .register(registry);
    }

    private void ofClient(
            MeterRegistry registry, String metric, String description, String name, ToDoubleFunction<ApiClient> value) {
        side(registry, metric, description, name, () -> of(clients.get(name), value));
    }

    private static double of(ApiClient client, ToDoubleFunction<ApiClient> value) {
        return client == null ? 0 : value.applyAsDouble(client);
    }

    private static void side(
            MeterRegistry registry,
            String metric,
            String description,
            String name,
            Supplier<Number> value,
            String... tags) {
        Gauge.builder(PREFIX + metric, value)
                .description(description)
                .tags(tags(name, tags))
                .register(registry);
    }

    private static String[] tags(String name, String... more) {
        List<String> all = new ArrayList<>(List.of(ORGANIZATION, name));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private void bindOrganization(MeterRegistry registry, String name) {
        for (Outcome outcome : Outcome.values()) {
            ofPass(
                    registry,
                    "pass.outcomes",
                    "Pairs of the pass by outcome",
                    name,
                    organization -> organization.count(outcome),
                    "outcome",
                    outcome.text());
            FunctionCounter.builder(PREFIX + "outcomes", total(name, outcome), LongAdder::sum)
                    .description("Pairs by outcome, of all passes and replays that ended")
                    .tags(tags(name, "outcome", outcome.text()))
                    .register(registry);
        }
        ofPass(registry, "pass.mapped", "Pairs mapped in the pass", name, OrganizationPass::mapped);
        ofPass(
                registry,
                "pass.in.flight",
                "Pairs of the pass without an outcome yet",
                name,
                OrganizationPass::inFlight);
        side(registry, "stuck.pending", "Segments that are PENDING for too long", name, () -> settled(name)
                .stuckPending());
        side(registry, "removals.refused", "Removals that the guards refused", name, () -> settled(name)
                .refusedRemovals());
        for (HaltReason reason : HaltReason.values()) {
            if (OF_PLACES.contains(reason)) {
                side(
                        registry,
                        "halted.places",
                        "Halted schedules, groups and units by reason",
                        name,
                        () -> settled(name).places().getOrDefault(reason, 0L),
                        "reason",
                        reason.text());
            }
        }
        side(
                registry,
                "oldest.change.age.seconds",
                "Age of the oldest change that is not yet in Genesys, 0 if all are",
                name,
                () -> age(settled(name).oldest()));
        side(
                registry,
                "in.step.timestamp.seconds",
                "When the organisation was last in step, 0 if it never was",
                name,
                () -> seconds(settled(name).inStep()));
        for (LetterCode code : LetterCode.values()) {
            side(
                    registry,
                    "dead.letters",
                    "Dead letters on file",
                    name,
                    () -> filed.getOrDefault(name, Map.of()).getOrDefault(code.text(), 0L),
                    "code",
                    code.text());
        }
    }

    private void ofPass(
            MeterRegistry registry,
            String metric,
            String description,
            String name,
            ToDoubleFunction<OrganizationPass> value,
            String... tags) {
        side(
                registry,
                metric,
                description,
                name,
                () -> {
                    Pass pass = current.get();
                    OrganizationPass organization = pass == null ? null : pass.organization(name);
                    return organization == null ? 0 : value.applyAsDouble(organization);
                },
                tags);
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
