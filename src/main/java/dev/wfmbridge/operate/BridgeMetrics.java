package dev.wfmbridge.operate;

import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.SegmentKeys;
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
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The bridge's own metrics; {@code docs/metrics.md} lists them. Those of a pass show the pass under way or the last one;
 * counters go on over all passes.
 */
public final class BridgeMetrics implements MeterBinder {

    private static final String ORGANIZATION = "organization";

    private final Supplier<Pass> current;
    private final SegmentKeys keys;
    private final DeadLetters letters;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();
    private final Map<String, Instant> inStep = new ConcurrentHashMap<>();
    private volatile Instant lastComplete;
    private volatile Map<String, Map<String, Long>> filed = Map.of();

    /** @param current the pass under way or the last one; null before the first */
    public BridgeMetrics(Supplier<Pass> current, SegmentKeys keys, DeadLetters letters) {
        this.current = current;
        this.keys = keys;
        this.letters = letters;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        gauge(registry, "wfm.bridge.pass.conservation", "mapped - outcomes - in flight, 0 at any moment", pass ->
                (double) pass.conservation());
        gauge(
                registry,
                "wfm.bridge.pass.started.timestamp.seconds",
                "When the pass began",
                pass -> seconds(pass.startedAt()));
        gauge(
                registry,
                "wfm.bridge.pass.complete",
                "1 if the last pass was complete",
                pass -> pass.finishedAt() != null && pass.isComplete() ? 1 : 0);
        gauge(
                registry,
                "wfm.bridge.mapping.refused",
                "1 if the mapping file was refused, the last good one being in force",
                pass -> pass.isMappingRefused() ? 1 : 0);
        gauge(
                registry,
                "wfm.bridge.data.folder.failed",
                "1 if the data folder could not be written",
                pass -> pass.isDataFolderFailed() ? 1 : 0);
        gauge(
                registry,
                "wfm.bridge.zendesk.credentials.refused",
                "1 if Zendesk refused the credentials",
                pass -> pass.getSource().isHalted()
                                && pass.getSource().currentHalt().reason() == HaltReason.CREDENTIALS
                        ? 1
                        : 0);
        gauge(
                registry,
                "wfm.bridge.zendesk.complete",
                "1 if Zendesk's memberships were read to the end",
                pass -> pass.getSource().isComplete() ? 1 : 0);
        gauge(registry, "wfm.bridge.write.back.failed", "Statuses that could not be written to Zendesk", pass ->
                (double) pass.writeBackFailures());
        Gauge.builder("wfm.bridge.last.complete.pass.timestamp.seconds", () -> seconds(lastComplete))
                .description("When the last complete pass ended, 0 before the first")
                .register(registry);
        Gauge.builder("wfm.bridge.idempotent.keys", keys, k -> k.getSize())
                .description("Keys of segments that were delivered a moment ago")
                .register(registry);
        clients.forEach((name, client) -> bindClient(registry, name, client));
        known.forEach(name -> bindOrganization(registry, name));
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Pass> value) {
        Gauge.builder(name, () -> {
                    Pass pass = current.get();
                    return pass == null || pass.getSource() == null ? 0 : value.applyAsDouble(pass);
                })
                .description(description)
                .register(registry);
    }

    /** A pass has begun: its sides get their meters. */
    public void began(Pass pass) {
        meet("zendesk", pass.getSource());
        for (OrganizationPass organization : pass.getOrganizations()) {
            meet(organization.getName(), organization);
            if (known.add(organization.getName())) {
                registries.forEach(registry -> bindOrganization(registry, organization.getName()));
            }
        }
    }

    /** A pass has ended. */
    public void ended(Pass pass) throws IOException {
        Instant now = Instant.now();
        if (pass.isComplete() && !pass.isReplay()) {
            lastComplete = now;
        }
        for (OrganizationPass organization : pass.getOrganizations()) {
            if (pass.getSource().isComplete()
                    && !organization.isHalted()
                    && organization.placeHalts().isEmpty()
                    && organization.count(Outcome.HELD) == 0
                    && organization.count(Outcome.DEAD_LETTERED) == 0) {
                inStep.put(organization.getName(), now);
            }
        }
        Map<String, Map<String, Long>> counts = new ConcurrentHashMap<>();
        for (FiledLetter letter : letters.list()) {
            counts.computeIfAbsent(letter.organization(), o -> new ConcurrentHashMap<>())
                    .merge(letter.letter().code().text(), 1L, Long::sum);
        }
        filed = counts;
    }

    private void meet(String name, Side side) {
        ApiClient before = clients.put(name, side.client());
        if (before == null) {
            registries.forEach(registry -> bindClient(registry, name, side.client()));
        }
    }

