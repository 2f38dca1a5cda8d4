package dev.wfmbridge.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Everything that the two servers hold, and the weather they work in: the Zendesk account, in fair weather only with the admin whose
 * credentials the bridge has, and the organisations of Genesys. It can be changed while they run, from any thread; the
 * methods that change something return the world, so that a test can build one in a single expression. It outlives the servers: a second
 * sandbox on the same world finds what the first one left.
 *
 * <p>Whoever names something that does not exist gets a {@link NoSuchElementException}; whoever adds something a second
 * time an {@link IllegalArgumentException}.
 */
public final class World {
    /** What Zendesk is called among the sides that can be down; no organisation has this name. */
    static final String ZENDESK = "zendesk";

    private final long startedAt = System.nanoTime();
    private final Weather weather = new Weather();
    private double timeFactor = 1;
    private long advanced;

    private final ZendeskAccount zendesk = new ZendeskAccount(this);
    private final Map<String, GenesysTenant> organizations = new LinkedHashMap<>();

    /**
     * Reads {@code zendesk.yaml}, {@code genesys.yaml} and {@code weather.yaml}.
     *
     * @throws java.io.UncheckedIOException if one of them is missing, is not YAML or has an unknown key; the message says
     *     where
     */
    public static World read(Path configSandboxDir) {
        return new WorldFiles(configSandboxDir).read();
    }

    /**
     * Takes an organisation or Zendesk down, or brings it back.
     *
     * @param side the organisation's name, or {@code zendesk}
     * @param outage {@code null}: it is up again
     * @throws NoSuchElementException if there is no such organisation
     */
    public void outage(String side, Outage outage) {
        if (!side.equals(ZENDESK)) {
            organization(side);
        }
        weather.outage(side, outage);
    }

    /** The weather; it can be changed at any time. */
    public Weather weather() {
        return weather;
    }

    /**
     * Divides all durations: a window of 60 s lasts 0.6 s at 100. Seconds in answers (Retry-After, reset, expires_in) stay
     * undivided. To be set before the servers start.
     *
     * @param factor 1 or more
     */
    public synchronized World timeFactor(double factor) {
        if (factor < 1) {
            throw new IllegalArgumentException("the time factor must be 1 or more: " + factor);
        }
        timeFactor = factor;
        return this;
    }

    /**
     * Lets time pass at once: windows end, tokens expire, late segments commit, workflows approve, jobs complete. Dates in
     * answers stay those of the wall clock.
     */
    public synchronized World advance(Duration nominal) {
        advanced += nominal.toNanos();
        return this;
    }

    /** The Zendesk account. */
    public ZendeskAccount zendesk() {
        return zendesk;
    }

    /** Adds an organisation; its quota counts per minute. */
    public World addOrganization(String name, String id, String clientId, String clientSecret, int quota) {
        return addOrganization(name, id, clientId, clientSecret, quota, Duration.ofMinutes(1));
    }

    /** Adds an organisation. */
    public synchronized World addOrganization(
            String name, String id, String clientId, String clientSecret, int quota, Duration quotaPeriod) {
        require(!organizations.containsKey(name), "organisation %s is there already", name);
        require(organizationOfClient(clientId).isEmpty(), "client %s is there already", clientId);
        organizations.put(name, new GenesysTenant(this, name, id, clientId, clientSecret, quota, quotaPeriod));
        return this;
    }

    /** Changes an organisation's quota, also in the middle of a window. */
    public synchronized World quota(String organization, int allowed, Duration period) {
        organization(organization).quota(allowed, period);
        return this;
    }

    /** Adds schedules; one that is there stays. */
    public synchronized World addSchedule(String organization, String... scheduleIds) {
        organization(organization).schedules().addAll(List.of(scheduleIds));
        return this;
    }

    /** Removes a schedule: a POST to it gets 404, its segments stay. */
    public synchronized World removeSchedule(String organization, String scheduleId) {
        organization(organization).schedules().remove(scheduleId);
        return this;
    }

