package dev.wfmbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A program as a child process, and the resources it used, as counted by Linux. CPU time is what the kernel sums up for
 * terminated children; that is exact, but only if one child at a time ends.
 */
final class Child {

    private static final long TICK_MILLIS = 10;
    private static final int SAMPLE_MILLIS = 20;

    private final Process process;
    private final Path output;
    private final long start = System.nanoTime();
    private final long childrenBefore = childrenMillis();
    private long residentKb;
    private long threads;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * What a child used.
     *
     * @param cpu user and system time of the whole process
     * @param residentKb the most memory that was ever resident
     * @param threads the largest number of threads seen
     */
    record Took(int exit, Duration wall, Duration cpu, long residentKb, long threads) {

        double cpuSeconds() {
            return cpu.toMillis() / 1000.0;
        }

        double wallSeconds() {
            return wall.toMillis() / 1000.0;
        }
    }

    /** Starts it with this environment and nothing else; its output goes to the file. */
    static Child start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Child(builder.start(), output);
    }

    Process process() {
        return process;
    }

    /** How long it has been running. */
    long startedNanos() {
        return start;
    }

    /** Waits for its end. */
    Took end(Duration limit) throws Exception {
        return end(limit, () -> false);
    }

    /** Sends it a signal as soon as the condition holds, and waits for its end. */
    Took end(Duration limit, BooleanSupplier enough) throws Exception {
        boolean signalled = false;
        while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
            sample();
            if (System.nanoTime() - start > limit.toNanos()) {
                process.destroyForcibly().waitFor();
                break;
            }
            if (!signalled && enough.getAsBoolean()) {
                signalled = true;
                process.destroy();
            }
        }
        return new Took(
                process.exitValue(),
                Duration.ofNanos(System.nanoTime() - start),
                Duration.ofMillis(childrenMillis() - childrenBefore),
                residentKb,
                threads);
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    private void sample() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            lines.forEach(line -> {
                if (line.startsWith("VmHWM:")) {
                    residentKb = Math.max(residentKb, number(line));
                } else if (line.startsWith("Threads:")) {
                    threads = Math.max(threads, number(line));
                }
            });
        } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException ended) {
            // It has ended in the meantime: the samples so far count.
            return;
        }
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** User and system time of all children that ended and were waited for. */
    private static long childrenMillis() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] behindTheName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return TICK_MILLIS * (Long.parseLong(behindTheName[13]) + Long.parseLong(behindTheName[14]));
        } catch (IOException none) {
            throw new IllegalStateException("CPU times of children are read from /proc, as Linux has it", none);
        }
    }
}
