package dev.wfmbridge.http;

import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a pass: Zendesk or one Genesys organisation, with the calls that this pass made to it and whether it may make more. It is
 * the exchange property {@code wfmSide} of every call.
 */
public abstract class Side {

    private static final Logger LOG = LoggerFactory.getLogger(Side.class);

    /** A call at the very end of a pass gets at least this long. */
    private static final long LAST_CALL = 1_000_000_000L;

    private final ApiClient client;
    private final PassGuard guard;
    private final int haltAfter;
    private final AtomicReference<Halt> halt = new AtomicReference<>();
    private final Map<Call.Kind, Halt> forbidden = new EnumMap<>(Call.Kind.class);
    private final Map<Call.Kind, LongAdder> requests = new EnumMap<>(Call.Kind.class);
    private final LongAdder throttled = new LongAdder();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private long quotaWaitNanos;
    private boolean carried;

    /** @param haltAfter failures in a row after which the side is halted {@code unavailable} */
    protected Side(ApiClient client, PassGuard guard, int haltAfter) {
        this.client = client;
        this.guard = guard;
        this.haltAfter = haltAfter;
        for (Call.Kind kind : Call.Kind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    public ApiClient client() {
        return client;
    }

    /** The name of the organisation, or {@code zendesk}. */
    public String getName() {
        return client.name();
    }

    /** How the side gets a token: the name of its route after {@code token-}. */
    public abstract String getTokenGrant();

    /**
     * Lets a call proceed.
     *
     * @throws HaltedException if this side, or this kind of call to it, is halted, suspended, out of time or stopping
     */
    public void proceed(Call.Kind kind) throws HaltedException {
        if (guard.stopping()) {
            halt(HaltReason.STOPPING, null);
        } else if (guard.outOfTime()) {
            halt(HaltReason.PASS_TIME, null);
        } else if (client.suspended()) {
            halt(HaltReason.SUSPENDED, client.suspendedRoutes());
        }
        Halt now = halt.get();
        if (now == null) {
            synchronized (forbidden) {
                now = forbidden.get(kind);
            }
        }
        if (now != null) {
            throw new HaltedException(now);
        }
    }

    /** Nanoseconds that a call sent now may take at most, as far as the pass is concerned. */
    long nanosLeft() {
        return Math.max(LAST_CALL, guard.nanosLeft());
    }

    /** Ends the calls to this side for this pass. The first reason stays. */
    public Halt halt(HaltReason reason, String detail) {
        halt.compareAndSet(null, Halt.of(reason, detail));
        return halt.get();
    }

    /** The same, as reported elsewhere. */
    public void halt(Halt told) {
        halt.compareAndSet(null, told);
    }

    /** Ends the calls of one kind for this pass; ending reads or inserts ends all others too. */
    public void forbid(Call.Kind kind, String detail) {
        if (kind == Call.Kind.READ || kind == Call.Kind.INSERT) {
            halt(HaltReason.FORBIDDEN, detail);
        } else {
            synchronized (forbidden) {
                forbidden.putIfAbsent(kind, Halt.of(HaltReason.FORBIDDEN, detail));
            }
        }
    }

    /** Why calls of this kind only are no longer allowed; null if they are. */
    public Halt forbidden(Call.Kind kind) {
        synchronized (forbidden) {
            return forbidden.get(kind);
        }
    }

    /** Why no more calls go out; null as long as they do. */
    public Halt currentHalt() {
        return halt.get();
    }

    public boolean isHalted() {
        return halt.get() != null;
    }

    public void countRequest(Call.Kind kind) {
        requests.get(kind).increment();
        client.count(kind);
    }

    /** Calls that another process made for this pass, and the 429s it got: they count here for the pass, and there for the client. */
    public void countElsewhere(Map<Call.Kind, Long> calls, long refusals) {
        calls.forEach((kind, count) -> requests.get(kind).add(count));
        throttled.add(refusals);
    }

    /** Calls that went out in this pass, without token calls, which no quota counts. */
    public long requests() {
        return requests.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** The same for one kind. */
    public long requests(Call.Kind kind) {
        return requests.get(kind).sum();
    }

    /** 429s of this pass. */
    public long throttled() {
        return throttled.sum();
    }

    /** An answer that shows that the other side works. */
    public void works() {
        failuresInARow.set(0);
    }

    /** A lost call, a 5xx, no JSON: too many in a row halt the side. */
    public void failed(LastAnswer answer) {
        if (failuresInARow.incrementAndGet() < haltAfter) {
            return;
        }
        Halt now = Halt.of(HaltReason.UNAVAILABLE, haltAfter + " failures in a row, the last one: " + answer + ".");
        // Several calls may fail at once; one of them says so.
        if (halt.compareAndSet(null, now)) {
            LOG.warn("{}: {}", getName(), now.message());
        }
    }

    /** A call came back, with this status or with none (0). */
    void answered(Call call, int status, long now) {
        client.answered(status, now - call.wentOutAt());
    }

    /**
     * Waits out a 429; halts with {@code quota}, at once, if all such waits of this pass would add up to more than allowed.
     *
     * @param nominal the wait that was asked for
     * @param jitter added to it, so that no call returns exactly at the end
     */
    public void waitOut(Duration nominal, Duration jitter, Duration mostInAPass, Waits waits, long now) {
        throttled.increment();
        client.countThrottled();
        synchronized (this) {
            Gate gate = client.gate();
            // A wait may already be in force; only what exceeds it counts.
            long more = Math.max(0, waits.nanos(nominal) - gate.nanosOfRefusal(now));
            gate.waitOut(waits.nanos(nominal) + waits.nanos(jitter), now);
            charge(more, nominal, mostInAPass, waits);
        }
    }

    /**
     * Takes over a wait that an earlier pass left, once: the quota belongs to the client, not to the pass.
     */
    public synchronized void carryOver(Duration mostInAPass, Waits waits, long now) {
        if (carried) {
            return;
        }
        carried = true;
        long left = client.gate().nanosOfRefusal(now);
        if (left > 0) {
            charge(left, Duration.ofNanos(waits.nominalNanos(left)), mostInAPass, waits);
        }
    }

    private void charge(long nanos, Duration nominal, Duration mostInAPass, Waits waits) {
        if (quotaWaitNanos + nanos <= waits.nanos(mostInAPass)) {
            quotaWaitNanos += nanos;
            client.countQuotaWait(nanos);
        } else {
            halt(
                    HaltReason.QUOTA,
                    "It asks to wait " + nominal.toSeconds() + " s, the limit is " + mostInAPass.toSeconds()
                            + " s in a pass.");
        }
    }

    /** Nanoseconds that 429s made this side wait in this pass. */
    public synchronized long quotaWaitNanos() {
        return quotaWaitNanos;
    }
}
