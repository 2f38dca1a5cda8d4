package dev.wfmbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.LastAnswer;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.segment.SkipReason;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code genesysUsers} of genesys-users: which Genesys user an agent is in an organisation
 * (docs/architecture.md, "Who is who").
 */
public final class GenesysUsers {

    private static final Logger LOG = LoggerFactory.getLogger(GenesysUsers.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 500;
    private static final int SEARCH = 100;

    /** The users of all organisations, which outlive a pass, about 100 bytes each. */
    private static final long MOST_USERS = 1_000_000;

    private final Cache<String, UserDirectory> directories = Caffeine.newBuilder()
            .maximumWeight(MOST_USERS)
            .weigher((String name, UserDirectory users) -> users.size() + 1)
            .build();
    private final long freshNanos;
    private final SegmentIds ids;
    private final Paging paging;

    /** @param freshNanos how long the active users of an organisation stay fresh */
    public GenesysUsers(long freshNanos, SegmentIds ids, Paging paging) {
        this.paging = paging;
        this.freshNanos = freshNanos;
        this.ids = ids;
    }

    /**
     * Whether users have to be looked up at all; never for a halted organisation. If everybody is skipped, they are
     * still needed once somebody left: as long as nobody knows who a suspended agent is in Genesys, it could be the
     * user whose segment is to be removed.
     */
    public boolean isNeeded(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        return !organization.isHalted() && (organization.usersNeeded() || !pass.isPartial() && hasLost(organization));
    }

    /** Whether the ledger names an agent in a place that still has members, and the agent is none of them. */
    private static boolean hasLost(OrganizationPass organization) {
        Map<String, Set<Long>> members = new HashMap<>();
        organization.getMessages().forEach(message -> members.computeIfAbsent(
                        message.getPlace().id(), place -> new HashSet<>())
                .add(message.agentId()));
        return !members.isEmpty()
                && organization.ledger() != null
                && !organization
                        .ledger()
                        .lines(row -> members.containsKey(row.placeId())
                                && !members.get(row.placeId()).contains(row.zendeskUserId()))
                        .isEmpty();
    }

    /** The active users; nothing is read while the known ones are fresh. */
    public Pages active(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        UserDirectory directory = directory(organization);
        directory.forgetSearches();
        if (directory.isFresh(System.nanoTime(), freshNanos)) {
            return Pages.nothing();
        }
        directory.beginListing();
        return paging.byNumber(page ->
                Call.list("/api/v2/users", "pageSize=" + PAGE + "&pageNumber=" + page + "&state=active", "entities"));
    }

    /** Takes a page of active users. */
    public void takeUsersPage(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @Body JsonNode page)
            throws UnexpectedAnswerException {
        UserDirectory directory = directory(organization);
        for (JsonNode user : page.path("entities")) {
            // The filter asks for active users; others are left to the search.
            if (Shape.idOrNull(user.get("id")) != null
                    && "active".equals(user.path("state").asText("active"))) {
                directory.active(
                        UserIds.spelled(user.get("id").asText()),
                        address(user.path("email").asText(null)));
            }
        }
        if (!pages.follow(page)) {
            directory.endListing(System.nanoTime());
        }
    }

    /** The ids from user field or mapping that match no active user, and have to be read one by one. */
    public List<String> overridesToRead(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        UserDirectory directory = directory(organization);
        Set<String> unknown = new LinkedHashSet<>();
        eachWaiting(pass, organization, (message, agent) -> {
            String override = override(agent, pass.mapping());
            // Anything that is not an id, such as an address typed into the field, matches nobody and is never part of
            // a call.
            if (Shape.isId(override) && !directory.isActive(override)) {
                unknown.add(override);
            }
        });
        return List.copyOf(unknown);
    }

    public Call userCall(String id) {
        return Call.get("/api/v2/users/" + Call.encoded(id), null, "id");
    }

    /** Takes one user requested by id. Another one than was asked for says nothing about this one, so nobody is guessed. */
    public void takeUser(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) String asked,
            @Body JsonNode user) {
        if (asked.equals(UserIds.spelled(Shape.idOrNull(user.get("id"))))) {
            directory(organization).state(asked, user.path("state").asText(""));
        } else {
            LOG.warn("{}: Genesys was asked for user {} and told of another one", organization.getName(), asked);
            noUser(organization, asked);
        }
    }

