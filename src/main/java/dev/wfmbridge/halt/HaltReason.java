package dev.wfmbridge.halt;

import java.util.Locale;

/** Why no more calls of a kind go to an organisation or a schedule in this pass: a closed list (docs/runbook.md, "Halted"). */
public enum HaltReason {
    CONFIGURATION("Its configuration cannot be used.", "Fix what the message names; the next pass reads it again."),
    CREDENTIALS(
            "The credentials were refused.",
            "Check client id and secret of this account (or e-mail and API token), and that the client is not disabled; wfm-bridge check says which it is."),
    WRONG_ORGANIZATION(
            "The token belongs to another organisation than the mapping names.",
            "Put the id of the client's organisation into the mapping, or the client of the organisation that is named."),
    FORBIDDEN(
            "The client's role lacks a permission.",
            "Give the OAuth client's role the permission for this kind of call; wfm-bridge check lists them."),
    TARGET_NOT_AVAILABLE(
            "The organisation does not serve the API that the target needs.",
            "See docs/targets.md for targets on the published API."),
    USERS_INCOMPLETE(
            "The users of the organisation could not be read to the end, so nobody is guessed.",
            "Nothing needs to be done if the next pass succeeds; otherwise look at the organisation's status page."),
    QUOTA(
            "The waits after 429s would exceed http.max-quota-wait.",
            "See what else uses this OAuth client; give the bridge a client of its own, or raise http.max-quota-wait."),
    UNAVAILABLE(
            "The API does not answer as it should.",
            "Nothing needs to be done if the next pass succeeds; otherwise check network, proxy and the vendor's status page."),
    SUSPENDED("An operator suspended it.", "Resume it when it may go on."),
    PASS_TIME(
            "The pass took longer than poll.max-pass.",
            "The next pass goes on with what is left; if this repeats, raise poll.max-pass or the quota."),
    STOPPING("The bridge is stopping.", "The next start goes on with what is left."),
    SCHEDULE_NOT_FOUND(
            "The schedule does not exist in the organisation.",
            "Correct its id in the mapping, or publish the schedule."),
    TARGET_NOT_FOUND("The group or unit does not exist in the organisation.", "Correct its id in the mapping."),
    SNAPSHOT_INCOMPLETE(
            "What the schedule holds could not be read to the end.",
            "Nothing needs to be done if the next pass succeeds; otherwise look at the letters and the log."),
    SOURCE_INCOMPLETE(
            "Zendesk's memberships were not read to the end, and an earlier entry of this schedule has another status rule.",
            "Nothing needs to be done if the next pass succeeds.");

    private final String message;
    private final String nextStep;

    HaltReason(String message, String nextStep) {
        this.message = message;
        this.nextStep = nextStep;
    }

    /** One sentence for people. */
    public String message() {
        return message;
    }

    /** What to do about it. */
    public String nextStep() {
        return nextStep;
    }

    /** The name in reports: {@code wrong-organization}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
