package dev.wfmbridge.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The processor {@code workers}: what follows it runs on one of {@code genesys.threads}, which all sides share. A free thread goes to the
 * side that has the fewest, so that none gets a second while another waits for its first. An exchange already on a thread
 * of its side keeps it as long as no side waits for one; an exchange that waits later on (for a quota, a 429, a turn) gives
 * it back.
 */
public final class Workers extends AsyncProcessorSupport implements CamelContextAware {

    private final int threads;
    private final Map<String, Lane> lanes = new HashMap<>();
    /** Lanes with work, by number of threads, in order of arrival. */
    private final List<LinkedHashSet<Lane>> waiting = new ArrayList<>();

    private CamelContext context;
    private ExecutorService pool;
    private int busy;
    private volatile int queued;
    /** The name of the side whose thread this one is. */
    private final ThreadLocal<String> working = new ThreadLocal<>();

    private static final class Lane {
        private final String name;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private int running;

        private Lane(String name) {
            this.name = name;
        }
    }

    /** @param threads for all sides together */
    public Workers(int threads) {
        this.threads = threads;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Side side = exchange.getProperty(CallProperties.SIDE, Side.class);
        String name = side == null ? "" : side.getName();
        if (queued == 0 && name.equals(working.get())) {
            callback.done(true);
            return true;
        }
        hand(name, () -> callback.done(false));
        return false;
    }

    private void hand(String name, Runnable task) {
        synchronized (this) {
            Lane lane = lanes.computeIfAbsent(name, Lane::new);
            lane.tasks.add(task);
            queued++;
            if (lane.tasks.size() == 1) {
                bucket(lane.running).add(lane);
            }
            if (busy >= threads) {
                return;
            }
            busy++;
        }
        pool.execute(this::work);
    }

    private void work() {
        Lane lane = null;
        while (true) {
            Runnable task;
            synchronized (this) {
                if (lane != null) {
                    ended(lane);
                }
                lane = next();
                if (lane == null) {
                    busy--;
                    return;
                }
                task = lane.tasks.remove();
                queued--;
                if (!lane.tasks.isEmpty()) {
                    bucket(lane.running).add(lane);
                }
            }
            boolean through = false;
            working.set(lane.name);
            try {
                task.run();
                through = true;
            } finally {
                working.remove();
                if (!through) {
                    lost(lane);
                }
            }
        }
    }

    /** The thread ends with an error: its place is free again. */
    private synchronized void lost(Lane lane) {
        ended(lane);
        busy--;
    }

    /** The lane with work that has the fewest threads, its count raised by one; null if none has work. */
    private Lane next() {
        for (int running = 0; running < waiting.size(); running++) {
            LinkedHashSet<Lane> candidates = waiting.get(running);
            if (!candidates.isEmpty()) {
                Lane lane = candidates.iterator().next();
                candidates.remove(lane);
                lane.running++;
                return lane;
            }
        }
        return null;
    }

    private void ended(Lane lane) {
        boolean waits = bucket(lane.running).remove(lane);
        lane.running--;
        if (waits) {
            bucket(lane.running).add(lane);
        } else if (lane.running == 0) {
            lanes.remove(lane.name);
        }
    }

    private LinkedHashSet<Lane> bucket(int running) {
        while (waiting.size() <= running) {
            waiting.add(new LinkedHashSet<>());
        }
        return waiting.get(running);
    }

    @Override
    protected void doStart() {
        // Grows on demand, and releases idle threads; never more than are busy at once.
        pool = context.getExecutorServiceManager().newCachedThreadPool(this, "genesys");
    }

    @Override
    protected void doShutdown() {
        context.getExecutorServiceManager().shutdown(pool);
    }
}
