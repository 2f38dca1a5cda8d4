package dev.wfmbridge.kafka;

import java.io.IOException;

/** The brokers did not answer in time, or refused; a sentence for people. */
public final class UnreachableException extends IOException {

    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
