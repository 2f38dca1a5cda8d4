package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Action;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code plan}: what a pass would do; it writes nothing. */
@Command(
        name = "plan",
        description = "What a pass would do: reads both sides, writes nothing.",
        footer = {"", "Examples:", "  wfm-bridge plan", "  wfm-bridge plan --json --exit-code"})
final class PlanCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--json", description = "The plan in the report's shape on standard output, and nothing else.")
    private boolean json;

    @Option(names = "--exit-code", description = "Exit status 5 if a pass would change something.")
    private boolean exitCode;

    @Override
    public Integer call() throws Exception {
        try (Session session = Session.open(parent.home(), parent.environment(), true, null)) {
            Bridge bridge = session.start(false);
            Pass pass;
            try (Progress progress = Progress.show(bridge)) {
                pass = bridge.pass(new PassOrder(
                        Trigger.PLAN, session.settings().pollMaxPass().orElse(null), true));
            }
            if (pass.isRefused()) {
                System.err.println(pass.refusal());
                return 1;
            }
            if (json) {
                System.out.println(RunReport.of(pass).toPrettyString());
            } else {
                Summary.plan(pass, System.out);
            }
            if (!pass.isComplete()) {
                return 2;
            }
            boolean changes = pass.getOrganizations().stream()
                    .flatMap(organization -> organization.getMessages().stream())
                    .anyMatch(message -> message.decision() != Action.CONCLUDE);
            changes |= !pass.writtenBack().isEmpty()
                    || pass.getOrganizations().stream()
                            .anyMatch(organization -> !organization.removals().isEmpty());
            return exitCode && changes ? 5 : 0;
        }
    }
}
