package dev.wfmbridge.pass;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Says to passes that nothing new may start: to all of them when the bridge stops or broke, to one when its work is somebody else's now.
 */
public final class Stopping {

    private final AtomicReference<String> brokenBy = new AtomicReference<>();
    private final BooleanSupplier before;
    private volatile boolean begun;

    public Stopping() {
        this(() -> false);
    }

    /** @param before says the same for more than this one alone */
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
