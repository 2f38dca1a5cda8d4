package dev.wfmbridge.http;

import java.io.IOException;

/** An answer of the right status whose body is not what the contract says. Its text holds no part of the body. */
public final class UnexpectedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    public UnexpectedAnswerException(String what) {
        super(what);
    }
}
