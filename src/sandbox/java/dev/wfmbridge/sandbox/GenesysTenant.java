package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One Genesys organisation. Guarded by the monitor of its {@link World}. */
final class GenesysTenant {
    /** A user. */
    record User(String id, String name, String email, String state) {}

    private record Pair(String userId, String scheduleId) {}

    /** A segment with what is still going to happen to it. Times are nominal nanoseconds. */
    private static final class Row {
        private Segment segment;
        private final long visibleAt;
        private Long approvedAt;

        Row(Segment segment, long visibleAt, Long approvedAt) {
            this.segment = segment;
            this.visibleAt = visibleAt;
            this.approvedAt = approvedAt;
        }
    }

    private final World world;
    private final String name;
    private final String id;
    private final String clientId;
    private final String clientSecret;
    private int quota;
    private Duration quotaPeriod;
    private boolean servesSegments = true;
    private final Set<Permission> lacking = EnumSet.noneOf(Permission.class);
    private final Set<String> schedules = new LinkedHashSet<>();
    private final Map<String, User> users = new TreeMap<>();
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<Pair, String> pairs = new HashMap<>();
    private final List<SegmentWrite> history = new ArrayList<>();
    private final Workforce workforce;

    GenesysTenant(
            World world,
            String name,
            String id,
            String clientId,
            String clientSecret,
            int quota,
            Duration quotaPeriod) {
        this.world = world;
        this.name = name;
        this.id = id;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.quota = quota;
        this.quotaPeriod = quotaPeriod;
        this.workforce = new Workforce(world);
    }

    String name() {
        return name;
    }

    String id() {
        return id;
    }

    String clientId() {
        return clientId;
    }

    String clientSecret() {
        return clientSecret;
    }

    int quota() {
        return quota;
    }

    Duration quotaPeriod() {
        return quotaPeriod;
    }

    void quota(int allowed, Duration period) {
        quota = allowed;
        quotaPeriod = period;
    }

    boolean servesSegments() {
        return servesSegments;
    }

    void servesSegments(boolean serves) {
        servesSegments = serves;
    }

    boolean lacks(Permission permission) {
        return lacking.contains(permission);
    }

    Set<Permission> lacking() {
        return lacking;
    }

    Set<String> schedules() {
        return schedules;
    }

    Map<String, User> users() {
        return users;
    }

    /** Whether there is such a user who is not deleted. */
    boolean hasUser(String userId) {
        User user = users.get(userId);
        return user != null && !user.state().equals("deleted");
    }

    Workforce workforce() {
        return workforce;
    }

    /** Whether a POST of this segment is a duplicate within the organisation: causes (a), (b) and (c). */
    boolean blocks(String segmentId, String userId, String scheduleId) {
        return rows.containsKey(segmentId) || pairs.containsKey(new Pair(userId, scheduleId));
    }

    boolean has(String segmentId) {
        return rows.containsKey(segmentId);
    }

    /** What a caller with this organisation's token can read. */
    List<Segment> visible(Predicate<Segment> wanted) {
        settle();
        long now = world.now();
        return rows.values().stream()
                .filter(row -> row.visibleAt <= now)
                .map(row -> row.segment)
                .filter(wanted)
                .toList();
    }

    /** What is taken and cannot be read yet. */
    List<Segment> committing() {
        long now = world.now();
        return rows.values().stream()
                .filter(row -> row.visibleAt > now)
                .map(row -> row.segment)
                .toList();
    }

    Optional<Segment> visible(String segmentId) {
        settle();
        Row row = rows.get(segmentId);
        return row == null || row.visibleAt > world.now() ? Optional.empty() : Optional.of(row.segment);
    }

    /** A segment that a person or another tool made: there at once, as it is. */
    Segment place(String segmentId, String userId, String scheduleId, String status) {
        schedules.add(scheduleId);
        Instant now = Instant.now();
        Segment segment = new Segment(segmentId, userId, scheduleId, status, 1, now, now);
        store(new Row(segment, world.now(), null), SegmentWrite.Kind.PERSON);
        return segment;
    }

    /** A segment that was posted. */
    Segment insert(String segmentId, String userId, String scheduleId, String status, Duration commitLag) {
        Duration approvalDelay = world.weather().approvalDelay();
        boolean waits = status.equals("APPROVED") && !approvalDelay.isZero();
        long visibleAt = world.now() + commitLag.toNanos();
        Instant now = Instant.now();
        Segment segment = new Segment(segmentId, userId, scheduleId, waits ? "PENDING" : status, 1, now, now);
        store(new Row(segment, visibleAt, waits ? visibleAt + approvalDelay.toNanos() : null), SegmentWrite.Kind.POST);
        return segment;
    }

    private void store(Row row, SegmentWrite.Kind kind) {
        Segment segment = row.segment;
        rows.put(segment.id(), row);
        pairs.put(new Pair(segment.userId(), segment.scheduleId()), segment.id());
        note(kind, segment);
    }

    Segment change(Segment read, String status, SegmentWrite.Kind kind) {
        Row row = rows.get(read.id());
        row.approvedAt = null;
        return change(row, status, kind);
    }

    private Segment change(Row row, String status, SegmentWrite.Kind kind) {
        Segment old = row.segment;
        row.segment = new Segment(
                old.id(), old.userId(), old.scheduleId(), status, old.version() + 1, old.dateCreated(), Instant.now());
        note(kind, row.segment);
        return row.segment;
    }

    void remove(Segment segment, SegmentWrite.Kind kind) {
        rows.remove(segment.id());
        pairs.remove(new Pair(segment.userId(), segment.scheduleId()));
        note(kind, segment);
    }

    List<SegmentWrite> history() {
        settle();
        return List.copyOf(history);
    }

    private void settle() {
        long now = world.now();
        for (Row row : rows.values()) {
            if (row.approvedAt != null && row.approvedAt <= now) {
                row.approvedAt = null;
                change(row, "APPROVED", SegmentWrite.Kind.APPROVAL);
            }
        }
    }

    private void note(SegmentWrite.Kind kind, Segment segment) {
        history.add(new SegmentWrite(kind, segment, Instant.now()));
    }
}
