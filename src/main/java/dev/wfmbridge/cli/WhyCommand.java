package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.AgentLookup;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DataFolderException;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.report.PairLines;
import dev.wfmbridge.report.Reasons;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code why}: what happened to an agent in the last pass, per entry, and why. */
@Command(
        name = "why",
        description =
                "What happened to an agent in the last pass, per entry, and why. Exit status 1 if nobody is found.",
        footer = {
            "",
            "Files hold ids only, so an e-mail address costs one Zendesk search.",
            "",
            "Examples:",
            "  wfm-bridge why 6596848315901",
            "  wfm-bridge why agent@example.com --live"
        })
final class WhyCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    /** More do not fit into an id of Zendesk's. */
    private static final int MOST_DIGITS = 18;

    @Parameters(paramLabel = "EMAIL|ZENDESK-ID", description = "The agent.")
    private String who;

    @Option(names = "--live", description = "Asks both sides now, and writes nothing.")
    private boolean live;

    @Option(names = "--data-dir", description = "The data folder (default: bridge.data-dir).", paramLabel = "DIR")
    private Path dataDir;

    @Override
    public Integer call() throws Exception {
        boolean byId = who.matches("[0-9]+");
        if (byId && who.length() > MOST_DIGITS) {
            throw mistake("Zendesk has no ids as long as this.");
        }
        if (byId && !live && dataDir != null) {
            return print(last(dataDir, who), who);
        }
        try (Shared shared = Shared.open(parent, dataDir);
                Session session = Session.openReading(parent.home(), shared.environment(dataDir), false)) {
            Path folder = dataDir != null ? dataDir : session.settings().get(Property.BRIDGE_DATA_DIR);
            if (byId && !live) {
                return print(last(folder, who), who);
            }
            Bridge bridge = session.start(false);
            String id = who;
            if (!byId) {
                Optional<String> found = search(bridge);
                if (found.isEmpty()) {
                    System.err.println("Zendesk knows no user with this address.");
                    return 1;
                }
                id = found.get();
            }
            if (!live) {
                return print(last(folder, id), id);
            }
            Pass pass = bridge.pass(PassOrder.planFor(List.of(Long.valueOf(id)), null));
            pass.warnings().forEach(warning -> System.err.println("Warning: " + warning));
            return print(Optional.of(new Runs.Word(pass.getRunId(), PairLines.ofAgent(pass, Long.parseLong(id)))), id);
        }
    }

    private Optional<String> search(Bridge bridge) throws Exception {
        try {
            return new AgentLookup(bridge).byAddress(who);
        } catch (HaltedException halted) {
            throw mistake(halted.halt().message() + " " + halted.halt().nextStep());
        } catch (IOException failure) {
            throw mistake(failure.getMessage());
        }
    }

    private static ConfigurationException mistake(String what) {
        return new ConfigurationException("Zendesk", what, "wfm-bridge check says what is wrong.");
    }

    private static Optional<Runs.Word> last(Path data, String id) throws DataFolderException {
        return new Runs(DataFolder.toRead(data)).newestWord(id);
    }

    private static int print(Optional<Runs.Word> word, String id) {
        if (word.isEmpty()) {
            System.err.println("There is no report of a pass yet: run wfm-bridge once, or ask with --live.");
            return 1;
        }
        List<String> said = new ArrayList<>();
        for (JsonNode pair : word.get().pairs()) {
            said.add(sentence(pair));
        }
        if (said.isEmpty()) {
            System.err.println("Zendesk user " + id
                    + " was in no mapped group: check the group, and withTags and withoutTags of its entry.");
            return 1;
        }
        System.out.println("Zendesk user " + id
                + (Runs.isOfEvents(word.get().runId())
                        ? ", in pass " + word.get().runId() + ", for which an event asked:"
                        : ":"));
        said.forEach(System.out::println);
        return 0;
    }

    private static String sentence(JsonNode pair) {
        String outcome = pair.path("outcome").asText("none");
        String reason = pair.path("reason").asText("");
        StringBuilder text = new StringBuilder("  group " + pair.path("groupId").asText() + " → "
                + pair.path("organization").asText() + " / "
                + pair.path("scheduleId").asText() + " ("
                + entry(pair) + "): " + outcome);
        if (!reason.isEmpty() && !reason.equals("null")) {
            text.append(", ").append(reason);
        }
        if (pair.path("detail").isTextual()) {
            text.append(" (").append(pair.path("detail").asText()).append(')');
        }
        text.append(". ").append(Reasons.of(outcome, reason));
        if (pair.path("segmentId").isTextual()) {
            text.append("\n    segment ").append(pair.path("segmentId").asText());
            text.append(" of Genesys user ").append(pair.path("genesysUserId").asText());
        }
        String status = pair.path("status").asText("");
        String wanted = pair.path("wantedStatus").asText("");
        if (pair.path("status").isTextual() && !status.equals(wanted)) {
            text.append("\n    its status is ")
                    .append(status)
                    .append(", a new one would be posted as ")
                    .append(wanted)
                    .append("; once there, the status is Genesys' own");
        }
        return text.toString();
    }

    /** Where the entry stands; the outcomes of an older version name the line alone. */
    private static String entry(JsonNode pair) {
        String line = pair.path("entryLine").asText();
        return pair.path("entryFile").isTextual()
                ? pair.path("entryFile").asText() + ":" + line
                : "line " + line + " of the mapping";
    }
}
