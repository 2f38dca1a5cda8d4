package dev.wfmbridge.target.userschedulesegments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.LastAnswer;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Snapshot;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code userschedulesegments}: what the routes of this target ask of {@code /api/v2/wfm/userschedulesegments} and
 * what its answers mean (contract: genesys.openapi.yaml).
 */
public final class UserScheduleSegments {

    private static final Logger LOG = LoggerFactory.getLogger(UserScheduleSegments.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = ScheduleTarget.PATH;
    private static final int PAGE = 100;
    private static final int RESTORES = 4;

    private final Deliveries deliveries;
    private final GenesysUsers users;
    private final Paging paging;

    public UserScheduleSegments(Deliveries deliveries, GenesysUsers users, Paging paging) {
        this.paging = paging;
        this.deliveries = deliveries;
        this.users = users;
    }

    /** Starts reading the place in the body; nothing is read if calls are halted. */
    public Pages beginReading(Place place, Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        exchange.setProperty(CallProperties.READING, organization.snapshot().read(place.id()));
        List<String> users = usersToRead(place, exchange.getProperty(CallProperties.PASS, Pass.class), organization);
        exchange.setProperty(CallProperties.ASKED, users);
        return organization.isHalted() || organization.haltOf(place.id()) != null
                ? Pages.nothing()
                : segments(place, users);
    }

    /** The segments of a schedule; of one user only if there are any in the list. */
    private Pages segments(Place place, List<String> users) {
        String of = "scheduleId=" + Call.encoded(place.id())
                + (users.isEmpty() ? "" : "&userId=" + Call.encoded(users.get(0)));
        return paging.byNumber(page -> Call.list(PATH, of + "&pageSize=" + PAGE + "&pageNumber=" + page, "entities"));
    }

    /** In a pass for some agents, a schedule is read user by user instead of as a whole. Empty = as a whole. */
    private static List<String> usersToRead(Place place, Pass pass, OrganizationPass organization) {
        if (!pass.isHinted()) {
            return List.of();
        }
        return organization.getMessages().stream()
                .filter(message -> message.ending() == null && message.genesysUserId() != null)
                .filter(message -> message.getPlace().equals(place))
                .map(SegmentMessage::genesysUserId)
                .distinct()
                .toList();
    }

    /** Takes a page; after the last one the snapshot holds the whole schedule. */
    public void takePage(Exchange exchange) throws UnexpectedAnswerException {
        organization(exchange).readSegments();
        JsonNode page = exchange.getMessage().getBody(JsonNode.class);
        Snapshot.Reading reading = exchange.getProperty(CallProperties.READING, Snapshot.Reading.class);
        SegmentAnswer.rows(page, place(exchange).id()).forEach(reading::add);
        if (!exchange.getProperty(CallProperties.PAGES, Pages.class).follow(page)) {
            nextUser(reading, exchange);
        }
    }

    /** The end of a schedule, or of one user's segments in it, after which the next user follows. */
    private void nextUser(Snapshot.Reading reading, Exchange exchange) {
        List<String> users = users(exchange);
        if (users.isEmpty()) {
            reading.end();
            return;
        }
        reading.endOf(users.get(0));
        List<String> left = users.subList(1, users.size());
        if (!left.isEmpty()) {
            exchange.setProperty(
                    CallProperties.READING,
                    organization(exchange).snapshot().read(place(exchange).id()));
            exchange.setProperty(CallProperties.ASKED, left);
            exchange.setProperty(CallProperties.PAGES, segments(place(exchange), left));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> users(Exchange exchange) {
        return exchange.getProperty(CallProperties.ASKED, List.of(), List.class);
    }

    /** A read failed permanently. */
    public void readingFailed(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.CALL) Call call,
            @ExchangeProperty(CallProperties.PLACE) Place place,
            @ExchangeException Exception failure) {
        if (organization.isHalted()) {
            return;
        }
        LastAnswer last = LastAnswer.of(call, failure);
        if (failure instanceof HttpOperationFailedException answer
                && answer.getStatusCode() == 404
                && !organization.segmentsRead()) {
            organization.halt(HaltReason.TARGET_NOT_AVAILABLE, "Last answer: " + last + ".");
            LOG.warn(
                    "{}: {}", organization.getName(), organization.currentHalt().message());
            return;
        }
        organization.haltPlace(place.id(), HaltReason.SNAPSHOT_INCOMPLETE, "Last answer: " + last + ".");
        LOG.warn("{}: schedule {} could not be read: {}", organization.getName(), place.id(), last);
    }

    /** Sets the call that inserts the message's segment. */
    public void insertCall(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message, Exchange exchange) {
        ObjectNode body = JSON.createObjectNode();
        body.put("userId", message.genesysUserId());
        body.put("segmentId", message.id());
        body.put("scheduleId", message.getPlace().id());
        body.put("status", message.wantedStatus());
        exchange.setProperty(CallProperties.CALL, Call.send(Call.Kind.INSERT, "POST", PATH, body.toString()));
    }

    /** Notes the result of the POST, as evidence. */
    public void note(
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.CALL) Call call,
            @ExchangeProperty(CallProperties.ANSWER) String word) {
        if (call.wasSent() && !"halted".equals(word)) {
            message.notes().posted(Instant.now());
        }
        message.notes().answered(call.getStatus(), call.correlationId(), Instant.now());
    }

    /** 201: the segment is there. Any other success is outside the contract. */
    public void created(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.CALL) Call call,
            @Body JsonNode body) {
        if (call.getStatus() != 201) {
            unexpected(message, call);
            return;
        }
        String status = body == null ? null : Shape.idOrNull(body.get("status"));
        SegmentRow row = new SegmentRow(
                message.id(),
                message.genesysUserId(),
                message.getPlace().id(),
                status == null ? message.wantedStatus() : status,
                body == null ? 1 : body.path("version").asLong(1),
                null);
        organization.snapshot().add(row);
        message.observed(row.status());
        message.ends(Outcome.CREATED, null);
    }

