package dev.wfmbridge.console;

/** A refused request, with the status and the sentence that it gets instead of an answer. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refusal(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
