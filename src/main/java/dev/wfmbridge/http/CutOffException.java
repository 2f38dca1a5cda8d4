package dev.wfmbridge.http;

import java.io.IOException;

/**
 * A call that the bridge ended, because its answer was too large or too slow. Its effect on the other side is as unknown as after
 * a lost connection. Its text is a readable clause, and holds nothing from the answer.
 */
public final class CutOffException extends IOException {

    private static final long serialVersionUID = 1L;

    public CutOffException(String what) {
        super(what);
    }
}
