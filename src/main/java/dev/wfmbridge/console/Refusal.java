package dev.wfmbridge.console;

/** A request that gets no answer, with the status and the sentence that it gets instead. */
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
