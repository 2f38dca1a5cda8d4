package dev.wfmbridge.pass;

import java.util.concurrent.atomic.AtomicReference;

/** Says to all passes that the bridge is stopping, and whether that is because it broke. */
public final class Stopping {

    private final AtomicReference<String> brokenBy = new AtomicReference<>();
    private volatile boolean begun;

    public void begin() {
        begun = true;
    }

    public boolean begun() {
        return begun;
    }

    /**
     * Something happened that no part of the bridge can be trusted after, such as memory that ran out.
     *
     * @param error its kind, for people
     * @return whether it is the first one
     */
    public boolean breaks(String error) {
        begun = true;
        return brokenBy.compareAndSet(null, error);
    }

    /** What broke the bridge; null if nothing did. */
    public String brokenBy() {
        return brokenBy.get();
    }
}