    private void bindClient(MeterRegistry registry, String name, ApiClient first) {
        for (Call.Kind kind : Call.Kind.values()) {
            if (kind != Call.Kind.TOKEN) {
                FunctionCounter.builder(
                                "wfm.bridge.requests", clients, c -> c.get(name).requests(kind))
                        .description("Calls that went out")
                        .tag(ORGANIZATION, name)
                        .tag("kind", kind.name().toLowerCase(java.util.Locale.ROOT))
                        .register(registry);
            }
        }
        FunctionCounter.builder(
                        "wfm.bridge.throttled", clients, c -> c.get(name).throttled())
                .description("429s")
                .tag(ORGANIZATION, name)
                .register(registry);
        FunctionCounter.builder("wfm.bridge.token.renewals", clients, c -> c.get(name)
                        .tokens()
                        .renewals())
                .description("Tokens that were had")
                .tag(ORGANIZATION, name)
                .register(registry);
        FunctionCounter.builder(
                        "wfm.bridge.quota.wait.seconds",
                        clients,
                        c -> c.get(name).quotaWaitNanos() / 1e9)
                .description("Waits after 429s")
                .tag(ORGANIZATION, name)
                .register(registry);
        Gauge.builder("wfm.bridge.quota.allowed", clients, c -> c.get(name)
                        .gate()
                        .allowed())
                .description("Calls allowed in a window, as the answers told last, 0 if none did")
                .tag(ORGANIZATION, name)
                .register(registry);
        Gauge.builder("wfm.bridge.quota.used", clients, c -> c.get(name).gate().used())
                .description("Calls counted in this window, as the answers told")
                .tag(ORGANIZATION, name)
                .register(registry);
    }

    private void bindOrganization(MeterRegistry registry, String name) {
        for (Outcome outcome : Outcome.values()) {
            organization(
                    registry,
                    "wfm.bridge.pass.outcomes",
                    "Pairs of the pass by outcome",
                    name,
                    o -> (double) o.count(outcome),
                    "outcome",
                    outcome.text());
        }
        organization(registry, "wfm.bridge.pass.mapped", "Pairs mapped in the pass", name, o -> (double) o.mapped());
        organization(registry, "wfm.bridge.pass.in.flight", "Pairs without an outcome yet", name, o ->
                (double) o.inFlight());
        organization(registry, "wfm.bridge.stuck.pending", "Segments that are PENDING for too long", name, o ->
                (double) o.stuckPending());
        organization(registry, "wfm.bridge.removals.refused", "Removals that the guards refused", name, o ->
                (double) o.refusedRemovals());
        organization(registry, "wfm.bridge.halted.places", "Schedules, groups and units that are halted", name, o ->
                (double) o.placeHalts().size());
        organization(
                registry,
                "wfm.bridge.halted.since.timestamp.seconds",
                "Since when it is halted, 0 if it is not",
                name,
                o -> o.currentHalt() == null ? 0 : seconds(o.currentHalt().since()));
        for (HaltReason reason : HaltReason.values()) {
            organization(
                    registry,
                    "wfm.bridge.halted",
                    "1 if the organisation is halted for this reason",
                    name,
                    o -> o.currentHalt() != null && o.currentHalt().reason() == reason ? 1 : 0,
                    "reason",
                    reason.text());
        }
        organization(
                registry,
                "wfm.bridge.oldest.change.age.seconds",
                "Age of the oldest change that is not yet in Genesys",
                name,
                BridgeMetrics::oldestChange);
        Gauge.builder("wfm.bridge.in.step.timestamp.seconds", inStep, times -> seconds(times.get(name)))
                .description("When the organisation was last in step, 0 before the first time")
                .tag(ORGANIZATION, name)
                .register(registry);
        for (LetterCode code : LetterCode.values()) {
            Gauge.builder("wfm.bridge.dead.letters", this, metrics -> metrics.filed
                            .getOrDefault(name, Map.of())
                            .getOrDefault(code.text(), 0L))
                    .description("Dead letters on file")
                    .tag(ORGANIZATION, name)
                    .tag("code", code.text())
                    .register(registry);
        }
    }

    private void organization(
            MeterRegistry registry,
            String metric,
            String description,
            String name,
            ToDoubleFunction<OrganizationPass> value,
            String... tags) {
        List<String> all = new ArrayList<>(List.of(tags));
        all.add(ORGANIZATION);
        all.add(name);
        Gauge.builder(metric, () -> {
                    Pass pass = current.get();
                    OrganizationPass organization = pass == null ? null : pass.organization(name);
                    return organization == null ? 0 : value.applyAsDouble(organization);
                })
                .description(description)
                .tags(all.toArray(String[]::new))
                .register(registry);
    }

    private static double oldestChange(OrganizationPass organization) {
        double oldest = 0;
        for (SegmentMessage message : organization.getMessages()) {
            if (message.ending() == Outcome.HELD || message.ending() == Outcome.DEAD_LETTERED) {
                oldest = Math.max(oldest, age(message.membership().updatedAt()));
            }
        }
        return oldest;
    }

    private static double age(String updatedAt) {
        try {
            return updatedAt == null
                    ? 0
                    : Math.max(
                            0,
                            (System.currentTimeMillis()
                                            - Instant.parse(updatedAt).toEpochMilli())
                                    / 1000.0);
        } catch (DateTimeException garbage) {
            return 0;
        }
    }

    private static double seconds(Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1000.0;
    }
}
