package dev.wfmbridge.report;

import dev.wfmbridge.data.LetterCode;

/** What outcomes and skip reasons mean, and what to do, in words. */
public final class Reasons {

    private Reasons() {}

    /** @param reason why it ended this way; empty if nothing more is known */
    public static String of(String outcome, String reason) {
        return switch (outcome) {
            case "created" -> "The segment was posted.";
            case "present" -> "The segment is there.";
            case "adopted" -> "A segment made by hand or by another tool is there; it is left alone.";
            case "merged" -> "An earlier entry or membership already covers the same segment.";
            case "declined" -> "Somebody rejected or cancelled the segment in Genesys; it is left alone.";
            case "restored" -> "Our own cancellation was taken back.";
            case "held" -> "It was not tried because of a halt; the next pass tries again.";
            case "dead-lettered" ->
                LetterCode.of(reason)
                        .map(code -> code.cause() + " " + code.nextStep())
                        .orElse("See the dead letter.");
            case "skipped" -> skipped(reason);
            default -> "";
        };
    }

    private static String skipped(String reason) {
        return switch (reason) {
            case "agent-unknown" -> "Zendesk lists the user in the group, and says nothing else about them.";
            case "agent-inactive" -> "The Zendesk user is deleted, or no agent.";
            case "agent-suspended" -> "The Zendesk agent is suspended.";
            case "no-email" ->
                "The Zendesk agent has no e-mail address: add one, or name the Genesys user in users: of"
                        + " the mapping.";
            case "user-not-found" ->
                "Genesys has no user with this address: create one, or name it in users: of the" + " mapping.";
            case "user-inactive" -> "The Genesys user is inactive: activate it, if the person works there.";
            case "user-deleted" -> "The Genesys user is deleted.";
            case "user-ambiguous" ->
                "Several Genesys users have this address: name the right one in users: of the" + " mapping.";
            case "in-another-unit" ->
                "The agent is in another management unit: move them by hand, or allow it with moveFrom.";
            default -> "";
        };
    }
}