    /** There is no such user. */
    public void noUser(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) String asked) {
        directory(organization).state(asked, "none");
    }

    /** Addresses that no active user has, 100 at a time. */
    public List<List<String>> searches(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        UserDirectory directory = directory(organization);
        Set<String> missing = new LinkedHashSet<>();
        eachWaiting(pass, organization, (message, agent) -> {
            String address = address(agent.email());
            if (address != null && override(agent, pass.mapping()) == null && !directory.hasActiveWith(address)) {
                missing.add(address);
            }
        });
        return Batches.of(List.copyOf(missing), SEARCH);
    }

    /** Searches the users with one of these addresses; it is a read, although its calls are POSTs. */
    public Pages search(@Body List<String> addresses) {
        return paging.byNumber(page -> searchPage(addresses, page));
    }

    private static Call searchPage(List<String> addresses, int page) {
        ObjectNode body = JSON.createObjectNode();
        body.put("pageSize", SEARCH);
        body.put("pageNumber", page);
        ObjectNode query = body.putArray("query").addObject();
        query.put("type", "EXACT");
        query.putArray("fields").add("email");
        ArrayNode values = query.putArray("values");
        addresses.forEach(values::add);
        return Call.send(Call.Kind.READ, "POST", "/api/v2/users/search", body.toString(), "total");
    }

    /** Takes a page of a search. */
    public void takeSearchPage(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PAGES) Pages pages,
            @Body JsonNode page)
            throws UnexpectedAnswerException {
        UserDirectory directory = directory(organization);
        for (JsonNode user : page.path("results")) {
            String address = address(user.path("email").asText(null));
            if (address != null && Shape.idOrNull(user.get("id")) != null) {
                directory.found(
                        UserIds.spelled(user.get("id").asText()),
                        address,
                        user.path("state").asText("active"));
            }
        }
        pages.follow(page);
    }

    /** The users cannot be read to the end: the bridge does not guess. */
    public void incomplete(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.CALL) Call call,
            @ExchangeException Exception failure) {
        organization.halt(HaltReason.USERS_INCOMPLETE, "Last answer: " + LastAnswer.of(call, failure) + ".");
        if (organization.currentHalt().reason() != HaltReason.STOPPING) {
            LOG.warn(
                    "{}: {}", organization.getName(), organization.currentHalt().message());
        }
    }

    /** Gives each message its user, or the reason why it has none. */
    public void assign(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        if (organization.isHalted()) {
            return;
        }
        UserDirectory directory = directory(organization);
        eachWaiting(pass, organization, (message, agent) -> {
            String override = override(agent, pass.mapping());
            if (override != null) {
                byId(organization, message, override, directory.stateOf(override));
            } else {
                byAddress(organization, message, address(agent.email()), directory);
            }
        });
        // Put again so that its weight is updated.
        directories.put(organization.getName(), directory);
    }

    private void byId(OrganizationPass organization, SegmentMessage message, String id, String state) {
        switch (state) {
            case "active" -> found(organization, message, id);
            case "inactive" -> message.skippedFor(SkipReason.USER_INACTIVE);
            case "deleted" -> message.skippedFor(SkipReason.USER_DELETED);
            default -> message.skippedFor(SkipReason.USER_NOT_FOUND);
        }
    }

    private void byAddress(
            OrganizationPass organization, SegmentMessage message, String address, UserDirectory directory) {
        if (address == null) {
            message.skippedFor(SkipReason.NO_EMAIL);
            return;
        }
        Set<String> active = directory.activeWith(address);
        if (active.size() == 1) {
            found(organization, message, active.iterator().next());
            return;
        }
        Map<String, String> others = directory.othersWith(address);
        if (active.size() > 1 || others.size() > 1) {
            message.skippedFor(SkipReason.USER_AMBIGUOUS);
        } else if (others.isEmpty()) {
            message.skippedFor(SkipReason.USER_NOT_FOUND);
        } else {
            Map.Entry<String, String> only = others.entrySet().iterator().next();
            byId(organization, message, only.getKey(), only.getValue());
        }
    }

    private void found(OrganizationPass organization, SegmentMessage message, String userId) {
        message.found(userId, ids.uuidFor(organization.organization().id(), message.getPlace(), userId));
    }

    /** Drops a user that a POST showed to be gone. */
    public void forget(String organization, String userId) {
        UserDirectory directory = directories.getIfPresent(organization);
        if (directory != null) {
            directory.forget(userId);
        }
    }

    /** Each message that still needs its user, with its agent. */
    private static void eachWaiting(Pass pass, OrganizationPass organization, BiConsumer<SegmentMessage, Agent> look) {
        Source source = pass.getSource();
        for (SegmentMessage message : organization.getMessages()) {
            if (message.ending() == null && message.userIdentity() == null) {
                Agent agent = source.agent(message.agentId());
                if (agent != null) {
                    look.accept(message, agent);
                }
            }
        }
    }

    private static String override(Agent agent, Mapping mapping) {
        return UserIds.spelled(
                agent.genesysUserId() != null
                        ? agent.genesysUserId()
                        : mapping.users().get(agent.id()));
    }

    /** Whether an id or an address says which Genesys user an agent is. */
    public boolean isNamed(Agent agent, Mapping mapping) {
        return override(agent, mapping) != null || address(agent.email()) != null;
    }

    /**
     * The Genesys users that an agent can be, as far as this pass knows without another call: the one whose id is given, or
     * those with the address, active or not.
     */
    public Set<String> knownAs(Agent agent, Mapping mapping, OrganizationPass organization) {
        String override = override(agent, mapping);
        if (override != null) {
            return Set.of(override);
        }
        String address = address(agent.email());
        if (address == null) {
            return Set.of();
        }
        UserDirectory directory = directory(organization);
        Set<String> known = new HashSet<>(directory.activeWith(address));
        known.addAll(directory.othersWith(address).keySet());
        return known;
    }

    /** Whether the active users of the organisation are known, and this is one of them. */
    public boolean isActive(String userId, OrganizationPass organization) {
        return directory(organization).isActive(userId);
    }

    /** Whether the active users of the organisation were read to their end. */
    public boolean areKnown(OrganizationPass organization) {
        return directory(organization).isListed();
    }

    private UserDirectory directory(OrganizationPass organization) {
        return organization.remembered("users", UserDirectory.class, () -> {
            String id = organization.organization().id();
            UserDirectory known = directories.getIfPresent(organization.getName());
            // The mapping may call another organisation by the same name now.
            return known == null || !known.isOf(id) ? new UserDirectory(id) : known;
        });
    }

    private static String address(String email) {
        return email == null || email.isBlank() ? null : email.strip().toLowerCase(Locale.ROOT);
    }
}
