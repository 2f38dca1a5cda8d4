package dev.wfmbridge.target.staffinggroup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Side;
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
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code staffinggroup}: agents into a staffing group of the published API. A PATCH replaces the whole set, so each
 * carries all who are there and the version that was read with them; nobody is ever left out of it.
 */
public final class StaffingGroups {

    private static final Logger LOG = LoggerFactory.getLogger(StaffingGroups.class);

    private final SegmentIds ids;
    private final SegmentKeys keys;
    private final int maxAttempts;

    /** @param maxAttempts PATCHes after a version that moved or an unclear answer ({@code genesys.max-attempts}) */
    public StaffingGroups(SegmentIds ids, SegmentKeys keys, int maxAttempts) {
        this.ids = ids;
        this.keys = keys;
        this.maxAttempts = maxAttempts;
    }

    /** What a group held when it was read, with the version of that reading. */
    record Reading(Set<String> users, long version) {

        /** The reading of an answer; null if it lacks users or version, and so is none. */
        static Reading of(JsonNode group) {
            JsonNode version = group == null ? null : group.path("metadata").get("version");
            if (version == null
                    || !version.isIntegralNumber()
                    || !group.path("users").isArray()) {
                return null;
            }
            Set<String> users = new LinkedHashSet<>();
            for (JsonNode user : group.path("users")) {
                if (!user.path("id").isTextual()) {
                    return null;
                }
                users.add(user.get("id").asText());
            }
            return new Reading(users, version.asLong());
        }
    }

    /** The work on one batch: what is still to be sent, and the reading that it stands on. */
    static final class Work {
        private final Place place;
        private final Deque<List<SegmentMessage>> parts = new ArrayDeque<>();
        private Reading reading;
        private boolean proved;
        private int unclear;

        Work(Place place, List<SegmentMessage> all, Reading reading) {
            this.place = place;
            this.reading = reading;
            if (!all.isEmpty()) {
                parts.add(all);
            }
        }
    }

    public boolean mayRead(Place place, Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        exchange.setProperty("wfmPlace", place);
        return !organization.isHalted() && organization.haltOf(place.id()) == null;
    }

    /** The call that reads the group. */
    public Call groupCall(Exchange exchange) {
        Place place = exchange.getProperty("wfmPlace", Place.class);
        return Call.get(path(place), null, "id");
    }

    /** Takes the reading: the snapshot of this group. */
    public void takeGroup(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Place place = exchange.getProperty("wfmPlace", Place.class);
        Reading reading = Reading.of(exchange.getMessage().getBody(JsonNode.class));
        if (reading == null) {
            organization.haltPlace(
                    place.id(), HaltReason.SNAPSHOT_INCOMPLETE, "The answer has no users or no metadata.version.");
            return;
        }
        organization.remember(place.id(), reading);
        show(organization, place, reading);
        Work work = exchange.getProperty("wfmWork", Work.class);
        if (work != null) {
            work.reading = reading;
        }
    }

    private void show(OrganizationPass organization, Place place, Reading reading) {
        organization
                .snapshot()
                .replace(
                        place.id(),
                        reading.users().stream()
                                .map(user -> new SegmentRow(
                                        ids.idFor(organization.organization().id(), place, user),
                                        user,
                                        place.id(),
                                        "APPROVED",
                                        reading.version(),
                                        null))
                                .toList());
    }

