package dev.wfmbridge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code check}. */
@Command(name = "check", description = "Mapping, credentials, identity, permissions, connectivity: each a line.")
final class CheckCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 1;
    }
}
