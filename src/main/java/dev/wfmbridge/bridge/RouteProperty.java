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

/** The types of what the routes' exchange properties hold, by which the check of edited routes goes. */
enum RouteProperty {
    PASS(CallProperties.PASS, Pass.class),
    SIDE(CallProperties.SIDE, OrganizationPass.class, Source.class),
    CALL(CallProperties.CALL, Call.class),
    CANDIDATE(CallProperties.CANDIDATE, Token.class),
    TURN(CallProperties.TURN, String.class),
    PACE_KEY(CallProperties.PACE_KEY, String.class),
    PACE_CALLS(CallProperties.PACE_CALLS, Integer.class),
    ANSWER(CallProperties.ANSWER, String.class),
    MESSAGE(CallProperties.MESSAGE, SegmentMessage.class),
    PACED(CallProperties.PACED, Boolean.class),
    ACTION(CallProperties.ACTION, String.class),
    SEGMENT_ID(CallProperties.SEGMENT_ID, String.class),
    TARGET(CallProperties.TARGET, String.class),
    OUTCOME(CallProperties.OUTCOME, String.class),
    TURN_AT(CallProperties.TURN_AT, Long.class),
    PLACE(CallProperties.PLACE, Place.class),
    WORK(CallProperties.WORK, BatchWork.class),
    ROW(CallProperties.ROW, SegmentRow.class),
    ASKED(CallProperties.ASKED, Object.class),
    REMOVALS(CallProperties.REMOVALS, Candidates.class),
    REMOVAL(CallProperties.REMOVAL, Candidate.class),
    JOB(CallProperties.JOB, StatusWriteBack.Job.class),
    PAGES(CallProperties.PAGES, Pages.class),
    PART(CallProperties.PART, Object.class),
    READING(CallProperties.READING, Object.class),
    EVENT(CallProperties.EVENT, Event.class),
    HINT(CallProperties.HINT, String.class);

    private final String text;
    private final List<Class<?>> types;

    RouteProperty(String text, Class<?>... types) {
        this.text = text;
        this.types = List.of(types);
    }

    /** Its name in the routes. */
    String text() {
        return text;
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
