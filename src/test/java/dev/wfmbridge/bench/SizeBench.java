package dev.wfmbridge.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One run of the packaged program against a {@link LoadServer}, and one line with what it used:
 * {@code docs/benchmarks.md}.
 */
@Command(
        name = "SizeBench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the packaged bridge against servers of this size, and prints a line of what it took.")
final class SizeBench implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    Load load = new Load();

    @Option(names = "--heap", description = "-Xmx of the bridge, like 256m.")
    String heap;

    @Option(names = "--jvm", description = "A further option of its JVM; may be given several times.")
    List<String> jvm = new ArrayList<>();

    @Option(
            names = "--set",
            description = "A variable of its environment, like GENESYS_THREADS=64; may be given several times.")
    Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--command",
            split = ",",
            description = "What it is to do. Default ${DEFAULT-VALUE}; with --passes: run.")
    List<String> command = List.of("once");

    @Option(names = "--passes", description = "So many passes of run, one after the other, then SIGTERM.")
    int passes;

    @Option(names = "--jar", description = "The bridge. Default ${DEFAULT-VALUE}.")
    Path jar = Path.of("target/wfm-bridge.jar");

    @Option(names = "--home", description = "The folder with its routes/ and config/. Default: this one.")
    Path home = Path.of("");

    @Option(names = "--limit", description = "Minutes after which it is killed. Default ${DEFAULT-VALUE}.")
    int limit = 30;

    @Option(names = "--folder", description = "Where its files go, and stay. Default: a temporary one.")
    Path folder;

    /** A run with this heap, like 256m. */
    static SizeBench of(Load load, String heap) {
        SizeBench bench = new SizeBench();
        bench.load = load;
        bench.heap = heap;
        return bench;
    }

    /** {@code run} instead of {@code once}, until this many passes are complete. */
    SizeBench passes(int enough) {
        passes = enough;
        return this;
    }

    /** A variable of the bridge's environment. */
    SizeBench set(String variable, String value) {
        set.put(variable, value);
        return this;
    }

    public static void main(String[] arguments) {
        // What Vert.x and Netty log while they start only disturbs the table.
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        System.exit(new CommandLine(new SizeBench())
                .registerConverter(Duration.class, text -> Duration.parse("PT" + text))
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Result result = run();
        System.out.println(result.line());
        return 0;
    }

    /**
     * What came of it.
     *
     * @param firstRequest seconds from the start of the process
     * @param others seconds from the first request to the last one of an organisation that is neither slow nor out of quota
     * @param pass seconds that the last pass took, as its report says
     * @param requests by kind, as the servers counted them
     * @param outcomes of all organisations of the last pass; empty if there is no report
     * @param halted organisations that were halted
     * @param segments there at the end
     */
    record Result(
            SizeBench what,
            Child.Took took,
            double firstRequest,
            double others,
            double pass,
            Map<String, Long> requests,
            Map<String, Long> outcomes,
            long halted,
            boolean complete,
            long segments,
            int passes,
            Path folder) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%d x %d %s, %s%s: exit %d, %.1f s, CPU %.1f s, resident %d MB, threads %d, first request %.1f s, "
                            + "others %.1f s, last pass %.1f s, passes %d, complete %s, halted %d, outcomes %s, segments %d, requests %s%s",
                    what.load.organizations,
                    what.load.members,
                    what.load.post ? "first load" : "unchanged",
                    what.heap == null ? "no -Xmx" : "-Xmx" + what.heap,
                    what.passes > 0 ? " run" : " " + String.join(" ", what.command),
                    took.exit(),
                    took.wallSeconds(),
                    took.cpuSeconds(),
                    took.residentKb() / 1024,
                    took.threads(),
                    firstRequest,
                    others,
                    pass,
                    passes,
                    complete,
                    halted,
                    outcomes,
                    segments,
                    requests,
                    Files.exists(folder) ? ", files " + folder : "");
        }
    }

    /** Runs it to its end, or until there were enough passes. */
    Result run() throws Exception {
        return run((child, passesSoFar) -> passes > 0 && passesSoFar >= passes);
    }

    /** Runs it until it is enough, then ends it by a signal. A failed run leaves its files behind. */
    Result run(BiPredicate<Child, Integer> enough) throws Exception {
        Path files = folder == null ? Files.createTempDirectory("wfm-bridge-size") : Files.createDirectories(folder);
        Path runs = files.resolve("data/runs");
        try (LoadServer server = LoadServer.start(load)) {
            Child child = start(server, files);
            Child.Took took = child.end(Duration.ofMinutes(limit), () -> enough.test(child, passes(runs)));
            Result result = result(server, child, took, files);
            if (folder == null && took.exit() == (passes > 0 ? 143 : 0)) {
                delete(files);
            }
            return result;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Starts it; its output goes to the folder. */
    Child start(LoadServer server, Path files) throws IOException {
        Path mapping = Files.writeString(files.resolve("mapping.yaml"), load.mapping(server.genesysUrl()));
        Map<String, String> environment = new HashMap<>();
        environment.put("ZENDESK_URL", server.zendeskUrl());
        environment.put("ZENDESK_CLIENT_ID", "size");
        environment.put("ZENDESK_CLIENT_SECRET", "size");
        environment.put("ZENDESK_REQUESTS_PER_MINUTE", Integer.toString(load.zendeskRequestsPerMinute()));
        environment.put("SIZE_SECRET", "size");
        environment.put("BRIDGE_MAPPING", mapping.toAbsolutePath().toString());
        environment.put(
                "BRIDGE_DATA_DIR", files.resolve("data").toAbsolutePath().toString());
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        environment.put("POLL_CRON", "* * * * * ?");
        environment.putAll(set);

        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (heap != null) {
            all.add("-Xmx" + heap);
        }
        all.addAll(jvm);
        all.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        all.addAll(passes > 0 ? List.of("run") : command);
        all.addAll(List.of("--home", home.toAbsolutePath().toString()));
        return Child.start(all, environment, files.resolve("output"));
    }

    private Result result(LoadServer server, Child child, Child.Took took, Path files) throws IOException {
        Map<String, Long> outcomes = new TreeMap<>();
        Path latest = files.resolve("data/runs/latest.json");
        JsonNode report = Files.exists(latest) ? JSON.readTree(latest.toFile()) : JSON.createObjectNode();
        long halted = 0;
        for (JsonNode organization : report.path("organizations")) {
            halted += organization.path("halted").isObject() ? 1 : 0;
            organization.path("outcomes").fields().forEachRemaining(outcome -> {
                long count = outcome.getValue().isNumber() ? outcome.getValue().asLong() : sum(outcome.getValue());
                if (count > 0) {
                    outcomes.merge(outcome.getKey(), count, Long::sum);
                }
            });
        }
        return new Result(
                this,
                took,
                (server.firstAt() - child.startedNanos()) / 1e9,
                (server.lastOfTheOthers() - server.firstAt()) / 1e9,
                seconds(report),
                server.requests(),
                outcomes,
                halted,
                report.path("complete").asBoolean(),
                server.segments(),
                passes(files.resolve("data/runs")),
                files);
    }

    private static double seconds(JsonNode report) {
        return report.has("finishedAt")
                ? Duration.between(
                                        Instant.parse(report.path("startedAt").asText()),
                                        Instant.parse(report.path("finishedAt").asText()))
                                .toMillis()
                        / 1000.0
                : 0;
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    /** Passes that wrote their report. */
    static int passes(Path runs) {
        if (!Files.isDirectory(runs)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(runs)) {
            return (int) files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") && !name.startsWith(".") && !name.equals("latest.json"))
                    .count();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }
}
