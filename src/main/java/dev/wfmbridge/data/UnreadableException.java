package dev.wfmbridge.data;

import java.io.IOException;

/** A file of the bridge's own is not one that it could have written. The message says what it is, such as "is not a file". */
public final class UnreadableException extends IOException {
    public UnreadableException(String message) {
        super(message);
    }
}
