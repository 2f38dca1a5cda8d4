package dev.wfmbridge.data;

import java.util.Locale;
import java.util.Optional;

/** Why a segment message failed permanently: the closed list in docs/dead-letters.md. */
public enum LetterCode {
    INVALID_REQUEST(
            true,
            "Genesys refused the segment as invalid; sending it again does not help.",
            "Compare the entry in the mapping with the schedule in Genesys, and ask Genesys with the correlation id if they agree."),
    SEGMENT_ID_TAKEN(
            true,
            "The segment's id already belongs to another user or schedule in Genesys.",
            "Look at that segment in Genesys. If it was copied or changed by hand, delete it; then replay."),
    PHANTOM_CONFLICT(
            true,
            "Genesys answered each time that the segment is there already, but no reading shows it.",
            "Ask Genesys with the correlation id for a segment that this client cannot see, or wait: it is tried again by itself."),
    USER_NOT_FOUND(
            false,
            "Genesys does not have this user as an active one any more.",
            "Nothing, if the person has left. Else make the user active in Genesys; the next pass tries again."),
    SCHEDULE_NOT_FOUND(
            false,
            "Genesys does not have this schedule, though it has the user.",
            "Correct the schedule's id in the mapping, or create the schedule; the next pass tries again."),
    DESTINATION_UNAVAILABLE(
            false,
            "Genesys gave no usable answer, and the segment is not there.",
            "Nothing: the next pass tries again. If it goes on, look at the status page of Genesys and at the network."),
    AGENT_REFUSED(
            false,
            "Genesys does not accept this user in the staffing group or management unit.",
            "See whether the user belongs to the group's business unit and management unit; the next pass tries again."),
    MOVE_IN_PROGRESS(
            false,
            "Genesys is still moving this user, or does not show the move yet.",
            "Nothing: the next pass tries again. If it goes on, look at the user's management unit in Genesys."),
    UNIT_FULL(
            false,
            "The management unit or its business unit takes no more agents.",
            "Take agents out of the unit, or map the group to another one; the next pass tries again."),
    SOURCE_UNIT_FORBIDDEN(
            false,
            "The client may not take the user out of the management unit that they are in.",
            "Give the client's role access to that unit's division, or move the user by hand; the next pass tries again."),
    UNEXPECTED_ANSWER(
            false,
            "Genesys gave an answer that is not part of its contract.",
            "Make sure that no proxy or login page answers in its place; the next pass tries again.");

    private final boolean waits;
    private final String cause;
    private final String nextStep;

    LetterCode(boolean waits, String cause, String nextStep) {
        this.waits = waits;
        this.cause = cause;
        this.nextStep = nextStep;
    }

    /** The code as written in files and reports, such as {@code phantom-conflict}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return text();
    }

    /** The code with that text, if this version knows it. */
    public static Optional<LetterCode> of(String text) {
        for (LetterCode code : values()) {
            if (code.text().equals(text)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    /** What happened, a sentence. */
    public String cause() {
        return cause;
    }

    /** What to do about it, a sentence or two. */
    public String nextStep() {
        return nextStep;
    }

    /** Whether the letter waits without a call until its {@code retryAt}. The next pass tries the others again. */
    public boolean waits() {
        return waits;
    }
}
