package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.data.LockHeldException;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code once}: one pass, then exit. */
@Command(
        name = "once",
        description = "One pass, then exit.",
        footer = {
            "",
            "Exit status: 0 in step, 1 usage or configuration, 2 incomplete, 3 dead letters, 4 an error of the bridge.",
            "",
            "Examples:",
            "  wfm-bridge once",
            "  wfm-bridge once --json --fail-on incomplete"
        })
final class OnceCommand implements Callable<Integer> {

    /** Which results of a pass make the command fail. */
    enum FailOn {
        DEAD_LETTERS("dead-letters"),
        INCOMPLETE("incomplete"),
        NEVER("never");

        private final String text;

        FailOn(String text) {
            this.text = text;
        }

        /** The status of the process for the status of the pass. */
        int apply(int status) {
            return switch (status) {
                case 2 -> this == NEVER ? 0 : 2;
                case 3 -> this == DEAD_LETTERS ? 3 : 0;
                default -> status;
            };
        }

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return text;
        }
    }

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--json", description = "The report on standard output, and nothing else.")
    private boolean json;

    @Option(
            names = "--all",
            description = "Shows each organisation; without it, those in step are one line if there are many.")
    private boolean all;

    @Option(
            names = "--fail-on",
            description = "What fails: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "dead-letters",
            paramLabel = "WHAT")
    private FailOn failOn;

    @Option(
            names = "--approve-removals",
            description = "Allows this many removals in a schedule, exactly the number named in the refusal.",
            paramLabel = "ORG/SCHEDULE=N")
    private Map<String, Integer> approvals = Map.of();

    @Override
    public Integer call() throws Exception {
        if (Shared.isUsed(parent)) {
            return order();
        }
        try {
            return run(parent.home(), parent.environment(), json, all, failOn, 1, approvals);
        } catch (LockHeldException held) {
            if (!approvals.isEmpty() && held.isHeldByRun()) {
                return handOver();
            }
            throw held;
        }
    }

    /** Of several processes the reader makes the pass. */
    private int order() throws Exception {
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("kind", "pass");
        ObjectNode approved = what.putObject("approvals");
        approvals.forEach(approved::put);
        JsonNode report = Shared.order(parent, what);
        if (report == null) {
            return 1;
        }
        Summary.show(report, json, all, null);
        return failOn.apply(report.path("exitCode").asInt());
    }

    private int handOver() throws Exception {
        try (Session session = Session.open(parent.home(), parent.environment(), false, null)) {
            JsonNode result = new Handover(session.folder()).approve(approvals, session);
            if (result == null) {
                return 2;
            }
            JsonNode report = result.path("report");
            if (json) {
                System.out.println(report.toPrettyString());
            } else {
                report.path("organizations")
                        .fields()
                        .forEachRemaining(each -> System.out.println(each.getKey() + ": "
                                + each.getValue()
                                        .path("removals")
                                        .path("removed")
                                        .asLong() + " removed by the run"));
                report.path("warnings").forEach(warning -> System.out.println("! " + warning.asText()));
            }
            return failOn.apply(result.path("exitCode").asInt());
        }
    }

    static int run(
            Path home,
            Environment environment,
            boolean json,
            boolean all,
            FailOn failOn,
            int passes,
            Map<String, Integer> approvals)
            throws Exception {
        try (Session session = Session.open(home, environment, true, "once")) {
            Bridge bridge = session.start(false);
            int status = 0;
            try (Shutdown shutdown = new Shutdown(bridge, session.settings().get(Property.BRIDGE_SHUTDOWN_TIMEOUT))) {
                for (int number = 1; number <= passes; number++) {
                    PassOrder order =
                            new PassOrder(Trigger.ONCE, session.settings().maxPassOfOnce(), true, approvals);
                    Pass pass;
                    try (Progress progress = Progress.show(bridge.passes()::current)) {
                        pass = bridge.pass(order);
                    }
                    if (pass.isRefused()) {
                        System.err.println(pass.refusal());
                        return 1;
                    }
                    status = RunReport.worse(status, failOn.apply(RunReport.exitCode(pass)));
                    Summary.show(
                            RunReport.of(pass), json, all, session.settings().get(Property.BRIDGE_DATA_DIR));
                }
            }
            return status;
        }
    }
}
