package dev.wfmbridge.pass;

/** The bridge itself broke, for example by running out of memory; its message is a readable sentence. */
public final class BrokenException extends Exception {

    /** @param error the kind of what broke it */
    public BrokenException(String error) {
        super("An error of the bridge itself: " + error
                + ". Nothing is lost; what is held comes again with the next pass."
                + (error.equals("OutOfMemoryError") ? " Give it more heap (-Xmx), see docs/sizing.md." : ""));
    }
}
