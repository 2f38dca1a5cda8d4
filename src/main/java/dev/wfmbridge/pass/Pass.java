package dev.wfmbridge.pass;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.PassGuard;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.zendesk.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** One comparison of all memberships with all places, and the deliveries that follow. */
public final class Pass implements PassGuard {

    /** At its counts, before a difference between them is believed. */
    private static final int LOOKS = 50;

    private final String runId;
    private final PassOrder order;
    private final Mapping mapping;
    private final Stopping stopping;
    private final Instant startedAt;
    private final long deadline;
    private final boolean limited;
    private final Map<String, OrganizationPass> organizations = new LinkedHashMap<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Long, String> writtenBack = new ConcurrentHashMap<>();
    private final Set<Long> written = ConcurrentHashMap.newKeySet();
    private final Set<Long> notWritten = ConcurrentHashMap.newKeySet();
    private final LongAdder writtenBackFailed = new LongAdder();
    private final Set<String> ledgered = ConcurrentHashMap.newKeySet();
    private final List<Entry> missingGroups = new CopyOnWriteArrayList<>();
    private Source source;
    private Exception brokenBy;
    private volatile Instant finishedAt;
    private volatile boolean dataFolderFailed;
    private volatile String fatal;
    private volatile boolean gaveWay;
    private volatile boolean mappingRefused;
    private long turn;
    private volatile String way = "organizations";

    public Pass(String runId, PassOrder order, Mapping mapping, Stopping stopping) {
        this.runId = runId;
        this.order = order;
        this.mapping = mapping;
        this.stopping = stopping;
        this.startedAt = Instant.now();
        this.limited = order.limit() != null;
        this.deadline = limited ? System.nanoTime() + order.limit().toNanos() : 0;
    }

    public String getRunId() {
        return runId;
    }

    /** Whether it is the one that was started with this order. */
    public boolean isOf(PassOrder asked) {
        return order == asked;
    }

    public Trigger trigger() {
        return order.trigger();
    }

