package dev.wfmbridge.pass;

import java.util.function.BooleanSupplier;

/** Says to passes that nothing new may start: to all of them when the bridge stops, to one when its work is somebody else's now. */
public final class Stopping {

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
}
