package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.AgentLookup;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code plan}: what a pass would do; it writes nothing. */
@Command(
        name = "plan",
        description = "What a pass would do: reads both sides, writes nothing.",
        footer = {
            "",
            "Examples:",
            "  wfm-bridge plan",
            "  wfm-bridge plan --names",
            "  wfm-bridge plan --json --exit-code"
        })
final class PlanCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--json", description = "The plan in the report's shape on standard output, and nothing else.")
    private boolean json;

    @Option(
            names = "--all",
            description = "Shows each organisation; without it, those in step are one line if there are many.")
    private boolean all;

    @Option(
            names = "--names",
            description = "Adds names and addresses to what it prints on a terminal; they are stored nowhere.")
    private boolean names;

    @Option(names = "--exit-code", description = "Exit status 5 if a pass would change something.")
    private boolean exitCode;

    @Override
    public Integer call() throws Exception {
        try (Shared shared = Shared.open(parent, null);
                Session session = Session.openReading(parent.home(), shared.environment(), true)) {
            Bridge bridge = session.start(false);
            Pass pass;
            Map<Long, String> known = Map.of();
            try (Progress progress = Progress.show(bridge.passes()::plan)) {
                pass = bridge.pass(
                        new PassOrder(Trigger.PLAN, session.settings().maxPassOfOnce(), true));
                if (names && !json && !pass.isRefused() && onTerminal()) {
                    known = new AgentLookup(bridge).names(PlanView.agents(pass));
                }
            }
            if (pass.isRefused()) {
                System.err.println(pass.refusal());
                return 1;
            }
            if (json) {
                System.out.println(RunReport.of(pass).toPrettyString());
            } else {
                new PlanView(pass, all, known, Ansi.AUTO, System.out).print();
            }
            if (!pass.isComplete()) {
                return 2;
            }
            return exitCode && PlanView.changes(pass) > 0 ? 5 : 0;
        }
    }

    /** Names are for the person at the terminal, and go into no file or pipe. */
    private static boolean onTerminal() {
        boolean terminal = StandardStream.OUTPUT.isTerminal();
        if (!terminal) {
            System.err.println("--names shows names on a terminal only; here are ids.");
        }
        return terminal;
    }
}