    public Mapping mapping() {
        return mapping;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Whether it only says what it would do. */
    public boolean isPlanned() {
        return order.trigger() == Trigger.PLAN;
    }

    /** Whether a mistake in one organisation's part refuses all of it, see {@link PassOrder#strict}. */
    public boolean isStrict() {
        return order.strict();
    }

    /** Whether it takes only dead letters. */
    public boolean isReplay() {
        return order.replay() != null;
    }

    public ReplayRequest replayRequest() {
        return order.replay();
    }

    /** The agents whose memberships alone it reads, for a replay those of its letters; empty where it reads all. */
    public List<Long> agents() {
        return isReplay() ? order.replay().agents() : order.agents();
    }

    /** Whether it looks only at some agents, so that nothing follows from anybody's absence. */
    public boolean isPartial() {
        return isReplay() || isHinted();
    }

    /** Whether events asked for it, agent by agent. */
    public boolean isHinted() {
        return !order.agents().isEmpty();
    }

    /** Removals that somebody approved: {@code ORG/SCHEDULE} → how many. */
    public Map<String, Integer> approvals() {
        return order.approvals();
    }

    /** {@link System#nanoTime()} of the next turn of a replay with a rate. */
    public synchronized long nextTurn(long spacingNanos) {
        long now = System.nanoTime();
        turn = turn == 0 || turn + spacingNanos - now < 0 ? now : turn + spacingNanos;
        return turn;
    }

    /** The route that takes the organisations' parts of this pass. */
    public String getWay() {
        return way;
    }

    public void goesBy(String route) {
        way = route;
    }

    public Source getSource() {
        return source;
    }

    public void readsFrom(Source zendesk) {
        source = zendesk;
    }

    public void add(OrganizationPass organization) {
        organizations.put(organization.getName(), organization);
    }

    public OrganizationPass organization(String name) {
        return organizations.get(name);
    }

    public Collection<OrganizationPass> getOrganizations() {
        return organizations.values();
    }

    /** The organisations that the pass needs: with a mapped membership, or with a line in the ledger. */
    public List<OrganizationPass> getOrganizationsConcerned() {
        return organizations.values().stream()
                .filter(organization -> organization.mapped() > 0 || ledgered.contains(organization.getName()))
                .toList();
    }

    /** The ledger has lines of this organisation. */
    public void ledgerNames(String organization) {
        ledgered.add(organization);
    }

    /** Zendesk does not have the group of this entry. */
    public void lacksGroupOf(Entry entry) {
        missingGroups.add(entry);
    }

    /** The entries whose group Zendesk does not have; those that are {@code absent} are not among them. */
    public List<Entry> missingGroups() {
        return missingGroups;
    }

    /** Number of groups that the mapping names for this organisation and Zendesk does not have. */
    public long missingGroups(String organization) {
        return missingGroups.stream()
                .filter(entry -> entry.organization().equals(organization))
                .map(Entry::group)
                .distinct()
                .count();
    }

    /** Zendesk user → status that this pass writes, or would write; empty text = the field is emptied. */
    public void writesBack(Map<Long, String> changes) {
        writtenBack.putAll(changes);
    }

    public Map<Long, String> writtenBack() {
        return writtenBack;
    }

    /** So many rows were not written. */
    public void countNotWrittenBack(int failed) {
        writtenBackFailed.add(failed);
    }

    public long writeBackFailures() {
        return writtenBackFailed.sum();
    }

    /** The agents of a batch, and those of them that were not written. */
    public void wroteBack(Set<Long> agents, Set<Long> failed) {
        agents.stream().filter(agent -> !failed.contains(agent)).forEach(written::add);
        notWritten.addAll(failed);
    }

    public boolean wrote(long agent) {
        return written.contains(agent);
    }

    public boolean failedToWrite(long agent) {
        return notWritten.contains(agent);
    }

    /** Whether the status of any agent was written, or could not be. */
    public boolean triedToWriteBack() {
        return !written.isEmpty() || !notWritten.isEmpty();
    }

    /** Something that operators should know, in one sentence, ids only. */
    public void warn(String text) {
        // It may name a file, whose creator chose the name.
        String warning = Shape.line(text);
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    public List<String> warnings() {
        return warnings;
    }

    /** The data folder could not be written; delivery goes on. */
    public void dataFolderFails(String what) {
        dataFolderFailed = true;
        warn(what);
    }

    public boolean isDataFolderFailed() {
        return dataFolderFailed;
    }

    /** The mapping file cannot be used; the last good one is in force. */
    public void refusesMapping() {
        mappingRefused = true;
    }

    public boolean isMappingRefused() {
        return mappingRefused;
    }

    /** Nothing can be done at all, because of a mistake that somebody has to fix. */
    public void refuse(String why) {
        fatal = why;
    }

    /** Why nothing can be done at all; null otherwise. */
    public String refusal() {
        return fatal;
    }

    public boolean isRefused() {
        return fatal != null;
    }

    /**
     * Something failed that no route expects: the pass cannot run to its end. The first failure is kept.
     *
     * @param failure an Exception or an Error; Camel would fill in a parameter of the type Exception itself, and so remember each pass
     */
    public synchronized void breaks(Throwable failure) {
        if (brokenBy == null) {
            brokenBy = failure instanceof Exception exception ? exception : new IllegalStateException(failure);
        }
    }

    /** What ended the pass before its end; null if nothing did. */
    public synchronized Exception brokenBy() {
        return brokenBy;
    }

    @Override
    public boolean stopping() {
        return stopping.begun() || gaveWay;
    }

    /** Starts no more calls, and ends soon: whatever has to be done now matters more than this plan. */
    public void giveWay() {
        gaveWay = true;
    }

    public boolean gaveWay() {
        return gaveWay;
    }

    /** Waits until it has ended, but no longer than that. */
    public void awaitEnd(Duration most) throws InterruptedException {
        ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** When its time is over; null if it has no limit. */
    public Instant endsBy() {
        return limited ? Instant.now().plusNanos(deadline - System.nanoTime()) : null;
    }

    @Override
    public boolean outOfTime() {
        return limited && System.nanoTime() - deadline >= 0;
    }

    @Override
    public long nanosLeft() {
        return limited ? deadline - System.nanoTime() : Long.MAX_VALUE;
    }

    /** Nanoseconds beyond its time limit; 0 if within it. */
    public long nanosOver() {
        return finishedAt != null || !limited ? 0 : Math.max(0, -nanosLeft());
    }

    /** Nothing more is awaited: messages without an outcome are held, and the pass is not complete. */
    public void cutShort() {
        for (OrganizationPass organization : organizations.values()) {
            organization.halt(HaltReason.STOPPING, null);
            organization.holdRest(HaltReason.STOPPING);
        }
    }

    public void finish() {
        finishedAt = Instant.now();
        ended.countDown();
    }

    public Instant finishedAt() {
        return finishedAt;
    }

    /** Another pass begins: counts and halts of this one stay, its rows go. */
    public void letGo() {
        organizations.values().forEach(OrganizationPass::letGo);
        source.letGo();
    }

    /** Pairs mapped so far, over all organisations. */
    public long mapped() {
        return organizations.values().stream()
                .mapToLong(OrganizationPass::mapped)
                .sum();
    }

    /** mapped − outcomes, over all organisations. */
    public long balance() {
        return organizations.values().stream()
                .mapToLong(OrganizationPass::balance)
                .sum();
    }

    /**
     * mapped − outcomes − in flight, over all organisations: 0 at any moment, or something was lost. The counters are updated one after the
     * other, so only a lasting difference counts.
     */
    public long conservation() {
        long difference = 0;
        for (int look = 0; look < LOOKS; look++) {
            difference = organizations.values().stream()
                    .mapToLong(organization -> organization.balance() - organization.inFlight())
                    .sum();
            if (difference == 0) {
                return 0;
            }
            Thread.onSpinWait();
        }
        return difference;
    }

    /** Whether the source was read to its end, has all groups that the mapping names, and nothing was halted or held. */
    public boolean isComplete() {
        return brokenBy() == null
                && source != null
                && source.isComplete()
                && !source.isHalted()
                && missingGroups.isEmpty()
                && organizations.values().stream()
                        .noneMatch(organization -> organization.isHalted()
                                || !organization.placeHalts().isEmpty()
                                || organization.count(Outcome.HELD) > 0);
    }
}
