package dev.wfmbridge.part;

/** A part, or its result, that cannot be parsed. The text quotes nothing from it. */
public final class UnusableException extends Exception {

    public UnusableException(String message) {
        super(message);
    }
}
