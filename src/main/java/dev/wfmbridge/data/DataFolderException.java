package dev.wfmbridge.data;

/** The data folder cannot be used. The message says what is wrong and how to fix it. */
public final class DataFolderException extends Exception {
    public DataFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
