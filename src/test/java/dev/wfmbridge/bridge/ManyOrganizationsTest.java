package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.segment.Outcome;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An organisation is data: no part of the flow is created for one, they are served side by side, and trouble in one
 * affects no other.
 */
class ManyOrganizationsTest {

    private static final long GROUP = 6_130_852_536_346L;
    private static final long AGENT = 6_000_000_000_000L;
    private static final String IDENTITY = "/api/v2/organizations/me";

    @TempDir
    Path folder;

    private static String id(int organization) {
        return UUID.nameUUIDFromBytes(("organization " + organization).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static World world(int organizations) {
        return world(organizations, 1);
    }

    private static World world(int organizations, int members) {
        World world = new World().zendesk().addGroup(GROUP, "Support").world();
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int m = 0; m < members; m++) {
            world.zendesk()
                    .addAgent(ZendeskAgent.of(AGENT + m, "Agent " + m, email(m)))
                    .addMembership(AGENT + m, GROUP);
        }
        for (int i = 0; i < organizations; i++) {
            world.addOrganization("org-" + i, id(i), "client-" + i, "secret-" + i, 100_000)
                    .addSchedule("org-" + i, "sched-" + i);
            for (int m = 0; m < members; m++) {
                world.addUser("org-" + i, "user-" + i + "-" + m, email(m), "Agent " + m, "active");
            }
        }
        return world;
    }

    private static String email(int member) {
        return "agent" + member + "@example.com";
    }

    private static String mapping(int organizations) {
        StringBuilder yaml = new StringBuilder("organizations:\n");
        for (int i = 0; i < organizations; i++) {
            yaml.append(Sample.organization("org-" + i, id(i), 5000 + i, "60s"));
        }
        yaml.append("groups:\n");
        for (int i = 0; i < organizations; i++) {
            yaml.append(
                    "  - { zendeskGroup: Support, organization: org-%1$d, scheduleId: sched-%1$d, status: APPROVED }\n"
                            .formatted(i));
        }
        return yaml.toString();
    }

    private Rehearsal rehearsal(int organizations) throws Exception {
        return Rehearsal.of(world(organizations), folder, Scene.FACTOR)
                .mapping(mapping(organizations))
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000");
    }

    @Test
    @DisplayName(
            "whoever asks for the next page of a listing no longer holds the page before, on which a thousand would wait")
    void pages() throws Exception {
        int members = 600;
        Queue<Object> held = new ConcurrentLinkedQueue<>();
        AtomicInteger readings = new AtomicInteger();
        try (Rehearsal rehearsal = Rehearsal.of(world(2, members), folder, Scene.FACTOR)
                .mapping(mapping(2))
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")) {
            rehearsal.bridge().context().getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.ExchangeSendingEvent sending
                            && sending.getEndpoint().getEndpointUri().equals("direct://genesys-read")) {
                        readings.incrementAndGet();
                        Object body = sending.getExchange().getMessage().getBody();
                        if (body instanceof JsonNode answer && answer.has("entities")) {
                            held.add(body);
                        }
                    }
                }
            });
            assertThat(rehearsal.once().organization("org-0").count(Outcome.CREATED))
                    .isEqualTo(members);
            readings.set(0);
            assertThat(rehearsal.once().organization("org-1").count(Outcome.PRESENT))
                    .isEqualTo(members);
        }
        // Six pages of segments for each, and what else a pass reads.
        assertThat(readings.get()).isGreaterThanOrEqualTo(12);
        assertThat(held).as("pages that were still held").isEmpty();
    }

    @Test
    @DisplayName("all organisations are read at once: no identity is answered before each has been asked for")
    void atOnce() throws Exception {
        int organizations = 20;
        CountDownLatch asked = new CountDownLatch(organizations);
        try (Rehearsal rehearsal = rehearsal(organizations)) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (call.path().equals(IDENTITY)) {
                    asked.countDown();
                    awaited(asked);
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(asked.getCount())
                    .as("organisations that were not asked meanwhile")
                    .isZero();
            assertThat(pass.getOrganizations())
                    .allSatisfy(organization ->
                            assertThat(organization.count(Outcome.CREATED)).isEqualTo(1));
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(15, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName(
            "an organisation added to the mapping is served by the next pass, and a removed one no longer; neither costs a route or an MBean")
    void nothingIsMade() throws Exception {
        try (Rehearsal rehearsal = rehearsal(30).mapping(mapping(2)).managed()) {
            assertThat(rehearsal.byClock().getOrganizations()).hasSize(2);
            int routes = rehearsal.bridge().context().getRoutes().size();
            int endpoints = rehearsal.bridge().context().getEndpoints().size();
            int beans = mbeans();
            assertThat(beans).isPositive();

            rehearsal.mapping(mapping(30));
            Pass pass = rehearsal.byClock();
            assertThat(pass.getOrganizations()).hasSize(30).allSatisfy(organization -> assertThat(
                            organization.isHalted())
                    .isFalse());
            assertThat(rehearsal.bridge().context().getRoutes()).hasSize(routes);
            assertThat(rehearsal.bridge().context().getEndpoints()).hasSize(endpoints);
            assertThat(mbeans()).isEqualTo(beans);

            rehearsal.mapping(mapping(2));
            assertThat(rehearsal.byClock().getOrganizations()).hasSize(2);
            assertThat(rehearsal.bridge().clients().known("org-29")).isNull();
        }
    }

    private static int mbeans() throws Exception {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("org.apache.camel:*"), null)
                .size();
    }

    @Test
    @DisplayName("organisations that are always refused occupy no thread: the others finish while they still wait")
    void waitingHoldsNoThread() throws Exception {
        int organizations = 12;
        CountDownLatch others = new CountDownLatch(organizations / 2);
        try (Rehearsal rehearsal =
                rehearsal(organizations).with("GENESYS_THREADS", "2").with("HTTP_MAX_QUOTA_WAIT", "60s")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                int number = call.account() == null
                        ? 1
                        : Integer.parseInt(call.account().substring("org-".length()));
                if (number % 2 == 0 && !call.tokenCall()) {
                    return Fault.answer(429, Map.of("Retry-After", "50"), "{\"status\":429}");
                }
                if (Scene.isPost(call)) {
                    others.countDown();
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(others.getCount()).isZero();
            for (OrganizationPass organization : pass.getOrganizations()) {
                boolean refused = Integer.parseInt(organization.getName().substring("org-".length())) % 2 == 0;
                assertThat(organization.isHalted()).as(organization.getName()).isEqualTo(refused);
                assertThat(organization.count(Outcome.CREATED)).isEqualTo(refused ? 0 : 1);
            }
            assertThat(pass.balance()).isZero();
        }
    }

    @Test
    @DisplayName(
            "27 slow organisations at one address do not slow down three fast ones: when those finish, most of the slow ones are still waiting")
    void fastAmongSlow() throws Exception {
        Stalls.played(Scene.FACTOR, this::fastAmongSlow);
    }

    private void fastAmongSlow(double factor) throws Exception {
        int organizations = 30;
        int members = 8;
        AtomicInteger slow = new AtomicInteger();
        AtomicInteger fast = new AtomicInteger();
        AtomicInteger slowMeanwhile = new AtomicInteger();
        try (Rehearsal rehearsal = Rehearsal.of(
                        world(organizations, members), Files.createTempDirectory(folder, "rehearsal"), factor)
                .mapping(mapping(organizations))
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_THREADS", "32")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (Scene.isPost(call)) {
                    if (Integer.parseInt(call.account().substring("org-".length())) < 27) {
                        slow.incrementAndGet();
                        return Fault.delay(Duration.ofSeconds(15));
                    }
                    int number = fast.incrementAndGet();
                    if (number == 1) {
                        slowMeanwhile.addAndGet(-slow.get());
                    } else if (number == 3 * members) {
                        slowMeanwhile.addAndGet(slow.get());
                    }
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(pass.getOrganizations())
                    .allSatisfy(organization ->
                            assertThat(organization.count(Outcome.CREATED)).isEqualTo(members));
            assertThat(slowMeanwhile.get())
                    .as("of 216 slow calls, those that began between the first fast one and the last")
                    .isLessThan(27 * members / 2);
        }
    }
}
