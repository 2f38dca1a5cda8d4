package dev.wfmbridge.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.report.StoredReport;
import dev.wfmbridge.segment.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code report}: prints the summary of a pass again. It reads only the data folder, and takes no lock. */
@Command(
        name = "report",
        description = "The summary of the last pass, or of the one with this id, as once printed it.",
        footer = {
            "",
            "It needs no credentials and no network, and may run alongside everything else. Exit status 1 if there is no such report.",
            "",
            "Examples:",
            "  wfm-bridge report",
            "  wfm-bridge report --list",
            "  wfm-bridge report 20261124T162314.720Z --json"
        })
final class ReportCommand implements Callable<Integer> {

    private static final String SUFFIX = ".json";
    private static final String LATEST = "latest";

    @ParentCommand
    private WfmBridge parent;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "RUNID", description = "The pass (default: the last one).")
    private String runId;

    @Option(names = "--json", description = "The report as it is stored, and nothing else.")
    private boolean json;

    @Option(
            names = "--all",
            description = "Shows each organisation; without it, those in step are one line if there are many.")
    private boolean all;

    @Option(names = "--list", description = "Lists the passes on file, one line each, newest last.")
    private boolean list;

    @Option(names = "--data-dir", description = "The data folder (default: bridge.data-dir).", paramLabel = "DIR")
    private Path dataDir;

    /** A report that is not there or cannot be used, in one sentence. */
    private static final class UnusableReport extends Exception {
        UnusableReport(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (list && (json || runId != null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--list goes with no RUNID and no --json");
        }
        // A name from outside becomes part of a path.
        if (runId != null && !Runs.isRunId(runId)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "RUNID is like 20261124T162314.720Z; report --list shows the existing ones");
        }
        try (Shared shared = Shared.open(parent, dataDir)) {
            return print(
                    dataDir != null
                            ? dataDir.toAbsolutePath().normalize()
                            : Settings.dataDir(parent.home(), shared.environment()),
                    shared.isTemporary());
        }
    }

    private int print(Path data, boolean temporary) throws Exception {
        Path runs = data.resolve("runs");
        Path file = runs.resolve((runId == null ? LATEST : runId) + SUFFIX);
        // The path of a folder that is deleted with the command is of no use to anybody.
        if (temporary && !Files.exists(list ? runs : file)) {
            System.err.println(
                    list || runId == null
                            ? "There is no report of a pass yet: no process has written one to Kafka. wfm-bridge once orders a pass."
                            : "There is no report of this pass in Kafka; report --list shows the existing ones.");
            return 1;
        }
        if (list) {
            return list(data);
        }
        try {
            byte[] stored = bytes(file);
            Summary summary = summary(file, stored, all);
            if (json) {
                System.out.write(stored);
                System.out.flush();
            } else {
                summary.print(temporary ? null : data, System.out);
                if (runId == null) {
                    events(data);
                }
            }
            return 0;
        } catch (UnusableReport unusable) {
            System.err.println(unusable.getMessage());
            return 1;
        }
    }

    /** What the passes requested by events did since the last complete one. */
    private static void events(Path data) throws Exception {
        List<JsonNode> since = new Runs(DataFolder.toRead(data)).sinceLatest();
        if (!since.isEmpty()) {
            System.out.println("Since then " + since.size() + (since.size() == 1 ? " pass" : " passes")
                    + " for agents that events named, the last one at "
                    + since.get(0).path("finishedAt").asText("?") + ": "
                    + (outcomes(since).isEmpty() ? "none of them is mapped" : outcomes(since)) + " (report --list)");
        }
    }

    private static String outcomes(List<JsonNode> reports) {
        List<String> words = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            long sum = reports.stream()
                    .mapToLong(report -> new StoredReport(report).count(outcome))
                    .sum();
            if (sum > 0) {
                words.add(outcome + " " + sum);
            }
        }
        return String.join("  ", words);
    }

    private static int list(Path data) throws IOException {
        Path runs = data.resolve("runs");
        if (!Files.isDirectory(runs)) {
            System.err.println("There is no pass yet: " + runs + " does not exist.");
            return 1;
        }
        List<String> ids;
        try {
            ids = new Runs(DataFolder.toRead(data)).newest(Integer.MAX_VALUE);
        } catch (AccessDeniedException denied) {
            System.err.println(runs + " cannot be read: permission denied.");
            return 1;
        }
        int status = 0;
        for (String id : ids) {
            Path file = runs.resolve(id + SUFFIX);
            try {
                byte[] stored = bytes(file);
                summary(file, stored, false);
                System.out.println(line(new ObjectMapper().readTree(stored)));
            } catch (UnusableReport unusable) {
                System.err.println(unusable.getMessage());
                status = 1;
            }
        }
        return status;
    }

    /** Run id, trigger, duration, exit status and the outcomes of all organisations together, none that is 0. */
    private static String line(JsonNode report) {
        String took = new StoredReport(report)
                .took()
                .map(time -> time.toSeconds() + "." + time.toMillisPart() / 100 + "s")
                .orElse("-");
        return (report.path("runId").asText() + "  " + report.path("trigger").asText("-") + "  " + took + "  exit "
                        + report.path("exitCode").asInt() + "  " + outcomes(List.of(report)))
                .stripTrailing();
    }

    private static byte[] bytes(Path file) throws UnusableReport {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new UnusableReport(
                    file.getFileName().toString().equals(LATEST + SUFFIX)
                            ? "There is no report of a pass yet: " + file + " does not exist."
                            : "There is no report of this pass: " + file
                                    + " does not exist; report --list shows the existing ones.");
        } catch (AccessDeniedException denied) {
            throw new UnusableReport(file + " cannot be read: permission denied.");
        } catch (IOException unreadable) {
            throw new UnusableReport(file + " cannot be read: " + unreadable.getMessage() + ".");
        }
    }

    private static Summary summary(Path file, byte[] stored, boolean all) throws UnusableReport {
        try {
            JsonNode report = new ObjectMapper().readTree(new String(stored, StandardCharsets.UTF_8));
            return new Summary(report, all);
        } catch (JsonProcessingException noJson) {
            throw new UnusableReport(file + " cannot be read: it is not JSON.");
        } catch (IllegalArgumentException noReport) {
            throw new UnusableReport(file + " cannot be read: " + noReport.getMessage() + ".");
        }
    }
}
