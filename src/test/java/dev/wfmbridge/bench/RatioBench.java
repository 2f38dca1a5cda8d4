package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What size costs, each as a ratio of two measurements of one run, taken from outside with the packaged program. A line fails where it
 * is beyond its limit: {@code docs/benchmarks.md}.
 */
class RatioBench {

    /** Calls a minute, more than any of these loads makes. */
    private static final int PLENTY = 1_000_000;

    private static final List<String> LINES = new CopyOnWriteArrayList<>();
    private static final int STARTS = 5;

    @TempDir
    Path folder;

    /** 1,000 organisations of 100 compared with one of 100,000. */
    @Test
    void organizations() throws Exception {
        SizeBench.Result many = whole(SizeBench.of(Load.of(1_000, 100), "256m"));
        SizeBench.Result one = whole(SizeBench.of(Load.of(1, 100_000), "256m"));
        line("CPU of 1,000 organisations of 100, beside one of 100,000", cpu(many), cpu(one), 1.5);
        line(
                "resident MB of the same",
                many.took().residentKb() / 1024.0,
                one.took().residentKb() / 1024.0,
                1.5);
        most("threads with 1,000 organisations", many.took().threads(), 200);
    }

    /**
     * Unchanged memberships, 200,000 less 20,000, so that the start does not count, compared with a bare reader of the
     * same pages.
     */
    @Test
    void unchanged() throws Exception {
        SizeBench.Result few = whole(SizeBench.of(Load.of(1, 20_000), "192m"));
        double bareFew = bare(Load.of(1, 20_000), "read");
        SizeBench.Result lot = whole(SizeBench.of(Load.of(1, 200_000), "192m"));
        double bareLot = bare(Load.of(1, 200_000), "read");
        line(
                "ms of CPU for an unchanged membership, beside a bare reader",
                (cpu(lot) - cpu(few)) / 180,
                (bareLot - bareFew) / 180,
                3);
        line("CPU of 200,000 memberships, beside 20,000", cpu(lot), cpu(few), 10);
    }

    /**
     * POSTs compared with a bare client with as many workers: 12,000 less 2,000, where half of the time is compilation
     * by the JVM, and 60,000 less 20,000, where most of that is over. The bare client keeps no quota, so that of the bridge is
     * plentiful; what keeping one adds is a line of its own.
     */
    @Test
    void posts() throws Exception {
        double few = medianOfThree(Load.of(1, 2_000).post().quota(PLENTY));
        double more = medianOfThree(Load.of(1, 12_000).post().quota(PLENTY));
        double fewPaced = medianOfThree(Load.of(1, 2_000).post());
        double morePaced = medianOfThree(Load.of(1, 12_000).post());
        double bareFew = bare(Load.of(1, 2_000).post(), "post");
        double bareMore = bare(Load.of(1, 12_000).post(), "post");
        double many = medianOfThree(Load.of(1, 20_000).post().quota(PLENTY));
        double bareMany = bare(Load.of(1, 20_000).post(), "post");
        double most = medianOfThree(Load.of(1, 60_000).post().quota(PLENTY));
        double bareMost = bare(Load.of(1, 60_000).post(), "post");
        assertAll(
                () -> line(
                        "ms of CPU for a POST of the first 12,000, beside a bare client",
                        (more - few) / 10,
                        (bareMore - bareFew) / 10,
                        2.5),
                () -> line(
                        "the same with twice the quota that it takes",
                        (morePaced - fewPaced) / 10,
                        (bareMore - bareFew) / 10,
                        2.5),
                () -> line(
                        "ms of CPU for a POST after 20,000, beside a bare client",
                        (most - many) / 40,
                        (bareMost - bareMany) / 40,
                        2.5));
    }

