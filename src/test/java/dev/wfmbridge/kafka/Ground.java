package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Property;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Organisations, their servers, topics on a broker, and processes that share them. */
final class Ground implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(120);
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    static final long GROUP = 6130852536000L;
    private static final long FIRST_GROUP = GROUP;
    private static final long FIRST_AGENT = 6_000_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Broker broker;
    private final String prefix;
    private final int organizations;
    private final int agents;
    private final World world = new World();
    private final Sandbox sandbox;
    private final Path mapping;
    private final Map<String, Bridge> processes = new TreeMap<>();

    Ground(Path folder, Broker broker, String prefix, int organizations, int agents, double factor) throws Exception {
        this.folder = folder;
        this.broker = broker;
        this.prefix = prefix;
        this.organizations = organizations;
        this.agents = agents;
        new Shell(access()).createTopics(1);
        fill();
        sandbox = Sandbox.start(world.timeFactor(factor));
        mapping = folder.resolve("mapping.yaml");
        Files.writeString(mapping, mapping(organizations));
    }

    private void fill() {
        world.weather().zendeskRequestsPerMinute(1_000_000);
        for (int o = 0; o < organizations; o++) {
            String name = name(o);
            world.zendesk()
                    .addGroup(FIRST_GROUP + o, "Team " + o)
                    .world()
                    .addOrganization(name, id(o), "client-of-" + name, "secret-of-" + name, 100_000)
                    .addSchedule(name, "sched-" + o);
            for (int a = 0; a < agents; a++) {
                long agent = FIRST_AGENT + 100_000L * o + a;
                String email = "agent" + o + "-" + a + "@example.com";
                world.zendesk()
                        .addAgent(ZendeskAgent.of(agent, "Agent " + o + " " + a, email))
                        .addMembership(agent, FIRST_GROUP + o)
                        .world()
                        .addUser(name, "user-" + o + "-" + a, email, "Agent", "active");
            }
        }
    }

    static String name(int organization) {
        return "org-" + organization;
    }

    private static String id(int organization) {
        return "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f%04x".formatted(organization);
    }

    private static String mapping(int organizations) {
        StringBuilder yaml = new StringBuilder("organizations:\n");
        for (int o = 0; o < organizations; o++) {
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
        for (int o = 0; o < organizations; o++) {
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

    KafkaAccess access() {
        return new KafkaAccess(broker.address(), prefix, Map.of());
    }

    World world() {
        return world;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path mapping() {
        return mapping;
    }

    /** What a process of this name is started with. */
    Map<String, String> environment(String name, String... more) {
        Map<String, String> environment = new HashMap<>(sandbox.environment());
        for (int o = 0; o < organizations; o++) {
            environment.put("SECRET_" + o, "secret-of-" + name(o));
        }
        environment.put("BRIDGE_DATA_DIR", folder.resolve(name).toString());
        environment.put("BRIDGE_MAPPING", mapping.toString());
        environment.put("BRIDGE_INSTANCE", "test");
        environment.put("ZENDESK_REQUESTS_PER_MINUTE", "90000");
        // Tests take segments away by hand, and want them back.
        environment.put("IDEMPOTENT_TTL", "100ms");
        environment.put("POLL_CRON", "0 0 0 1 1 ? 2099");
        environment.put("POLL_AT_START", "false");
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        environment.put("CAMEL_MAIN_NAME", name);
        // A third of what a start costs; the routes are the same without it.
        environment.put("CAMEL_MAIN_JMX_ENABLED", "false");
        environment.put("KAFKA_BROKERS", broker.address());
        environment.put("KAFKA_PREFIX", prefix);
        environment.put("KAFKA_GROUP", prefix);
        environment.put("KAFKA_INSTANCE", prefix + name);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    /** A process in this JVM, with waits divided by the factor. */
    Bridge process(String name, double factor, String... more) throws Exception {
        Environment variables = Environment.of(environment(name, more));
        Path home = Path.of("").toAbsolutePath();
        Settings settings = Settings.load(home, variables);
        Bridge bridge = Bridge.start(new Bridge.Start(
                home,
                settings,
                variables,
                MappingFile.load(settings.get(Property.BRIDGE_MAPPING), variables),
                DataFolder.open(settings.get(Property.BRIDGE_DATA_DIR)),
                true,
                factor));
        processes.put(name, bridge);
        return bridge;
    }

    void end(String name) {
        processes.remove(name).close();
    }

    /** Gives an order, and does not wait. */
    String order() throws Exception {
        try (ClockTopic clock = clock()) {
            String id = UUID.randomUUID().toString();
            clock.say(order(id));
            return id;
        }
    }

    private static ObjectNode order(String id) {
        return JSON.createObjectNode()
                .put("type", ClockTopic.ORDER)
                .put("id", id)
                .put("kind", "pass")
                .put("at", Instant.now().toString());
    }

    ClockTopic clock() {
        return new ClockTopic(Connection.of(broker.address(), Map.of()), new Topics(prefix));
    }

    /** Orders a pass, and waits for its report. */
    JsonNode pass() throws Exception {
        return report(order());
    }

    /** The report that answers an order. */
    JsonNode report(String order) throws Exception {
        List<JsonNode> reports = new ArrayList<>();
        try (ClockTopic clock = clock()) {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
                clock.catchUp(record -> {
                    if (record.path("orders").toString().contains(order)) {
                        reports.add(record.path("report"));
                    }
                });
                return !reports.isEmpty();
            });
        }
        return reports.get(reports.size() - 1);
    }

    void assertAllThereOnce() {
        for (int o = 0; o < organizations; o++) {
            List<Segment> segments = sandbox.genesys().segments(name(o));
            Set<String> users = new HashSet<>();
            segments.forEach(segment -> users.add(segment.userId()));
            assertThat(segments).as(name(o)).hasSize(agents);
            assertThat(users).hasSize(agents);
        }
    }

    long posts() {
        return sandbox.genesys().received().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals(SEGMENTS))
                .count();
    }

    /** What somebody who just came is shown. */
    DataFolder seen() throws Exception {
        DataFolder seen = DataFolder.open(Files.createTempDirectory(folder, "seen"));
        new Shell(access()).show(seen);
        return seen;
    }

    @Override
    public void close() {
        processes.values().forEach(Bridge::close);
        sandbox.close();
    }
}
