package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.kafka.Broker;
import dev.wfmbridge.kafka.Connection;
import dev.wfmbridge.kafka.Shell;
import dev.wfmbridge.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;

/** Several processes of the packaged program that share the organisations of a {@link Load} over a broker in this JVM. */
final class Fleet implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Path JAR = Path.of("target/wfm-bridge.jar").toAbsolutePath();

    private final Load load;
    private final Path folder;
    private final Map<String, String> set;
    private final LoadServer server;
    private final Broker broker;
    private final KafkaAccess access;
    private final Map<String, Child> processes = new TreeMap<>();
    private final ExecutorService orders = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "order");
        thread.setDaemon(true);
        return thread;
    });

    /** @param set more of the processes' environment */
    Fleet(Load load, Path folder, Map<String, String> set) throws Exception {
        this.load = load;
        this.folder = Files.createDirectories(folder);
        this.set = set;
        server = LoadServer.start(load);
        broker = Broker.in(folder);
        access = new KafkaAccess(broker.address(), "wfm-bridge", Map.of());
        new Shell(access).createTopics(1);
        Files.writeString(folder.resolve("mapping.yaml"), load.mapping(server.genesysUrl()));
    }

    LoadServer server() {
        return server;
    }

    Broker broker() {
        return broker;
    }

    /** The names of the processes that were started and not killed. */
    List<String> names() {
        return List.copyOf(processes.keySet());
    }

    /** Starts {@code run} under this name. */
    void start(String name) throws IOException {
        processes.put(name, Child.start(command(name, "run"), environment(name), folder.resolve(name + ".log")));
    }

    private static List<String> command(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", Path.of("").toAbsolutePath().toString()));
        return command;
    }

    private Map<String, String> environment(String name) {
        Map<String, String> environment = new HashMap<>();
        environment.put("ZENDESK_URL", server.zendeskUrl());
        environment.put("ZENDESK_CLIENT_ID", "size");
        environment.put("ZENDESK_CLIENT_SECRET", "size");
        environment.put("ZENDESK_REQUESTS_PER_MINUTE", Integer.toString(load.zendeskRequestsPerMinute()));
        environment.put("SIZE_SECRET", "size");
        environment.put(
                "BRIDGE_MAPPING",
                folder.resolve("mapping.yaml").toAbsolutePath().toString());
        environment.put("BRIDGE_DATA_DIR", folder.resolve(name).toAbsolutePath().toString());
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        environment.put("POLL_CRON", "0 0 0 1 1 ? 2099");
        environment.put("POLL_AT_START", "false");
        environment.put("KAFKA_BROKERS", broker.address());
        environment.put("KAFKA_INSTANCE", name);
        environment.putAll(set);
        return environment;
    }

    /** The output of a command, run beside the process of this name and with its environment. */
    String says(String name, String... arguments) throws Exception {
        Path said = folder.resolve(name + "-" + arguments[0] + ".out");
        ProcessBuilder builder = new ProcessBuilder(command(name, arguments))
                .redirectOutput(said.toFile())
                .redirectError(
                        folder.resolve(name + "-" + arguments[0] + ".err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(name));
        Process process = builder.start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor() + "\n" + Files.readString(said);
    }

    /** Like {@code kill -9}; returns when the process is gone. */
    void kill(String name) throws InterruptedException {
        processes.remove(name).process().destroyForcibly().waitFor();
    }

    /** Asks it to stop, and waits until it has. */
    int end(String name) throws InterruptedException {
        Process process = processes.remove(name).process();
        process.destroy();
        return process.waitFor();
    }

    /** Halts it between two instructions, as a frozen machine does, or lets it go on. */
    void freeze(String name, boolean frozen) throws Exception {
        long pid = processes.get(name).process().pid();
        int status = new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).as("exit status of kill").isZero();
    }

    /** Waits until each process that runs owns organisations, and one the clock. */
    void settle() throws Exception {
        await("the processes share the organisations").atMost(LIMIT).until(() -> {
            Collection<Integer> owned = owned().values();
            return owned.stream().filter(many -> many > 0).count() == processes.size()
                    && owned.stream().mapToInt(many -> many).sum() == Topics.PARTITIONS
                    && reader() != null;
        });
    }

    /** Who owns how many partitions of organisations. */
    Map<String, Integer> owned() throws Exception {
        Map<String, Integer> owned = new TreeMap<>();
        members("wfm-bridge").forEach((name, partitions) -> owned.put(name, partitions.size()));
        return owned;
    }

    /** The process that reads Zendesk; null if there is none. */
    String reader() throws Exception {
        return members("wfm-bridge-clock").entrySet().stream()
                .filter(member -> !member.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private Map<String, List<TopicPartition>> members(String group) throws Exception {
        try (Admin admin = Connection.of(broker.address(), Map.of()).admin()) {
            Map<String, List<TopicPartition>> members = new TreeMap<>();
            for (MemberDescription member : admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members()) {
                members.put(
                        member.groupInstanceId().orElse(member.consumerId()).replaceAll("-(clock|parts)$", ""),
                        List.copyOf(member.assignment().topicPartitions()));
            }
            return members;
        }
    }

    /** Orders a pass; its report comes when it has ended. */
    Future<JsonNode> order() {
        return orders.submit(() -> {
            JsonNode report =
                    new Shell(access).order(JSON.createObjectNode().put("kind", "pass"), () -> false, what -> {});
            if (report == null) {
                throw new IllegalStateException("nobody took the order");
            }
            return report;
        });
    }

    /** Runs a pass to its end. */
    JsonNode pass() throws Exception {
        return order().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits for this many segments. */
    void awaitSegments(long many) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(server.segments()).isGreaterThanOrEqualTo(many));
    }

    /** How long a pass took, as its report says. */
    static double seconds(JsonNode report) {
        return Duration.between(
                                Instant.parse(report.path("startedAt").asText()),
                                Instant.parse(report.path("finishedAt").asText()))
                        .toMillis()
                / 1000.0;
    }

    @Override
    public void close() throws Exception {
        for (Child child : processes.values()) {
            child.process().destroyForcibly().waitFor();
        }
        orders.shutdownNow();
        broker.close();
        server.close();
    }
}
