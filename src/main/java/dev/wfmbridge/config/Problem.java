package dev.wfmbridge.config;

import java.util.Objects;

/**
 * One mistake in what the user wrote, in a form that can be read without knowing the bridge.
 *
 * @param file where it is: a path as the user would type it, or "environment variable NAME"
 * @param line the line, counted from 1; 0 if there is none
 * @param what what is wrong, without a full stop
 * @param mend what to do about it, a whole sentence; may be empty
 */
public record Problem(String file, int line, String what, String mend) {

    public Problem {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(mend, "mend");
    }

    /** The problem as one line: {@code file:line: what. mend}. */
    public String oneLine() {
        String where = line > 0 ? file + ":" + line : file;
        return where + ": " + what + (mend.isEmpty() ? "." : ". " + mend);
    }
}
