package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.Program;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes of their own over a real broker, of which one is killed in the midst. */
class KillTest {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int ORGANIZATIONS = 9;
    private static final int AGENTS = 6;

    @TempDir
    Path folder;

    private final Map<String, Process> processes = new TreeMap<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes.values()) {
            process.destroyForcibly().waitFor(120, TimeUnit.SECONDS);
        }
    }

    private Process run(Ground ground, String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(Program.command(
                "-Xmx256m",
                "-Dlogback.configurationFile=" + Path.of("config/logback.xml").toAbsolutePath()));
        command.addAll(List.of("run", "--home", Path.of("").toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(ground.environment(name, more));
        builder.environment().put("CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS", "6000");
        builder.environment().put("CAMEL_COMPONENT_KAFKA_HEARTBEAT_INTERVAL_MS", "1000");
        Process process = builder.redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        processes.put(name, process);
        return process;
    }

    private String log() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String name : processes.keySet()) {
            all.append(name)
                    .append(":\n")
                    .append(Files.readString(folder.resolve(name + ".err")))
                    .append('\n');
        }
        return all.toString();
    }

    /** Who reads Zendesk in the pass under way. */
    private static String reader(Ground ground) throws Exception {
        AtomicReference<String> reader = new AtomicReference<>();
        try (ClockTopic clock = ground.clock()) {
            clock.catchUp(record -> {
                if (record.path("type").asText().equals(ClockTopic.BEGAN)) {
                    reader.set(record.path("reader").asText());
                }
            });
        }
        return reader.get().substring("kill".length());
    }

    private static void slow(Ground ground, Duration delay) {
        ground.sandbox()
                .genesys()
                .interceptor(call -> call.method().equals("POST") && call.path().equals(Ground.SEGMENTS)
                        ? Fault.delay(delay)
                        : null);
    }

    @Test
    @DisplayName("kill -9 of a worker, then of the reader, each in the midst of a pass: all is there, each once")
    void killed() throws Exception {
        try (Broker broker = Broker.in(folder);
                Ground ground = new Ground(folder, broker, "kill", ORGANIZATIONS, AGENTS, 1)) {
            for (String name : List.of("one", "two", "three")) {
                run(ground, name);
            }
            slow(ground, Duration.ofMillis(1500));
            String order = ground.order();
            await().atMost(LIMIT).until(() -> ground.posts() >= 3);
            String reader = reader(ground);
            String worker = processes.keySet().stream()
                    .filter(name -> !name.equals(reader))
                    .findFirst()
                    .orElseThrow();
            processes.get(worker).destroyForcibly().waitFor();
            JsonNode report = ground.report(order);
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString() + log())
                    .isZero();
            assertThat(report.path("balance").asInt()).isZero();
            ground.assertAllThereOnce();

            for (int o = 0; o < ORGANIZATIONS; o++) {
                for (Segment segment : ground.sandbox().genesys().segments(Ground.name(o))) {
                    ground.world().removeSegment(Ground.name(o), segment.id());
                }
            }
            ground.sandbox().genesys().clearReceived();
            order = ground.order();
            await().atMost(LIMIT).until(() -> ground.posts() >= 3);
            processes.get(reader(ground)).destroyForcibly().waitFor();
            report = ground.report(order);
            assertThat(report.path("balance").asInt()).isZero();
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString() + log())
                    .isZero();
            ground.assertAllThereOnce();
        }
    }

    @Test
    @DisplayName(
            "a process that stands still beyond the session and goes on makes no second segment, and is of use again")
    void standsStill() throws Exception {
        try (Broker broker = Broker.in(folder);
                Ground ground = new Ground(folder, broker, "kill", ORGANIZATIONS, AGENTS, 1)) {
            for (String name : List.of("one", "two", "three")) {
                run(ground, name);
            }
            slow(ground, Duration.ofMillis(1500));
            String order = ground.order();
            await().atMost(LIMIT).until(() -> ground.posts() >= 3);
            String reader = reader(ground);
            Process worker = processes.entrySet().stream()
                    .filter(process -> !process.getKey().equals(reader))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            signal(worker, "STOP");
            JsonNode report;
            try {
                report = ground.report(order);
            } finally {
                signal(worker, "CONT");
            }
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString() + log())
                    .isZero();
            ground.assertAllThereOnce();
            report = ground.pass();
            assertThat(report.path("exitCode").asInt())
                    .as(report.toPrettyString() + log())
                    .isZero();
            ground.assertAllThereOnce();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    @DisplayName("without a reachable broker run says so in one sentence, and ends with 1 in a bounded time")
    void noBroker() throws Exception {
        try (Broker broker = Broker.in(folder);
                Ground ground = new Ground(folder, broker, "gone", 1, 1, 1)) {
            broker.stop();
            Process process = run(ground, "one", "LOG_LEVEL", "WARN");
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(log()).isEqualTo(1);
            assertThat(Files.readAllLines(folder.resolve("one.err")))
                    .filteredOn(line -> line.startsWith("Kafka ("))
                    .hasSize(1);
            assertThat(log()).contains("gave no answer in 20 s").doesNotContain("\tat ");
        }
    }
}
