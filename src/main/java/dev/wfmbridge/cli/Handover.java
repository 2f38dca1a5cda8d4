package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How {@code replay} reaches a {@code run} on the same data folder: a request as a file, its result as another. */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final Path FOLDER = Path.of("handover");
    private static final String REQUEST = ".request.json";
    private static final String RESULT = ".result.json";

    private final DataFolder folder;

    Handover(DataFolder folder) {
        this.folder = folder;
    }

    /** Leaves a request; its name leads to the result. */
    String leave(LetterFilter filter) throws IOException {
        String name = "replay-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        folder.writeJson(FOLDER.resolve(name + REQUEST), filter.toJson());
        return name;
    }

    /** The result of a request, once it is there; it is taken away. */
    Optional<JsonNode> result(String name) throws IOException {
        Path file = FOLDER.resolve(name + RESULT);
        Optional<JsonNode> result = folder.readJson(file);
        if (result.isPresent()) {
            Files.deleteIfExists(folder.path().resolve(file));
        }
        return result;
    }

    /** Takes a request back that nobody serves any more. */
    void takeBack(String name) throws IOException {
        Files.deleteIfExists(folder.path().resolve(FOLDER).resolve(name + REQUEST));
    }

    /** Serves the requests that lie there, each after the pass under way. */
    void serve(Bridge bridge) throws Exception {
        Path requests = folder.path().resolve(FOLDER);
        if (!Files.isDirectory(requests)) {
            return;
        }
        List<String> names;
        try (Stream<Path> files = Files.list(requests)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(REQUEST))
                    .sorted()
                    .toList();
        }
        for (String file : names) {
            if (bridge.passes().isUnderWay()) {
                return;
            }
            Optional<JsonNode> request = folder.readJson(FOLDER.resolve(file));
            if (request.isEmpty()) {
                continue;
            }
            ReplayRequest letters = LetterFilter.fromJson(request.get())
                    .select(new DeadLetters(folder, LOG::warn), java.time.Clock.systemUTC());
            Pass pass = bridge.pass(new PassOrder(Trigger.REPLAY, null, false, letters));
            if (pass == null) {
                return;
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("exitCode", RunReport.exitCode(pass));
            result.put("letters", letters.count());
            result.set("report", RunReport.of(pass));
            folder.writeJson(FOLDER.resolve(file.substring(0, file.length() - REQUEST.length()) + RESULT), result);
            Files.deleteIfExists(requests.resolve(file));
        }
    }
}
