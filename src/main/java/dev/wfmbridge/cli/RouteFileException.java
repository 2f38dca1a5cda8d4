package dev.wfmbridge.cli;

/** A route file that cannot be loaded; the message says which, and why. */
final class RouteFileException extends Exception {

    private static final long serialVersionUID = 1L;

    RouteFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
