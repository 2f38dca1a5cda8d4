package dev.wfmbridge.http;

/**
 * What authorises a call. Compared by identity: a 401 drops only the token that it was sent with.
 */
public final class Token {

    private final String authorization;
    private final long renewAtNanos;

    /**
     * @param authorization the value of the {@code Authorization} header
     * @param renewAtNanos {@link System#nanoTime()} from which a new one is requested
     */
    public Token(String authorization, long renewAtNanos) {
        this.authorization = authorization;
        this.renewAtNanos = renewAtNanos;
    }

    /** The value of the {@code Authorization} header. */
    public String authorization() {
        return authorization;
    }

    public boolean fresh(long now) {
        return now - renewAtNanos < 0;
    }

    @Override
    public String toString() {
        return "token ***";
    }
}