    /** The call that reads the segment by its id. */
    public Call byId(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        return Call.get(PATH + "/" + Call.encoded(message.id()), null, "id");
    }

    /** The segment that has the message's id. */
    public SegmentRow takeOwn(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message, @Body JsonNode answer)
            throws UnexpectedAnswerException {
        SegmentRow own = SegmentAnswer.row(answer);
        message.notes().read("by id: found");
        return own;
    }

    public void noOwn(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        message.notes().read("by id: 404");
    }

    /** The call that reads the segments of the user in the schedule. */
    public Call byUser(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        return Call.list(
                PATH,
                "scheduleId=" + Call.encoded(message.getPlace().id()) + "&userId="
                        + Call.encoded(message.genesysUserId()) + "&pageSize=" + PAGE + "&pageNumber=1",
                "entities");
    }

    /** Decides a 409 from what the two reads found. */
    public void resolve(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.ROW) SegmentRow own,
            @Body JsonNode answer) {
        List<SegmentRow> rows =
                new ArrayList<>(SegmentAnswer.rows(answer, message.getPlace().id()));
        message.notes().read("by user and schedule: " + rows.size());
        if (own != null) {
            rows.add(own);
        }
        if (deliveries.conclude(message, rows, pass, organization)) {
            rows.forEach(organization.snapshot()::add);
        } else {
            message.notes().conflictUnexplained();
            deliveries.putAside(message, organization);
        }
    }

    /** The reads failed: what the POST did stays open until the schedule is read again. */
    public void unresolved(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeException Exception failure) {
        message.notes().read("failed: " + Failures.describe(failure));
        if (message.evidence().lastStatus() == 409) {
            message.notes().conflictUnexplained();
        }
        heldOrAside(organization, message);
    }

    /** The POST's answer was lost or says nothing. */
    public void unknown(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        message.notes().outcomeUnknown();
        heldOrAside(organization, message);
    }

    private void heldOrAside(OrganizationPass organization, SegmentMessage message) {
        if (organization.isHalted()) {
            held(organization, message);
        } else {
            deliveries.putAside(message, organization);
        }
    }

    /** 400 or 422. */
    public void invalid(
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.CALL) Call call) {
        message.endsInLetter(
                LetterCode.INVALID_REQUEST,
                "Genesys answered HTTP " + call.getStatus()
                        + (call.getErrorCode() == null ? "." : " " + call.getErrorCode() + "."));
    }

    /** An answer outside the contract. */
    public void unexpected(
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.CALL) Call call) {
        message.endsInLetter(LetterCode.UNEXPECTED_ANSWER, "Genesys answered HTTP " + call.getStatus() + ".");
    }

    /** No more calls go out. */
    public void held(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        message.heldBy(organization.isHalted() ? organization.currentHalt().reason() : HaltReason.FORBIDDEN);
    }

    /** The call that reads the message's user. */
    public Call userOf(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        return users.userCall(message.genesysUserId());
    }

    /** The user is there: if it is active, the schedule is missing. */
    public void userOrSchedule(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @Body JsonNode answer) {
        String state = answer.path("state").asText("");
        message.notes().read("user: " + Shape.shown(state));
        if (!"active".equals(state)) {
            userGone(message);
            return;
        }
        String schedule = message.getPlace().id();
        message.endsInLetter(
                LetterCode.SCHEDULE_NOT_FOUND, "Genesys has no schedule " + schedule + ", though it has the user.");
        if (organization.notFoundIn(schedule, message.genesysUserId()) > 1
                && !organization.snapshot().proves(schedule)) {
            organization.haltPlace(schedule, HaltReason.SCHEDULE_NOT_FOUND, "Two POSTs were answered with HTTP 404.");
        }
    }

    /** The user is not active, or does not exist. */
    public void userGone(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        users.forget(message.organization(), message.genesysUserId());
        message.endsInLetter(LetterCode.USER_NOT_FOUND, "Genesys has no active user " + message.genesysUserId() + ".");
    }

    /** The call that reverts our own cancellation. */
    public Call restoreCall(@ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        ObjectNode body = JSON.createObjectNode();
        body.put("status", message.wantedStatus());
        body.put("version", message.restoreVersion());
        return Call.send(Call.Kind.CHANGE, "PUT", PATH + "/" + Call.encoded(message.id()), body.toString());
    }

    /** Notes the result of that PUT, as evidence. */
    public void noteRestore(
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message,
            @ExchangeProperty(CallProperties.CALL) Call call) {
        message.notes().answered(call.getStatus(), call.correlationId(), Instant.now());
    }

    /** The cancellation was reverted. */
    public void restored(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        message.observed(message.wantedStatus());
        organization.snapshot().addWanted(message);
        message.ends(Outcome.RESTORED, null);
    }

    /** A new read shows what the PUT did; a limited number of times. */
    public void restoreUnclear(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        if (message.notes().triesToRestore() >= RESTORES) {
            message.heldBy(HaltReason.UNAVAILABLE);
        } else {
            heldOrAside(organization, message);
        }
    }

    /** No PUT goes out: all calls are halted, or the client may only not change segments, which halts nothing else. */
    public void restoreHeld(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.MESSAGE) SegmentMessage message) {
        held(organization, message);
        Halt forbidden = organization.forbidden(Call.Kind.CHANGE);
        if (forbidden != null && !organization.isHalted()) {
            pass.warn(organization.getName() + ": segments of agents who came back stay CANCELLED. "
                    + forbidden.message() + " " + forbidden.nextStep());
        }
    }

    /** The next call for a candidate: a PUT of CANCELLED, noted in the ledger first, or a DELETE. */
    public Call removalCall(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.REMOVAL) Candidate candidate)
            throws IOException {
        candidate.attempt();
        SegmentRow row = candidate.row();
        String path = PATH + "/" + Call.encoded(row.id());
        if (candidate.deletes()) {
            return candidate.sends(Call.send(Call.Kind.REMOVE, "DELETE", path, null));
        }
        organization.ledger().noteCancellation(row.id(), row.status(), row.version() + 1);
        ObjectNode body = JSON.createObjectNode();
        body.put("status", "CANCELLED");
        body.put("version", row.version());
        return candidate.sends(Call.send(Call.Kind.CHANGE, "PUT", path, body.toString()));
    }

    /** The call that reads a segment that is being removed. */
    public Call removalById(@ExchangeProperty(CallProperties.REMOVAL) Candidate candidate) {
        return Call.get(PATH + "/" + Call.encoded(candidate.line().segmentId()), null, "id");
    }

    /** A segment requested by id. */
    public SegmentRow takeRow(@Body JsonNode answer) throws UnexpectedAnswerException {
        return SegmentAnswer.row(answer);
    }

    private static Place place(Exchange exchange) {
        return exchange.getProperty(CallProperties.PLACE, Place.class);
    }

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
