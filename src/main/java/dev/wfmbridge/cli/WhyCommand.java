package dev.wfmbridge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code why}. */
@Command(name = "why", description = "What became of an agent in the last pass.")
final class WhyCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 1;
    }
}