    /**
     * Adds a user.
     *
     * @param state active, inactive or deleted
     */
    public synchronized World addUser(String organization, String id, String email, String name, String state) {
        GenesysTenant.User old =
                organization(organization).users().putIfAbsent(id, new GenesysTenant.User(id, name, email, state));
        require(old == null, "user %s is there already", id);
        return this;
    }

    /** Changes a user's state. */
    public synchronized World userState(String organization, String id, String state) {
        Map<String, GenesysTenant.User> users = organization(organization).users();
        GenesysTenant.User user = found(users.get(id), "user", id);
        users.put(id, new GenesysTenant.User(id, user.name(), user.email(), state));
        return this;
    }

    /** Adds a segment that a person or another tool made, and its schedule if that is new. The user need not exist. */
    public synchronized World addSegment(
            String organization, String segmentId, String userId, String scheduleId, String status) {
        require(!taken(segmentId), "segment %s is there already", segmentId);
        require(
                !organization(organization).blocks(segmentId, userId, scheduleId),
                "user %s has a segment in schedule %s already",
                userId,
                scheduleId);
        organization(organization).place(segmentId, userId, scheduleId, status);
        return this;
    }

    /** A person, or a workflow, rejects a segment. */
    public World decline(String organization, String segmentId) {
        return byHand(organization, segmentId, "REJECTED");
    }

    /** A person cancels a segment. */
    public World cancel(String organization, String segmentId) {
        return byHand(organization, segmentId, "CANCELLED");
    }

    /** A person approves a segment. */
    public World approve(String organization, String segmentId) {
        return byHand(organization, segmentId, "APPROVED");
    }

    /** A person removes a segment. */
    public synchronized World removeSegment(String organization, String segmentId) {
        GenesysTenant org = organization(organization);
        org.remove(found(org.visible(segmentId).orElse(null), "segment", segmentId), SegmentWrite.Kind.PERSON);
        return this;
    }

    /** The role of the organisation's client lacks these from now on. */
    public synchronized World revoke(String organization, Permission... permissions) {
        organization(organization).lacking().addAll(List.of(permissions));
        return this;
    }

    /** The role of the organisation's client has these again. */
    public synchronized World grant(String organization, Permission... permissions) {
        organization(organization).lacking().removeAll(List.of(permissions));
        return this;
    }

    /** Whether the organisation serves the path of the segments at all; if not, each call to it gets 404. */
    public synchronized World servesSegments(String organization, boolean serves) {
        organization(organization).servesSegments(serves);
        return this;
    }

    /** What people do to an organisation's units and staffing groups, or find there. */
    public WorkforceByHand workforce(String organization) {
        return new WorkforceByHand(this, organization(organization).workforce());
    }

    // ---- for the servers ----

    /** Nominal nanoseconds since the world began. */
    synchronized long now() {
        return (long) ((System.nanoTime() - startedAt) * timeFactor) + advanced;
    }

    synchronized long realNanos(Duration nominal) {
        return (long) (nominal.toNanos() / timeFactor);
    }

    synchronized Collection<GenesysTenant> organizations() {
        return List.copyOf(organizations.values());
    }

    synchronized GenesysTenant organization(String name) {
        return found(organizations.get(name), "organisation", name);
    }

    synchronized Optional<GenesysTenant> organizationOfClient(String clientId) {
        return organizations.values().stream()
                .filter(organization -> organization.clientId().equals(clientId))
                .findFirst();
    }

    /** Whether any organisation has a segment of this id: cause (d) of a 409. */
    synchronized boolean taken(String segmentId) {
        return organizations.values().stream().anyMatch(organization -> organization.has(segmentId));
    }

    private synchronized World byHand(String organization, String segmentId, String status) {
        GenesysTenant org = organization(organization);
        Segment segment = found(org.visible(segmentId).orElse(null), "segment", segmentId);
        org.change(segment, status, SegmentWrite.Kind.PERSON);
        return this;
    }

    static <T> T found(T thing, String what, Object id) {
        if (thing == null) {
            throw new NoSuchElementException("no " + what + " " + id);
        }
        return thing;
    }

    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(arguments));
        }
    }
}
