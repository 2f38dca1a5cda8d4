package dev.wfmbridge.config;

/** A secret could not be read. The message names the variable or the file, never a value. */
public final class SecretUnavailableException extends Exception {
    public SecretUnavailableException(String message) {
        super(message);
    }
}
