package dev.wfmbridge.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.kafka.Broker;
import dev.wfmbridge.network.FreePort;
import dev.wfmbridge.privacy.NoPersonalData;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program starts and works with exactly the variables and mounts of the manifests, against the sandbox. Only the
 * mapping is edited, as by each user, and the port, since others may be in use on this machine.
 */
class PodStartTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int AGENTS = 3;
    private static final long GROUP = 6130852536346L;
    private static final long FIRST = 6_000_000_000_000L;

    @TempDir
    Path temp;

    private Sandbox sandbox;
    private NoPersonalData privacy;
    private Process process;
    private final Map<String, String> secrets = new HashMap<>();
    private final Map<String, UnaryOperator<String>> edit = new HashMap<>();

    @BeforeEach
    void world() {
        // What config/mapping.yaml names.
        World world = new World()
                .zendesk()
                .addGroup(GROUP, "Support EMEA")
                .world()
                .addOrganization(
                        "acme-emea", "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "client-of-acme", "secret-of-acme", 300)
                .addSchedule("acme-emea", "sched-789");
        for (int i = 0; i < AGENTS; i++) {
            String email = "agent" + i + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + i, "Agent " + i, email))
                    .addMembership(FIRST + i, GROUP)
                    .world()
                    .addUser("acme-emea", "user-" + i, email, "Agent " + i, "active");
        }
        sandbox = Sandbox.start(world);
        // Each test creates its pod's file system there.
        privacy = NoPersonalData.watch(world, sandbox, temp.resolve("root/app/data"));
        secrets.put("wfm-bridge-zendesk/url", sandbox.environment().get("ZENDESK_URL"));
        secrets.put("wfm-bridge-zendesk/client-id", sandbox.environment().get("ZENDESK_CLIENT_ID"));
        secrets.put("wfm-bridge-zendesk/client-secret", sandbox.environment().get("ZENDESK_CLIENT_SECRET"));
        secrets.put("wfm-bridge-acme-emea/client-id", "client-of-acme");
        secrets.put("wfm-bridge-acme-emea/client-secret", "secret-of-acme");
        String url = sandbox.genesys().url().toString();
        edit.put("mapping.yaml", text -> {
            String edited = text.replaceFirst("(?m)^    region: .*$", "    apiUrl: " + url + "\n    loginUrl: " + url);
            assertThat(edited).isNotEqualTo(text);
            return edited;
        });
    }

    @AfterEach
    void end() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
            privacy.text("the log", log());
        }
        sandbox.close();
        privacy.close();
    }

    @Test
    void theDeploymentRunsAndAnswersItsProbesAndPrometheus() throws Exception {
        Overlay overlay = Overlay.build(Path.of("k8s/overlays/standalone"));
        JsonNode spec = overlay.one("Deployment").at("/spec/template/spec");
        Pod pod = Pod.of(spec, overlay, temp.resolve("root"), secrets, edit);
        JsonNode container = spec.at("/containers/0");

        int port = startOnFreePort(pod);
        becomesReady(port, container.at("/readinessProbe/httpGet/path").textValue());

        assertThat(get(port, container.at("/livenessProbe/httpGet/path").textValue()))
                .startsWith("HTTP/1.1 200 ");
        String metrics = get(
                port,
                Overlay.build(Path.of("k8s/monitoring"))
                        .one("PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/path")
                        .textValue());
        assertThat(metrics).startsWith("HTTP/1.1 200 ");
        TreeSet<String> unknown = new TreeSet<>(Monitoring.named());
        unknown.removeIf(name -> metrics.contains("\n" + name + "{") || metrics.contains("\n" + name + " "));
        unknown.removeAll(Monitoring.documented());
        assertThat(unknown)
                .as("rules and dashboard name metrics that are neither exposed nor in docs/metrics.md")
                .isEmpty();
        delivered(pod);
        stopped(pod, spec.at("/terminationGracePeriodSeconds").intValue());
    }

    /** Two of its pods, with brokers that require TLS and a password, as the overlay says. */
    @Test
    void thePodsOverKafkaShareTheWork() throws Exception {
        Overlay overlay = Overlay.build(Path.of("k8s/overlays/kafka"));
        JsonNode spec = overlay.one("StatefulSet").at("/spec/template/spec");
        JsonNode container = spec.at("/containers/0");
        try (Broker broker = Broker.secured(temp, "wfm-bridge", "secret-of-kafka")) {
            secrets.put("wfm-bridge-kafka/ca.crt", Files.readString(temp.resolve("ca.crt")));
            secrets.put(
                    "wfm-bridge-kafka/sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"wfm-bridge\""
                            + " password=\"secret-of-kafka\";");
            Map<String, String> brokers = Map.of("KAFKA_BROKERS", broker.securedAddress());
            // NoPersonalData watches the data folder of the pod called root.
            Pod one = Pod.of(spec, overlay, temp.resolve("root"), secrets, edit);
            Pod other = Pod.of(spec, overlay, temp.resolve("root-1"), secrets, edit);
            assertThat(command(one, brokers, "kafka", "create-topics")).contains("wfm-bridge-segments");

            Process second = other.start(temp.resolve("log-1"), with(brokers, FreePort.any()));
            try {
                int port = FreePort.any();
                process = one.start(temp.resolve("log"), with(brokers, port));
                becomesReady(port, container.at("/readinessProbe/httpGet/path").textValue());
                await().atMost(LIMIT).until(() -> posts() >= AGENTS);
                await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                                command(one, brokers, "report", "--list"))
                        // If the part moved to the later pod, that one found what the first one had created.
                        .containsPattern("exit 0(  (created|present) [1-9])+\n"));
                assertThat(posts()).isEqualTo(AGENTS);
                stopped(one, spec.at("/terminationGracePeriodSeconds").intValue());
                assertThat(second.isAlive()).isTrue();
            } finally {
                second.destroyForcibly().waitFor();
            }
        }
    }

    private static Map<String, String> with(Map<String, String> variables, int port) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("CAMEL_MANAGEMENT_PORT", String.valueOf(port));
        return all;
    }

    private String command(Pod pod, Map<String, String> only, String... arguments) throws Exception {
        Path output = temp.resolve("command");
        Process command = pod.start(output, only, List.of(arguments));
        assertThat(command.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    private long posts() {
        return sandbox.genesys().received().stream()
                .filter(call -> call.method().equals("POST") && call.path().endsWith("/userschedulesegments"))
                .count();
    }

    @Test
    void theJobDoesOnePassAndEnds() throws Exception {
        Overlay overlay = Overlay.build(Path.of("k8s/overlays/cronjob"));
        Pod pod = Pod.of(
                overlay.one("CronJob").at("/spec/jobTemplate/spec/template/spec"),
                overlay,
                temp.resolve("root"),
                secrets,
                edit);

        process = pod.start(temp.resolve("log"), Map.of());

        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
        delivered(pod);
        assertThat(pod.written()).isEmpty();
        assertThat(pod.place("/app/data/metrics.prom")).isRegularFile();
    }

    @Test
    void theIntegrationRuns() throws Exception {
        Overlay overlay = Overlay.build(Path.of("k8s/overlays/camel-k"));
        JsonNode integration = overlay.one("Integration");
        Pod pod = Pod.ofIntegration(integration, overlay, temp.resolve("root"), secrets, edit);

        int port = startOnFreePort(pod);
        becomesReady(port, integration.at("/spec/traits/health/readinessProbe").textValue());

        delivered(pod);
        stopped(
                pod,
                integration
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .intValue());
    }

    /** What a pod's log says of a missing volume, a missing variable: one line, and exit 1. */
    @Test
    void whatIsMissingIsOneLineInTheLog() throws Exception {
        Overlay overlay = Overlay.build(Path.of("k8s/overlays/standalone"));
        Pod pod = Pod.of(
                overlay.one("Deployment").at("/spec/template/spec"), overlay, temp.resolve("root"), secrets, edit);
        Files.delete(pod.place("/app/data"));
        Files.writeString(pod.place("/app/data"), "no folder");

        process = pod.start(temp.resolve("log"), Map.of());

        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isEqualTo(1);
        assertThat(log().lines().filter(line -> !line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS")))
                .singleElement()
                .asString()
                .contains("data folder")
                .contains("bridge.data-dir");
    }

    private int startOnFreePort(Pod pod) throws IOException {
        int port = FreePort.any();
        process = pod.start(temp.resolve("log"), Map.of("CAMEL_MANAGEMENT_PORT", String.valueOf(port)));
        return port;
    }

    private void becomesReady(int port, String path) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
            assertThat(process.isAlive()).as("%s", log()).isTrue();
            return get(port, path).startsWith("HTTP/1.1 200 ");
        });
    }

    private void delivered(Pod pod) {
        Path report = pod.place("/app/data/runs/latest.json");
        await().atMost(LIMIT).until(() -> Files.exists(report));
        JsonNode pass = readJson(report);
        assertThat(pass.path("complete").asBoolean()).as(pass.toString()).isTrue();
        assertThat(pass.at("/organizations/acme-emea/outcomes/created").asInt()).isEqualTo(AGENTS);
        assertThat(posts()).isEqualTo(AGENTS);
    }

    private void stopped(Pod pod, int graceSeconds) throws Exception {
        process.destroy();
        assertThat(process.waitFor(graceSeconds, TimeUnit.SECONDS))
                .as("it ends in the grace period")
                .isTrue();
        assertThat(process.exitValue()).as(log()).isEqualTo(143);
        assertThat(pod.written()).isEmpty();
    }

    /**
     * A request as from the kubelet and Prometheus: to the pod's address, which is not the loopback address; empty if
     * nobody answers.
     */
    private static String get(int port, String path) throws IOException {
        try (Socket socket = new Socket(beyondLoopback(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 10.1.2.3:" + port + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.ConnectException notYet) {
            return "";
        }
    }

    /**
     * On Linux all of 127/8 is this machine, and a server that listens on 127.0.0.1 alone does not answer at another
     * address in it.
     */
    private static String beyondLoopback() {
        return System.getProperty("os.name").equals("Linux") ? "127.0.0.2" : "127.0.0.1";
    }

    private static JsonNode readJson(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String log() throws IOException {
        return Files.readString(temp.resolve("log"));
    }
}
