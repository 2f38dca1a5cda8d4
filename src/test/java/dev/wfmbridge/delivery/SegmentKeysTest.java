package dev.wfmbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SegmentKeysTest {

    private static final int RACES = 20_000;

    private final AtomicLong nanos = new AtomicLong();
    private final SegmentKeys keys = new SegmentKeys(1000, Duration.ofSeconds(60), nanos::get);

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    @DisplayName("of two threads that want one key exactly one gets it, 20,000 times")
    void race() throws Exception {
        SegmentKeys raced = new SegmentKeys(RACES, Duration.ofSeconds(60), nanos::get);
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<boolean[]> one = threads.submit(() -> addAll(raced, start));
            Future<boolean[]> other = threads.submit(() -> addAll(raced, start));
            boolean[] first = one.get(60, TimeUnit.SECONDS);
            boolean[] second = other.get(60, TimeUnit.SECONDS);
            for (int i = 0; i < RACES; i++) {
                assertThat(first[i] ^ second[i]).as("race %d", i).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean[] addAll(SegmentKeys keys, CyclicBarrier start) throws Exception {
        boolean[] got = new boolean[RACES];
        for (int i = 0; i < RACES; i++) {
            if (i % 100 == 0) {
                start.await(120, TimeUnit.SECONDS);
            }
            got[i] = keys.add("key-" + i);
        }
        return got;
    }

    @Test
    @DisplayName("a key lasts from the end of its delivery, not from its beginning")
    void fromTheEnd() {
        assertThat(keys.add("a")).isTrue();
        pass(50);
        assertThat(keys.confirm("a")).isTrue();
        pass(59);
        assertThat(keys.add("a")).isFalse();
        pass(1);
        assertThat(keys.add("a")).isTrue();
    }

    @Test
    @DisplayName("a key does not go while its delivery is under way, however long that takes")
    void underWay() {
        assertThat(keys.add("a")).isTrue();
        pass(600);
        assertThat(keys.add("a")).as("a second delivery of the same segment").isFalse();
    }

    @Test
    @DisplayName("asking for a key does not make it last longer")
    void askedFor() {
        keys.add("a");
        keys.confirm("a");
        pass(59);
        assertThat(keys.add("a")).isFalse();
        assertThat(keys.contains("a")).isTrue();
        pass(1);
        assertThat(keys.contains("a")).isFalse();
    }

    @Test
    @DisplayName("a key that was given back stays removed, even if its delivery is confirmed afterwards")
    void givenBack() {
        keys.add("a");
        keys.remove("a");
        assertThat(keys.confirm("a")).isFalse();
        assertThat(keys.contains("a")).isFalse();
        assertThat(keys.add("a")).isTrue();
    }

    @Test
    @DisplayName("there are never more keys than the bound, and size says how many")
    void bounded() {
        for (int i = 0; i < 5000; i++) {
            keys.add("key-" + i);
            keys.confirm("key-" + i);
        }
        assertThat(keys.getSize()).isPositive().isLessThanOrEqualTo(1000);
        keys.clear();
        assertThat(keys.getSize()).isZero();
    }
}
