package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Everything that the two servers hold, and the weather they work in. It can be changed while they run, from any thread; the
 * methods that change something return the world, so that a test can build one in a single expression. It outlives the servers: a second
 * sandbox on the same world finds what the first one left.
 *
 * <p>Whoever names something that does not exist gets a {@link NoSuchElementException}; whoever adds something a second
 * time an {@link IllegalArgumentException}.
 */
public final class World {
    /** What Zendesk is called among the sides that can be down; no organisation has this name. */
    static final String ZENDESK = "zendesk";

    private static final Instant LONG_AGO = Instant.parse("2026-01-12T08:30:00Z");
    private static final long FIRST_MEMBERSHIP = 7_130_855_204_506L;
    private static final long FIRST_USER_FIELD = 6_164_056_736_410L;
    private static final long STEP = 128;

    /** A Zendesk group. */
    record Group(long id, String name, boolean deleted, Instant updatedAt) {}

    /** A user field of the Zendesk account. */
    record UserField(long id, String type, String key, String title, String description) {}

    private final long startedAt = System.nanoTime();
    private final Weather weather = new Weather();
    private double timeFactor = 1;
    private long advanced;

    private String account = "acme";
    private String zendeskClientId = "sample-zendesk-client";
    private String zendeskClientSecret = "sample-zendesk-secret";
    private String zendeskEmail = "integration@acme.example";
    private String zendeskApiToken = "sample-zendesk-api-token";
    private String publicHost = "https://z3n-acme.zendesk.com";
    private long callerId = 6_130_871_991_962L;
    private boolean pagesRepeatLastRow;
    private final TreeMap<Long, Group> groups = new TreeMap<>();
    private final TreeMap<Long, ZendeskAgent> agents = new TreeMap<>();
    private final Map<Long, Instant> agentsUpdatedAt = new HashMap<>();
    private final TreeMap<Long, ObjectNode> memberships = new TreeMap<>();
    private final Set<Long> usersWithMembership = new HashSet<>();
    private final Map<String, UserField> userFields = new LinkedHashMap<>();
    private final Set<Long> usersLackedBySideLoad = new HashSet<>();
    private final Set<Long> groupsLackedBySideLoad = new HashSet<>();
    private final Set<Long> usersThatJobsFail = new HashSet<>();

    private final Map<String, GenesysTenant> organizations = new LinkedHashMap<>();

    /** An empty world in fair weather; the Zendesk account's only user is the admin whose credentials the bridge has. */
    public World() {
        addAgent(ZendeskAgent.of(callerId, "Integration", "integration@acme.example")
                .withRole("admin"));
    }

    /**
     * Reads {@code zendesk.yaml}, {@code genesys.yaml} and {@code weather.yaml}.
     *
     * @throws java.io.UncheckedIOException if one of them is missing, is no YAML or has an unknown key; the message says
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
     * Divides all durations: a window of 60 s lasts 0.6 s at 100. Seconds that are told (Retry-After, reset, expires_in) stay
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

    // ---- Zendesk ----

    /** The name of the Zendesk account, as {@link Received#account()} tells it. */
    public synchronized World account(String name) {
        account = name;
        return this;
    }

    /** The OAuth client of the Zendesk account. */
    public synchronized World zendeskClient(String clientId, String clientSecret) {
        zendeskClientId = clientId;
        zendeskClientSecret = clientSecret;
        return this;
    }

    /** The legacy API token of the Zendesk account; {@code null}: new accounts have none. */
    public synchronized World zendeskApiToken(String email, String token) {
        zendeskEmail = email;
        zendeskApiToken = token;
        return this;
    }

    /** The user to whom the credentials belong, instead of the default one. */
    public synchronized World caller(ZendeskAgent agent) {
        agents.remove(callerId);
        callerId = agent.id();
        return addAgent(agent);
    }

    /** The host that {@code url} and {@code links.next} name: not the one that is called. */
    public synchronized World publicHost(String url) {
        publicHost = url;
        return this;
    }

