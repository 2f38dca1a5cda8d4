package dev.wfmbridge.part;

/** A part, or a result of one, that cannot be understood. The text holds nothing of what stands in it. */
public final class UnusableException extends Exception {

    public UnusableException(String message) {
        super(message);
    }
}
