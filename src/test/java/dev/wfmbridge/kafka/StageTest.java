package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/scale-out.md: a process may die in whichever stage of a pass; nothing is lost, and nothing is there twice. */
class StageTest {

    private static final double FACTOR = 20;
    private static final int AGENTS = 8;
    private static final long GROUP = 6130852536000L;
    private static final long FIRST = 6_000_000_000_000L;
    private static final String ID = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f0001";
    private static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    private static final String MAPPING =
            """
            organizations:
              acme:
                id: %s
                apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                clientId: "{{env:ACME_CLIENT_ID}}"
                clientSecret: "{{env:ACME_CLIENT_SECRET}}"
                quota: { requests: 50000, per: 60s }
            groups:
              - { zendeskGroup: %d, organization: acme, scheduleId: sched-1, status: APPROVED }
            """
                    .formatted(ID, GROUP);

    /** The call during which the process dies that makes it; the server carries it out, and nobody hears the answer. */
    enum Stage {
        READING_ZENDESK(true, 1, call -> call.path().equals("/api/v2/group_memberships")),
        /** The part has been taken, and nothing was called for it. */
        BEFORE_THE_FIRST_CALL(false, 1, Received::tokenCall),
        SNAPSHOT(false, 1, call -> call.method().equals("GET") && call.path().equals(SEGMENTS)),
        FIRST_POST(false, 1, call -> call.method().equals("POST") && call.path().equals(SEGMENTS)),
        /** All are there, and nobody has been told. */
        LAST_POST(
                false,
                AGENTS,
                call -> call.method().equals("POST") && call.path().equals(SEGMENTS)),
        REMOVAL(false, 1, call -> call.method().equals("PUT") && call.path().startsWith(SEGMENTS)),
        STATUS_WRITTEN(true, 1, call -> call.path().contains("update_many"));

        private final boolean zendesk;
        private final int nth;
        private final Predicate<Received> call;

        Stage(boolean zendesk, int nth, Predicate<Received> call) {
            this.zendesk = zendesk;
            this.nth = nth;
            this.call = call;
        }
    }

    @TempDir
    static Path folder;

    @AutoClose
    private static Company.Place place;

    @BeforeAll
    static void open() throws Exception {
        place = new Company.Place(folder, 1, 6);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void dies(Stage stage) throws Exception {
        World world = world();
        try (Sandbox sandbox = Sandbox.start(world.timeFactor(FACTOR));
                Company company =
                        new Company(place, sandbox, Files.createDirectory(folder.resolve(stage.name())), FACTOR)) {
            company.mapping(MAPPING);
            company.with("BRIDGE_INSTANCE", "test");
            company.with("ZENDESK_REQUESTS_PER_MINUTE", "90000");
            company.with("ZENDESK_STATUS_FIELD", "wfm_status");
            company.with("REMOVALS_POLICY", "cancel");
            company.with("GENESYS_WORKERS", "2");
            // The brokers find out by themselves; the test waits for that seven times.
            company.with("CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS", "10000");
            company.start("one");
            if (stage == Stage.REMOVAL) {
                company.pass(List.of());
                world.zendesk().removeMembership(FIRST, GROUP);
                sandbox.genesys().clearReceived();
            }
            // Whoever owns the organisation and whoever reads is the first one; the second comes when it is dead.
            AtomicInteger met = new AtomicInteger();
            CompletableFuture<Void> dead = new CompletableFuture<>();
            Interceptor dies = call -> {
                if (stage.call.test(call) && met.incrementAndGet() == stage.nth) {
                    company.kill("one");
                    dead.complete(null);
                }
                return null;
            };
            if (stage.zendesk) {
                sandbox.zendesk().interceptor(dies);
            } else {
                sandbox.genesys().interceptor(dies);
            }
            CompletableFuture<Void> next = dead.thenRunAsync(() -> start(company));
            assertThat(company.pass(List.of())).as("balance").isZero();
            assertThat(dead).as("whether the stage was met").isDone();
            next.get();
            assertThat(company.pass(List.of())).as("balance").isZero();
            int gone = stage == Stage.REMOVAL ? 1 : 0;
            Set<String> users = new HashSet<>();
            List<Segment> active = sandbox.genesys().segments("acme").stream()
                    .filter(segment -> segment.status().equals("APPROVED"))
                    .toList();
            active.forEach(segment -> users.add(segment.userId()));
            assertThat(active).hasSize(AGENTS - gone);
            assertThat(users).hasSize(AGENTS - gone);
            assertThat(sandbox.genesys().segments("acme")).hasSize(AGENTS);
            for (int agent = gone; agent < AGENTS; agent++) {
                assertThat(sandbox.zendesk().userFields(FIRST + agent)).containsEntry("wfm_status", "approved");
            }
        }
    }

    private static void start(Company company) {
        try {
            company.start("two");
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static World world() {
        World world = new World();
        world.zendesk()
                .client("zendesk-client", "secret")
                .addUserField("wfm_status", "WFM status")
                .addGroup(GROUP, "Support");
        world.addOrganization("acme", ID, "client-of-acme", "acme-secret", 100_000)
                .addSchedule("acme", "sched-1");
        world.weather().zendeskRequestsPerMinute(1_000_000);
        for (int agent = 0; agent < AGENTS; agent++) {
            String email = "agent" + agent + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + agent, "Agent " + agent, email))
                    .addMembership(FIRST + agent, GROUP)
                    .world()
                    .addUser("acme", "user-" + agent, email, "Agent", "active");
        }
        return world;
    }
}
