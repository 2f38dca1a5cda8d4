package dev.wfmbridge.bridge;

import dev.wfmbridge.events.Event;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.removal.Candidates;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.target.BatchWork;
import dev.wfmbridge.writeback.StatusWriteBack;
import dev.wfmbridge.zendesk.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All exchange properties of the routes: name, what each holds, and what sets it. The check of edited routes reads this; it is
 * written nowhere else.
 */
enum RouteProperty {
    PASS(CallProperties.PASS, "pass-stages, once a pass", Pass.class),
    SIDE(
            CallProperties.SIDE,
            "the route that begins to call Zendesk or an organisation",
            OrganizationPass.class,
            Source.class),
    CALL(CallProperties.CALL, "each route before it goes to paced-call, as its bean makes the call", Call.class),
    CANDIDATE(CallProperties.CANDIDATE, "the token routes: a token that is not proved yet", Token.class),
    TURN(CallProperties.TURN, "paced-call: the throttle to ask, wait or token", String.class),
    PACE_KEY(CallProperties.PACE_KEY, "paced-call: whose quota the throttle keeps", String.class),
    PACE_CALLS(CallProperties.PACE_CALLS, "paced-call: calls that this quota allows in a span", Integer.class),
    ANSWER(
            CallProperties.ANSWER,
            "a route before it writes; genesys-write, when the answer is no success",
            String.class),
    MESSAGE(CallProperties.MESSAGE, "segment-deliver: the message under way", SegmentMessage.class),
    PACED(CallProperties.PACED, "deliver-all: whether a replay has a rate", Boolean.class),
    ACTION(CallProperties.ACTION, "segment-deliver: INSERT, RESTORE or CONCLUDE", String.class),
    SEGMENT_ID(CallProperties.SEGMENT_ID, "segment-deliver: the id of the segment under way", String.class),
    TARGET(CallProperties.TARGET, "segment-deliver: the target that the message is for", String.class),
    OUTCOME(
            CallProperties.OUTCOME,
            "segment-deliver and outcome: how the message ended, nothing as long as it has not",
            String.class),
    TURN_AT(CallProperties.TURN_AT, "turn-wait: when a replay's rate lets the message go", Long.class),
    PLACE(CallProperties.PLACE, "a target's routes: the place under way", Place.class),
    WORK(CallProperties.WORK, "a target's batch route: what is still to be sent", BatchWork.class),
    ROW(CallProperties.ROW, "a route that reads one segment: what Genesys shows", SegmentRow.class),
    ASKED(CallProperties.ASKED, "a route that asks about one thing at a time: this thing", Object.class),
    REMOVALS(CallProperties.REMOVALS, "removals: the candidates of an organisation", Candidates.class),
    REMOVAL(CallProperties.REMOVAL, "removal: the one under way", Candidate.class),
    JOB(CallProperties.JOB, "zendesk-write-back-batch: the job as the last look showed it", StatusWriteBack.Job.class),
    PAGES(
            CallProperties.PAGES,
            "a route that reads a listing: how far it is, and the call for the next page",
            Pages.class),
    PART(CallProperties.PART, "parts-take and part-send: the part under way, with its records", Object.class),
    READING(CallProperties.READING, "the bean of a listing: what its pages have said so far", Object.class),
    EVENT(CallProperties.EVENT, "zendesk-events: the event that was verified", Event.class),
    HINT(
            CallProperties.HINT,
            "zendesk-event: new, waiting or full, as the agents of the event are taken",
            String.class);

    private final String text;
    private final String setBy;
    private final List<Class<?>> types;

    RouteProperty(String text, String setBy, Class<?>... types) {
        this.text = text;
        this.setBy = setBy;
        this.types = List.of(types);
    }

    /** Its name in the routes. */
    String text() {
        return text;
    }

    /** Who sets it, for people. */
    String setBy() {
        return setBy;
    }

    /** The type of its value; {@code Object} if that is up to the route. */
    List<Class<?>> types() {
        return types;
    }

    /** Whether its type is known well enough for an expression that reads it to be checked. */
    boolean isTyped() {
        return types.stream()
                .noneMatch(type -> type == Object.class || type.getName().startsWith("java."));
    }

    static Optional<RouteProperty> of(String text) {
        return Arrays.stream(values())
                .filter(property -> property.text.equals(text))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(RouteProperty::text).toList();
    }
}
