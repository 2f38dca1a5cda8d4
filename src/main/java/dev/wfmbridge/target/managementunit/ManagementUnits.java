package dev.wfmbridge.target.managementunit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code managementunit}: agents into a management unit of the published API, 100 a call, a result for each. */
public final class ManagementUnits {

    private static final Logger LOG = LoggerFactory.getLogger(ManagementUnits.class);
    private static final String UNITS = "/api/v2/workforcemanagement/managementunits";
    private static final int BATCH = 100;

    private final SegmentIds ids;
    private final SegmentKeys keys;
    private final Deliveries deliveries;

    public ManagementUnits(SegmentIds ids, SegmentKeys keys, Deliveries deliveries) {
        this.ids = ids;
        this.keys = keys;
        this.deliveries = deliveries;
    }

    /** Where the agents of an organisation are, as far as this pass read it. */
    static final class Whereabouts {
        private final Map<String, String> unitOf = new HashMap<>();
        private final Set<String> read = new HashSet<>();
        private boolean listed;
        private boolean unreadable;

        synchronized void put(String unit, Set<String> users) {
            unitOf.values().removeIf(unit::equals);
            users.forEach(user -> unitOf.put(user, unit));
            read.add(unit);
        }
    }

    /** The work on one batch. */
    static final class Work {
        private final Place place;
        private final List<SegmentMessage> all;
        private final Deque<List<SegmentMessage>> parts = new ArrayDeque<>();
        private final List<SegmentMessage> toConfirm = new ArrayList<>();
        private boolean proved;

        Work(Place place, List<SegmentMessage> all) {
            this.place = place;
            this.all = all;
        }
    }

    public boolean mayRead(Place place, Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        exchange.setProperty("wfmPlace", place);
        return !organization.isHalted() && organization.haltOf(place.id()) == null;
    }

    /** The call that reads a unit's agents. */
    public Call usersCall(Exchange exchange) {
        Place place = exchange.getProperty("wfmPlace", Place.class);
        return Call.get(UNITS + "/" + encoded(place.id()) + "/users", null, "entities");
    }

    /** Takes a reading of a unit that the mapping names. */
    public void takeUsers(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Place place = exchange.getProperty("wfmPlace", Place.class);
        Set<String> users = users(exchange.getMessage().getBody(JsonNode.class));
        if (users == null) {
            organization.haltPlace(place.id(), HaltReason.SNAPSHOT_INCOMPLETE, "An entity of the answer has no id.");
            return;
        }
        whereabouts(organization).put(place.id(), users);
        organization
                .snapshot()
                .replace(
                        place.id(),
                        users.stream()
                                .map(user -> new SegmentRow(
                                        ids.idFor(organization.organization().id(), place, user),
                                        user,
                                        place.id(),
                                        "APPROVED",
                                        1,
                                        null))
                                .toList());
    }

    private static Set<String> users(JsonNode answer) {
        if (!answer.path("entities").isArray()) {
            return null;
        }
        Set<String> users = new LinkedHashSet<>();
        for (JsonNode entity : answer.path("entities")) {
            if (!entity.path("id").isTextual()) {
                return null;
            }
            users.add(entity.get("id").asText());
        }
        return users;
    }

    /** A unit that the mapping names could not be read. */
    public void readingFailed(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Place place = exchange.getProperty("wfmPlace", Place.class);
        if (organization.isHalted()) {
            return;
        }
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        boolean gone = failure instanceof HttpOperationFailedException answer && answer.getStatusCode() == 404;
        organization.haltPlace(
                place.id(),
                gone ? HaltReason.TARGET_NOT_FOUND : HaltReason.SNAPSHOT_INCOMPLETE,
                "Last answer: " + Failures.describe(failure) + ".");
        LOG.warn(
                "{}: management unit {} could not be read: {}",
                organization.getName(),
                place.id(),
                Failures.describe(failure));
    }