    /** Adds a group. */
    public World addGroup(long id, String name) {
        return addGroup(id, name, false);
    }

    /** Adds a group, or one that was deleted: it stays in the listing, and its memberships with it. */
    public synchronized World addGroup(long id, String name, boolean deleted) {
        require(!groups.containsKey(id), "group %d is there already", id);
        groups.put(id, new Group(id, name, deleted, LONG_AGO));
        return this;
    }

    /** Gives a group another name; in a listing that is being read it may move behind or before the cursor. */
    public synchronized World renameGroup(long id, String name) {
        groups.put(id, new Group(id, name, group(id).deleted(), now(ChronoUnit.SECONDS)));
        return this;
    }

    /** Marks a group as deleted; its memberships stay. */
    public synchronized World deleteGroup(long id) {
        groups.put(id, new Group(id, group(id).name(), true, now(ChronoUnit.SECONDS)));
        return this;
    }

    /** Takes a group out without a trace; its memberships stay. */
    public synchronized World removeGroup(long id) {
        group(id);
        groups.remove(id);
        return this;
    }

    /** Adds a user. */
    public synchronized World addAgent(ZendeskAgent agent) {
        require(!agents.containsKey(agent.id()), "agent %d is there already", agent.id());
        agents.put(agent.id(), agent);
        agentsUpdatedAt.put(agent.id(), LONG_AGO);
        return this;
    }

    /** Changes a user. */
    public synchronized World updateAgent(long id, UnaryOperator<ZendeskAgent> change) {
        agents.put(id, change.apply(agent(id)));
        agentsUpdatedAt.put(id, now(ChronoUnit.SECONDS));
        return this;
    }

    /** Takes a user out without a trace; the memberships stay. */
    public synchronized World removeAgent(long id) {
        agent(id);
        agents.remove(id);
        return this;
    }

    /** A user as they are now. */
    public synchronized ZendeskAgent agent(long id) {
        return found(agents.get(id), "agent", id);
    }

    /** Adds a membership under the next free id; the user and the group need not exist. */
    public synchronized World addMembership(long userId, long groupId) {
        return addMembership(nextMembership(), userId, groupId);
    }

    /** Adds a membership; the user and the group need not exist. */
    public synchronized World addMembership(long id, long userId, long groupId) {
        require(!memberships.containsKey(id), "membership %d is there already", id);
        boolean first = usersWithMembership.add(userId);
        memberships.put(
                id,
                Json.object()
                        .put("url", publicHost + "/api/v2/group_memberships/" + id + ".json")
                        .put("id", id)
                        .put("user_id", userId)
                        .put("group_id", groupId)
                        .put("default", first)
                        .put("created_at", LONG_AGO.toString())
                        .put("updated_at", LONG_AGO.toString()));
        return this;
    }

    /** Adds a row to the listing as it is, however malformed; it comes behind those that are there. */
    public synchronized World addRawMembership(ObjectNode row) {
        memberships.put(nextMembership(), row.deepCopy());
        return this;
    }

    /** Removes a membership. */
    public synchronized World removeMembership(long id) {
        found(memberships.remove(id), "membership", id);
        return this;
    }

    /** Removes all memberships of this user in this group. */
    public synchronized World removeMembership(long userId, long groupId) {
        boolean removed = memberships
                .values()
                .removeIf(row -> row.path("user_id").asLong() == userId
                        && row.path("group_id").asLong() == groupId);
        if (!removed) {
            throw new NoSuchElementException("agent " + userId + " is not in group " + groupId);
        }
        return this;
    }

    /** Adds a text field to the account's users. */
    public synchronized World addUserField(String key, String title) {
        require(createUserField("text", key, title, "").isPresent(), "user field %s is there already", key);
        return this;
    }

    /** Users that no side-load tells, though they exist. */
    public synchronized World sideLoadLacksUsers(long... ids) {
        addAll(usersLackedBySideLoad, ids);
        return this;
    }

