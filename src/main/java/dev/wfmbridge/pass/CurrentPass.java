package dev.wfmbridge.pass;

import java.util.function.Supplier;

/** The pass under way or the last one; null before the first. Plans are no passes. */
public final class CurrentPass implements Supplier<Pass> {

    private volatile Pass pass;

    @Override
    public Pass get() {
        return pass;
    }

    public void becomes(Pass next) {
        pass = next;
    }

    public boolean isUnderWay() {
        Pass now = pass;
        return now != null && now.finishedAt() == null;
    }
}