    /** Begins the work on a batch. */
    public void begin(List<SegmentMessage> batch, Exchange exchange) {
        Place place = batch.isEmpty() ? null : batch.get(0).getPlace();
        exchange.setProperty("wfmPlace", place);
        exchange.setProperty("wfmWork", new Work(place, List.copyOf(batch)));
        exchange.setProperty("wfmPage", 1);
        exchange.setProperty("wfmMore", !batch.isEmpty() && !whereabouts(organization(exchange)).listed);
        exchange.setProperty("wfmUnits", new ArrayList<String>());
    }

    /** The call that lists the organisation's units. */
    public Call unitsPage(Exchange exchange) {
        return Call.get(UNITS, "pageSize=100&pageNumber=" + exchange.getProperty("wfmPage", Integer.class), "entities");
    }

    public void takeUnitsPage(Exchange exchange) {
        JsonNode page = exchange.getMessage().getBody(JsonNode.class);
        for (JsonNode unit : page.path("entities")) {
            if (unit.path("id").isTextual()) {
                units(exchange).add(unit.get("id").asText());
            }
        }
        int number = exchange.getProperty("wfmPage", Integer.class);
        boolean more = number < page.path("pageCount").asInt(1);
        exchange.setProperty("wfmPage", number + 1);
        exchange.setProperty("wfmMore", more);
        if (!more) {
            whereabouts(organization(exchange)).listed = true;
        }
    }

    /** The units could not be listed: each agent is asked for one by one. */
    public void unitsUnread(Exchange exchange) {
        whereabouts(organization(exchange)).unreadable = true;
    }

    /** The units that were not read in this pass. */
    public List<String> unitsToRead(Exchange exchange) {
        Set<String> read = whereabouts(organization(exchange)).read;
        return units(exchange).stream().filter(unit -> !read.contains(unit)).toList();
    }

    public Call otherUsersCall(String unit, Exchange exchange) {
        exchange.setProperty("wfmUnit", unit);
        return Call.get(UNITS + "/" + encoded(unit) + "/users", null, "entities");
    }

    public void takeOtherUsers(Exchange exchange) {
        Set<String> users = users(exchange.getMessage().getBody(JsonNode.class));
        if (users == null) {
            otherUnread(exchange);
        } else {
            whereabouts(organization(exchange)).put(exchange.getProperty("wfmUnit", String.class), users);
        }
    }

    /** A unit that no entry names could not be read: no halt, but nobody is moved on the strength of it. */
    public void otherUnread(Exchange exchange) {
        Whereabouts where = whereabouts(organization(exchange));
        where.unreadable = true;
        where.read.add(exchange.getProperty("wfmUnit", String.class));
    }

    /** The agents who have to be asked for one by one, since a unit cannot be read. */
    public List<SegmentMessage> agentsToAsk(Exchange exchange) {
        Whereabouts where = whereabouts(organization(exchange));
        return where.unreadable
                ? work(exchange).all.stream()
                        .filter(message -> !where.unitOf.containsKey(message.genesysUserId()))
                        .toList()
                : List.of();
    }

    public Call agentCall(SegmentMessage message, Exchange exchange) {
        exchange.setProperty("wfmAsked", message);
        return Call.get(
                "/api/v2/workforcemanagement/agents/" + encoded(message.genesysUserId()) + "/managementunit",
                null,
                "user");
    }

    public void takeAgent(Exchange exchange) {
        SegmentMessage asked = exchange.getProperty("wfmAsked", SegmentMessage.class);
        String unit = exchange.getMessage()
                .getBody(JsonNode.class)
                .path("managementUnit")
                .path("id")
                .asText(null);
        if (unit != null) {
            whereabouts(organization(exchange)).unitOf.put(asked.genesysUserId(), unit);
        }
    }

    /** Where the agent is could not be told: he is not moved. */
    public void agentUnread(Exchange exchange) {
        SegmentMessage asked = exchange.getProperty("wfmAsked", SegmentMessage.class);
        OrganizationPass organization = organization(exchange);
        asked.ends(
                Outcome.HELD,
                organization.isHalted()
                        ? organization.currentHalt().reason().text()
                        : HaltReason.SNAPSHOT_INCOMPLETE.text());
    }

