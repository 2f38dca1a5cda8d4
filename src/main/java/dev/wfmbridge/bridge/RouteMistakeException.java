package dev.wfmbridge.bridge;

import dev.wfmbridge.operate.Cause;
import dev.wfmbridge.operate.FailedStep;

/** A mistake in an edited route that shows only at run time; its message is one readable line, with the step's file and line. */
public final class RouteMistakeException extends Exception {

    private RouteMistakeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The failure as a mistake of the routes; the failure itself if it came up in the bridge's own code, or no step is known. */
    static Exception of(Exception failure) {
        FailedStep step = FailedStep.of(failure);
        if (step == null || Cause.isOwn(failure)) {
            return failure;
        }
        return new RouteMistakeException(
                step.getMessage() + ": the step that begins here failed: " + Cause.of(failure)
                        + ". The routes are edited wrongly, and the pass ended there: fix the step, then try it with wfm-bridge sandbox.",
                failure);
    }
}
