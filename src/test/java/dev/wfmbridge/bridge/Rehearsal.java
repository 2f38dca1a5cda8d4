package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.console.Console;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.privacy.NoPersonalData;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The real routes and the real configuration against the sandbox' servers, which record what they received. All waits of both
 * sides are divided by one factor. Whatever a test is about, no secret and no person's data may get out while it runs.
 */
public final class Rehearsal implements AutoCloseable {

    private static final AtomicInteger STARTS = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The repository, where {@code routes/} and {@code config/} are. */
    public static final Path HOME = Path.of("").toAbsolutePath();

    private final World world;
    private final Sandbox sandbox;
    private final Map<String, String> environment = new HashMap<>();
    private final Path folder;
    private final double factor;
    private Path home = HOME;
    private boolean polling;
    private boolean console;
    private boolean managed;
    private Bridge bridge;
    private final NoPersonalData privacy;

    private Rehearsal(World world, Path folder, double factor) {
        this.world = world.timeFactor(factor);
        this.folder = folder;
        this.factor = factor;
        this.sandbox = Sandbox.start(world);
        environment.putAll(sandbox.environment());
        environment.put("BRIDGE_DATA_DIR", folder.resolve("data").toString());
        this.privacy =
                NoPersonalData.watch(world, sandbox, folder.resolve("data")).environment(environment);
    }

    /** @param factor by which all waits are divided */
    public static Rehearsal of(World world, Path folder, double factor) {
        return new Rehearsal(world, folder, factor);
    }

    /** The mapping file's text; {@code {{env:SANDBOX_GENESYS_URL}}} is the servers' address. */
    public Rehearsal mapping(String yaml) throws Exception {
        Path file = folder.resolve("mapping.yaml");
        Files.writeString(file, yaml);
        environment.put("BRIDGE_MAPPING", file.toString());
        return this;
    }

    /** A property, as an environment variable. */
    public Rehearsal with(String variable, String value) {
        environment.put(variable, value);
        privacy.environment(environment);
        return this;
    }

    /** A folder with {@code routes/} and {@code config/} other than the repository's. */
    public Rehearsal home(Path other) {
        home = other;
        return this;
    }

    /** As {@code run} starts it, with its management port on any free port; the clock starts no pass. */
    public Rehearsal polling() {
        polling = true;
        environment.putIfAbsent("POLL_CRON", "0 0 0 1 1 ? 2099");
        environment.putIfAbsent("CAMEL_MANAGEMENT_PORT", "0");
        return this;
    }

    /** With Camel's MBeans, which are a third of what a start costs; {@link #polling()} has them. */
    public Rehearsal managed() {
        managed = true;
        return this;
    }

    /** Somebody asks for an agent by an e-mail address. */
    public Rehearsal searchedByAddress() {
        privacy.searchedByAddress();
        return this;
    }

    /** The same with its console. */
    public Rehearsal withConsole() {
        console = true;
        return polling();
    }

    public Bridge start() throws Exception {
        if (!polling) {
            // Quartz identifies schedulers by name across the whole JVM: one that shuts down would take its namesake
            // with it.
            environment.put("CAMEL_MAIN_NAME", "wfm-bridge-" + STARTS.incrementAndGet());
            environment.put("CAMEL_MAIN_JMX_ENABLED", String.valueOf(managed));
        }
        Environment variables = Environment.of(environment);
        Settings settings = Settings.load(home, variables);
        DataFolder data = DataFolder.open(settings.get(Property.BRIDGE_DATA_DIR));
        bridge = Bridge.start(new Bridge.Start(
                home,
                settings,
                variables,
                MappingFile.load(settings.get(Property.BRIDGE_MAPPING), variables),
                data,
                polling,
                factor));
        if (console) {
            Console.serve(bridge, settings);
        }
        return bridge;
    }

    /** One pass, as {@code once} does it. */
    public Pass once() throws Exception {
        return pass(Trigger.ONCE);
    }

    /** One pass that writes nothing. */
    public Pass plan() throws Exception {
        return pass(Trigger.PLAN);
    }

    /** One pass, as {@code run} does it. */
    public Pass byClock() throws Exception {
        return pass(new PassOrder(Trigger.CRON, null, false));
    }

    /** One pass for agents that events named, each once. */
    public Pass forAgents(List<Long> agents) throws Exception {
        return pass(PassOrder.forAgents(agents.stream().distinct().toList(), null));
    }

    private Pass pass(Trigger trigger) throws Exception {
        return pass(new PassOrder(trigger, null, true));
    }

    /** One pass, as ordered; its output is searched for what it must not reveal. */
    public Pass pass(PassOrder order) throws Exception {
        Pass pass = bridge().pass(order);
        metrics();
        privacy.check();
        return pass;
    }

    private void metrics() throws Exception {
        for (MeterRegistry meters : bridge().context().getRegistry().findByType(MeterRegistry.class)) {
            meters.getMeters()
                    .forEach(meter -> privacy.text("a metric", meter.getId().toString()));
        }
    }

    public Bridge bridge() throws Exception {
        return bridge == null ? start() : bridge;
    }

    /**
     * Whether the bridge waits on this side for as long as a 429 asked; the side is {@code zendesk} or an
     * organisation's name.
     */
    public boolean waitsOutA429(String side) {
        Bridge running = bridge;
        if (running == null) {
            return false;
        }
        try {
            ApiClient client = side.equals("zendesk")
                    ? running.clients().zendesk()
                    : running.clients().known(side);
            return client != null && client.gate().waitsOut(System.nanoTime());
        } catch (Exception noSuchClient) {
            throw new IllegalStateException(noSuchClient);
        }
    }

    /**
     * Keeps a call waiting for its answer until the bridge has noticed the 429 before it, or that is over: so each worker has one call on
     * the wire at most, and how many come in after the 429 does not depend on how fast the machine is.
     *
     * @param refusedAt {@link System#nanoTime()} of the 429
     * @param lasts how long it asked to wait, in the time of the test
     */
    public void untilNoticed(String side, long refusedAt, Duration lasts) {
        while (!waitsOutA429(side) && System.nanoTime() - refusedAt < lasts.toNanos()) {
            LockSupport.parkNanos(200_000);
        }
    }

    /** Ends the bridge; the next pass is that of a new process, as far as its memory is concerned. */
    public void restart() {
        if (bridge != null) {
            bridge.close();
            bridge = null;
        }
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    public World world() {
        return world;
    }

    public Path data() {
        return folder.resolve("data");
    }

    /** The report of the last pass, as scripts read it. */
    public JsonNode report() throws IOException {
        return JSON.readTree(data().resolve("runs/latest.json").toFile());
    }

    /** An organisation's part of the last pass' report. */
    public JsonNode report(String organization) throws IOException {
        return report().path("organizations").path(organization);
    }

    /** One line for each pair of the last pass, as scripts read it. */
    public List<JsonNode> outcomes() throws IOException {
        Path file = data().resolve("runs/" + report().path("runId").asText() + ".outcomes.jsonl");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Override
    public void close() {
        try {
            restart();
            sandbox.close();
        } finally {
            privacy.close();
        }
    }
}