    /** Takes out whom another unit has, unless the entry lets him be moved; the rest goes in parts of 100. */
    public void sort(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Whereabouts where = whereabouts(organization);
        Work work = work(exchange);
        List<SegmentMessage> toMove = new ArrayList<>();
        for (SegmentMessage message : work.all) {
            if (message.ending() != null) {
                continue;
            }
            String unit = where.unitOf.get(message.genesysUserId());
            if (unit == null
                    || unit.equals(work.place.id())
                    || message.entry().moveFrom().allows(unit)
                    || isOurs(organization, unit, message.genesysUserId())) {
                toMove.add(message);
            } else {
                message.read("in management unit " + unit);
                message.ends(Outcome.SKIPPED, "in-another-unit");
            }
        }
        for (int from = 0; from < toMove.size(); from += BATCH) {
            work.parts.add(toMove.subList(from, Math.min(toMove.size(), from + BATCH)));
        }
    }

    /** The ledger says that the bridge put him there, and no row of this pass asks for it any more. */
    private static boolean isOurs(OrganizationPass organization, String unit, String user) {
        boolean put = organization.ledger() != null
                && organization.ledger().lines().stream()
                        .filter(LedgerLine::created)
                        .anyMatch(line -> line.target().equals("managementunit")
                                && line.placeId().equals(unit)
                                && line.userId().equals(user));
        return put
                && organization.getMessages().stream()
                        .noneMatch(message ->
                                message.getPlace().id().equals(unit) && user.equals(message.genesysUserId()));
    }

    /** Whether something is still to be sent; a halt ends it. */
    public boolean isOpen(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        if (work.parts.isEmpty()) {
            return false;
        }
        if (organization.isHalted() || organization.haltOf(work.place.id()) != null) {
            held(exchange);
            return false;
        }
        return true;
    }

    /** The POST that moves the next part. */
    public Call moveCall(Exchange exchange) {
        Work work = work(exchange);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode users = body.putArray("userIds");
        work.parts.peek().forEach(message -> users.add(message.genesysUserId()));
        body.put("destinationManagementUnitId", work.place.id());
        return Call.send(Call.Kind.INSERT, "POST", "/api/v2/workforcemanagement/agents", body.toString());
    }

    public void note(Exchange exchange) {
        Call call = exchange.getProperty(CallProperties.CALL, Call.class);
        for (SegmentMessage message : work(exchange).parts.peek()) {
            if (call.wasSent()) {
                message.posted(Instant.now());
            }
            message.answered(call.getStatus(), call.correlationId(), Instant.now());
        }
    }

    /** 202: a result for each agent. */
    public void moved(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        Map<String, String> results = new HashMap<>();
        JsonNode answer = exchange.getMessage().getBody(JsonNode.class);
        if (answer != null) {
            for (JsonNode result : answer.path("results")) {
                results.put(
                        result.path("user").path("id").asText(),
                        result.path("result").asText());
            }
        }
        for (SegmentMessage message : work.parts.poll()) {
            String result = results.getOrDefault(message.genesysUserId(), "");
            String unit = message.getPlace().id();
            switch (result) {
                case "MoveSuccessful" -> work.toConfirm.add(message);
                case "AlreadyMoved", "NothingToDo" -> {
                    message.observed("APPROVED");
                    message.ends(Outcome.PRESENT, null);
                    keep(message);
                }
                case "DestinationManagementUnitAgentLimitExceeded", "DestinationBusinessUnitAgentLimitExceeded" ->
                    message.endsInLetter(
                            "unit-full", "Management unit " + unit + " takes no more agents (" + result + ").");
                case "SourceManagementUnitNotAuthorized" ->
                    message.endsInLetter(
                            "source-unit-forbidden",
                            "The client may not take user " + message.genesysUserId()
                                    + " out of the unit that he is in.");
                case "DestinationManagementUnitDoesNotExist" -> {
                    organization.haltPlace(unit, HaltReason.TARGET_NOT_FOUND, "Genesys says that it does not exist.");
                    message.ends(Outcome.HELD, HaltReason.TARGET_NOT_FOUND.text());
                }
                default -> later(message, exchange);
            }
        }
    }

