package dev.wfmbridge.pass;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Tells passes that nothing new may start: all of them when the bridge stops or broke, one when its work has passed to another process.
 */
public final class Stopping {

    private final AtomicReference<String> brokenBy = new AtomicReference<>();
    private final BooleanSupplier before;
    private volatile boolean begun;

    public Stopping() {
        this(() -> false);
    }

    /** @param before whether something beyond this pass has ended it */
    public Stopping(BooleanSupplier before) {
        this.before = before;
    }

    public void begin() {
        begun = true;
    }

    public boolean begun() {
        return begun || before.getAsBoolean();
    }

    /**
     * Something happened after which no part of the bridge can be trusted, such as running out of memory.
     *
     * @param error its kind, in words
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
