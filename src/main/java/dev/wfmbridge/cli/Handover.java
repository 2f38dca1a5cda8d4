package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LockHeldException;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How {@code replay} and {@code once --approve-removals} reach a {@code run} on the same data folder: a request as a file, its
 * result as another.
 */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final Path FOLDER = Path.of("handover");
    private static final String REQUEST = ".request.json";
    private static final String RESULT = ".result.json";
    private static final String APPROVALS = "approvals";
    private static final Duration LOOK = Duration.ofMillis(200);

    private final DataFolder folder;

    Handover(DataFolder folder) {
        this.folder = folder;
    }

    /** Has the run replay these letters, and waits for the result; null if the run ended before it served the request. */
    JsonNode replay(LetterFilter filter, Session session) throws Exception {
        return serve("replay", filter.toJson(), session);
    }

    /** Has the run do a pass with these approvals, and waits for the result; null as above. */
    JsonNode approve(Map<String, Integer> approvals, Session session) throws Exception {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ObjectNode each = request.putObject(APPROVALS);
        approvals.forEach(each::put);
        return serve("once", request, session);
    }

    private JsonNode serve(String command, JsonNode request, Session session) throws Exception {
        String name = command + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        folder.writeJson(FOLDER.resolve(name + REQUEST), request);
        System.err.println("A run has the data folder: it serves this after the pass under way.");
        while (true) {
            Optional<JsonNode> result = result(name);
            if (result.isPresent()) {
                return result.get();
            }
            try {
                session.lock(command);
                Files.deleteIfExists(folder.path().resolve(FOLDER).resolve(name + REQUEST));
                System.err.println("The run has ended before it served this: start " + command + " again.");
                return null;
            } catch (LockHeldException still) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** The result of a request, once it is there; it is taken away. */
    private Optional<JsonNode> result(String name) throws IOException {
        Path file = FOLDER.resolve(name + RESULT);
        Optional<JsonNode> result = folder.readJson(file);
        if (result.isPresent()) {
            Files.deleteIfExists(folder.path().resolve(file));
        }
        return result;
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
            PassOrder order = order(request.get(), bridge);
            Pass pass = bridge.pass(order);
            if (pass == null) {
                return;
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("exitCode", RunReport.exitCode(pass));
            result.put("letters", order.replay() == null ? 0 : order.replay().count());
            result.set("report", RunReport.of(pass));
            folder.writeJson(FOLDER.resolve(file.substring(0, file.length() - REQUEST.length()) + RESULT), result);
            Files.deleteIfExists(requests.resolve(file));
        }
    }

    private PassOrder order(JsonNode request, Bridge bridge) throws IOException {
        if (!request.has(APPROVALS)) {
            ReplayRequest letters = LetterFilter.fromJson(request)
                    .select(new DeadLetters(folder, LOG::warn), java.time.Clock.systemUTC());
            return new PassOrder(Trigger.REPLAY, null, false, letters);
        }
        Map<String, Integer> approvals = new HashMap<>();
        request.get(APPROVALS)
                .fields()
                .forEachRemaining(
                        each -> approvals.put(each.getKey(), each.getValue().asInt()));
        PassOrder plain = bridge.passes().byOperator();
        return new PassOrder(plain.trigger(), plain.limit(), plain.strict(), null, approvals);
    }
}
