package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/scale-out.md: processes that share the organisations over a real broker. */
class ClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int ORGANIZATIONS = 12;
    private static final int AGENTS = 6;
    private static final long FIRST_GROUP = 6130852536000L;
    private static final long FIRST_AGENT = 6_000_000_000_000L;
    private static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";

    @TempDir
    Path folder;

    private Broker broker;
    private Sandbox sandbox;
    private World world;
    private Path mapping;
    private final Map<String, Bridge> processes = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        broker = Broker.in(folder);
        try (var admin = Connection.of(broker.address(), Map.of()).admin()) {
            new TopicPlan(new Topics("test"), admin).create(1);
        }
        world = world();
        sandbox = Sandbox.start(world.timeFactor(20));
        mapping = folder.resolve("mapping.yaml");
        Files.writeString(mapping, mapping());
    }

    @AfterEach
    void stop() {
        processes.values().forEach(Bridge::close);
        if (sandbox != null) {
            sandbox.close();
        }
        broker.close();
    }

    private static World world() {
        World world = new World();
        world.weather().zendeskRequestsPerMinute(1_000_000);
        for (int o = 0; o < ORGANIZATIONS; o++) {
            String name = name(o);
            world.addGroup(FIRST_GROUP + o, "Team " + o)
                    .addOrganization(name, id(o), "client-of-" + name, "secret-of-" + name, 100_000)
                    .addSchedule(name, "sched-" + o);
            for (int a = 0; a < AGENTS; a++) {
                long agent = FIRST_AGENT + 1000L * o + a;
                String email = "agent" + o + "-" + a + "@example.com";
                world.addAgent(ZendeskAgent.of(agent, "Agent " + o + " " + a, email))
                        .addMembership(agent, FIRST_GROUP + o)
                        .addUser(name, "user-" + o + "-" + a, email, "Agent", "active");
            }
        }
        return world;
    }

    private static String name(int organization) {
        return "org-" + organization;
    }

    private static String id(int organization) {
        return "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f%04x".formatted(organization);
    }

    private static String mapping() {
        StringBuilder yaml = new StringBuilder("organizations:\n");
        for (int o = 0; o < ORGANIZATIONS; o++) {
            yaml.append(
                    """
                      %s:
                        id: %s
                        apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        clientId: "client-of-%s"
                        clientSecret: "{{env:SECRET_%d}}"
                        quota: { requests: 50000, per: 60s }
                    """
                            .formatted(name(o), id(o), name(o), o));
        }
        yaml.append("groups:\n");
        for (int o = 0; o < ORGANIZATIONS; o++) {
            yaml.append(
                    """
                      - zendeskGroup: Team %d
                        organization: %s
                        scheduleId: sched-%d
                        status: APPROVED
                    """
                            .formatted(o, name(o), o));
        }
        return yaml.toString();
    }

    private Bridge process(String name, String... more) throws Exception {
        Map<String, String> environment = new HashMap<>(sandbox.environment());
        for (int o = 0; o < ORGANIZATIONS; o++) {
            environment.put("SECRET_" + o, "secret-of-" + name(o));
        }
        environment.put("BRIDGE_DATA_DIR", folder.resolve(name).toString());
        environment.put("BRIDGE_MAPPING", mapping.toString());
        environment.put("BRIDGE_INSTANCE", "test");
        environment.put("ZENDESK_REQUESTS_PER_MINUTE", "90000");
        environment.put("POLL_CRON", "0 0 0 1 1 ? 2099");
        environment.put("POLL_AT_START", "false");
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        environment.put("CAMEL_MAIN_NAME", name);
        environment.put("KAFKA_BROKERS", broker.address());
        environment.put("KAFKA_PREFIX", "test");
        environment.put("KAFKA_GROUP", "test");
        environment.put("KAFKA_INSTANCE", name);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        Environment variables = Environment.of(environment);
        Settings settings = Settings.load(Path.of("").toAbsolutePath(), variables);
        Bridge bridge = Bridge.start(new Bridge.Start(
                Path.of("").toAbsolutePath(),
                settings,
                variables,
                MappingFile.load(settings.mapping(), variables),
                DataFolder.open(settings.dataDir()),
                true,
                20));
        processes.put(name, bridge);
        return bridge;
    }

    private JsonNode order() throws Exception {
        try (ClockTopic clock = new ClockTopic(Connection.of(broker.address(), Map.of()), new Topics("test"))) {
            clock.skipToEnd();
            String id = java.util.UUID.randomUUID().toString();
            clock.say(new ObjectMapper()
                    .createObjectNode()
                    .put("type", ClockTopic.ORDER)
                    .put("id", id)
                    .put("kind", "pass")
                    .put("at", java.time.Instant.now().toString()));
            List<JsonNode> reports = new ArrayList<>();
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
                clock.catchUp(record -> {
                    if (record.path("orders").toString().contains(id)) {
                        reports.add(record.path("report"));
                    }
                });
                return !reports.isEmpty();
            });
            return reports.get(0);
        }
    }

    private void assertAllThereOnce() {
        for (int o = 0; o < ORGANIZATIONS; o++) {
            List<Segment> segments = sandbox.genesys().segments(name(o));
            Set<String> users = new HashSet<>();
            segments.forEach(segment -> users.add(segment.userId()));
            assertThat(segments).as(name(o)).hasSize(AGENTS);
            assertThat(users).hasSize(AGENTS);
        }
    }

    private long posts() {
        return sandbox.genesys().received().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals(SEGMENTS))
                .count();
    }

    @Test
    @DisplayName("three processes deliver all, each once; the next pass posts nothing")
    void threeProcesses() throws Exception {
        process("one");
        process("two");
        process("three");
        JsonNode report = order();
        assertThat(report.path("exitCode").asInt()).as(report.toPrettyString()).isZero();
        assertThat(report.path("balance").asInt()).isZero();
        assertAllThereOnce();
        assertThat(posts()).isEqualTo((long) ORGANIZATIONS * AGENTS);
        report = order();
        assertThat(report.path("exitCode").asInt()).isZero();
        assertThat(report.path("organizations")
                        .path("org-0")
                        .path("outcomes")
                        .path("present")
                        .asInt())
                .isEqualTo(AGENTS);
        assertThat(posts()).isEqualTo((long) ORGANIZATIONS * AGENTS);
        assertThat(ledgers()).isEqualTo(ORGANIZATIONS * AGENTS);
    }

    /** Lines of the ledgers as a process that just came sees them. */
    private int ledgers() throws Exception {
        DataFolder seen = DataFolder.open(folder.resolve("seen"));
        try (SegmentsTopic segments =
                new SegmentsTopic(Connection.of(broker.address(), Map.of()), new Topics("test"), seen)) {
            segments.catchUpAll();
        }
        int lines = 0;
        for (Path file : seen.files(Path.of("ledger"))) {
            lines += Files.readAllLines(file).size();
        }
        return lines;
    }
}
