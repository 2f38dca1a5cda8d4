package dev.wfmbridge.chaos;

import dev.wfmbridge.sandbox.Received;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The 429s that tell how long to wait. Until the bridge has noticed one, what comes in from that client is kept waiting for its answer:
 * so each worker has one call on the wire at most, and how many come in after the 429 does not depend on how fast the machine is.
 */
final class Refusals {

    private record Refusal(long from, long nanos) {
        boolean isOver() {
            return System.nanoTime() - from >= nanos;
        }
    }

    /** A client → its last refusal. */
    private final Map<String, Refusal> last = new ConcurrentHashMap<>();
    /** The moment of a refused call → the moment from which the client's calls are kept. */
    private final Map<Long, Long> from = new ConcurrentHashMap<>();

    private volatile Tested tested;

    void noticedBy(Tested bridge) {
        tested = bridge;
    }

    /** This call is about to be refused. */
    void refused(Received call, Woe woe) {
        if (woe.told() > 0 && call.clientId() != null) {
            Refusal refusal = new Refusal(System.nanoTime(), nanos(woe));
            from.put(call.nanoTime(), refusal.from());
            last.put(call.clientId(), refusal);
        }
    }

    /** How long a client is to wait, in the time of the test. */
    static long nanos(Woe woe) {
        return (long) (woe.told() * 1e9 / Town.FACTOR);
    }

    /** The moment since which no more calls may have been begun than were on the wire. */
    long from(Received refused) {
        return from.getOrDefault(refused.nanoTime(), refused.nanoTime());
    }

    /** Returns when the bridge knows of the client's last refusal, or that is over. */
    void hold(Received call, String side) {
        Refusal refusal = call.clientId() == null ? null : last.get(call.clientId());
        while (refusal != null && !refusal.isOver() && !tested.waitsOutA429(side)) {
            LockSupport.parkNanos(200_000);
        }
    }

    void clear() {
        last.clear();
        from.clear();
    }
}
