package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final PassGuard GOES_ON = new PassGuard() {
        @Override
        public boolean stopping() {
            return false;
        }

        @Override
        public boolean outOfTime() {
            return false;
        }

        @Override
        public long nanosLeft() {
            return Long.MAX_VALUE;
        }
    };

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Workers workers = new Workers(3);
    private final Semaphore mayEnd = new Semaphore(0);
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();

    @BeforeEach
    void start() {
        workers.setCamelContext(context);
        workers.start();
    }

    @AfterEach
    void stop() throws Exception {
        mayEnd.release(1000);
        workers.shutdown();
        context.close();
    }

    /** A task of a side, which runs until somebody lets one end. */
    private void hand(String name) {
        workers.process(exchange(name), doneSync -> {
            begun.add(name);
            mayEnd.acquireUninterruptibly();
            ended.incrementAndGet();
        });
    }

    private Exchange exchange(String name) {
        Exchange exchange = new DefaultExchange(context);
        ApiClient client = new ApiClient(
                name,
                URI.create("http://localhost"),
                URI.create("http://localhost"),
                Pace.of(1, Duration.ofSeconds(1)),
                new Waits(1),
                new RoutesAway());
        exchange.setProperty(CallProperties.SIDE, new Side(client, GOES_ON, 1) {
            @Override
            public String getTokenGrant() {
                return "genesys";
            }
        });
        return exchange;
    }

    private void begun(int count) {
        await().atMost(Duration.ofMinutes(2)).until(() -> begun.size() == count);
    }

    @Test
    @DisplayName("a free thread goes to a side that has none before another side gets its second")
    void fair() {
        hand("a");
        begun(1);
        hand("a");
        begun(2);
        hand("a");
        begun(3);
        hand("a");
        hand("a");
        hand("b");
        hand("c");
        hand("b");
        for (int next = 4; next <= 8; next++) {
            mayEnd.release();
            begun(next);
        }
        // Three of a ran; with each that ended, whoever had the fewest went on.
        assertThat(begun.subList(3, 5)).containsExactly("b", "c");
        assertThat(begun.subList(5, 8)).containsExactlyInAnyOrder("a", "a", "b");
    }

    @Test
    @DisplayName("never more at once than there are threads, and each task runs once")
    void bounded() {
        for (int i = 0; i < 30; i++) {
            hand("side-" + i % 7);
        }
        begun(3);
        for (int next = 4; next <= 30; next++) {
            mayEnd.release();
            begun(next);
            assertThat(begun.size() - ended.get()).isLessThanOrEqualTo(3);
        }
        mayEnd.release(3);
        await().atMost(Duration.ofMinutes(2)).until(() -> ended.get() == 30);
        assertThat(begun).hasSize(30);
    }

    @Test
    @DisplayName(
            "a side with a thread keeps it for its next call while nobody waits, and gives it up to a side that does")
    void keptWhileNobodyWaits() {
        List<Boolean> kept = new CopyOnWriteArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        workers.process(exchange("a"), first -> {
            threads.add(Thread.currentThread());
            kept.add(workers.process(exchange("a"), next -> threads.add(Thread.currentThread())));
            hand("b");
            hand("b");
            begun(2);
            hand("c");
            kept.add(workers.process(exchange("a"), next -> begun.add("a again")));
        });
        begun(3);
        mayEnd.release();
        begun(4);
        assertThat(kept).containsExactly(true, false);
        assertThat(threads.get(1)).isSameAs(threads.get(0));
        assertThat(begun).containsExactly("b", "b", "c", "a again");
    }
}
