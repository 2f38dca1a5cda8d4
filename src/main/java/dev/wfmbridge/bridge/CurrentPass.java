package dev.wfmbridge.bridge;

import dev.wfmbridge.pass.Pass;
import java.util.function.Supplier;

/** The pass under way or the last one; null before the first. Plans are no passes. */
final class CurrentPass implements Supplier<Pass> {

    private volatile Pass pass;

    @Override
    public Pass get() {
        return pass;
    }

    void becomes(Pass next) {
        pass = next;
    }

    boolean isUnderWay() {
        Pass now = pass;
        return now != null && now.finishedAt() == null;
    }
}
