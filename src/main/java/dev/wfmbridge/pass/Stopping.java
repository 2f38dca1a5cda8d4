package dev.wfmbridge.pass;

/** Says to all passes that the bridge is stopping. */
public final class Stopping {

    private volatile boolean begun;

    public void begin() {
        begun = true;
    }

    public boolean begun() {
        return begun;
    }
}
