package dev.wfmbridge.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT for a program that a test starts. A shell makes its background jobs ignore this signal, and their children
 * inherit that: in a build started that way, the program would never receive it. So it is started by something that
 * restores the default.
 */
final class Interrupt {

    private static final List<List<String>> STARTERS = List.of(
            // GNU coreutils; elsewhere there is perl.
            List.of("env", "--default-signal=INT"), List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV or die"));

    private static List<String> starter;

    private Interrupt() {}

    /** What to put before a command; the resulting process is the command's own. */
    static synchronized List<String> heard() throws InterruptedException {
        if (starter == null) {
            for (List<String> one : STARTERS) {
                if (works(one)) {
                    starter = one;
                    return starter;
                }
            }
            throw new IllegalStateException("neither env of GNU coreutils nor perl is there, which let SIGINT through");
        }
        return starter;
    }

    /** What Ctrl-C sends. */
    static void send(Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -INT " + process.pid() + " ended with " + status);
        }
    }

    private static boolean works(List<String> starter) throws InterruptedException {
        List<String> command = new ArrayList<>(starter);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            // The next one is tried; if there is none, the caller is told.
            return false;
        }
    }
}