    /** Groups that no side-load tells, though they exist. */
    public synchronized World sideLoadLacksGroups(long... ids) {
        addAll(groupsLackedBySideLoad, ids);
        return this;
    }

    /** Whether each page but the first begins with the last row of the page before it. */
    public synchronized World pagesRepeatLastRow(boolean repeat) {
        pagesRepeatLastRow = repeat;
        return this;
    }

    /** Users whose row fails in each job, which is {@code completed} nevertheless. */
    public synchronized World jobsFailFor(long... userIds) {
        addAll(usersThatJobsFail, userIds);
        return this;
    }

    // ---- Genesys ----

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

    // ---- Genesys: units and staffing groups ----

    /** Adds a business unit without a limit. */
    public World addBusinessUnit(String organization, String id, String name) {
        return addBusinessUnit(organization, id, name, Integer.MAX_VALUE);
    }

    /**
     * Adds a business unit.
     *
     * @param limit agents that its management units take together; does not hold for {@link #putInManagementUnit}
     */
    public synchronized World addBusinessUnit(String organization, String id, String name, int limit) {
        workforce(organization).addBusinessUnit(new Workforce.BusinessUnit(id, name, limit));
        return this;
    }

    /** Adds a management unit, which takes 1,500 agents. */
    public World addManagementUnit(String organization, String businessUnitId, String id, String name) {
        return addManagementUnit(organization, businessUnitId, id, name, Workforce.UNIT_LIMIT);
    }

    /**
     * Adds a management unit.
     *
     * @param limit agents that it takes; does not hold for {@link #putInManagementUnit}
     */
    public synchronized World addManagementUnit(
            String organization, String businessUnitId, String id, String name, int limit) {
        workforce(organization).addManagementUnit(new Workforce.ManagementUnit(id, businessUnitId, name, limit));
        return this;
    }

    /** Removes a management unit; its agents are in no unit then. Staffing groups stay as they are. */
    public synchronized World removeManagementUnit(String organization, String unitId) {
        workforce(organization).removeManagementUnit(unitId);
        return this;
    }

    /** Adds a staffing group, version 1, that takes any user (but see {@link #staffingGroupsKeepToBusinessUnit}). */
    public World addStaffingGroup(String organization, String businessUnitId, String id, String name) {
        return addStaffingGroup(organization, businessUnitId, id, name, null);
    }

    /**
     * Adds a staffing group, version 1.
     *
     * @param unitId the management unit whose agents alone may join (400 for others; current members stay);
     *     {@code null}: none
     */
    public synchronized World addStaffingGroup(
            String organization, String businessUnitId, String id, String name, String unitId) {
        workforce(organization).addStaffingGroup(StaffingGroup.of(id, businessUnitId, name, unitId));
        return this;
    }

    /** Removes a staffing group. */
    public synchronized World removeStaffingGroup(String organization, String groupId) {
        workforce(organization).removeStaffingGroup(groupId);
        return this;
    }

    /** A person adds a user, who need not exist: the version is one higher, unless the user is in the group already. */
    public synchronized World addStaffingGroupMember(String organization, String groupId, String userId) {
        workforce(organization).change(groupId, userId, true);
        return this;
    }

    /** A person takes a user out: the version is one higher, unless the user is not in the group. */
    public synchronized World removeStaffingGroupMember(String organization, String groupId, String userId) {
        workforce(organization).change(groupId, userId, false);
        return this;
    }

    /**
     * Each PATCH that would add this user to a staffing group is refused as a whole, without saying who is at
     * fault. A current member stays without refusal.
     *
     * @param status 400 to 499, such as 400, 404 or 409
     * @param code such as wfm.validation.failure, wfm.entity.not.found or request.conflict
     */
    public synchronized World refuseInStaffingGroup(String organization, String userId, int status, String code) {
        require(status >= 400 && status < 500, "a refusal is 400 to 499: %d", status);
        workforce(organization).refuse(userId, new Workforce.Refusal(status, code));
        return this;
    }

