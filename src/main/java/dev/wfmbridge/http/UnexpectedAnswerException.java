package dev.wfmbridge.http;

import java.io.IOException;

/** An answer with the right status whose body does not match the contract. Its text holds no part of the body. */
public final class UnexpectedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    public UnexpectedAnswerException(String what) {
        super(what);
    }
}
