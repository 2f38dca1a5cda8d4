package dev.wfmbridge.bridge;

import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.util.function.ThrowingFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask of the running bridge, through JMX and the console. */
public final class Controls {

    private static final Logger LOG = LoggerFactory.getLogger(Controls.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Beans beans;
    private final ThrowingFunction<PassOrder, Pass, Exception> runs;
    private final ExecutorService threads;

    /**
     * @param runs runs a pass to its end; null if another one is under way
     * @param threads for passes that were asked for
     */
    Controls(Beans beans, ThrowingFunction<PassOrder, Pass, Exception> runs, ExecutorService threads) {
        this.beans = beans;
        this.runs = runs;
        this.threads = threads;
    }

    /** The pass under way or the last one; null before the first. */
    public Pass current() {
        return beans.passes.current();
    }

    /** When the last complete pass ended; null if none did. */
    public Instant lastComplete() {
        return beans.passes.metrics().lastComplete();
    }

    /** Begins a pass; false if one is under way. */
    public boolean startPass() {
        if (beans.passes.isUnderWay()) {
            return false;
        }
        threads.execute(() -> whenIdle(beans.passes::byOperator));
        return true;
    }

    /** The client of an organisation; null if the mapping has none of this name. */
    public ApiClient client(String organization) throws Exception {
        return beans.passes.client(organization);
    }

    /** Lets no call to this organisation start until it is resumed, also after a restart; false if the mapping has none of this name. */
    public boolean suspend(String organization) throws Exception {
        return suspend(organization, true);
    }

    /** Ends that; false if the mapping has none of this name. */
    public boolean resume(String organization) throws Exception {
        return suspend(organization, false);
    }

    private boolean suspend(String organization, boolean suspended) throws Exception {
        ApiClient client = client(organization);
        if (client != null) {
            beans.clients.suspend(client, suspended);
        }
        return client != null;
    }

    /** Organisations that are suspended, by name. */
    public List<String> suspended() {
        return beans.clients.suspended();
    }

    /** Delivers these letters again, after the pass under way; says how many there are now. */
    public int replay(LetterFilter filter) throws Exception {
        if (beans.cluster != null) {
            beans.cluster.catchUp();
        }
        int count = filter.select(beans.letters, Clock.systemUTC()).count();
        if (count > 0 && beans.cluster != null) {
            beans.cluster.orderReplay(filter.toJson());
        } else if (count > 0) {
            threads.execute(() -> whenIdle(() -> {
                ReplayRequest request = filter.select(beans.letters, Clock.systemUTC());
                return request.count() == 0 ? null : beans.passes.replay(request, false);
            }));
        }
        return count;
    }

    /** Waits for the pass under way, and then begins what is ordered; null = no longer possible. */
    private void whenIdle(Callable<PassOrder> order) {
        try {
            while (!beans.stopping.begun()) {
                if (!beans.passes.isUnderWay()) {
                    PassOrder next = order.call();
                    if (next == null || runs.apply(next) != null) {
                        return;
                    }
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (Exception failed) {
            LOG.error(
                    "What an operator started failed with {}", failed.getClass().getSimpleName());
        }
    }
}