    /** Each PATCH that would add this user is answered 200, and the user is silently left out. */
    public synchronized World leaveOutOfStaffingGroup(String organization, String userId) {
        workforce(organization).leaveOut(userId);
        return this;
    }

    /** Ends {@link #refuseInStaffingGroup} and {@link #leaveOutOfStaffingGroup}. */
    public synchronized World acceptInStaffingGroup(String organization, String userId) {
        workforce(organization).accept(userId);
        return this;
    }

    /** Whether a staffing group without a management unit takes only agents of its business unit; at first it does not. */
    public synchronized World staffingGroupsKeepToBusinessUnit(String organization, boolean keep) {
        workforce(organization).groupsKeepToBusinessUnit(keep);
        return this;
    }

    /** Somebody puts a user, who need not exist, into a management unit, and so takes them out of another. */
    public synchronized World putInManagementUnit(String organization, String unitId, String userId) {
        workforce(organization).place(userId, Objects.requireNonNull(unitId));
        return this;
    }

    /** Somebody takes a user out of their management unit. */
    public synchronized World takeOutOfManagementUnit(String organization, String userId) {
        workforce(organization).place(userId, null);
        return this;
    }

    /** A move of this user is under way, so that each other one gets MovingToDifferentManagementUnit; it comes to nothing. */
    public synchronized World moveUnderWay(String organization, String userId, Duration duration) {
        workforce(organization).moveUnderWay(userId, duration);
        return this;
    }

    /** As {@link #moveUnderWay(String, String, Duration)}, but at its end the user is in this unit. */
    public synchronized World moveUnderWay(String organization, String userId, String toUnitId, Duration duration) {
        workforce(organization).moveUnderWay(userId, Objects.requireNonNull(toUnitId), duration);
        return this;
    }

    /**
     * No POST returns a result for this user from now on.
     *
     * @param moved whether they are moved nevertheless
     */
    public synchronized World omitMoveResult(String organization, String userId, boolean moved) {
        workforce(organization).omitResult(userId, moved);
        return this;
    }

    /** Ends {@link #omitMoveResult}. */
    public synchronized World tellMoveResult(String organization, String userId) {
        workforce(organization).tellResult(userId);
        return this;
    }

    /**
     * A move of this user is answered MoveSuccessful, and no read shows it before the lag is over; a second POST to the
     * same unit gets AlreadyMoved in the meantime.
     */
    public synchronized World showMovesLate(String organization, String userId, Duration lag) {
        workforce(organization).showMovesLate(userId, lag);
        return this;
    }

    /**
     * The client is not authorised for this unit: it is listed, its users cannot be read (403), its agents cannot be moved
     * (SourceManagementUnitNotAuthorized), and nobody can be moved into it (403 for the whole call). Where an agent is remains visible.
     */
    public synchronized World forbidUnit(String organization, String unitId) {
        workforce(organization).forbid(unitId, true);
        return this;
    }

    /** Ends {@link #forbidUnit}. */
    public synchronized World allowUnit(String organization, String unitId) {
        workforce(organization).forbid(unitId, false);
        return this;
    }

    /**
     * Whether a move to a unit that does not exist is refused as a whole (404 wfm.management.unit.not.found); at first it
     * is answered 202 with DestinationManagementUnitDoesNotExist for each agent. The contract has both.
     */
    public synchronized World unknownUnitRefusesCall(String organization, boolean refuses) {
        workforce(organization).unknownUnitRefusesCall(refuses);
        return this;
    }

    /** The users of a staffing group at this moment. */
    public synchronized Set<String> staffingGroupMembers(String organization, String groupId) {
        return workforce(organization).staffingGroup(groupId).users();
    }

    /** The version of a staffing group at this moment. */
    public synchronized int staffingGroupVersion(String organization, String groupId) {
        return workforce(organization).staffingGroup(groupId).version();
    }

