package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Durations;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.data.LockHeldException;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.report.RunReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code replay}: dead letters back into delivery. */
@Command(
        name = "replay",
        description = "Delivers dead letters again; if run is up, it does so after the pass under way.",
        footer = {
            "",
            "Exit status: 0, 1 usage or configuration, 2 incomplete, 3 one that was replayed failed again.",
            "",
            "Examples:",
            "  wfm-bridge replay --dry-run",
            "  wfm-bridge replay --organization acme-emea --code phantom-conflict --older-than 1h --rate 30/min"
        })
final class ReplayCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--organization", description = "Only this organisation's.", paramLabel = "NAME")
    private String organization;

    @Option(names = "--code", description = "Only those with this code.", paramLabel = "CODE")
    private String code;

    @Option(
            names = "--older-than",
            description = "Only those whose last failure is at least this long ago.",
            paramLabel = "DURATION")
    private String olderThan;

    @Option(names = "--dry-run", description = "Lists them, and sends nothing.")
    private boolean dryRun;

    @Option(names = "--rate", description = "Started per minute at most, such as 30/min.", paramLabel = "N/min")
    private String rate;

    @Option(names = "--json", description = "The report on standard output, and nothing else.")
    private boolean json;

    @Option(names = "--data-dir", description = "The data folder (default: bridge.data-dir).", paramLabel = "DIR")
    private Path dataDir;

    @Override
    public Integer call() throws Exception {
        LetterFilter filter = filter();
        if (dataDir == null && !dryRun && Shared.isUsed(parent)) {
            return order(filter);
        }
        try (Shared shared = Shared.open(parent, dataDir)) {
            return replay(filter, shared);
        }
    }

    /** Of several processes the reader replays. */
    private int order(LetterFilter filter) throws Exception {
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("kind", "replay");
        what.set("filter", filter.toJson());
        JsonNode report = Shared.order(parent, what);
        if (report == null) {
            return 1;
        }
        Summary.show(report, json, false, null);
        return report.path("exitCode").asInt();
    }

    private int replay(LetterFilter filter, Shared shared) throws Exception {
        try (Session session = dryRun
                ? Session.openReading(parent.home(), shared.environment(dataDir), false)
                : Session.open(parent.home(), shared.environment(dataDir), false, null)) {
            if (organization != null && !session.mapping().organizations().containsKey(organization)) {
                throw usage("--organization " + organization + " is not in the mapping");
            }
            DeadLetters letters = new DeadLetters(session.folder(), System.err::println);
            if (dryRun) {
                return list(filter.select(letters, Clock.systemUTC()));
            }
            try {
                session.lock("replay");
            } catch (LockHeldException held) {
                if (held.isHeldByRun()) {
                    return handOver(filter, session);
                }
                throw held;
            }
            ReplayRequest request = filter.select(letters, Clock.systemUTC());
            if (request.count() == 0) {
                System.err.println("There is no such dead letter.");
                return 0;
            }
            Bridge bridge = session.start(false);
            try (Shutdown shutdown = new Shutdown(bridge, session.settings().get(Property.BRIDGE_SHUTDOWN_TIMEOUT))) {
                Pass pass = bridge.pass(bridge.passes().replay(request, true));
                if (pass.isRefused()) {
                    System.err.println(pass.refusal());
                    return 1;
                }
                Summary.show(RunReport.of(pass), json, false, session.settings().get(Property.BRIDGE_DATA_DIR));
                return RunReport.exitCode(pass);
            }
        }
    }

    private int handOver(LetterFilter filter, Session session) throws Exception {
        JsonNode result = new Handover(session.folder()).replay(filter, session);
        if (result == null) {
            return 2;
        }
        System.out.println(
                json
                        ? result.path("report").toPrettyString()
                        : result.path("letters").asInt() + " letters replayed by the run: "
                                + result.path("report").path("organizations"));
        return result.path("exitCode").asInt();
    }

    private int list(ReplayRequest request) {
        if (json) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            request.letters()
                    .forEach((name, letters) -> letters.forEach(letter -> list.addObject()
                            .put("organization", name)
                            .put("segmentId", letter.segmentId())
                            .put("code", letter.code().text())
                            .put("lastAt", String.valueOf(letter.evidence().lastAt()))
                            .put("message", letter.message())));
            System.out.println(list.toPrettyString());
            return 0;
        }
        request.letters().forEach((name, letters) -> {
            for (DeadLetter letter : letters) {
                System.out.println(name + " " + letter.segmentId() + " "
                        + letter.code().text() + " last " + letter.evidence().lastAt() + ": " + letter.message());
            }
        });
        System.out.println(request.count() + " letters would be replayed; nothing was sent.");
        return 0;
    }

    private LetterFilter filter() {
        if (code != null && LetterCode.of(code).isEmpty()) {
            throw usage("--code " + code + " is not a code of a dead letter: see docs/dead-letters.md");
        }
        int perMinute = 0;
        if (rate != null) {
            if (!rate.matches("[1-9][0-9]{0,5}(/min)?")) {
                throw usage("--rate " + rate + " is not like 30/min");
            }
            perMinute = Integer.parseInt(rate.replace("/min", ""));
        }
        try {
            return new LetterFilter(
                    organization, code, olderThan == null ? null : Durations.parse(olderThan), perMinute);
        } catch (IllegalArgumentException garbage) {
            throw usage("--older-than " + olderThan + " is not like 90m, 24h or 7d");
        }
    }

    private CommandLine.ParameterException usage(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }
}
