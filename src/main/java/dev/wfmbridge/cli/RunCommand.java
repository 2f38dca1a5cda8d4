package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.console.Console;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code run}: a pass now, then by the clock, until stopped. */
@Command(
        name = "run",
        description = "A pass now, then by poll.cron, until stopped.",
        footer = {"", "Examples:", "  wfm-bridge run", "  wfm-bridge run --strict"})
final class RunCommand implements Callable<Integer> {

    private static final Duration HANDOVER_POLL = Duration.ofMillis(500);

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--strict", description = "Refuses to start if one organisation's configuration is bad.")
    private boolean strict;

    @Override
    public Integer call() throws Exception {
        return run(parent.home(), parent.environment(), strict);
    }

    static int run(Path home, Environment environment, boolean strict) throws Exception {
        try (Session session = Session.open(home, environment, strict, "run")) {
            Handover handover = new Handover(session.folder());
            handover.sweep();
            Bridge bridge = session.start(true);
            Console.serve(bridge, session.settings());
            try (Shutdown shutdown = new Shutdown(bridge, session.settings().get(Property.BRIDGE_SHUTDOWN_TIMEOUT))) {
                if (session.settings().get(Property.POLL_AT_START) && !bridge.isShared()) {
                    bridge.pass(new PassOrder(Trigger.START, session.settings().maxPassOfRun(), false));
                }
                while (!shutdown.awaits(HANDOVER_POLL)) {
                    if (bridge.brokenBy() != null) {
                        return 4;
                    }
                    // Of several processes any may be the reader: orders come by Kafka.
                    if (!bridge.isShared()) {
                        handover.serve(bridge);
                    }
                }
            }
        }
        return 0;
    }
}
