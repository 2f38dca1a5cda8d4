package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.camel.Route;
import org.apache.camel.api.management.ManagedCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/architecture.md, "Quota", checked against what the server received. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuotaTest {

    private static final long GROUP = 6_130_852_536_346L;
    private static final List<String> IDS =
            List.of("8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33");
    private static final String THROTTLED =
            "{\"code\":\"too.many.requests.retry.after\",\"status\":429,\"message\":\"\"}";

    @TempDir
    Path folder;

    private static World world(int agents, int quota, Duration per, String... organizations) {
        World world = new World();
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int o = 0; o < organizations.length; o++) {
            String organization = organizations[o];
            world.zendesk()
                    .addGroup(GROUP + o, "Group " + organization)
                    .world()
                    .addOrganization(organization, IDS.get(o), "client-" + o, "secret-" + o, quota, per)
                    .addSchedule(organization, "sched-1");
            for (int i = 0; i < agents; i++) {
                long id = 6_000_000_000_000L + 100_000L * o + i;
                String email = organization + i + "@example.com";
                world.zendesk()
                        .addAgent(ZendeskAgent.of(id, "Agent " + i, email))
                        .addMembership(id, GROUP + o)
                        .world()
                        .addUser(organization, "user-" + i, email, "Agent " + i, "active");
            }
        }
        return world;
    }

    private Rehearsal rehearsal(World world, double factor, int requests, Duration per, String... organizations)
            throws Exception {
        StringBuilder mapping = new StringBuilder("organizations:\n");
        for (int o = 0; o < organizations.length; o++) {
            mapping.append(Sample.organization(organizations[o], IDS.get(o), requests, per.toSeconds() + "s"));
        }
        mapping.append("groups:\n");
        for (String organization : organizations) {
            mapping.append("  - { zendeskGroup: Group %s, organization: %s, scheduleId: sched-1, status: APPROVED }\n"
                    .formatted(organization, organization));
        }
        Rehearsal rehearsal = Rehearsal.of(world, Files.createTempDirectory(folder, "rehearsal"), factor)
                .mapping(mapping.toString())
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_WORKERS", "8");
        Random jitter = new Random(4);
        rehearsal.sandbox().genesys().interceptor(call -> {
            synchronized (jitter) {
                return Fault.delay(Duration.ofMillis(jitter.nextInt(51)));
            }
        });
        return rehearsal;
    }

    private static List<Received> calls(Rehearsal rehearsal, String organization) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> !call.tokenCall() && organization.equals(call.account()))
                .toList();
    }

    private static long refused(List<Received> calls) {
        return calls.stream().filter(call -> call.status() == 429).count();
    }

    /**
     * The share of the quota that is used: from the first call of a window to the first one of the next. The first window is left out, since
     * a program that has just been started is slow in it, and the best of the others counts: a machine that has other things to do may
     * be late at the beginning of one, and a bridge that waits for too long is late at each.
     */
    private static double pace(String what, List<Received> calls, int quota, Duration per, double factor) {
        long[] windows = IntStream.rangeClosed(1, (calls.size() - 1) / quota - 1)
                .mapToLong(window -> calls.get((window + 1) * quota).nanoTime()
                        - calls.get(window * quota).nanoTime())
                .sorted()
                .toArray();
        assertThat(windows).hasSizeGreaterThanOrEqualTo(2);
        double pace = per.toNanos() / factor / windows[0];
        System.out.printf(
                "pace, %s: %.1f %% of the quota, %.1f %% at worst%n",
                what, 100 * pace, 100 * per.toNanos() / factor / windows[windows.length - 1]);
        return pace;
    }

    /** Whatever the route: no exchange failed because it had to wait. */
    private static void assertNoFailedExchange(Rehearsal rehearsal) throws Exception {
        var context = rehearsal.bridge().context();
        var managed = context.getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);
        long total = 0;
        for (Route route : context.getRoutes()) {
            var numbers = managed.getManagedRoute(route.getRouteId());
            assertThat(numbers.getExchangesFailed()).as(route.getRouteId()).isZero();
            total += numbers.getExchangesTotal();
        }
        assertThat(total).isPositive();
    }

    @Test
    @DisplayName("a fixed window: no 429, 95 % of the quota, and waiting fails no exchange")
    void fixedWindow() throws Exception {
        Duration per = Duration.ofSeconds(30);
        Stalls.played(5, factor -> {
            try (Rehearsal rehearsal = rehearsal(world(270, 80, per, "acme"), factor, 80, per, "acme")
                    .managed()) {
                Pass pass = rehearsal.once();
                List<Received> calls = calls(rehearsal, "acme");
                assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(270);
                assertThat(refused(calls)).isZero();
                assertNoFailedExchange(rehearsal);
                assertThat(pace("fixed, 30 s", calls, 80, per, factor)).isGreaterThan(0.95);
            }
        });
    }

    @Test
    @DisplayName("a strict sliding window of 10 s, undivided: no 429, and 95 % of the quota")
    void slidingWindow() throws Exception {
        Duration per = Duration.ofSeconds(10);
        Stalls.played(1, factor -> {
            World world = world(330, 100, per, "acme");
            world.weather().slidingQuota(true);
            try (Rehearsal rehearsal = rehearsal(world, factor, 100, per, "acme")) {
                rehearsal.once();
                List<Received> calls = calls(rehearsal, "acme");
                assertThat(refused(calls)).isZero();
                assertThat(pace("sliding, 10 s", calls, 100, per, factor)).isGreaterThan(0.95);
            }
        });
    }

    @Test
    @DisplayName("the server allows 180 where the mapping says 300: one 429 at most, then 95 % of 180")
    void learned() throws Exception {
        Duration per = Duration.ofSeconds(60);
        Stalls.played(5, factor -> {
            try (Rehearsal rehearsal = rehearsal(world(580, 180, per, "acme"), factor, 300, per, "acme")) {
                rehearsal.once();
                List<Received> calls = calls(rehearsal, "acme");
                assertThat(refused(calls)).isLessThanOrEqualTo(1);
                assertThat(pace("180 in place of 300, 60 s", calls, 180, per, factor))
                        .isGreaterThan(0.95);
            }
        });
    }

    @Test
    @DisplayName("Retry-After 3600 halts at once, the rest is held, and the next pass does not call before that time")
    void anHour() throws Exception {
        Duration per = Duration.ofSeconds(60);
        AtomicLong posts = new AtomicLong();
        AtomicLong refusedAt = new AtomicLong(System.nanoTime());
        try (Rehearsal rehearsal = rehearsal(world(20, 1000, per, "acme"), 5, 1000, per, "acme")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!call.path().endsWith("/userschedulesegments")
                        || !call.method().equals("POST")) {
                    return null;
                }
                long post = posts.incrementAndGet();
                if (post == 5) {
                    refusedAt.set(System.nanoTime());
                } else if (post > 5) {
                    rehearsal.untilNoticed("acme", refusedAt.get(), Duration.ofMinutes(1));
                }
                return post == 5 ? Fault.answer(429, Map.of("Retry-After", "3600"), THROTTLED) : null;
            });
            OrganizationPass acme = rehearsal.once().organization("acme");
            assertThat(acme.currentHalt().reason()).isEqualTo(HaltReason.QUOTA);
            assertThat(acme.count(Outcome.HELD))
                    .isEqualTo(20 - acme.count(Outcome.CREATED))
                    .isPositive();
            assertThat(acme.quotaWaitNanos()).isZero();
            assertThat(posts.get()).as("those on the wire may end").isLessThanOrEqualTo(5 + 8);
            rehearsal.sandbox().genesys().clearReceived();
            OrganizationPass again = rehearsal.byClock().organization("acme");
            assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
            assertThat(again.currentHalt().reason()).isEqualTo(HaltReason.QUOTA);
        }
    }

    @Test
    @DisplayName(
            "the mapping's pace has a margin, so that calls that take longer on their way do not overflow a window")
    void margin() throws Exception {
        Duration per = Duration.ofSeconds(4);
        int quota = 40;
        // The server allows more: nothing but the mapping holds the bridge back.
        try (Rehearsal rehearsal = rehearsal(world(130, 100_000, per, "acme"), 1, quota, per, "acme")) {
            rehearsal.once();
            List<Received> calls = calls(rehearsal, "acme");
            // From each call to the one a whole quota later, once the program is warm.
            long[] stretches = IntStream.range(quota, calls.size() - quota)
                    .mapToLong(
                            i -> calls.get(i + quota).nanoTime() - calls.get(i).nanoTime())
                    .sorted()
                    .toArray();
            Duration middle = Duration.ofNanos(stretches[stretches.length / 2]);
            System.out.printf(
                    "margin: %d ms beyond the period%n", middle.minus(per).toMillis());
            // Half of it, since the calls' ways differ.
            assertThat(middle).isGreaterThan(per.plus(Stalls.MARGIN.dividedBy(2)));
        }
    }

    @ParameterizedTest
    @CsvSource({"20, 150", "100, 200"})
    @DisplayName("a limit lowered in the middle of a pass, from 180 to 60, holds at once and in all later windows")
    void limitSinks(int atPost, int agents) throws Exception {
        Stalls.played(20, factor -> limitSinks(atPost, agents, factor));
    }

    private void limitSinks(int atPost, int agents, double factor) throws Exception {
        Duration per = Duration.ofSeconds(60);
        World world = world(agents, 180, per, "acme");
        try (Rehearsal rehearsal = rehearsal(world, factor, 300, per, "acme")) {
            AtomicInteger posts = new AtomicInteger();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (Scene.isPost(call) && posts.incrementAndGet() == atPost) {
                    world.quota("acme", 60, per);
                }
                return null;
            });
            rehearsal.once();
            assertThat(rehearsal.report("acme").path("outcomes").path("created").asInt())
                    .isEqualTo(agents);
            List<Integer> statuses = calls(rehearsal, "acme").stream()
                    .map(Received::status)
                    .map(status -> status == 429 ? 429 : 200)
                    .toList();
            int refused = statuses.indexOf(429);
            if (atPost < 60) {
                assertThat(refused)
                        .as("the lower limit was told before it was reached")
                        .isNegative();
            } else {
                assertThat(refused).as("it was exceeded already").isPositive();
                List<Integer> later = statuses.subList(refused, statuses.size());
                assertThat(later.indexOf(200)).as("those on the wire").isBetween(1, 8);
                assertThat(later.subList(later.indexOf(200), later.size()))
                        .as("after the first one that was taken again")
                        .doesNotContain(429);
            }
        }
    }

    @Test
    @DisplayName(
            "waits after 429s are counted by the clock: eight of 15 s at the same moment are 15 s, and no halt at 60 s")
    void waitedAtTheSameTime() throws Exception {
        Duration per = Duration.ofSeconds(60);
        CountDownLatch onTheWire = new CountDownLatch(8);
        AtomicInteger posts = new AtomicInteger();
        try (Rehearsal rehearsal = rehearsal(world(20, 1000, per, "acme"), 5, 1000, per, "acme")
                .with("HTTP_MAX_QUOTA_WAIT", "60s")
                // More than are needed, so that eight are on the wire even if a worker hands out the work.
                .with("GENESYS_WORKERS", "16")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!Scene.isPost(call) || posts.incrementAndGet() > 8) {
                    return null;
                }
                onTheWire.countDown();
                await(onTheWire);
                return Fault.answer(429, Map.of("Retry-After", "15"), THROTTLED);
            });
            rehearsal.once();
            JsonNode acme = rehearsal.report("acme");
            assertThat(onTheWire.getCount()).isZero();
            assertThat(acme.path("halted").isNull()).as(acme.toString()).isTrue();
            assertThat(acme.path("throttled").asInt()).as(acme.toString()).isEqualTo(8);
            assertThat(acme.path("outcomes").path("created").asInt()).isEqualTo(20);
            assertThat(posts).hasValue(20 + 8);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "5, 1"})
    @DisplayName("waits one after the other add up: four of 15 s are the 60 s allowed, the fifth halts at once")
    void waitedOneAfterTheOther(int refusals, int halts) throws Exception {
        Duration per = Duration.ofSeconds(60);
        AtomicInteger posts = new AtomicInteger();
        try (Rehearsal rehearsal =
                rehearsal(world(1, 1000, per, "acme"), 50, 1000, per, "acme").with("HTTP_MAX_QUOTA_WAIT", "60s")) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> Scene.isPost(call) && posts.incrementAndGet() <= refusals
                            ? Fault.answer(429, Map.of("Retry-After", "15"), THROTTLED)
                            : null);
            rehearsal.once();
            JsonNode acme = rehearsal.report("acme");
            assertThat(acme.path("halted").path("reason").asText()).isEqualTo(halts == 0 ? "" : "quota");
            assertThat(acme.path("outcomes")
                            .path(halts == 0 ? "created" : "held")
                            .asInt())
                    .isEqualTo(1);
            assertThat(posts).hasValue(5);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("after a 429 the whole organisation waits, and no other one does")
    void nobodyElseWaits() throws Exception {
        Stalls.played(5, this::nobodyElseWaits);
    }

    private void nobodyElseWaits(double factor) throws Exception {
        Duration per = Duration.ofSeconds(60);
        Duration told = Duration.ofNanos((long) (Duration.ofSeconds(15).toNanos() / factor));
        AtomicLong refusedAt = new AtomicLong();
        try (Rehearsal rehearsal =
                rehearsal(world(60, 1000, per, "acme", "other"), factor, 1000, per, "acme", "other")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if ("acme".equals(call.account()) && !call.tokenCall()) {
                    if (call.method().equals("POST") && refusedAt.compareAndSet(0, System.nanoTime())) {
                        return Fault.answer(429, Map.of("Retry-After", "15"), THROTTLED);
                    }
                    if (refusedAt.get() != 0) {
                        rehearsal.untilNoticed("acme", refusedAt.get(), told);
                    }
                }
                return Fault.delay(Duration.ofMillis(100));
            });
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(60);
            assertThat(pass.organization("acme").throttled()).isEqualTo(1);
            // What was on the wire with it may still arrive.
            long resumed = refusedAt.get() + told.toNanos();
            assertThat(calls(rehearsal, "acme"))
                    .filteredOn(call -> call.nanoTime() > refusedAt.get() && call.nanoTime() < resumed)
                    .hasSizeLessThan(8);
            assertThat(calls(rehearsal, "other")).allMatch(call -> call.nanoTime() < resumed);
        }
    }
}
