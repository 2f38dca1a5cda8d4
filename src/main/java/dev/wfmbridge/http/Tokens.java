package dev.wfmbridge.http;

import dev.wfmbridge.halt.HaltReason;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * The token of one client: requested by one call however many need it, and handed out only after its organisation was
 * proved. The call that finds none runs the token route; the others wait for the result without holding a thread.
 */
public final class Tokens {

    /** A token refused by its own organisation was revoked before its first use; the second time, the client is at fault. */
    private static final int MOST_REFUSED = 2;

    private final LongAdder renewals = new LongAdder();
    private Token current;
    private boolean underWay;
    private int refused;

    /** The token to send a call with; null if there is no fresh one. */
    public synchronized Token fresh(long now) {
        return current != null && current.fresh(now) ? current : null;
    }

    /** Whether the caller is to get a new token; false if another call is already doing so. */
    public synchronized boolean begin() {
        if (underWay) {
            return false;
        }
        underWay = true;
        return true;
    }

    /** A new token, proved. */
    public synchronized void take(Token proved) {
        current = proved;
        refused = 0;
        renewals.increment();
    }

    /** The token route has ended, with whatever result. */
    public synchronized void end() {
        underWay = false;
    }

    /** No token could be obtained: halts the side, unless one more request may bring a better one. */
    public synchronized void failed(Side side, Exception failure) {
        if (failure instanceof HttpOperationFailedException answer && answer.getStatusCode() == 401) {
            if (++refused >= MOST_REFUSED) {
                refused = 0;
                side.halt(HaltReason.CREDENTIALS, "A new token was refused.");
            }
        } else {
            side.halt(HaltReason.UNAVAILABLE, Failures.describe(failure));
        }
    }

    /** Drops this token, unless a newer one has replaced it. */
    public synchronized void drop(Token old) {
        if (current == old) {
            current = null;
        }
    }

    /** Tokens received since the start. */
    public long renewals() {
        return renewals.sum();
    }
}
