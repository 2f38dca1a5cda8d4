package dev.wfmbridge.zendesk;

import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.PassGuard;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.segment.Membership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a pass read from Zendesk: memberships, and the agents and groups that they refer to. Written by the poll, which is
 * one thread, before anything else reads it.
 */
public final class Source extends Side {

    private final String tokenGrant;
    private volatile GroupEntries entries;
    private MembershipRows memberships = new MembershipRows();
    // Fresh reads for removals come from several organisations at once.
    private AgentRows agents = new AgentRows();
    private final Map<Long, Group> groups = new HashMap<>();
    private final Map<String, Long> formerNames = new HashMap<>();
    private final Set<Long> groupsWithMalformedRows = new HashSet<>();
    private final Set<Long> unreadAgents = new HashSet<>();
    private final List<String> missingGroups = new ArrayList<>();
    private final Set<String> unmappedGroups = new LinkedHashSet<>();

    private volatile Set<String> namedTags;
    private boolean complete;
    private String incompleteBecause;
    private int malformedRows;
    private boolean malformedRowOfUnknownGroup;
    private int pages;
    private int membershipCount;

    /** @param tokenGrant how Zendesk's client gets a token: {@code zendesk}, or {@code zendesk-legacy} for the API token */
    public Source(ApiClient client, PassGuard guard, int haltAfter, String tokenGrant) {
        super(client, guard, haltAfter);
        this.tokenGrant = tokenGrant;
    }

    @Override
    public String getTokenGrant() {
        return tokenGrant;
    }

    /** Which entries apply to which group, as far as the groups are known; null before the listing is complete. */
    public GroupEntries entries() {
        return entries;
    }

    public void entries(GroupEntries known) {
        entries = known;
    }

    /** Pages of memberships that were read. */
    public int pages() {
        return pages;
    }

    public void readPage() {
        pages++;
    }

    /** The last page was read. */
    public void readWhole() {
        complete = incompleteBecause == null;
    }

    /** The listing cannot be read to its end. */
    public void incomplete(String why) {
        complete = false;
        if (incompleteBecause == null) {
            incompleteBecause = why;
        }
    }

    /** Whether the listing was read to its end. */
    public boolean isComplete() {
        return complete;
    }

    /** Why it was not; null if it was. */
    public String incompleteBecause() {
        return incompleteBecause;
    }

    public void add(Membership membership) {
        if (memberships.add(membership)) {
            membershipCount++;
        }
    }

    public void malformed(Long groupId) {
        malformedRows++;
        if (groupId == null) {
            malformedRowOfUnknownGroup = true;
        } else {
            groupsWithMalformedRows.add(groupId);
        }
    }

    public int malformedRows() {
        return malformedRows;
    }

    /** Whether a row could not be read and not even its group is known: it may have been anybody's. */
    public boolean malformedRowOfUnknownGroup() {
        return malformedRowOfUnknownGroup;
    }

    public boolean hasMalformedRow(long groupId) {
        return groupsWithMalformedRows.contains(groupId);
    }

    public void add(Agent agent) {
        agents.put(agent);
    }

    public void add(Group group) {
        Group before = groups.put(group.id(), group);
        if (before != null && !before.name().equals(group.name())) {
            formerNames.put(before.name(), group.id());
        }
    }

    /** Groups as an earlier pass saw them, for one that reads some agents only. */
    public void knows(Collection<Group> earlier) {
        earlier.forEach(group -> groups.putIfAbsent(group.id(), group));
    }

    public void gone(long groupId) {
        Group before = groups.get(groupId);
        groups.put(groupId, new Group(groupId, before == null ? "" : before.name(), true));
    }

    /**
     * What a part of a pass says about a read made elsewhere.
     *
     * @param because why it was not read to its end; null if it was
     */
    public void readElsewhere(String because, boolean malformedRowOfAnyGroup, Collection<Long> groupsWithMalformed) {
        complete = because == null;
        incompleteBecause = because;
        malformedRowOfUnknownGroup = malformedRowOfAnyGroup;
        groupsWithMalformedRows.addAll(groupsWithMalformed);
    }

    /** They became messages, which hold everything needed from them. */
    public void letMembershipsGo() {
        memberships = new MembershipRows();
    }

    /** The pass is over: keeps the counts, releases the rows. */
    public void letGo() {
        letMembershipsGo();
        agents = new AgentRows();
    }

    /** The memberships, each once, in the order in which they were listed. */
    public Collection<Membership> getMemberships() {
        return Collections.unmodifiableCollection(memberships);
    }

    public int membershipCount() {
        return membershipCount;
    }

    /** Groups that were seen and are not deleted. */
    public long groupCount() {
        return groups.values().stream().filter(group -> !group.deleted()).count();
    }

    /** The tags named by any entry of the mapping: no others are kept. */
    public Set<String> namedTags(Mapping mapping) {
        Set<String> named = namedTags;
        if (named == null) {
            named = new HashSet<>();
            for (Entry entry : mapping.entries()) {
                named.addAll(entry.withTags());
                named.addAll(entry.withoutTags());
                named.addAll(entry.statusByTag().keySet());
            }
            namedTags = named;
        }
        return named;
    }

    /** The groups of the memberships, each once. */
    public Set<Long> groupIds() {
        return memberships.groups();
    }

    /** Whether an answer included this agent. */
    public boolean knowsAgent(long id) {
        return agents.has(id);
    }

    /** The agent; null if no answer included them. */
    public Agent agent(long id) {
        return agents.get(id);
    }

    public Group group(long id) {
        return groups.get(id);
    }

    public Collection<Group> groups() {
        return groups.values();
    }

    /** The group that had this name when an earlier page was read. */
    public Long formerly(String name) {
        return formerNames.get(name);
    }

    public void unread(Collection<Long> agentIds) {
        unreadAgents.addAll(agentIds);
    }

    /** Whether the lookup of this agent failed: nothing may be concluded about them. */
    public boolean isUnread(long agentId) {
        return unreadAgents.contains(agentId);
    }

    public void missing(String group) {
        missingGroups.add(group);
    }

    public List<String> missingGroups() {
        return missingGroups;
    }

    public void unmapped(String group) {
        unmappedGroups.add(group);
    }

    public Set<String> unmappedGroups() {
        return unmappedGroups;
    }
}
