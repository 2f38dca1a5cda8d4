package dev.wfmbridge.target.managementunit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.genesys.UserIds;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.segment.SkipReason;
import dev.wfmbridge.target.BatchWork;
import dev.wfmbridge.target.MemberTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.http.base.HttpOperationFailedException;

/** The bean {@code managementunit}: puts agents into a management unit of the published API, 100 per call, with a result for each. */
public final class ManagementUnits extends MemberTarget {

    private static final String UNITS = "/api/v2/workforcemanagement/managementunits";
    private static final int BATCH = 100;

    private final Deliveries deliveries;
    private final Paging paging;

    public ManagementUnits(SegmentIds ids, SegmentKeys keys, Deliveries deliveries, Paging paging) {
        super("management unit", ids, keys);
        this.paging = paging;
        this.deliveries = deliveries;
    }

    /** The call that reads a unit's agents. */
    public Call usersCall(@ExchangeProperty(CallProperties.PLACE) Place place) {
        return usersOf(place.id());
    }

    /** Takes a read of a unit named in the mapping. */
    public void takeUsers(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PLACE) Place place,
            @Body JsonNode answer) {
        Set<String> users = users(answer);
        if (users == null) {
            organization.haltPlace(place.id(), HaltReason.SNAPSHOT_INCOMPLETE, "An entity of the answer has no id.");
            return;
        }
        Whereabouts.of(organization).put(place.id(), users);
        show(organization, place, users, 1);
    }

    private static Set<String> users(JsonNode answer) {
        if (!answer.path("entities").isArray()) {
            return null;
        }
        Set<String> users = new LinkedHashSet<>();
        for (JsonNode entity : answer.path("entities")) {
            if (Shape.idOrNull(entity.get("id")) == null) {
                return null;
            }
            users.add(UserIds.spelled(entity.get("id").asText()));
        }
        return users;
    }

    /** Begins the work on a batch. What is sent again depends on where each agent is now. */
    public BatchWork begin(
            @Body List<SegmentMessage> batch, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        BatchWork work = new BatchWork(batch);
        if (batch.stream().anyMatch(message -> message.evidence().posts() > 0)) {
            Whereabouts.of(organization).readAnewAllBut(work.getPlace().id());
        }
        return work;
    }

    /** The organisation's units; nothing is read if they are known, or if no agent is to be moved. */
    public Pages units(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return work.all().isEmpty() || Whereabouts.of(organization).isListed() ? Pages.nothing() : units(paging);
    }

    static Pages units(Paging paging) {
        return paging.byNumberIfTold(page ->
                Call.list(UNITS, "pageSize=100&pageNumber=" + page, "entities").optional());
    }

    public void takeUnitsPage(
            @Body JsonNode page,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PAGES) Pages pages)
            throws UnexpectedAnswerException {
        List<String> units = new ArrayList<>();
        for (JsonNode unit : page.path("entities")) {
            if (Shape.idOrNull(unit.get("id")) != null) {
                units.add(unit.get("id").asText());
            }
        }
        Whereabouts.of(organization).list(units, !pages.follow(page));
    }

    /** The units could not be listed: agents are looked up one by one. */
    public void unitsUnread(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        Whereabouts.of(organization).unlisted();
    }

    /** The units that were not read in this pass; none if no agent is to be moved. */
    public List<String> unitsToRead(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return work.all().isEmpty() ? List.of() : Whereabouts.of(organization).toRead();
    }

    public Call otherUsersCall(String unit) {
        return usersOf(unit).optional();
    }

    static Call usersOf(String unit) {
        return Call.get(UNITS + "/" + Call.encoded(unit) + "/users", null, "entities");
    }

    public void takeOtherUsers(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) String asked,
            @Body JsonNode answer) {
        Set<String> users = users(answer);
        if (users == null) {
            otherUnread(organization, asked);
        } else {
            Whereabouts.of(organization).put(asked, users);
        }
    }

    /** A unit that no entry names could not be read: no halt, but no agent is moved on that basis. */
    public void otherUnread(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) String asked) {
        Whereabouts.of(organization).unread(asked);
    }

    /** The agents who have to be looked up one by one, because a unit cannot be read. */
    public List<SegmentMessage> agentsToAsk(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        Whereabouts where = Whereabouts.of(organization);
        return where.isUnreadable()
                ? work.all().stream()
                        .filter(message -> where.unitOf(message.genesysUserId()) == null)
                        .toList()
                : List.of();
    }

    public Call agentCall(SegmentMessage message) {
        return Call.get(
                        "/api/v2/workforcemanagement/agents/" + Call.encoded(message.genesysUserId())
                                + "/managementunit",
                        null,
                        "user")
                .optional();
    }

    public void takeAgent(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) SegmentMessage asked,
            @Body JsonNode answer) {
        String unit = Shape.idOrNull(answer.path("managementUnit").get("id"));
        if (unit != null) {
            Whereabouts.of(organization).isIn(unit, asked.genesysUserId());
        }
    }

    /** The agent's unit is unknown: they are not moved. */
    public void agentUnread(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.ASKED) SegmentMessage asked,
            @ExchangeException Exception failure) {
        if (organization.isHalted()) {
            asked.heldBy(organization.currentHalt().reason());
        } else if (failure instanceof HttpOperationFailedException answer && answer.getStatusCode() == 403) {
            asked.endsInLetter(
                    LetterCode.SOURCE_UNIT_FORBIDDEN,
                    "The client may not see in which unit user " + asked.genesysUserId()
                            + " is, so they are not moved.");
        } else {
            asked.endsInLetter(
                    LetterCode.DESTINATION_UNAVAILABLE,
                    "In which unit user " + asked.genesysUserId()
                            + " is could not be determined, so they are not moved: " + Failures.describe(failure)
                            + ".");
        }
    }

    /** Drops agents who are in another unit, unless the entry allows moving them; the rest goes in parts of 100. */
    public void sort(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        Whereabouts where = Whereabouts.of(organization);
        List<SegmentMessage> toMove = new ArrayList<>();
        for (SegmentMessage message : work.all()) {
            if (message.decision() != Action.INSERT) {
                continue;
            }
            String unit = where.unitOf(message.genesysUserId());
            if (unit == null
                    || unit.equals(work.getPlace().id())
                    || ((MoveFrom) message.entry().options()).allows(unit)
                    || isOurs(unit, message.genesysUserId(), pass, organization)) {
                toMove.add(message);
            } else {
                message.notes().details("in management unit " + unit);
                message.skippedFor(SkipReason.IN_ANOTHER_UNIT);
            }
        }
        Batches.of(toMove, BATCH).forEach(work::add);
    }

    /**
     * The ledger says that the bridge put them there, and no row of this pass asks for it any longer, which only a
     * listing read to the end can tell.
     */
    private static boolean isOurs(String unit, String user, Pass pass, OrganizationPass organization) {
        return organization.ledger() != null
                && pass.getSource().isComplete()
                && linesOf(organization, user)
                        .anyMatch(line -> line.created() && line.placeId().equals(unit))
                && !Whereabouts.of(organization).isWanted(unit, user, organization.getMessages());
    }

    private static Stream<LedgerLine> linesOf(OrganizationPass organization, String user) {
        return organization.ledger().linesOf(user).stream()
                .filter(line -> line.target().equals("managementunit"));
    }

    /** The POST that moves the next part. */
    public Call moveCall(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode users = body.putArray("userIds");
        work.next().forEach(message -> users.add(message.genesysUserId()));
        body.put("destinationManagementUnitId", work.getPlace().id());
        return Call.send(Call.Kind.INSERT, "POST", "/api/v2/workforcemanagement/agents", body.toString());
    }

    /** 202: a result for each agent. */
    public void moved(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work,
            @Body JsonNode answer) {
        Map<String, String> results = new HashMap<>();
        if (answer != null) {
            for (JsonNode result : answer.path("results")) {
                results.put(
                        UserIds.spelled(result.path("user").path("id").asText()),
                        result.path("result").asText());
            }
        }
        for (SegmentMessage message : work.taken()) {
            String result = results.getOrDefault(message.genesysUserId(), "");
            String unit = message.getPlace().id();
            switch (result) {
                case "MoveSuccessful" -> work.unconfirmed().add(message);
                case "AlreadyMoved", "NothingToDo" ->
                    isThere(message, message.evidence().unknownOutcome() ? Outcome.CREATED : Outcome.PRESENT);
                case "DestinationManagementUnitAgentLimitExceeded", "DestinationBusinessUnitAgentLimitExceeded" ->
                    message.endsInLetter(
                            LetterCode.UNIT_FULL,
                            "Management unit " + unit + " takes no more agents (" + result + ").");
                case "SourceManagementUnitNotAuthorized" ->
                    message.endsInLetter(
                            LetterCode.SOURCE_UNIT_FORBIDDEN,
                            "The client may not take user " + message.genesysUserId()
                                    + " out of the unit that they are in.");
                case "DestinationManagementUnitDoesNotExist" -> {
                    organization.haltPlace(unit, HaltReason.TARGET_NOT_FOUND, "Genesys says that it does not exist.");
                    message.heldBy(HaltReason.TARGET_NOT_FOUND);
                }
                default -> later(message, organization);
            }
        }
    }

    /** Read once more when the others are done; an agent missing then becomes a dead letter. */
    private void later(SegmentMessage message, OrganizationPass organization) {
        message.notes()
                .lettersIfAbsent(
                        LetterCode.MOVE_IN_PROGRESS,
                        "User " + message.genesysUserId() + " is not in management unit "
                                + message.getPlace().id() + " yet: a move is under way.");
        deliveries.putAside(message, organization);
    }

    /** After the read: agents who are there were moved, the others are read once more. */
    public void confirm(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        String unit = work.getPlace().id();
        boolean read = !work.isStopped(organization);
        for (SegmentMessage message : work.unconfirmed()) {
            boolean there = read
                    && !organization
                            .snapshot()
                            .concerning(message.id(), message.genesysUserId(), unit)
                            .isEmpty();
            if (there) {
                isThere(message, Outcome.CREATED);
                forgetOtherUnits(organization, message);
            } else {
                message.notes().outcomeUnknown();
                later(message, organization);
            }
        }
    }

    /** They left the units into which the bridge put them before: if they are in one again, somebody else did that. */
    private static void forgetOtherUnits(OrganizationPass organization, SegmentMessage message) {
        if (organization.ledger() != null) {
            linesOf(organization, message.genesysUserId())
                    .filter(line -> !line.placeId().equals(message.getPlace().id()) && line.statusWritten() == null)
                    .toList()
                    .forEach(line -> organization.ledger().forget(line.segmentId()));
        }
    }

    /** The answer was lost or says nothing: decided by a new read. */
    public void unknown(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        for (SegmentMessage message : work.taken()) {
            message.notes().outcomeUnknown();
            deliveries.putAside(message, organization);
        }
    }

    /** The messages of the batch that have an outcome; the others were put aside. */
    public List<SegmentMessage> ended(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return work.all().stream().filter(message -> message.ending() != null).toList();
    }

    /** What a pass would send to the place: a POST per 100 agents, and the read that confirms them. */
    public void foresee(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        int agents = (int) work.all().stream()
                .filter(message -> message.decision() == Action.INSERT)
                .count();
        if (agents > 0) {
            organization.foresees(Call.Kind.INSERT, Batches.count(agents, BATCH));
            organization.foresees(Call.Kind.READ, 1);
        }
    }
}
