package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.console.Console;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.SuspendedFile;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.operate.Sharing;
import dev.wfmbridge.sandbox.Segment;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** docs/scale-out.md, as somebody reads it who has to operate several processes. */
class OperatingTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final double FACTOR = 20;
    private static final String TOKEN = "a-token-of-the-test";
    private static final String USER = "wfm-bridge";
    private static final String LOGIN =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"wfm-bridge\" password=\"secret-of-kafka\";";
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.secured(USER, "secret-of-kafka");

    private static Ground ground(int organizations, int agents) throws Exception {
        String name = "operated" + NUMBER.incrementAndGet();
        return shared.ground(name, organizations, agents, FACTOR);
    }

    /** One whose partitions are soon somebody else's when it ends. */
    private static Bridge quick(Ground ground, String name) throws Exception {
        return ground.process(
                name,
                FACTOR,
                "MANAGEMENT_TOKEN",
                TOKEN,
                "CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS",
                "3000",
                "CAMEL_COMPONENT_KAFKA_HEARTBEAT_INTERVAL_MS",
                "500");
    }

    private static void clear(Ground ground, int organizations) {
        for (int o = 0; o < organizations; o++) {
            for (Segment segment : ground.sandbox().genesys().segments(Ground.name(o))) {
                ground.world().removeSegment(Ground.name(o), segment.id());
            }
        }
    }

    @Test
    @DisplayName(
            "of a week of reports a process unpacks as many as it keeps, whole and partial ones; of the others it knows whose orders they answered")
    void manyReports() throws Exception {
        Topics topics = new Topics("reported");
        new Shell(secured("reported")).createTopics(1);
        Connection connection =
                Connection.of(secured("reported").brokers(), secured("reported").options());
        try (ClockTopic writer = new ClockTopic(connection, topics)) {
            for (int i = 10; i < 30; i++) {
                String trigger = i % 4 == 0 ? "schedule" : "webhook";
                ObjectNode report =
                        JSON.createObjectNode().put("runId", "run-" + i).put("trigger", trigger);
                writer.report(report, List.of("order-" + i), null, null);
            }
        }
        List<String> heard = new ArrayList<>();
        try (ClockTopic reader = new ClockTopic(
                connection, topics, 2, record -> heard.add(record.path("runId").asText()))) {
            reader.catchUp();
            assertThat(heard).containsExactly("run-24", "run-27", "run-28", "run-29");
            assertThat(reader.isAnswered("order-10")).isTrue();
            assertThat(reader.isAnswered("order-29")).isTrue();
            for (int i = 30; i < 34; i++) {
                reader.report(
                        JSON.createObjectNode().put("runId", "run-" + i).put("trigger", "schedule"),
                        List.of(),
                        null,
                        null);
            }
            reader.catchUp();
            assertThat(heard).endsWith("run-29", "run-30", "run-31", "run-32", "run-33");
        }
    }

    @Test
    @DisplayName(
            "a suspension holds at every process, survives all of them, goes along to a data folder and back, and is lifted at any")
    void suspended() throws Exception {
        try (Ground ground = ground(6, 2)) {
            Bridge one = quick(ground, "one");
            Bridge two = quick(ground, "two");
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            clear(ground, 6);
            for (int o = 0; o < 6; o++) {
                assertThat(one.controls().suspend(Ground.name(o))).isTrue();
            }
            assertThat(two.controls().resume(Ground.name(0))).isTrue();
            List<String> suspended = List.of("org-1", "org-2", "org-3", "org-4", "org-5");
            for (Bridge each : List.of(one, two)) {
                await().atMost(Ground.LIMIT)
                        .untilAsserted(
                                () -> assertThat(each.controls().suspended()).containsExactlyElementsOf(suspended));
            }
            assertOnlyTheFirstIsServed(ground.pass(), ground);

            ground.end("one");
            ground.end("two");
            Bridge three = quick(ground, "three");
            assertThat(three.controls().suspended()).containsExactlyElementsOf(suspended);
            assertOnlyTheFirstIsServed(ground.pass(), ground);
            assertThat(SuspendedFile.read(ground.seen())).containsExactlyElementsOf(suspended);

            KafkaAccess elsewhere = new KafkaAccess(shared.broker().address(), "moved", Map.of());
            Shell shell = new Shell(elsewhere);
            shell.createTopics(1);
            shell.take(ground.seen(), DataFolder.open(Files.createTempDirectory(shared.folder(), "empty")), false);
            DataFolder back = DataFolder.open(Files.createTempDirectory(shared.folder(), "back"));
            shell.give(back);
            assertThat(SuspendedFile.read(back)).containsExactlyElementsOf(suspended);

            Bridge four = quick(ground, "four");
            for (String name : suspended) {
                four.controls().resume(name);
            }
            await().atMost(Ground.LIMIT)
                    .untilAsserted(
                            () -> assertThat(three.controls().suspended()).isEmpty());
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
        }
    }

    private static void assertOnlyTheFirstIsServed(JsonNode report, Ground ground) {
        for (int o = 0; o < 6; o++) {
            JsonNode organization = report.path("organizations").path(Ground.name(o));
            assertThat(organization.path("halted").path("reason").asText("none"))
                    .isEqualTo(o == 0 ? "none" : "suspended");
            assertThat(ground.sandbox().genesys().segments(Ground.name(o))).hasSize(o == 0 ? 2 : 0);
        }
    }

    @Test
    @DisplayName(
            "a suspension in the midst of a part stops its calls at the process that does it, wherever it was ordered")
    void suspendedInTheMidst() throws Exception {
        try (Ground ground = ground(1, 40)) {
            Bridge one = ground.process("one", FACTOR, "GENESYS_WORKERS", "1");
            Bridge two = ground.process("two", FACTOR, "GENESYS_WORKERS", "1");
            await().atMost(Ground.LIMIT)
                    .until(() -> sharing(one).owns("org-0") != sharing(two).owns("org-0"));
            Bridge other = sharing(one).owns("org-0") ? two : one;
            ground.sandbox()
                    .genesys()
                    .interceptor(
                            call -> call.method().equals("POST") && call.path().equals(Ground.SEGMENTS)
                                    ? dev.wfmbridge.sandbox.Fault.delay(Duration.ofSeconds(3))
                                    : null);
            String order = ground.order();
            await().atMost(Ground.LIMIT).until(() -> ground.posts() > 0);
            other.controls().suspend("org-0");
            JsonNode report = ground.report(order);
            assertThat(report.at("/organizations/org-0/halted/reason").asText()).isEqualTo("suspended");
            assertThat(ground.posts()).isLessThan(40);
            assertThat(report.path("balance").asInt()).isZero();
        }
    }

    private static Sharing sharing(Bridge bridge) {
        return bridge.passes().metrics().sharing();
    }

    @Test
    @DisplayName(
            "each process tells who serves which organisation and who reads Zendesk; the report says who did what; metrics tell each owner once")
    void owners() throws Exception {
        try (Ground ground = ground(8, 1)) {
            Map<String, Bridge> bridges = new TreeMap<>();
            for (String name : List.of("one", "two")) {
                bridges.put(name, ground.process(name, FACTOR, "MANAGEMENT_TOKEN", TOKEN));
                Console.serve(
                        bridges.get(name),
                        Settings.load(
                                Path.of("").toAbsolutePath(),
                                Environment.of(ground.environment(name, "MANAGEMENT_TOKEN", TOKEN))));
            }
            await().atMost(Ground.LIMIT)
                    .until(() -> bridges.values().stream()
                                    .allMatch(bridge ->
                                            sharing(bridge).share().ownedPartitions() == Topics.PARTITIONS / 2)
                            && bridges.values().stream()
                                    .anyMatch(bridge -> sharing(bridge).isReader()));
            JsonNode report = ground.pass();
            String reader = bridges.keySet().stream()
                    .filter(name -> sharing(bridges.get(name)).isReader())
                    .findFirst()
                    .orElseThrow();
            for (Map.Entry<String, Bridge> bridge : bridges.entrySet()) {
                await().atMost(Ground.LIMIT).untilAsserted(() -> {
                    JsonNode overview = get(bridge.getValue(), "/observe/console/api/overview");
                    assertThat(overview.at("/last/runId")).isEqualTo(report.path("runId"));
                    assertThat(overview.at("/sharing/process").asText())
                            .isEqualTo(ground.access().prefix() + bridge.getKey());
                    assertThat(overview.at("/sharing/reader").asText())
                            .isEqualTo(ground.access().prefix() + reader);
                    assertThat(overview.at("/sharing/ownedPartitions").asInt()).isEqualTo(Topics.PARTITIONS / 2);
                    assertThat(overview.path("organizations")).hasSize(8);
                    for (JsonNode organization : overview.path("organizations")) {
                        String name = organization.path("name").asText();
                        String owner = bridges.keySet().stream()
                                .filter(each -> sharing(bridges.get(each)).owns(name))
                                .findFirst()
                                .orElseThrow();
                        assertThat(organization.path("process").asText())
                                .isEqualTo(ground.access().prefix() + owner)
                                .isEqualTo(report.path("organizations")
                                        .path(name)
                                        .path("process")
                                        .asText());
                    }
                });
            }
            TreeSet<String> served = new TreeSet<>();
            Pattern line =
                    Pattern.compile("wfm_bridge_kafka_organization_part_seconds\\{organization=\"([^\"]+)\"} 0\\.0");
            for (Bridge bridge : bridges.values()) {
                line.matcher(text(bridge, "/observe/metrics"))
                        .results()
                        .forEach(match -> assertThat(served.add(match.group(1))).isTrue());
            }
            assertThat(served).hasSize(8);
            assertThat(named(text(bridges.get("one"), "/observe/metrics")))
                    .isEqualTo(named(Files.readString(Path.of("docs/metrics.md"))));
            assertThat(new Shell(ground.access()).processes())
                    .containsExactlyInAnyOrderElementsOf(bridges.keySet().stream()
                            .map(name -> ground.access().prefix() + name + ": 32 of 64 partitions"
                                    + (name.equals(reader) ? ", reads Zendesk" : ""))
                            .toList());
        }
    }

    @Test
    @DisplayName(
            "every process says when the last pass was; only the reader tells how organisations are, and the next one goes on with that")
    void statesGoAlong() throws Exception {
        try (Ground ground = ground(3, 1)) {
            Map<String, Bridge> bridges = new TreeMap<>();
            for (String name : List.of("one", "two")) {
                bridges.put(name, quick(ground, name));
            }
            await().atMost(Ground.LIMIT).until(() -> bridges.values().stream()
                    .anyMatch(bridge -> sharing(bridge).isReader()));
            ground.pass();
            String reader = bridges.keySet().stream()
                    .filter(name -> sharing(bridges.get(name)).isReader())
                    .findFirst()
                    .orElseThrow();
            Bridge other = bridges.get(reader.equals("one") ? "two" : "one");
            Pattern inStep =
                    Pattern.compile("wfm_bridge_in_step_timestamp_seconds\\{organization=\"org-0\"} ([0-9.E]+)");
            String told = find(inStep, text(bridges.get(reader), "/observe/metrics"));
            assertThat(Double.parseDouble(told)).isPositive();
            for (String metric : List.of("last_complete_pass_timestamp_seconds", "pass_started_timestamp_seconds")) {
                Pattern last = Pattern.compile("\nwfm_bridge_" + metric + " ([0-9.E]+)");
                String whole = find(last, text(bridges.get(reader), "/observe/metrics"));
                assertThat(Double.parseDouble(whole)).isPositive();
                await().atMost(Ground.LIMIT).untilAsserted(() -> assertThat(find(last, text(other, "/observe/metrics")))
                        .isEqualTo(whole));
            }
            assertThat(text(other, "/observe/metrics")).doesNotContain("wfm_bridge_in_step_timestamp_seconds{");

            ground.end(reader);
            await().atMost(Ground.LIMIT).until(() -> sharing(other).isReader());
            // Before it has made a pass by itself.
            assertThat(other.passes().metrics().inStep("org-0").toEpochMilli())
                    .isEqualTo(Math.round(Double.parseDouble(told) * 1000));
        }
    }

    /** The metrics of sharing that a text names. */
    private static Set<String> named(String text) {
        return Pattern.compile("\\bwfm_bridge_kafka_\\w+")
                .matcher(text)
                .results()
                // A counter is also declared, without its suffix.
                .map(match -> match.group().replaceFirst("_total$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String find(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElse("none");
    }

    private static JsonNode get(Bridge bridge, String path) throws Exception {
        return JSON.readTree(text(bridge, path));
    }

    private static String text(Bridge bridge, String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + ManagementPort.of(bridge.context()) + path))
                                .header("Authorization", "Bearer " + TOKEN)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    @DisplayName(
            "an order with no process to take it ends soon with a sentence, and nobody obeys it later; with one it is waited for")
    void nobody() throws Exception {
        try (Ground ground = ground(1, 1)) {
            Shell shell = new Shell(ground.access());
            AtomicInteger told = new AtomicInteger();
            long before = System.nanoTime();
            assertThatThrownBy(() -> shell.order(pass(), () -> false, what -> {
                        assertThat(what).isEqualTo("no process yet");
                        told.incrementAndGet();
                    }))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("No process shares this work now");
            assertThat(told).hasPositiveValue();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before))
                    .isLessThan(60);

            AtomicBoolean tired = new AtomicBoolean();
            CompletableFuture<JsonNode> gaveUp = CompletableFuture.supplyAsync(() -> order(shell, tired));
            tired.set(true);
            assertThat(gaveUp.get(60, TimeUnit.SECONDS)).isNull();

            ground.process("one", FACTOR);
            JsonNode report = order(shell, new AtomicBoolean());
            assertThat(report.path("exitCode").asInt()).isZero();
            assertThat(ground.seen().files(Path.of("runs")).stream()
                            .map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".json") && !name.equals("latest.json")))
                    .containsExactly(report.path("runId").asText() + ".json");
        }
    }

    private static ObjectNode pass() {
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("kind", "pass");
        what.putObject("approvals");
        return what;
    }

    private static JsonNode order(Shell shell, AtomicBoolean stops) {
        try {
            return shell.order(pass(), stops::get, what -> {});
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    @DisplayName(
            "check tells a missing topic, a wrong number of partitions, a topic that is not compacted, and missing rights, each with what to do")
    void topics() throws Exception {
        Shell shell = new Shell(secured("checked"));
        try (Admin admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            admin.createTopics(List.of(
                            new NewTopic("checked-parts", 3, (short) 1),
                            new NewTopic("checked-segments", Topics.PARTITIONS, (short) 1)))
                    .all()
                    .get();
            shell.createTopics(1);
            assertThat(wrong(shell))
                    .hasSize(2)
                    .hasEntrySatisfying("checked-parts", wrong -> assertThat(wrong)
                            .contains("3 partitions in place of 64", "kafka export"))
                    .hasEntrySatisfying("checked-segments", wrong -> assertThat(wrong)
                            .contains("cleanup.policy=delete in place of compact", "alter the topic"));

            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "checked-segments"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            admin.deleteTopics(List.of("checked-parts")).all().get();
            await().atMost(Ground.LIMIT).untilAsserted(() -> assertThat(wrong(shell))
                    .containsExactly(Map.entry("checked-parts", "is not there: wfm-bridge kafka create-topics")));
            shell.createTopics(1);
            assertThat(wrong(shell)).isEmpty();

            // From now on nothing but this is allowed there.
            admin.createAcls(List.of(AclOperation.READ, AclOperation.DESCRIBE_CONFIGS).stream()
                            .map(allowed ->
                                    right(USER, ResourceType.TOPIC, "checked-results", PatternType.LITERAL, allowed))
                            .toList())
                    .all()
                    .get();
            await().atMost(Ground.LIMIT).untilAsserted(() -> assertThat(wrong(shell))
                    .containsExactly(Map.entry(
                            "checked-results",
                            "may not be read and written by this user: give it READ and WRITE on the topic")));
        }
    }

    /** As a user with a password, over TLS. */
    private static KafkaAccess secured(String prefix) {
        return new KafkaAccess(
                shared.broker().securedAddress(),
                prefix,
                Map.of(
                        "security-protocol", "SASL_SSL",
                        "sasl-mechanism", "SCRAM-SHA-512",
                        "sasl-jaas-config", LOGIN,
                        "ssl-truststore-type", "PEM",
                        "ssl-truststore-location",
                                shared.folder().resolve("ca.crt").toString()));
    }

    @Test
    @DisplayName("the rights that docs/scale-out.md names are enough, for a process and for check")
    void rights() throws Exception {
        try (Ground ground = ground(2, 1);
                Admin admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            String prefix = ground.access().prefix();
            List<AclBinding> rights = new ArrayList<>();
            for (AclOperation operation : List.of(
                    AclOperation.READ,
                    AclOperation.WRITE,
                    AclOperation.CREATE,
                    AclOperation.DESCRIBE,
                    AclOperation.DESCRIBE_CONFIGS)) {
                rights.add(right(USER, ResourceType.TOPIC, prefix + "-", PatternType.PREFIXED, operation));
            }
            for (String group : List.of(prefix, prefix + "-clock")) {
                rights.add(right(USER, ResourceType.GROUP, group, PatternType.LITERAL, AclOperation.READ));
                rights.add(right(USER, ResourceType.GROUP, group, PatternType.LITERAL, AclOperation.DESCRIBE));
            }
            // Where there is a rule, nobody else is let in.
            rights.add(right("nobody", ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, AclOperation.ALTER));
            admin.createAcls(rights).all().get();
            ground.process(
                    "one",
                    FACTOR,
                    "KAFKA_BROKERS",
                    shared.broker().securedAddress(),
                    "CAMEL_COMPONENT_KAFKA_SECURITY_PROTOCOL",
                    "SASL_SSL",
                    "CAMEL_COMPONENT_KAFKA_SASL_MECHANISM",
                    "SCRAM-SHA-512",
                    "CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG",
                    LOGIN,
                    "CAMEL_COMPONENT_KAFKA_SSL_TRUSTSTORE_TYPE",
                    "PEM",
                    "CAMEL_COMPONENT_KAFKA_SSL_TRUSTSTORE_LOCATION",
                    shared.folder().resolve("ca.crt").toString());
            assertThat(ground.pass().path("exitCode").asInt()).isZero();
            ground.assertAllThereOnce();
            Shell shell = new Shell(secured(prefix));
            assertThat(wrong(shell)).isEmpty();
            assertThat(shell.processes()).containsExactly(prefix + "one: 64 of 64 partitions, reads Zendesk");
        }
    }

    private static AclBinding right(
            String user, ResourceType type, String name, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    private static Map<String, String> wrong(Shell shell) throws Exception {
        Map<String, String> wrong = new TreeMap<>();
        for (TopicPlan.Finding finding : shell.checkTopics()) {
            if (finding.wrong() != null) {
                wrong.put(finding.topic(), finding.wrong());
            }
        }
        return wrong;
    }
}
