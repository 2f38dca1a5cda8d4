package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each side was left as by the last pass that could tell: halts, when it was in step, since when a change waits. Outlives the
 * process, in {@code data/operate.json}.
 */
final class SettledStates {

    static final String ZENDESK = "zendesk";

    private static final Logger LOG = LoggerFactory.getLogger(SettledStates.class);
    private static final Path STATE = Path.of("operate.json");

    private final DataFolder folder;
    private final Answers answers;
    private final Map<String, Settled> settled = new ConcurrentHashMap<>();
    private final Map<String, Long> heardBefore = new ConcurrentHashMap<>();
    private volatile Instant lastComplete;

    /** @param folder where the states of the previous process are */
    SettledStates(DataFolder folder, Answers answers) {
        this.folder = folder;
        this.answers = answers;
        try {
            folder.readOwn(STATE, "The states start again", LOG::warn).ifPresent(this::restore);
        } catch (IOException unreadable) {
            // Then the states start again with the first pass.
            lastComplete = null;
        }
    }

    private void restore(JsonNode state) {
        lastComplete = Settled.instant(state.path("lastComplete"));
        state.path("sides").properties().forEach(side -> settled.put(side.getKey(), Settled.fromJson(side.getValue())));
    }

    /** When the last complete pass ended; null if none did. */
    Instant lastComplete() {
        return lastComplete;
    }

    /** The state of an organisation, or of Zendesk. */
    Settled of(String name) {
        return settled.getOrDefault(name, Settled.NEW);
    }

    /** A pass has begun: others than its sides are forgotten. */
    void began(Pass pass) {
        Set<String> sides = new HashSet<>(Set.of(ZENDESK));
        heardBefore.put(ZENDESK, answers.successes(ZENDESK));
        for (OrganizationPass organization : pass.getOrganizations()) {
            String name = organization.getName();
            sides.add(name);
            heardBefore.put(name, answers.successes(name));
            Settled before = of(name);
            if (!pass.isPartial() && before.ledgerSince() != null && !hasLedger(organization)) {
                settled.put(name, before.ledgerSince(Instant.now()));
            }
        }
        settled.keySet().retainAll(sides);
        heardBefore.keySet().retainAll(sides);
    }

    /** A pass over all memberships has ended. */
    void ended(Pass pass, Instant now) {
        if (pass.isComplete()) {
            lastComplete = now;
        }
        settle(pass.getSource());
        for (OrganizationPass organization : pass.getOrganizations()) {
            settle(pass, organization, now);
        }
    }

    /** @throws IOException if the data folder cannot be written */
    void write() throws IOException {
        folder.writeJson(STATE, toJson());
    }

    ObjectNode toJson() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("lastComplete", Objects.toString(lastComplete, null));
        ObjectNode sides = state.putObject("sides");
        settled.forEach((name, side) -> sides.set(name, side.toJson()));
        return state;
    }

    /** The states as another process left them. */
    void become(JsonNode state) {
        restore(state);
        settled.keySet().removeIf(name -> !state.path("sides").has(name));
    }

    /** The settled states, plus the halt of the pass under way over all memberships. */
    Map<HaltReason, Instant> haltsNow(String name, Pass pass) {
        Settled before = of(name);
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

    private boolean hasLedger(OrganizationPass organization) {
        return Files.exists(folder.path().resolve("ledger").resolve(organization.getName() + ".jsonl"));
    }

    private void settle(Side zendesk) {
        Settled before = of(ZENDESK);
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
        Settled before = of(name);
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
                        organization.isLedgerLost() || since == null && hasLedger(organization) ? now : since));
    }

    /**
     * Since when the oldest change not yet in Genesys has been waiting. Whatever is in the ledger was delivered before,
     * and when the organisation was in step nothing was waiting: so anything waiting now has waited since a later
     * moment, however old its membership is.
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

    /** Whether any call of this pass succeeded there. */
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
}
