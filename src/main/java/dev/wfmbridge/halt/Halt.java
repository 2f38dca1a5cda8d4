package dev.wfmbridge.halt;

import java.time.Instant;

/**
 * No more calls of a kind in this pass.
 *
 * @param message a sentence without secrets or personal data
 * @param nextStep what to do about it
 */
public record Halt(HaltReason reason, Instant since, String message, String nextStep) {

    /** A halt with the reason's own sentence, followed by a detail if there is one. */
    public static Halt of(HaltReason reason, String detail) {
        String message = detail == null || detail.isBlank() ? reason.message() : reason.message() + " " + detail;
        return new Halt(reason, Instant.now(), message, reason.nextStep());
    }
}
