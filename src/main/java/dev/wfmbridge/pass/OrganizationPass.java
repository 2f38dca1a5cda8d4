package dev.wfmbridge.pass;

import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.PassGuard;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What a pass knows about one organisation: its segment messages and how they ended, what its places hold, its halts. Each
 * count is taken where the thing happens; none is computed from the others (docs/reference.md, "Report").
 */
public final class OrganizationPass extends Side {

    private final Organization organization;
    private final List<Place> places;
    private final Set<Place> unserved = ConcurrentHashMap.newKeySet();
    private final List<SegmentMessage> messages = new ArrayList<>();
    private final Snapshot snapshot = new Snapshot();
    private final Map<String, Halt> placeHalts = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> notFound = new ConcurrentHashMap<>();
    private final DeliveryQueue queue = new DeliveryQueue();
    private volatile Set<String> letters = Set.of();

    private final LongAdder mapped = new LongAdder();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder stuckPending = new LongAdder();
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final Map<String, LongAdder> skipped = new ConcurrentHashMap<>();
    private final LongAdder candidates = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final Queue<Candidate> removals = new ConcurrentLinkedQueue<>();
    private final Map<String, Object> readings = new ConcurrentHashMap<>();
    private final Map<Call.Kind, LongAdder> foreseen = new ConcurrentHashMap<>();
    private Supplier<Ledger> ledgerSource = () -> null;
    private Ledger ledger;
    private boolean ledgerRead;
    private boolean ledgerLost;
    private volatile boolean usersNeeded;
    private volatile boolean segmentsRead;
    private volatile boolean answeredElsewhere;
    private volatile String servedBy;

