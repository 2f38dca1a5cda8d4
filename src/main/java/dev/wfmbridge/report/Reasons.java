package dev.wfmbridge.report;

import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SkipReason;
import java.util.Arrays;

/** What outcomes and their reasons mean, and what to do, in words. */
public final class Reasons {

    private Reasons() {}

    /**
     * @param outcome as a report names it; one that this version does not know means nothing
     * @param reason why it ended this way; empty if nothing more is known
     */
    public static String of(String outcome, String reason) {
        return Arrays.stream(Outcome.values())
                .filter(how -> how.text().equals(outcome))
                .findFirst()
                .map(how -> of(how, reason))
                .orElse("");
    }

    private static String of(Outcome outcome, String reason) {
        return switch (outcome) {
            case CREATED -> "The segment was posted.";
            case PRESENT -> "The segment is there.";
            case ADOPTED -> "A segment made by hand or by another tool is there; it is left alone.";
            case MERGED -> "An earlier entry or membership already covers the same segment.";
            case DECLINED -> "Somebody rejected or cancelled the segment in Genesys; it is left alone.";
            case RESTORED -> "Our own cancellation was taken back.";
            case HELD ->
                "It was not decided, because of a halt or of an answer that says nothing; the next pass tries again.";
            case DEAD_LETTERED ->
                LetterCode.of(reason)
                        .map(code -> code.cause() + " " + code.nextStep())
                        .orElse("See the dead letter.");
            case SKIPPED -> SkipReason.of(reason).map(SkipReason::meaning).orElse("");
        };
    }
}
