package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The Zendesk account of a {@link World}: its groups, agents, memberships and user fields, and what its listings leave
 * out. The methods that change something return the account.
 */
public final class ZendeskAccount {
    private static final Instant LONG_AGO = Instant.parse("2026-01-12T08:30:00Z");
    private static final long FIRST_MEMBERSHIP = 7_130_855_204_506L;
    private static final long FIRST_USER_FIELD = 6_164_056_736_410L;
    private static final long STEP = 128;

    /** A Zendesk group. */
    record Group(long id, String name, boolean deleted, Instant updatedAt) {}

    /** A user field of the Zendesk account. */
    record UserField(long id, String type, String key, String title, String description) {}

    private final World world;
    private String account = "acme";
    private String clientId = "sample-zendesk-client";
    private String clientSecret = "sample-zendesk-secret";
    private String email = "integration@acme.example";
    private String apiToken = "sample-zendesk-api-token";
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

    /** Its only user is the admin whose credentials the bridge has. */
    ZendeskAccount(World world) {
        this.world = world;
        addAgent(ZendeskAgent.of(callerId, "Integration", "integration@acme.example")
                .withRole("admin"));
    }

    /** The world that it is in, to go on with its other side. */
    public World world() {
        return world;
    }

    /** The name of the Zendesk account, as in {@link Received#account()}. */
    public synchronized ZendeskAccount account(String name) {
        account = name;
        return this;
    }

    /** The OAuth client of the Zendesk account. */
    public synchronized ZendeskAccount client(String id, String secret) {
        clientId = id;
        clientSecret = secret;
        return this;
    }

    /** The legacy API token of the Zendesk account; {@code null}: new accounts have none. */
    public synchronized ZendeskAccount apiToken(String owner, String token) {
        email = owner;
        apiToken = token;
        return this;
    }

    /** The user to whom the credentials belong, instead of the default one. */
    public synchronized ZendeskAccount caller(ZendeskAgent agent) {
        agents.remove(callerId);
        callerId = agent.id();
        return addAgent(agent);
    }

    /** The host that {@code url} and {@code links.next} name: not the one that is called. */
    public synchronized ZendeskAccount publicHost(String url) {
        publicHost = url;
        return this;
    }

    /** Adds a group. */
    public ZendeskAccount addGroup(long id, String name) {
        return addGroup(id, name, false);
    }

    /** Adds a group, or one that was deleted: it stays in the listing, and its memberships with it. */
    public synchronized ZendeskAccount addGroup(long id, String name, boolean deleted) {
        World.require(!groups.containsKey(id), "group %d is there already", id);
        groups.put(id, new Group(id, name, deleted, LONG_AGO));
        return this;
    }

    /** Gives a group another name; in a listing that is being read it may move behind or before the cursor. */
    public synchronized ZendeskAccount renameGroup(long id, String name) {
        groups.put(id, new Group(id, name, group(id).deleted(), now(ChronoUnit.SECONDS)));
        return this;
    }

    /** Marks a group as deleted; its memberships stay. */
    public synchronized ZendeskAccount deleteGroup(long id) {
        groups.put(id, new Group(id, group(id).name(), true, now(ChronoUnit.SECONDS)));
        return this;
    }

    /** Takes a group out without a trace; its memberships stay. */
    public synchronized ZendeskAccount removeGroup(long id) {
        group(id);
        groups.remove(id);
        return this;
    }

    /** Adds a user. */
    public synchronized ZendeskAccount addAgent(ZendeskAgent agent) {
        World.require(!agents.containsKey(agent.id()), "agent %d is there already", agent.id());
        agents.put(agent.id(), agent);
        agentsUpdatedAt.put(agent.id(), LONG_AGO);
        return this;
    }

    /** Changes a user. */
    public synchronized ZendeskAccount updateAgent(long id, UnaryOperator<ZendeskAgent> change) {
        agents.put(id, change.apply(agent(id)));
        agentsUpdatedAt.put(id, now(ChronoUnit.SECONDS));
        return this;
    }

    /** Takes a user out without a trace; the memberships stay. */
    public synchronized ZendeskAccount removeAgent(long id) {
        agent(id);
        agents.remove(id);
        return this;
    }

    /** A user as they are now. */
    public synchronized ZendeskAgent agent(long id) {
        return World.found(agents.get(id), "agent", id);
    }

    /** Adds a membership under the next free id; the user and the group need not exist. */
    public synchronized ZendeskAccount addMembership(long userId, long groupId) {
        return addMembership(nextMembership(), userId, groupId);
    }

    /** Adds a membership; the user and the group need not exist. */
    public synchronized ZendeskAccount addMembership(long id, long userId, long groupId) {
        World.require(!memberships.containsKey(id), "membership %d is there already", id);
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
    public synchronized ZendeskAccount addRawMembership(ObjectNode row) {
        memberships.put(nextMembership(), row.deepCopy());
        return this;
    }

    /** Removes a membership. */
    public synchronized ZendeskAccount removeMembership(long id) {
        World.found(memberships.remove(id), "membership", id);
        return this;
    }

    /** Removes all memberships of this user in this group. */
    public synchronized ZendeskAccount removeMembership(long userId, long groupId) {
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
    public synchronized ZendeskAccount addUserField(String key, String title) {
        World.require(createUserField("text", key, title, "").isPresent(), "user field %s is there already", key);
        return this;
    }

    /** Users that no side-load includes, though they exist. */
    public synchronized ZendeskAccount sideLoadLacksUsers(long... ids) {
        addAll(usersLackedBySideLoad, ids);
        return this;
    }

    /** Groups that no side-load includes, though they exist. */
    public synchronized ZendeskAccount sideLoadLacksGroups(long... ids) {
        addAll(groupsLackedBySideLoad, ids);
        return this;
    }

    /** Whether each page but the first begins with the last row of the page before it. */
    public synchronized ZendeskAccount pagesRepeatLastRow(boolean repeat) {
        pagesRepeatLastRow = repeat;
        return this;
    }

    /** Users whose row fails in each job, which is {@code completed} nevertheless. */
    public synchronized ZendeskAccount jobsFailFor(long... userIds) {
        addAll(usersThatJobsFail, userIds);
        return this;
    }

    // ---- for the server ----

    synchronized String account() {
        return account;
    }

    synchronized String clientId() {
        return clientId;
    }

    synchronized String clientSecret() {
        return clientSecret;
    }

    synchronized String email() {
        return email;
    }

    synchronized Optional<String> apiToken() {
        return Optional.ofNullable(apiToken);
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

    private Group group(long id) {
        return World.found(groups.get(id), "group", id);
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
}
