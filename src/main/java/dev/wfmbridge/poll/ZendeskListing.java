package dev.wfmbridge.poll;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.Group;
import dev.wfmbridge.zendesk.GroupEntries;
import dev.wfmbridge.zendesk.Source;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code zendesk} of zendesk-poll: which page comes next, and what a page's rows, agents and groups are
 * (contract: zendesk.md, "Reading"). The next address is built from our own base URL and the cursor; {@code links.next} is
 * never followed.
 */
public final class ZendeskListing {

    private static final Logger LOG = LoggerFactory.getLogger(ZendeskListing.class);

    private final String statusField;
    private final Paging paging;
    /** From the last complete listing: a pass for some agents learns from it which names several groups share. */
    private volatile Map<Long, Group> knownGroups = Map.of();

    /** @param statusField {@code zendesk.status-field}; empty if nothing is written back */
    public ZendeskListing(String statusField, Paging paging) {
        this.paging = paging;
        this.statusField = statusField == null ? "" : statusField;
    }

    /** All memberships, with their users and groups. */
    public Pages memberships() {
        return ZendeskLists.of(paging, "/api/v2/group_memberships", "group_memberships", "users", "groups");
    }

    /** All groups. */
    public Pages groups() {
        return ZendeskLists.groups(paging);
    }

    /** Takes a page: its agents, groups and rows. */
    public void takePage(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @Body JsonNode page)
            throws UnexpectedAnswerException {
        take(page, pass);
        boolean last = !pages.follow(page);
        pass.getSource().readPage();
        if (last) {
            pass.getSource().readWhole();
        }
    }

    /** Takes a page of one agent's memberships. */
    public void takePageOf(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @Body JsonNode page)
            throws UnexpectedAnswerException {
        take(page, pass);
        pages.follow(page);
    }

    private void take(JsonNode page, Pass pass) {
        takeAgents(page.path("users"), pass.getSource(), pass.mapping());
        takeGroups(page.path("groups"), pass.getSource());
        takeRows(page, pass.getSource());
    }

    /** A repeated row counts once; one without ids is counted and skipped. */
    private static void takeRows(JsonNode page, Source source) {
        for (JsonNode row : page.path("group_memberships")) {
            Membership membership = ZendeskRows.membership(row);
            if (membership != null) {
                source.add(membership);
            } else {
                source.malformed(row.isObject() ? ZendeskRows.id(row.get("group_id")) : null);
                LOG.warn("Zendesk: a membership row without its ids was left out");
            }
        }
    }

    /** The agents whose memberships alone are read. */
    public List<Long> agentsOfPass(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        pass.getSource().knows(knownGroups.values());
        return pass.agents();
    }

    /** The memberships of one agent, with the agent and the groups. */
    public Pages membershipsOf(@Body Long agent) {
        return ZendeskLists.of(
                paging, "/api/v2/users/" + agent + "/group_memberships", "group_memberships", "users", "groups");
    }

    /** All agents of the pass were read. */
    public void agentsRead(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        pass.getSource().readWhole();
    }

    /** The listing cannot be read to its end; what was read is delivered. */
    public void incomplete(@ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeException Exception failure) {
        Source source = pass.getSource();
        String why = source.isHalted()
                ? source.currentHalt().message()
                : "page " + (source.pages() + 1) + " of the memberships: " + Failures.describe(failure);
        source.incomplete(why);
        pass.warn("Zendesk's memberships were not read to the end: " + why);
        LOG.warn("Zendesk's memberships were not read to the end: {}", why);
    }

    /** Whether a group that the mapping refers to by name has not been seen so far. */
    public boolean lacksNamedGroups(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        Source source = pass.getSource();
        if (source.isHalted()) {
            return false;
        }
        boolean strangers = source.groupIds().stream().anyMatch(id -> source.group(id) == null);
        Set<String> names = names(pass.mapping());
        if (pass.isPartial()) {
            // Only a list of all groups shows whether a name is unique.
            return strangers && !names.isEmpty() || knownGroups.isEmpty() && hasOneOf(names, source);
        }
        if (!source.isComplete() && !strangers) {
            return false;
        }
        Set<String> seen = namesSeen(source);
        return names.stream().anyMatch(name -> !seen.contains(name));
    }

    private static Set<String> namesSeen(Source source) {
        return source.groups().stream()
                .filter(group -> !group.deleted())
                .map(Group::name)
                .collect(Collectors.toSet());
    }

    private static boolean hasOneOf(Set<String> names, Source source) {
        return source.groups().stream().map(Group::name).anyMatch(names::contains);
    }

    /** Takes a page of groups. */
    public void takeGroupsPage(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @Body JsonNode page)
            throws UnexpectedAnswerException {
        takeGroups(page.path("groups"), pass.getSource());
        if (!pages.follow(page)) {
            know(pass.getSource());
        }
    }

    private void know(Source source) {
        knownGroups = source.groups().stream().collect(Collectors.toUnmodifiableMap(Group::id, group -> group));
    }

