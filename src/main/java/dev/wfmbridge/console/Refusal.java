package dev.wfmbridge.console;

/** A refused request, with the status and the sentence that it gets instead of an answer. */
final class Refusal extends Exception {
    private final int status;

    Refusal(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
