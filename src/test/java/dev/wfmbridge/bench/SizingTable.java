package dev.wfmbridge.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the table of {@code docs/sizing.md}: what each size needs, tried heap by heap. */
@Command(
        name = "SizingTable",
        mixinStandardHelpOptions = true,
        description = "Prints heap, threads and durations by size, as Markdown.")
final class SizingTable implements Callable<Integer> {

    /** How much more CPU time than with 1 GB a heap may need before it counts as too small. */
    private static final double DEAR = 1.3;

    private static final String AMPLE = "1024m";

    @Option(names = "--sizes", split = ",", description = "ORGANIZATIONSxMEMBERS. Default ${DEFAULT-VALUE}.")
    List<String> sizes = List.of(
            "1x1000",
            "1x10000",
            "1x100000",
            "1x200000",
            "10x1000",
            "100x100",
            "100x1000",
            "300x100",
            "1000x100",
            "1000x200");

    @Option(names = "--heaps", split = ",", description = "In MB, ascending. Default ${DEFAULT-VALUE}.")
    List<Integer> heaps = List.of(64, 96, 128, 192, 256, 384, 512, 768);

    @Option(names = "--jar", description = "The bridge. Default ${DEFAULT-VALUE}.")
    Path jar = Path.of("target/wfm-bridge.jar");

    @Option(names = "--home", description = "The folder with its routes/ and config/. Default: this one.")
    Path home = Path.of("");

    public static void main(String[] arguments) {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        System.exit(new CommandLine(new SizingTable()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        System.out.println("| organisations × members | heap | resident | threads | unchanged pass | first load |"
                + " first load at 300 calls a minute |\n|---|---|---|---|---|---|---|");
        for (String size : sizes) {
            int[] numbers =
                    Arrays.stream(size.split("x")).mapToInt(Integer::parseInt).toArray();
            System.out.println(row(numbers[0], numbers[1]));
        }
        return 0;
    }

    private String row(int organizations, int members) throws Exception {
        SizeBench.Result ampleUnchanged = run(organizations, members, false, AMPLE);
        SizeBench.Result ampleLoad = run(organizations, members, true, AMPLE);
        if (!inStep(ampleUnchanged) || !inStep(ampleLoad)) {
            return "| %,d × %,d | more than 1024 MB | | | | | |".formatted(organizations, members);
        }
        for (int heap : heaps) {
            SizeBench.Result unchanged = run(organizations, members, false, heap + "m");
            if (!inStep(unchanged) || dear(unchanged, ampleUnchanged)) {
                continue;
            }
            SizeBench.Result load = run(organizations, members, true, heap + "m");
            if (inStep(load) && !dear(load, ampleLoad)) {
                return row(organizations, members, heap, unchanged, load);
            }
        }
        return row(organizations, members, 1024, ampleUnchanged, ampleLoad);
    }

    private static String row(
            int organizations, int members, int heap, SizeBench.Result unchanged, SizeBench.Result load) {
        return String.format(
                Locale.ROOT,
                "| %,d × %,d | %d MB | %d MB | %d | %.0f s | %.0f s | %s |",
                organizations,
                members,
                heap,
                Math.max(unchanged.took().residentKb(), load.took().residentKb()) / 1024,
                Math.max(unchanged.took().threads(), load.took().threads()),
                unchanged.took().wallSeconds(),
                load.took().wallSeconds(),
                atRealQuota(members));
    }

    /** The calls of one organisation, which all the others make at the same time. */
    private static String atRealQuota(int members) {
        Duration time = Duration.ofSeconds(members * 60L / 300);
        return time.toMinutes() < 1
                ? "below a minute"
                : "%d h %02d min".formatted(time.toHours(), time.toMinutesPart());
    }

    private SizeBench.Result run(int organizations, int members, boolean post, String heap) throws Exception {
        Load load = Load.of(organizations, members);
        SizeBench bench = SizeBench.of(post ? load.post() : load, heap);
        bench.jvm.add("-XX:+ExitOnOutOfMemoryError");
        bench.jar = jar;
        bench.home = home;
        return bench.run();
    }

    private static boolean inStep(SizeBench.Result result) {
        Load load = result.what().load;
        return result.took().exit() == 0
                && result.outcomes().equals(Map.of(load.post ? "created" : "present", load.memberships()));
    }

    private static boolean dear(SizeBench.Result result, SizeBench.Result ample) {
        return result.took().cpuSeconds() > DEAR * ample.took().cpuSeconds();
    }
}
