package dev.wfmbridge.target.staffinggroup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.genesys.UserIds;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.target.BatchWork;
import dev.wfmbridge.target.MemberTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * The bean {@code staffinggroup}: puts agents into a staffing group of the published API. A PATCH replaces the whole set, so
 * each carries all current members and the version that was read with them; nobody is ever left out.
 */
public final class StaffingGroups extends MemberTarget {

    private final int maxAttempts;

    /** @param maxAttempts PATCHes after a version conflict or an unclear answer ({@code genesys.max-attempts}) */
    public StaffingGroups(SegmentIds ids, SegmentKeys keys, int maxAttempts) {
        super("staffing group", ids, keys);
        this.maxAttempts = maxAttempts;
    }

    /** The members of a group when it was read, with the version. */
    record Reading(Set<String> users, long version) {

        /** Reads an answer; null if it lacks users or version. */
        static Reading of(JsonNode group) {
            JsonNode version = group == null ? null : group.path("metadata").get("version");
            if (version == null
                    || !version.isIntegralNumber()
                    || !group.path("users").isArray()) {
                return null;
            }
            Set<String> users = new LinkedHashSet<>();
            for (JsonNode user : group.path("users")) {
                if (Shape.idOrNull(user.get("id")) == null) {
                    return null;
                }
                users.add(UserIds.spelled(user.get("id").asText()));
            }
            return new Reading(users, version.asLong());
        }
    }

    /** The call that reads the group. */
    public Call groupCall(@ExchangeProperty(CallProperties.PLACE) Place place) {
        return Call.get(path(place), null, "id");
    }

    /** Takes the answer as the snapshot of this group. */
    public void takeGroup(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PLACE) Place place,
            @Body JsonNode answer) {
        Reading reading = Reading.of(answer);
        if (reading == null) {
            organization.haltPlace(
                    place.id(), HaltReason.SNAPSHOT_INCOMPLETE, "The answer has no users or no metadata.version.");
            return;
        }
        organization.remember(place.id(), reading);
        show(organization, place, reading.users(), reading.version());
    }

    /** Begins the work on a batch. */
    public BatchWork begin(List<SegmentMessage> batch) {
        BatchWork work = new BatchWork(batch);
        work.add(batch);
        return work;
    }

    /** The PATCH of the next part: all current members, and these. */
    public Call patchCall(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        Reading reading = reading(organization, work);
        Set<String> values = new LinkedHashSet<>(reading.users());
        work.next().forEach(message -> values.add(message.genesysUserId()));
        return patch(work.getPlace(), reading, values);
    }

    /**
     * A PATCH of a group's members.
     *
     * @throws IllegalStateException if it would remove somebody who was there when its version was read
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

    /** 200: the users in the answer are in the group. */
    public void patched(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work,
            @Body JsonNode answer) {
        Reading now = Reading.of(answer);
        if (now == null) {
            unknown(work);
            return;
        }
        organization.remember(work.getPlace().id(), now);
        show(organization, work.getPlace(), now.users(), now.version());
        for (SegmentMessage message : work.taken()) {
            if (now.users().contains(message.genesysUserId())) {
                isThere(message, Outcome.CREATED);
            } else {
                refuse(message);
            }
        }
        work.clear();
    }

    /** Whether the last answer was the 409 of a version conflict. */
    public boolean isVersionMoved(@ExchangeProperty(CallProperties.CALL) Call call) {
        return "wfm.transaction.conflict".equals(call.getErrorCode());
    }

    /** An answer that says nothing: the group is read before anything is sent again. */
    public void unknown(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.next().forEach(message -> message.notes().outcomeUnknown());
        versionMoved(work);
    }

    /** Somebody else changed the group, so nothing was done: it is read, and decided again. */
    public void versionMoved(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.countUnclear();
        work.asksToRead(true);
    }

    /** After a new read: those in the group are done, and the rest is sent again, a limited number of times. */
    public void again(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        work.asksToRead(false);
        if (work.isStopped(organization)) {
            return;
        }
        Reading reading = reading(organization, work);
        List<SegmentMessage> rest = new ArrayList<>();
        for (SegmentMessage message : work.taken()) {
            if (!reading.users().contains(message.genesysUserId())) {
                rest.add(message);
            } else {
                isThere(message, message.evidence().unknownOutcome() ? Outcome.CREATED : Outcome.PRESENT);
            }
        }
        if (work.unclear() < maxAttempts) {
            work.addFirst(rest);
            return;
        }
        rest.forEach(message -> message.endsInLetter(
                LetterCode.DESTINATION_UNAVAILABLE,
                work.unclear() + " PATCHes of staffing group " + work.getPlace().id()
                        + " were answered without a decision, the last one with "
                        + (message.evidence().lastStatus() == 0
                                ? "nothing"
                                : "HTTP " + message.evidence().lastStatus())
                        + ", and the group does not have user " + message.genesysUserId() + "."));
        work.clear();
    }

    @Override
    public void halve(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.WORK) BatchWork work) {
        super.halve(organization, work);
        work.clear();
    }

    /** The messages of the batch, each with its outcome. */
    public List<SegmentMessage> ended(@ExchangeProperty(CallProperties.WORK) BatchWork work) {
        return work.all();
    }

    /** What a pass would send to the place: one PATCH, however many it carries. */
    public void foresee(
            @Body List<SegmentMessage> batch, @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization) {
        if (!batch.isEmpty()) {
            organization.foresees(Call.Kind.INSERT, 1);
        }
    }

    private static Reading reading(OrganizationPass organization, BatchWork work) {
        return organization.remembered(work.getPlace().id(), Reading.class);
    }

    static String path(Place place) {
        return of(place.within()) + "/" + Call.encoded(place.id());
    }

    /** The path of a business unit's groups. */
    static String of(String businessUnitId) {
        return "/api/v2/workforcemanagement/businessunits/" + Call.encoded(businessUnitId) + "/staffinggroups";
    }
}
