package dev.wfmbridge.http;

import java.io.IOException;

/**
 * A call that was ended from this side, since its answer was too large or too slow. What it did at the other side is as unknown as after
 * a lost connection. Its text is a clause for people, and holds nothing of the answer.
 */
public final class CutOffException extends IOException {

    private static final long serialVersionUID = 1L;

    public CutOffException(String what) {
        super(what);
    }
}