    /** Read once more, when the others are through; who is not there then is a letter. */
    private void later(SegmentMessage message, Exchange exchange) {
        message.lettersIfAbsent(
                "move-in-progress",
                "User " + message.genesysUserId() + " is not in management unit "
                        + message.getPlace().id() + " yet: a move is under way.");
        deliveries.putAside(message, exchange);
    }

    /** Whether successes are to be confirmed by a reading of the unit. */
    public boolean isToConfirm(Exchange exchange) {
        return !work(exchange).toConfirm.isEmpty();
    }

    /** After the reading: who is there was moved, the others are read once more. */
    public void confirm(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Work work = work(exchange);
        boolean read = !organization.isHalted() && organization.haltOf(work.place.id()) == null;
        for (SegmentMessage message : work.toConfirm) {
            boolean there = read
                    && !organization
                            .snapshot()
                            .concerning(message.id(), message.genesysUserId(), work.place.id())
                            .isEmpty();
            if (there) {
                message.observed("APPROVED");
                message.ends(Outcome.CREATED, null);
                keep(message);
            } else {
                message.outcomeUnknown();
                later(message, exchange);
            }
        }
        work.toConfirm.clear();
    }

    private void keep(SegmentMessage message) {
        keys.add(message.id());
        keys.confirm(message.id());
    }

    /** The answer was lost or told nothing: decided by a new reading. */
    public void unknown(Exchange exchange) {
        for (SegmentMessage message : work(exchange).parts.poll()) {
            message.outcomeUnknown();
            deliveries.putAside(message, exchange);
        }
    }

    public boolean isUnproved(Exchange exchange) {
        return !work(exchange).proved;
    }

    public void proved(Exchange exchange) {
        work(exchange).proved = true;
    }

    /** A POST was refused as a whole: it is halved until those at fault stand alone. */
    public void halve(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        if (organization.isHalted() || organization.haltOf(work.place.id()) != null) {
            return;
        }
        List<SegmentMessage> part = work.parts.poll();
        if (part.size() == 1) {
            SegmentMessage alone = part.get(0);
            alone.endsInLetter(
                    "agent-refused",
                    "Genesys does not take user " + alone.genesysUserId() + " into management unit " + work.place.id()
                            + ".");
            return;
        }
        int middle = part.size() / 2;
        work.parts.push(part.subList(middle, part.size()));
        work.parts.push(part.subList(0, middle));
    }

    public void unexpected(Exchange exchange) {
        Call call = exchange.getProperty(CallProperties.CALL, Call.class);
        work(exchange)
                .parts
                .poll()
                .forEach(message ->
                        message.endsInLetter("unexpected-answer", "Genesys answered HTTP " + call.getStatus() + "."));
    }

    /** No call goes out any more. */
    public void held(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Work work = work(exchange);
        String reason = organization.isHalted()
                ? organization.currentHalt().reason().text()
                : organization.haltOf(work.place.id()) != null
                        ? organization.haltOf(work.place.id()).reason().text()
                        : HaltReason.FORBIDDEN.text();
        work.parts.forEach(part -> part.forEach(message -> message.ends(Outcome.HELD, reason)));
        work.parts.clear();
    }

    /** The messages of the batch that have an outcome; the others were put aside. */
    public List<SegmentMessage> ended(Exchange exchange) {
        return work(exchange).all.stream()
                .filter(message -> message.ending() != null)
                .toList();
    }

    private static Whereabouts whereabouts(OrganizationPass organization) {
        return organization.remembered("managementunits", Whereabouts.class, Whereabouts::new);
    }

    @SuppressWarnings("unchecked")
    private static List<String> units(Exchange exchange) {
        return exchange.getProperty("wfmUnits", List.class);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Work work(Exchange exchange) {
        return exchange.getProperty("wfmWork", Work.class);
    }

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
