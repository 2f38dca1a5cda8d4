package dev.wfmbridge.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that a test calls. */
final class Tool {
    private static final long LIMIT_SECONDS = 600;

    /** What it printed, on both outputs, and its exit status; 127 if there is no such program. */
    record Result(int status, String output) {}

    private Tool() {}

    static Result run(Path temp, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temp, "tool", ".out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException missing) {
            return new Result(127, missing.getMessage());
        }
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " does not end: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    /** Whether there is such a program, and it prints what is expected. */
    static boolean runs(Path temp, List<String> command, String says) throws IOException, InterruptedException {
        Result result = run(temp, command);
        return result.status() == 0 && result.output().contains(says);
    }
}