    /** What Java compiles in half a minute differs from run to run by a third of what is measured. */
    private double medianOfThree(Load load) throws Exception {
        List<Double> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(cpu(whole(SizeBench.of(load, "256m"))));
        }
        return median(runs);
    }

    /** What is alive after a full collection, after 52 passes of one process and after 2. */
    @Test
    void heap() throws Exception {
        List<Double> megabytes = new ArrayList<>();
        SizeBench.Result result = SizeBench.of(Load.of(20, 100), "256m")
                .passes(52)
                .run((child, passes) -> {
                    boolean due = passes >= (megabytes.isEmpty() ? 2 : 52);
                    if (due) {
                        megabytes.add(alive(child.process().pid()));
                    }
                    return megabytes.size() == 2;
                });
        assertThat(result.took().exit()).as(result.line()).isEqualTo(143);
        line("MB of heap alive after 52 passes, beside 2", megabytes.get(1), megabytes.get(0), 1.05);
    }

    /** From the start of the process to the first request; the programs take turns. */
    @Test
    void start() throws Exception {
        List<Double> many = new ArrayList<>();
        List<Double> one = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            many.add(whole(SizeBench.of(Load.of(300, 1), null)).firstRequest());
            one.add(whole(SizeBench.of(Load.of(1, 1), null)).firstRequest());
        }
        line("s to the first request with 300 organisations, beside one", median(many), median(one), 1.25);
    }

    /** 300 organisations in the pod of k8s/. */
    @Test
    void pod() throws Exception {
        SizeBench bench = SizeBench.of(Load.of(300, 100), "307m").passes(2);
        bench.folder = folder.resolve("pod");
        SizeBench.Result result = bench.run();
        assertThat(result.took().exit()).as(result.line()).isEqualTo(143);
        // The signal may come during a third pass.
        assertThat(wholePasses(bench.folder.resolve("data/runs")))
                .as(result.line())
                .isGreaterThanOrEqualTo(2);
        most("resident MB with 300 organisations in run", result.took().residentKb() / 1024, 512);
        most("threads with 300 organisations in run", result.took().threads(), 200);
    }

    private static long wholePasses(Path runs) throws IOException {
        long whole = 0;
        try (Stream<Path> files = Files.list(runs)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json")
                            && !each.getFileName().toString().equals("latest.json"))
                    .toList()) {
                JsonNode report = new ObjectMapper().readTree(file.toFile());
                long present = 0;
                for (JsonNode organization : report.path("organizations")) {
                    present += organization.path("outcomes").path("present").asLong();
                }
                whole += report.path("exitCode").asInt(-1) == 0 && present == 30_000 ? 1 : 0;
            }
        }
        return whole;
    }

    /** {@code check}, which validates the routes with Camel's schema, with little memory. */
    @Test
    void check() throws Exception {
        SizeBench bench = SizeBench.of(Load.of(300, 100), "256m");
        bench.command = List.of("check");
        SizeBench.Result result = bench.run();
        assertThat(result.took().exit()).as(result.line()).isZero();
        most("resident MB of check with 300 organisations", result.took().residentKb() / 1024, 512);
    }

    /** Ten organisations whose every answer takes two seconds, compared with one of them. */
    @Test
    void slow() throws Exception {
        SizeBench.Result ten = whole(SizeBench.of(Load.of(10, 100).latency(Duration.ofSeconds(2)), null));
        SizeBench.Result one = whole(SizeBench.of(Load.of(1, 100).latency(Duration.ofSeconds(2)), null));
        line("s for a pass of ten organisations with answers of 2 s, beside one", ten.pass(), one.pass(), 1.5);
    }

    /** Three fast organisations among 27 slow ones at the same address, compared with the three alone. */
    @Test
    void fastAmongSlow() throws Exception {
        SizeBench.Result among = whole(SizeBench.of(Load.of(30, 100).post().slow(27, Duration.ofSeconds(2)), "256m"));
        SizeBench.Result alone = SizeBench.of(
                        Load.of(30, 100).post().slow(27, Duration.ZERO).unmapped(27), "256m")
                .run();
        line(
                "s for a first load of 3 organisations among 27 slow ones, beside without them",
                among.others(),
                alone.others(),
                1.3);
    }

    /** A hundred organisations, with and without a hundred others that are always answered 429. */
    @Test
    void outOfQuota() throws Exception {
        SizeBench.Result among = SizeBench.of(Load.of(200, 100).post().outOfQuota(100), "256m")
                .set("HTTP_MAX_QUOTA_WAIT", "2m")
                .run();
        assertThat(among.outcomes()).as(among.line()).containsEntry("created", 10_000L);
        assertThat(among.halted()).as(among.line()).isEqualTo(100);
        SizeBench.Result alone = SizeBench.of(
                        Load.of(200, 100).post().outOfQuota(100).unmapped(100), "256m")
                .run();
        assertThat(alone.outcomes()).as(alone.line()).containsEntry("created", 10_000L);
        line(
                "s for a first load of 100 organisations beside 100 out of quota, and without them",
                among.others(),
                alone.others(),
                1.3);
        most("threads with 100 organisations out of quota", among.took().threads(), 200);
    }

    @AfterAll
    static void table() {
        System.out.printf(
                "%n%d processors, Java %s, %s %s%n%n| what | measured | beside | ratio | limit |%n|---|---|---|---|---|%n",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
        LINES.forEach(System.out::println);
        System.out.println();
    }

    /** A run that ends in step, with all memberships delivered and every call answered as it should be. */
    private static SizeBench.Result whole(SizeBench bench) throws Exception {
        SizeBench.Result result = bench.run();
        String outcome = bench.load.post ? "created" : "present";
        assertThat(result.took().exit()).as(result.line()).isZero();
        assertThat(result.outcomes()).as(result.line()).isEqualTo(Map.of(outcome, bench.load.memberships()));
        assertThat(result.segments()).as(result.line()).isEqualTo(bench.load.memberships());
        assertThat(result.requests()).as(result.line()).doesNotContainKeys("404", "409", "429", "wrong insert");
        return result;
    }

    /** CPU seconds of the bare client, which does the same calls: the median of three runs, since one varies by a third. */
    private double bare(Load load, String what) throws Exception {
        List<Double> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(bareOnce(load, what));
        }
        return median(runs);
    }

    private double bareOnce(Load load, String what) throws Exception {
        String tests = Path.of("target/test-classes").toAbsolutePath().toString();
        String jar = Path.of("target/wfm-bridge.jar").toAbsolutePath().toString();
        try (LoadServer server = LoadServer.start(load)) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-Dlogback.configurationFile="
                            + Path.of("config/logback.xml").toAbsolutePath(),
                    "-cp",
                    tests + File.pathSeparator + jar,
                    BareClient.class.getName(),
                    what));
            command.addAll(
                    what.equals("read")
                            ? List.of(server.zendeskUrl(), server.genesysUrl())
                            : List.of(server.genesysUrl(), Integer.toString(load.members)));
            Child child = Child.start(command, Map.of("LOG_LEVEL", "WARN"), folder.resolve("bare"));
            Child.Took took = child.end(Duration.ofMinutes(5));
            assertThat(child.output().strip()).isEqualTo(Integer.toString(load.members));
            return took.cpuSeconds();
        }
    }

    /** MB that are alive after a full collection, the least of three, since a pass may be under way. */
    private static double alive(long pid) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            least = Math.min(least, histogram(pid) / 1e6);
        }
        return least;
    }

    private static long histogram(long pid) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes());
            String[] total = said.substring(said.lastIndexOf("Total")).trim().split("\\s+");
            return Long.parseLong(total[2]);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static double cpu(SizeBench.Result result) {
        return result.took().cpuSeconds();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void line(String what, double measured, double beside, double limit) {
        note(what, measured, beside, limit);
        assertThat(measured / beside).as(what).isLessThanOrEqualTo(limit);
    }

    private static void most(String what, long measured, long limit) {
        note(String.format(Locale.ROOT, "| %s | %d | | | %d |", what, measured, limit));
        assertThat(measured).as(what).isLessThanOrEqualTo(limit);
    }

    private static void note(String what, double measured, double beside, double limit) {
        note(String.format(
                Locale.ROOT, "| %s | %.3g | %.3g | %.2f | %.2f |", what, measured, beside, measured / beside, limit));
    }

    private static void note(String line) {
        LINES.add(line);
        System.out.println(line);
    }
}
