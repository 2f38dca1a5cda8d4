package dev.wfmbridge.http;

/**
 * An OAuth client of one of the two APIs, with what outlives a pass: its gate (the quota belongs to it), its token, and
 * whether an operator suspended it.
 */
public final class ApiClient {

    private final String name;
    private final Gate gate;
    private final Tokens tokens;
    private volatile boolean suspended;

    public ApiClient(String name, Gate gate, Tokens tokens) {
        this.name = name;
        this.gate = gate;
        this.tokens = tokens;
    }

    public String name() {
        return name;
    }

    public Gate gate() {
        return gate;
    }

    public Tokens tokens() {
        return tokens;
    }

    public boolean suspended() {
        return suspended;
    }

    /** No call starts until it is resumed; calls on the wire end. */
    public void suspend() {
        suspended = true;
    }

    public void resume() {
        suspended = false;
    }
}