    /** The id of the management unit that a reading shows the user in at this moment; empty: in none. */
    public synchronized Optional<String> managementUnitOf(String organization, String userId) {
        return workforce(organization).unitOf(userId).map(Workforce.ManagementUnit::id);
    }

    /** The users that a reading of the management unit shows at this moment. */
    public synchronized Set<String> managementUnitMembers(String organization, String unitId) {
        found(workforce(organization).managementUnit(unitId).orElse(null), "management unit", unitId);
        return workforce(organization).usersOf(unitId);
    }

    // ---- for the servers ----

    /** Nominal nanoseconds since the world began. */
    synchronized long now() {
        return (long) ((System.nanoTime() - startedAt) * timeFactor) + advanced;
    }

    synchronized long realNanos(Duration nominal) {
        return (long) (nominal.toNanos() / timeFactor);
    }

    synchronized String account() {
        return account;
    }

    synchronized String zendeskClientId() {
        return zendeskClientId;
    }

    synchronized String zendeskClientSecret() {
        return zendeskClientSecret;
    }

    synchronized String zendeskEmail() {
        return zendeskEmail;
    }

    synchronized Optional<String> zendeskApiToken() {
        return Optional.ofNullable(zendeskApiToken);
    }

    synchronized String publicHost() {
        return publicHost;
    }

    synchronized long callerId() {
        return callerId;
    }

    synchronized boolean pagesRepeatLastRow() {
        return pagesRepeatLastRow;
    }

    synchronized List<Group> groups() {
        return List.copyOf(groups.values());
    }

    synchronized Optional<Group> findGroup(long id) {
        return Optional.ofNullable(groups.get(id));
    }

    synchronized List<ZendeskAgent> agents() {
        return List.copyOf(agents.values());
    }

    synchronized Optional<ZendeskAgent> findAgent(long id) {
        return Optional.ofNullable(agents.get(id));
    }

    synchronized Instant updatedAt(ZendeskAgent agent) {
        return agentsUpdatedAt.getOrDefault(agent.id(), LONG_AGO);
    }

    static Instant createdAt() {
        return LONG_AGO;
    }

    /** By the key of their place in the listing, which is the id where the row has one. */
    synchronized TreeMap<Long, ObjectNode> memberships() {
        return new TreeMap<>(memberships);
    }

    synchronized List<UserField> userFields() {
        return List.copyOf(userFields.values());
    }

    /** The new field; empty if the key is taken. */
    synchronized Optional<UserField> createUserField(String type, String key, String title, String description) {
        if (userFields.containsKey(key)) {
            return Optional.empty();
        }
        UserField field = new UserField(FIRST_USER_FIELD + STEP * userFields.size(), type, key, title, description);
        userFields.put(key, field);
        return Optional.of(field);
    }

    synchronized boolean inSideLoad(ZendeskAgent agent) {
        return !usersLackedBySideLoad.contains(agent.id());
    }

    synchronized boolean inSideLoad(Group group) {
        return !groupsLackedBySideLoad.contains(group.id());
    }

    synchronized boolean jobsFailFor(ZendeskAgent agent) {
        return usersThatJobsFail.contains(agent.id());
    }

    synchronized Collection<GenesysTenant> organizations() {
        return List.copyOf(organizations.values());
    }

    synchronized GenesysTenant organization(String name) {
        return found(organizations.get(name), "organisation", name);
    }

    private Workforce workforce(String organization) {
        return organization(organization).workforce();
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

    private Group group(long id) {
        return found(groups.get(id), "group", id);
    }

    private long nextMembership() {
        return memberships.isEmpty() ? FIRST_MEMBERSHIP : memberships.lastKey() + STEP;
    }

    private static Instant now(ChronoUnit unit) {
        return Instant.now().truncatedTo(unit);
    }

    private static void addAll(Set<Long> set, long... ids) {
        for (long id : ids) {
            set.add(id);
        }
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