    /** The group could not be read. */
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
                "{}: staffing group {} could not be read: {}",
                organization.getName(),
                place.id(),
                Failures.describe(failure));
    }

    /** Begins the work on a batch. */
    public void begin(List<SegmentMessage> batch, Exchange exchange) {
        exchange.setProperty("wfmBatchMessages", List.copyOf(batch));
        if (batch.isEmpty()) {
            exchange.setProperty("wfmWork", new Work(null, batch, null));
            return;
        }
        Place place = batch.get(0).getPlace();
        exchange.setProperty("wfmPlace", place);
        Reading reading = organization(exchange).remembered(place.id(), Reading.class);
        exchange.setProperty("wfmWork", new Work(place, List.copyOf(batch), reading));
    }

    /** Whether something is still to be sent; a halt ends it. */
    public boolean isOpen(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        if (work.parts.isEmpty()) {
            return false;
        }
        if (organization.isHalted() || organization.haltOf(work.place.id()) != null || work.reading == null) {
            String reason = organization.isHalted()
                    ? organization.currentHalt().reason().text()
                    : organization.haltOf(work.place.id()) != null
                            ? organization.haltOf(work.place.id()).reason().text()
                            : HaltReason.SNAPSHOT_INCOMPLETE.text();
            work.parts.forEach(part -> part.forEach(message -> message.ends(Outcome.HELD, reason)));
            work.parts.clear();
            return false;
        }
        return true;
    }

    /** The PATCH of the next part: all who are there, and these. */
    public Call patchCall(Exchange exchange) {
        Work work = work(exchange);
        List<SegmentMessage> part = work.parts.peek();
        Set<String> values = new LinkedHashSet<>(work.reading.users());
        part.forEach(message -> values.add(message.genesysUserId()));
        return patch(work.place, work.reading, values);
    }

    /**
     * A PATCH of a group's members.
     *
     * @throws IllegalStateException if it would take somebody out who was there when its version was read
     */
    static Call patch(Place place, Reading reading, Collection<String> values) {
        if (!values.containsAll(reading.users())) {
            throw new IllegalStateException("a PATCH that lacks a member of the reading is never sent");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode users = body.putObject("userIds").putArray("values");
        values.forEach(users::add);
        body.putObject("metadata").put("version", reading.version());
        return Call.send(Call.Kind.INSERT, "PATCH", path(place), body.toString());
    }

    /** Notes the PATCH with each message, as evidence. */
    public void note(Exchange exchange) {
        Call call = exchange.getProperty(CallProperties.CALL, Call.class);
        for (SegmentMessage message : work(exchange).parts.peek()) {
            if (call.wasSent()) {
                message.posted(Instant.now());
            }
            message.answered(call.getStatus(), call.correlationId(), Instant.now());
        }
    }

    /** 200: who is in the answer is in the group. */
    public void patched(Exchange exchange) {
        Work work = work(exchange);
        Reading now = Reading.of(exchange.getMessage().getBody(JsonNode.class));
        if (now == null) {
            unclear(exchange);
            return;
        }
        take(exchange, now);
        for (SegmentMessage message : work.parts.poll()) {
            if (now.users().contains(message.genesysUserId())) {
                created(message);
            } else {
                refuse(message);
            }
        }
    }

    private void take(Exchange exchange, Reading now) {
        Work work = work(exchange);
        work.reading = now;
        organization(exchange).remember(work.place.id(), now);
        show(organization(exchange), work.place, now);
    }

    private void created(SegmentMessage message) {
        message.observed("APPROVED");
        message.ends(Outcome.CREATED, null);
        keys.add(message.id());
        keys.confirm(message.id());
    }

    private static void refuse(SegmentMessage message) {
        message.endsInLetter(
                "agent-refused",
                "Genesys does not take user " + message.genesysUserId() + " into staffing group "
                        + message.getPlace().id() + ".");
    }

    /** Whether the last answer was the 409 of a version that moved. */
    public boolean isVersionMoved(Exchange exchange) {
        return "wfm.transaction.conflict"
                .equals(exchange.getProperty(CallProperties.CALL, Call.class).getErrorCode());
    }

    /** A version that moved, or an answer that told nothing: the group is read before anything is sent again. */
    public void unclear(Exchange exchange) {
        Work work = work(exchange);
        work.unclear++;
        exchange.setProperty("wfmReread", true);
        work.parts.peek().forEach(SegmentMessage::outcomeUnknown);
    }

    /** After a new reading: who is in it is done, and the rest goes again, so often at most. */
    public void again(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        if (organization.isHalted() || organization.haltOf(work.place.id()) != null || work.parts.isEmpty()) {
            return;
        }
        List<SegmentMessage> part = work.parts.poll();
        List<SegmentMessage> rest = part.stream()
                .filter(message -> {
                    boolean there = work.reading.users().contains(message.genesysUserId());
                    if (there) {
                        created(message);
                    }
                    return !there;
                })
                .toList();
        if (rest.isEmpty()) {
            return;
        }
        if (work.unclear >= maxAttempts) {
            rest.forEach(message -> message.endsInLetter(
                    "destination-unavailable",
                    "Genesys gave no usable answer to " + work.unclear + " PATCHes of staffing group " + work.place.id()
                            + ", and does not show the user in it."));
        } else {
            work.parts.push(rest);
        }
    }

    /** Whether the first refusal still has to be followed by a reading, which tells if the group is there at all. */
    public boolean isUnproved(Exchange exchange) {
        return !work(exchange).proved;
    }

    public void proved(Exchange exchange) {
        work(exchange).proved = true;
    }

    /** A PATCH was refused as a whole: it is halved until those at fault stand alone. */
    public void halve(Exchange exchange) {
        Work work = work(exchange);
        OrganizationPass organization = organization(exchange);
        if (organization.isHalted() || organization.haltOf(work.place.id()) != null) {
            return;
        }
        List<SegmentMessage> part = work.parts.poll();
        if (part.size() == 1) {
            refuse(part.get(0));
            return;
        }
        int middle = part.size() / 2;
        work.parts.push(part.subList(middle, part.size()));
        work.parts.push(part.subList(0, middle));
    }

    /** The answer is none of the contract. */
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
        String reason =
                organization.isHalted() ? organization.currentHalt().reason().text() : HaltReason.FORBIDDEN.text();
        Work work = work(exchange);
        work.parts.forEach(part -> part.forEach(message -> message.ends(Outcome.HELD, reason)));
        work.parts.clear();
    }

    /** The messages of the batch, each with its outcome. */
    @SuppressWarnings("unchecked")
    public List<SegmentMessage> ended(Exchange exchange) {
        return exchange.getProperty("wfmBatchMessages", List.of(), List.class);
    }

    private static String path(Place place) {
        return "/api/v2/workforcemanagement/businessunits/" + encoded(place.businessUnitId()) + "/staffinggroups/"
                + encoded(place.id());
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