    /** Ids of the groups to look up one by one: mapped by id and not seen, or seen before under a mapped name. */
    public List<Long> groupsToRead(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        Source source = pass.getSource();
        if (source.isHalted() || !source.isComplete()) {
            return List.of();
        }
        Set<Long> ids = new LinkedHashSet<>();
        Set<String> seen = namesSeen(source);
        Set<Long> rows =
                source.getMemberships().stream().map(Membership::groupId).collect(Collectors.toSet());
        for (Entry entry : pass.mapping().entries()) {
            Long id = entry.group().id();
            if (pass.isPartial() && !rows.contains(id)) {
                continue;
            }
            if (id != null && source.group(id) == null) {
                ids.add(id);
            } else if (id == null && !seen.contains(entry.group().name())) {
                Long former = source.formerly(entry.group().name());
                if (former != null) {
                    ids.add(former);
                }
            }
        }
        return List.copyOf(ids);
    }

    public Call groupCall(Long id) {
        return Call.get("/api/v2/groups/" + id, null, "group");
    }

    /** Takes the answer about one group. */
    public void takeGroup(@ExchangeProperty(CallProperties.PASS) Pass pass, @Body JsonNode answer) {
        takeGroups(List.of(answer.path("group")), pass.getSource());
    }

    /** The group does not exist. */
    public void goneGroup(
            @ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeProperty(CallProperties.ASKED) Long asked) {
        pass.getSource().gone(asked);
    }

    /** A necessary lookup failed permanently: nothing may be concluded from the listing. */
    public void lookupFailed(@ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeException Exception failure) {
        Source source = pass.getSource();
        String why = source.isHalted() ? source.currentHalt().message() : "groups: " + Failures.describe(failure);
        source.incomplete(why);
        pass.warn("Zendesk's groups could not be read: " + why);
    }

    /** The agents of mapped memberships that no side-load included, 100 at a time. */
    public List<List<Long>> agentsToRead(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        Source source = pass.getSource();
        GroupEntries entries = groupEntries(pass);
        List<Long> lacking = source.getMemberships().stream()
                .filter(row -> entries.names(row.groupId()))
                .map(Membership::userId)
                .filter(id -> !source.knowsAgent(id))
                .distinct()
                .toList();
        if (source.isHalted()) {
            source.unread(lacking);
            return List.of();
        }
        return Batches.of(lacking, ZendeskLists.MOST);
    }

    public Call showMany(List<Long> ids) {
        return ZendeskLists.users(ids);
    }

    /** Takes the agents of an answer. */
    public void takeAgents(@ExchangeProperty(CallProperties.PASS) Pass pass, @Body JsonNode answer) {
        takeAgents(answer.path("users"), pass.getSource(), pass.mapping());
    }

    /** These agents could not be looked up: their memberships are held; no agent counts as unknown. */
    public void agentsUnread(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.ASKED) List<Long> ids,
            @ExchangeException Exception failure) {
        pass.getSource().unread(ids);
        pass.warn("Zendesk: " + ids.size() + " agents could not be looked up: " + Failures.describe(failure));
        pass.getSource().incomplete("agents could not be looked up");
    }

    /** Reports which groups the mapping names and Zendesk lacks, and which names are ambiguous. */
    public void conclude(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        Source source = pass.getSource();
        GroupEntries entries = groupEntries(pass);
        source.entries(entries);
        if (source.isComplete() && !pass.isPartial()) {
            know(source);
            for (Entry entry : pass.mapping().entries()) {
                if (!entries.found(entry) && !entry.absent()) {
                    missing(entry, source, pass);
                }
            }
        }
        entries.ambiguous()
                .forEach((name, ids) -> pass.warn("Zendesk has " + ids.size() + " groups named \"" + name
                        + "\" (" + ids.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "))
                        + "): put the id of the one that is meant into the mapping as zendeskGroup."));
        source.groupIds().stream()
                .filter(id -> !entries.names(id))
                .map(id -> {
                    Group group = source.group(id);
                    return group == null || group.name().isEmpty() ? String.valueOf(id) : Shape.printable(group.name());
                })
                .sorted()
                .forEach(source::unmapped);
    }

    /** A whole team would silently stop being planned: so each pass warns and is not complete. */
    private static void missing(Entry entry, Source source, Pass pass) {
        String group = entry.group().toString();
        if (!source.missingGroups().contains(group)) {
            source.missing(group);
        }
        pass.lacksGroupOf(entry);
        String warning = "Zendesk has no group \"" + group + "\", which the mapping names in line " + entry.line()
                + " (" + entry.where()
                + "): none of its members is planned in "
                + entry.organization()
                + ". Correct it there, create the group, take the entry out, or set absent: true if"
                + " its people are to go.";
        pass.warn(warning);
        LOG.warn(warning);
    }

    /** Which entries apply to which group, as far as the groups are known. */
    private static GroupEntries groupEntries(Pass pass) {
        return GroupEntries.of(pass.mapping(), pass.getSource());
    }

    /** Takes agents read outside the listing: their tags may have changed since. */
    public void takeFresh(JsonNode users, Source source, Mapping mapping) {
        takeAgents(users, source, mapping);
    }

    private void takeAgents(JsonNode users, Source source, Mapping mapping) {
        Set<String> named = source.namedTags(mapping);
        for (JsonNode user : users) {
            Agent agent = ZendeskRows.agent(user, named, mapping.genesysUserIdField(), statusField);
            if (agent != null) {
                source.add(agent);
            }
        }
    }

    private static void takeGroups(Iterable<JsonNode> groups, Source source) {
        for (JsonNode group : groups) {
            Group known = ZendeskRows.group(group);
            if (known != null) {
                source.add(known);
            }
        }
    }

    private static Set<String> names(Mapping mapping) {
        return mapping.entries().stream()
                .map(entry -> entry.group().name())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