    /** @param places those that the mapping names for this organisation, each once, in file order */
    public OrganizationPass(
            Organization organization, List<Place> places, ApiClient client, PassGuard guard, int haltAfter) {
        super(client, guard, haltAfter);
        this.organization = organization;
        this.places = List.copyOf(places);
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    @Override
    public String getTokenGrant() {
        return "genesys";
    }

    public Organization organization() {
        return organization;
    }

    public List<Place> getPlaces() {
        return places;
    }

    /** There are no routes for this place's target. */
    public void servesNot(Place place) {
        unserved.add(place);
        haltPlace(
                place.id(),
                HaltReason.TARGET_NOT_FOUND,
                "There are no routes for target " + place.target() + ": see docs/targets.md.");
    }

    /** The places whose target has routes. */
    public List<Place> getServedPlaces() {
        return places.stream().filter(place -> !unserved.contains(place)).toList();
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Those of its messages that wait for a delivery, or for a new read. */
    public DeliveryQueue getQueue() {
        return queue;
    }

    /** A pair was mapped to this organisation. */
    public void countMapped() {
        mapped.increment();
    }

    /** A message was handed to the organisation. */
    public void collect(SegmentMessage message) {
        synchronized (messages) {
            messages.add(message);
        }
        inFlight.increment();
    }

    /** The messages of this pass, in the order of the listing. */
    public List<SegmentMessage> getMessages() {
        synchronized (messages) {
            return Collections.unmodifiableList(messages);
        }
    }

    /** A message's outcome is known. */
    public void record(SegmentMessage message) {
        if (message.ending() == Outcome.SKIPPED) {
            skipped.computeIfAbsent(message.reason(), r -> new LongAdder()).increment();
        }
        outcomes.get(message.ending()).increment();
        inFlight.decrement();
    }

    /** Holds every message whose outcome is not known: the snapshot of the next pass will tell. */
    public void holdRest(HaltReason reason) {
        for (SegmentMessage message : getMessages()) {
            if (message.markRecorded()) {
                message.heldBy(reason);
                record(message);
            }
        }
    }

    public long stuckPending() {
        return stuckPending.sum();
    }

    public long mapped() {
        return mapped.sum();
    }

    public long inFlight() {
        return inFlight.sum();
    }

    public long count(Outcome outcome) {
        return outcomes.get(outcome).sum();
    }

    public Map<String, Long> skipped() {
        Map<String, Long> counts = new TreeMap<>();
        skipped.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** mapped − outcomes: 0 at the end of a pass unless something was lost. */
    public long balance() {
        return mapped() - outcomes.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** No more calls to this place in this pass. The first reason stays. */
    public void haltPlace(String placeId, HaltReason reason, String detail) {
        placeHalts.putIfAbsent(placeId, Halt.of(reason, detail));
    }

    public void haltPlace(String placeId, Halt halt) {
        placeHalts.putIfAbsent(placeId, halt);
    }

    public Halt haltOf(String placeId) {
        return placeHalts.get(placeId);
    }

    public Map<String, Halt> placeHalts() {
        return new LinkedHashMap<>(new TreeMap<>(placeHalts));
    }

    /** A 404 to a POST for an active user: how many users got one for this place. */
    public int notFoundIn(String placeId, String userId) {
        Set<String> users = notFound.computeIfAbsent(placeId, p -> ConcurrentHashMap.newKeySet());
        users.add(userId);
        return users.size();
    }

    /** The segments that have a dead letter of an earlier pass. */
    public void haveLetters(Set<String> segmentIds) {
        letters = segmentIds;
    }

    public boolean hasLetter(String segmentId) {
        return letters.contains(segmentId);
    }

    /** Keeps what a target read, for this pass. */
    public void remember(String key, Object reading) {
        readings.put(key, reading);
    }

    /** Takes back what was kept; null if nothing was. */
    public Object forget(String key) {
        return readings.remove(key);
    }

    /** What a target read in this pass; null if nothing. */
    public <T> T remembered(String key, Class<T> type) {
        return type.cast(readings.get(key));
    }

    /** What a target read in this pass, made where there is nothing yet. */
    public <T> T remembered(String key, Class<T> type, Supplier<T> first) {
        return type.cast(readings.computeIfAbsent(key, k -> first.get()));
    }

    /** In a pass, this many calls would follow those that its plan made. */
    public void foresees(Call.Kind kind, long calls) {
        foreseen.computeIfAbsent(kind, k -> new LongAdder()).add(calls);
    }

    /** The calls of a kind that a plan's pass would make beyond those of the plan. */
    public long foreseen(Call.Kind kind) {
        LongAdder calls = foreseen.get(kind);
        return calls == null ? 0 : calls.sum();
    }

    /** The organisation's ledger, read when it is first needed; null where it could not be read. */
    public synchronized Ledger ledger() {
        if (!ledgerRead) {
            ledger = ledgerSource.get();
            ledgerRead = true;
            ledgerLost = ledger == null || ledger.isPutAside();
        }
        return ledger;
    }

    /** Whether the ledger was needed and is there no longer: it could be neither read nor parsed. */
    public synchronized boolean isLedgerLost() {
        return ledgerLost;
    }

    /** @param own reads the ledger; null if that cannot be done */
    public synchronized void keeps(Supplier<Ledger> own) {
        ledgerSource = own;
    }

    public void countCandidates(int more) {
        candidates.add(more);
    }

    public void countRefused(int more) {
        refused.add(more);
    }

    public void countRemoved(int more) {
        removed.add(more);
    }

    public void countStuckPending(long more) {
        stuckPending.add(more);
    }

    public long candidates() {
        return candidates.sum();
    }

    public long refusedRemovals() {
        return refused.sum();
    }

    public long removed() {
        return removed.sum();
    }

    /** This segment is to be removed, unless something intervenes. */
    public void removes(Candidate candidate) {
        removals.add(candidate);
    }

    public List<Candidate> removals() {
        return List.copyOf(removals);
    }

    /** Its part of the pass is done: releases what only the deliveries needed. */
    public void concludePart() {
        readings.clear();
    }

    /** The pass is over, and its report is written: counts and halts stay, the rows go. */
    public void letGo() {
        readings.clear();
        snapshot.letGo();
        synchronized (messages) {
            messages.clear();
        }
        queue.letGo();
        removals.clear();
        synchronized (this) {
            ledger = null;
            ledgerRead = true;
        }
    }

    /** The process that did its part; null if no other than this one. */
    public String servedBy() {
        return servedBy;
    }

    public void servedBy(String process) {
        servedBy = process;
    }

    /** Whether another process that did its part got an answer out of it. */
    public boolean isAnsweredElsewhere() {
        return answeredElsewhere;
    }

    public void answersElsewhere() {
        answeredElsewhere = true;
    }

    /** Whether any pair of this organisation still needs its Genesys user. */
    public boolean usersNeeded() {
        return usersNeeded;
    }

    public void needsUsers() {
        usersNeeded = true;
    }

    /** Whether a read of segments of this organisation was answered in this pass. */
    public boolean segmentsRead() {
        return segmentsRead;
    }

    public void readSegments() {
        segmentsRead = true;
    }
}
