package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.privacy.NoPersonalData;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The program as a process of its own, with the repository's routes and configuration, against the sandbox' servers. Whatever a test is
 * about, no secret and no person's data may get out while it runs.
 */
final class Site implements AutoCloseable {

    static final String ACME = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    static final String SECRET = "secret-of-acme";
    static final long FIRST_AGENT = 6_000_000_000_000L;
    static final long GROUP = 6130852536346L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Fault REFUSAL = Fault.answer(
            400,
            Map.of("Content-Type", "application/json"),
            "{\"code\":\"bad.request\",\"status\":400,\"message\":\"no\"}");

    private final World world;
    private final Sandbox sandbox;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Child> children = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final NoPersonalData privacy;
    private volatile String refused;

    private Site(World world, Path folder) {
        this.world = world;
        this.folder = folder;
        this.sandbox = Sandbox.start(world);
        environment.putAll(sandbox.environment());
        environment.put("BRIDGE_DATA_DIR", data().toString());
        environment.put("ZENDESK_REQUESTS_PER_MINUTE", "5000");
        environment.put("POLL_CRON", "0 0 3 1 1 ?");
        // Several run side by side.
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        // A fifth of the cost of a start, and nobody looks at it.
        environment.put("CAMEL_MAIN_JMX_ENABLED", "false");
        this.privacy = NoPersonalData.watch(world, sandbox, data()).environment(environment);
    }

    /** A child process, running or ended. */
    record Child(Process process, Path out, Path err) {

        int exit() throws Exception {
            if (!process.waitFor(300, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The process does not end. It said: " + output());
            }
            return process.exitValue();
        }

        String output() throws IOException {
            return Files.readString(out) + Files.readString(err);
        }
    }

    /** Agents in Support, each an active user of acme. */
    static World world(int agents) {
        World world = new World()
                .zendesk()
                .addGroup(GROUP, "Support")
                .world()
                .addOrganization("acme", ACME, "client-of-acme", SECRET, 100_000)
                .addSchedule("acme", "sched-1");
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int i = 0; i < agents; i++) {
            String email = "agent" + i + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST_AGENT + i, "Agent " + i, email))
                    .addMembership(FIRST_AGENT + i, GROUP)
                    .world()
                    .addUser("acme", "user-" + i, email, "Agent " + i, "active");
        }
        return world;
    }

    static Site of(World world, Path folder) throws IOException {
        Files.createDirectories(folder);
        return new Site(world, folder).mapping(mapping(ACME, 5_000, "Support"));
    }

    static String mapping(String id, int quota, String group) {
        return Sample.mapping(Sample.organization("acme", id, quota, "60s")) + Sample.entry(group, "acme", "sched-1");
    }

    Site mapping(String yaml) throws IOException {
        Path file = folder.resolve("mapping.yaml");
        Files.writeString(file, yaml);
        environment.put("BRIDGE_MAPPING", file.toString());
        return this;
    }

    Site with(String variable, String value) {
        environment.put(variable, value);
        privacy.environment(environment);
        return this;
    }

    Site without(String variable) {
        environment.remove(variable);
        return this;
    }

    Child start(String... arguments) throws IOException {
        return startBy(List.of(), arguments);
    }

    /** Starts it in such a way that SIGINT ends it, however this build was started. */
    Child startInterruptible(String... arguments) throws IOException, InterruptedException {
        return startBy(Interrupt.heard(), arguments);
    }

    /** Starts it by another program, such as a shell that sets limits. */
    Child startBy(List<String> starter, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(starter);
        command.addAll(Program.command());
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", Path.of("").toAbsolutePath().toString()));
        int number = children.size() + 1;
        Path out = folder.resolve("out-" + number);
        Path err = folder.resolve("err-" + number);
        Child child = new Child(process(command, out, err), out, err);
        children.add(child);
        return child;
    }

    Process process(List<String> command, Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    World world() {
        return world;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    JsonNode latest() throws IOException {
        return JSON.readTree(data().resolve("runs/latest.json").toFile());
    }

    /** The whole environment of the program; nothing is inherited from this process. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** A user whose segments are always refused, whatever else goes wrong. */
    Site refuse(String userId) {
        refused = "\"" + userId + "\"";
        return interceptor(null);
    }

    /** What goes wrong, on both sides; null: nothing. */
    Site interceptor(Interceptor faults) {
        Interceptor both = faults == null ? call -> null : faults;
        sandbox.genesys()
                .interceptor(call ->
                        isPost(call) && refused != null && call.body().contains(refused) ? REFUSAL : both.on(call));
        sandbox.zendesk().interceptor(both);
        return this;
    }

    static boolean isListing(Received call) {
        return call.method().equals("GET")
                && call.path().equals(SEGMENTS)
                && !call.query().contains("userId=");
    }

    static String segmentId(Received post) {
        try {
            return JSON.readTree(post.body()).path("segmentId").asText();
        } catch (IOException noJson) {
            throw new IllegalArgumentException("a POST whose body is not JSON", noJson);
        }
    }

    /** The files of a folder, none if it is missing. */
    static List<Path> files(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    static boolean isPost(Received call) {
        return call.method().equals("POST") && call.path().equals(SEGMENTS);
    }

    List<Received> posts() {
        return sandbox.genesys().received().stream().filter(Site::isPost).toList();
    }

    /** What the program must not reveal. */
    NoPersonalData privacy() {
        return privacy;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        sandbox.close();
        try {
            for (Child child : children) {
                privacy.text("what the program said", child.output());
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } finally {
            privacy.close();
        }
    }
}
