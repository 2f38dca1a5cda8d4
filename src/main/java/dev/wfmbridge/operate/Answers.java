package dev.wfmbridge.operate;

import dev.wfmbridge.http.AnswerListener;
import dev.wfmbridge.http.ApiClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** The answers of all clients since the start: by organisation and class of status, and how long they took by side. */
final class Answers implements AnswerListener {

    private static final String ZENDESK = "zendesk";
    private static final String GENESYS = "genesys";

    /** Seconds; the last bounds are the default response time-out, and anything beyond it. */
    private static final double[] BOUNDS = {
        0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, Double.POSITIVE_INFINITY,
    };

    /** By the first digit of the status; the first element is for no answer at all. */
    private static final String[] CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Map<String, AtomicLongArray> byClass = new ConcurrentHashMap<>();
    private final Map<String, Times> bySide = Map.of(ZENDESK, new Times(), GENESYS, new Times());

    private static final class Times {
        private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length);
        private final LongAdder nanos = new LongAdder();

        void took(long time) {
            double seconds = time / 1e9;
            int bucket = 0;
            while (seconds > BOUNDS[bucket]) {
                bucket++;
            }
            buckets.incrementAndGet(bucket);
            nanos.add(time);
        }
    }

    @Override
    public void answered(ApiClient client, int status, long nanos) {
        int figure = status / 100;
        of(client.name()).incrementAndGet(figure > 0 && figure < CLASSES.length ? figure : 0);
        bySide.get(side(client.name())).took(Math.max(0, nanos));
    }

    /** Calls of this organisation, or of Zendesk, that were answered with success. */
    long successes(String name) {
        return of(name).get(2);
    }

    /** Drops all others. */
    void keep(Set<String> names) {
        byClass.keySet().retainAll(names);
    }

    void tell(Exposition exposition) {
        byClass.forEach((name, counts) -> {
            Exposition told = exposition.with("organization", name, "side", side(name));
            for (int figure = 0; figure < CLASSES.length; figure++) {
                told.ifCounted(
                        "requests",
                        "Calls that came back, by class of status",
                        counts.get(figure),
                        "status_class",
                        CLASSES[figure]);
            }
        });
        bySide.forEach((side, times) -> {
            long[] counts = new long[BOUNDS.length];
            for (int bucket = 0; bucket < counts.length; bucket++) {
                counts[bucket] = times.buckets.get(bucket);
            }
            exposition.histogram(
                    "request_seconds",
                    "How long calls took from their sending to their answer",
                    BOUNDS,
                    counts,
                    times.nanos.sum() / 1e9,
                    "side",
                    side);
        });
    }

    private AtomicLongArray of(String name) {
        return byClass.computeIfAbsent(name, n -> new AtomicLongArray(CLASSES.length));
    }

    private static String side(String name) {
        return name.equals(ZENDESK) ? ZENDESK : GENESYS;
    }
}
