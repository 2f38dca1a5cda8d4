package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Agent;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.api.management.ManagedCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN.md, "Quota", by what the server received. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
            world.addGroup(GROUP + o, "Group " + organization)
                    .addOrganization(organization, IDS.get(o), "client-" + o, "secret-" + o, quota, per)
                    .addSchedule(organization, "sched-1");
            for (int i = 0; i < agents; i++) {
                long id = 6_000_000_000_000L + 100_000L * o + i;
                String email = organization + i + "@example.com";
                world.addAgent(Agent.of(id, "Agent " + i, email))
                        .addMembership(id, GROUP + o)
                        .addUser(organization, "user-" + i, email, "Agent " + i, "active");
            }
        }
        return world;
    }

    private Rehearsal rehearsal(World world, double factor, int requests, Duration per, String... organizations)
            throws Exception {
        StringBuilder mapping = new StringBuilder("organizations:\n");
        for (int o = 0; o < organizations.length; o++) {
            mapping.append(
                    """
                      %s:
                        id: %s
                        apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        clientId: "{{env:%s_CLIENT_ID}}"
                        clientSecret: "{{env:%s_CLIENT_SECRET}}"
                        quota: { requests: %d, per: %ds }
                    """
                            .formatted(
                                    organizations[o],
                                    IDS.get(o),
                                    organizations[o].toUpperCase(java.util.Locale.ROOT),
                                    organizations[o].toUpperCase(java.util.Locale.ROOT),
                                    requests,
                                    per.toSeconds()));
        }
        mapping.append("groups:\n");
        for (String organization : organizations) {
            mapping.append("  - { zendeskGroup: Group %s, organization: %s, scheduleId: sched-1, status: APPROVED }\n"
                    .formatted(organization, organization));
        }
        Rehearsal rehearsal = Rehearsal.of(world, folder, factor)
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

    /** The share of the quota that was used, from one call to the one two quotas later. */
    private static double pace(String what, List<Received> calls, int quota, Duration per, double factor) {
        int from = 10;
        long took = calls.get(from + 2 * quota).nanoTime() - calls.get(from).nanoTime();
        double pace = 2 * per.toNanos() / factor / took;
        System.out.printf("pace, %s: %.1f %% of the quota%n", what, 100 * pace);
        return pace;
    }

    private static void assertNoFailedExchange(Rehearsal rehearsal) throws Exception {
        var route = rehearsal
                .bridge()
                .context()
                .getCamelContextExtension()
                .getContextPlugin(ManagedCamelContext.class)
                .getManagedRoute("paced-call");
        assertThat(route.getExchangesFailed()).isZero();
        assertThat(route.getExchangesTotal()).isPositive();
    }

    @Test
    @DisplayName("a fixed window: no 429, 95 % of the quota, and waiting is no failed exchange")
    void fixedWindow() throws Exception {
        Duration per = Duration.ofSeconds(30);
        try (Rehearsal rehearsal = rehearsal(world(190, 80, per, "acme"), 5, 80, per, "acme")) {
            Pass pass = rehearsal.once();
            List<Received> calls = calls(rehearsal, "acme");
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(190);
            assertThat(refused(calls)).isZero();
            assertNoFailedExchange(rehearsal);
            assertThat(pace("fixed, 30 s / 5", calls, 80, per, 5)).isGreaterThan(0.95);
        }
    }

    @Test
    @DisplayName("a strict sliding window of 10 s, undivided: no 429, and 95 % of the quota")
    void slidingWindow() throws Exception {
        Duration per = Duration.ofSeconds(10);
        World world = world(230, 100, per, "acme");
        world.weather().slidingQuota(true);
        try (Rehearsal rehearsal = rehearsal(world, 1, 100, per, "acme")) {
            rehearsal.once();
            List<Received> calls = calls(rehearsal, "acme");
            assertThat(refused(calls)).isZero();
            assertThat(pace("sliding, 10 s", calls, 100, per, 1)).isGreaterThan(0.95);
        }
    }

    @Test
    @DisplayName("the server allows 180 where the mapping says 300: one 429 at most, then 95 % of 180")
    void learned() throws Exception {
        Duration per = Duration.ofSeconds(60);
        try (Rehearsal rehearsal = rehearsal(world(400, 180, per, "acme"), 5, 300, per, "acme")) {
            rehearsal.once();
            List<Received> calls = calls(rehearsal, "acme");
            assertThat(refused(calls)).isLessThanOrEqualTo(1);
            assertThat(pace("180 in place of 300, 60 s / 5", calls, 180, per, 5))
                    .isGreaterThan(0.95);
        }
    }

    @Test
    @DisplayName("Retry-After 3600 halts at once with what was not tried held, and the next pass does not ask before")
    void anHour() throws Exception {
        Duration per = Duration.ofSeconds(60);
        AtomicLong posts = new AtomicLong();
        try (Rehearsal rehearsal = rehearsal(world(20, 1000, per, "acme"), 5, 1000, per, "acme")) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.path().endsWith("/userschedulesegments")
                                    && call.method().equals("POST")
                                    && posts.incrementAndGet() == 5
                            ? Fault.answer(429, Map.of("Retry-After", "3600"), THROTTLED)
                            : null);
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
    @DisplayName("after a 429 the whole organisation waits, and no other one does")
    void nobodyElseWaits() throws Exception {
        Duration per = Duration.ofSeconds(60);
        AtomicLong refusedAt = new AtomicLong();
        try (Rehearsal rehearsal = rehearsal(world(60, 1000, per, "acme", "other"), 5, 1000, per, "acme", "other")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (call.method().equals("POST")
                        && "acme".equals(call.account())
                        && !call.tokenCall()
                        && refusedAt.compareAndSet(0, System.nanoTime())) {
                    return Fault.answer(429, Map.of("Retry-After", "15"), THROTTLED);
                }
                return Fault.delay(Duration.ofMillis(100));
            });
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(60);
            assertThat(pass.organization("acme").throttled()).isEqualTo(1);
            // 15 s / 5; what was on the wire may arrive within the first 300 ms.
            assertThat(calls(rehearsal, "acme"))
                    .extracting(call -> (call.nanoTime() - refusedAt.get()) / 1_000_000)
                    .noneMatch(millis -> millis > 300 && millis < 3000);
            assertThat(calls(rehearsal, "other"))
                    .extracting(call -> (call.nanoTime() - refusedAt.get()) / 1_000_000)
                    .allMatch(millis -> millis < 3000);
        }
    }
}
