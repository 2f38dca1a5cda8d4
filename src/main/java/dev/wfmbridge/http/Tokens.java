package dev.wfmbridge.http;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * The token of one client: asked for once, however many workers need it, and handed out only after its organisation was
 * proved (promise 5). The route behind it asks for the token and proves it.
 */
public final class Tokens {

    /** Runs the token route of the client: its exchange ends with {@link CallProperties#CANDIDATE}, or with an exception. */
    public interface Source {
        Exchange request(Side side);
    }

    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder renewals = new LongAdder();
    private volatile Token current;

    public Tokens(Source source) {
        this.source = source;
    }

    /**
     * The token to send a call with.
     *
     * @throws HaltedException if there is none to be had, or it belongs to another organisation
     */
    public Token current(Side side) throws HaltedException {
        Token token = current;
        if (token != null && token.fresh(System.nanoTime())) {
            return token;
        }
        lock.lock();
        try {
            token = current;
            if (token != null && token.fresh(System.nanoTime())) {
                return token;
            }
            side.proceed(Call.Kind.TOKEN);
            current = renew(side);
            return current;
        } finally {
            lock.unlock();
        }
    }

    private Token renew(Side side) throws HaltedException {
        for (int attempt = 1; ; attempt++) {
            Exchange exchange = source.request(side);
            Exception failure = exchange.getException();
            if (failure == null) {
                renewals.increment();
                return exchange.getProperty(CallProperties.CANDIDATE, Token.class);
            }
            if (failure instanceof HaltedException halted) {
                throw halted;
            }
            if (failure instanceof HttpOperationFailedException refused && refused.getStatusCode() == 401) {
                // A token that its own organisation refuses was revoked before its first use; once more, then it is the
                // client.
                if (attempt < 2 && !side.isHalted()) {
                    continue;
                }
                throw new HaltedException(side.halt(HaltReason.CREDENTIALS, "A new token was refused."));
            }
            throw new HaltedException(side.halt(HaltReason.UNAVAILABLE, Failures.describe(failure)));
        }
    }

    /** Forgets this token, unless a newer one took its place. */
    public void drop(Token refused) {
        lock.lock();
        try {
            if (current == refused) {
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tokens that were had since the start. */
    public long renewals() {
        return renewals.sum();
    }
}
