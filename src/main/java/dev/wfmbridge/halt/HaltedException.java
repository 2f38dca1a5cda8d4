package dev.wfmbridge.halt;

/** Thrown instead of a call that a halt forbids. It is not a failure: what it stops is {@code held}. */
public final class HaltedException extends Exception {

    private final transient Halt halt;

    public HaltedException(Halt halt) {
        super(halt.reason().text() + ": " + halt.message(), null, false, false);
        this.halt = halt;
    }

    public Halt halt() {
        return halt;
    }
}
