package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.ExitHook;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LockHeldException;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.report.RunReport;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How {@code replay} and {@code once --approve-removals} reach a {@code run} on the same data folder: a request as a file, its
 * result as another.
 *
 * <p>A request is valid only while its client lives. The client holds an operating system lock on it and withdraws it when stopped; a
 * request whose client is gone, or whose time is over, is withdrawn. The run takes a request by renaming it, so that it is either withdrawn
 * or carried out, never both. What an earlier run left is withdrawn when a run starts.
 */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final Path FOLDER = Path.of("handover");
    private static final String REQUEST = ".request.json";
    private static final String TAKEN = ".taken.json";
    private static final String RESULT = ".result.json";
    private static final String APPROVALS = "approvals";
    private static final String LETTERS = "letters";
    private static final String EXPIRES = "expiresAt";
    private static final String NEXT = "It has to be handed over again";
    private static final Duration LOOK = Duration.ofMillis(200);
    /** Much longer than a pass under way. */
    private static final Duration LIFE = Duration.ofHours(1);

    private final DataFolder folder;
    private final Clock clock;
    /** Given up, and reported once: an unreadable file is not retried twice a second. */
    private final Set<String> givenUp = new HashSet<>();

    Handover(DataFolder folder) {
        this(folder, Clock.systemUTC());
    }

    Handover(DataFolder folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Has the run replay these letters, and waits for the result; null if the run left none. */
    JsonNode replay(LetterFilter filter, Session session) throws Exception {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.set(LETTERS, filter.toJson());
        return serve("replay", request, session);
    }

    /** Has the run do a pass with these approvals, and waits for the result; null as above. */
    JsonNode approve(Map<String, Integer> approvals, Session session) throws Exception {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ObjectNode each = request.putObject(APPROVALS);
        approvals.forEach(each::put);
        return serve("once", request, session);
    }

    private JsonNode serve(String command, ObjectNode request, Session session) throws Exception {
        String name = command + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Duration pass = session.settings().maxPass(Duration.ZERO).multipliedBy(2);
        Instant end = clock.instant().plus(pass.compareTo(LIFE) > 0 ? pass : LIFE);
        request.put(EXPIRES, end.toString());
        try (ExitHook stopped = new ExitHook("withdraw", () -> withdraw(name, "stopped"), Duration.ZERO, () -> {});
                Closeable held = folder.writeHeld(FOLDER.resolve(name + REQUEST), request)) {
            System.err.println("A run has the data folder: it serves this after the pass under way.");
            return await(command, name, session, end);
        }
    }

    private JsonNode await(String command, String name, Session session, Instant end) throws Exception {
        while (true) {
            boolean waiting = folder.exists(FOLDER.resolve(name + REQUEST));
            boolean taken = folder.exists(FOLDER.resolve(name + TAKEN));
            Optional<JsonNode> result = result(name);
            if (result.isPresent()) {
                return result.get();
            }
            // Checked once more: a run that could not begin after all gives it back.
            if (!waiting && !taken && !folder.exists(FOLDER.resolve(name + REQUEST))) {
                System.err.println("The run left no result: its log says why. Start " + command + " again if it was not"
                        + " carried out.");
                return null;
            }
            if (waiting && clock.instant().isAfter(end)) {
                withdraw(name, "not served in time");
                return null;
            }
            try {
                session.lock(command);
                withdraw(name, null);
                System.err.println("The run has ended before it served this: start " + command + " again.");
                return null;
            } catch (LockHeldException still) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** Withdraws a request, unless the run has already begun with it. */
    private void withdraw(String name, String why) {
        try {
            boolean waited = folder.delete(FOLDER.resolve(name + REQUEST));
            boolean begun = folder.exists(FOLDER.resolve(name + TAKEN));
            folder.delete(FOLDER.resolve(name + RESULT));
            if (why == null) {
                folder.delete(FOLDER.resolve(name + TAKEN));
            } else if (waited) {
                System.err.println("Withdrawn, " + why + ": the run does nothing of it.");
            } else if (begun) {
                System.err.println("The run has begun with it, and ends it: its report says what came of it.");
            }
        } catch (IOException failed) {
            System.err.println("What was handed over cannot be withdrawn: " + failed.getMessage()
                    + ". The run ignores it, since nobody is waiting for it.");
        }
    }

    /** The result of a request, once it is there; it is taken away. */
    private Optional<JsonNode> result(String name) throws IOException {
        Path file = FOLDER.resolve(name + RESULT);
        Optional<JsonNode> result = folder.readOwn(file, "The run's report says the same", System.err::println);
        if (result.isPresent()) {
            folder.delete(file);
        }
        return result;
    }

    /** Withdraws what an earlier run left, whose clients are gone or know that it ended. Called before a run serves anybody. */
    void sweep() {
        try {
            for (Path file : folder.files(FOLDER)) {
                String name = file.getFileName().toString();
                Path own = FOLDER.resolve(name);
                if (name.endsWith(REQUEST) || name.endsWith(TAKEN)) {
                    if (folder.readOwn(own, NEXT, LOG::warn).isPresent() && folder.delete(own)) {
                        LOG.warn("handover/{} is of an earlier time: withdrawn, nothing was done of it now", name);
                    }
                } else if (name.endsWith(RESULT)) {
                    folder.delete(own);
                }
            }
        } catch (IOException failed) {
            LOG.warn("What was handed over earlier cannot be withdrawn: {}", failed.getMessage());
        }
    }

    /** Serves the waiting requests, each after the pass under way. None of them ends the run, whatever is wrong with it. */
    void serve(Bridge bridge) {
        for (String name : requests()) {
            if (bridge.passes().isUnderWay()) {
                return;
            }
            try {
                serve(name, bridge);
            } catch (IOException failed) {
                givenUp.add(name);
                LOG.warn("handover/{} cannot be served: {}", name, failed.getMessage());
            }
        }
    }

    private List<String> requests() {
        try {
            return folder.files(FOLDER).stream()
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(REQUEST))
                    .map(name -> name.substring(0, name.length() - REQUEST.length()))
                    .filter(name -> !givenUp.contains(name))
                    .toList();
        } catch (IOException failed) {
            if (givenUp.add(FOLDER.toString())) {
                LOG.warn("What is handed over in the data folder cannot be read: {}", failed.getMessage());
            }
            return List.of();
        }
    }

    private void serve(String name, Bridge bridge) throws IOException {
        Path request = FOLDER.resolve(name + REQUEST);
        Path taken = FOLDER.resolve(name + TAKEN);
        Optional<JsonNode> read = folder.readOwn(request, NEXT, LOG::warn);
        if (read.isEmpty()) {
            return;
        }
        PassOrder order = order(request, read.get(), bridge);
        if (order == null) {
            return;
        }
        if (!folder.isHeld(request) || isOver(read.get())) {
            if (folder.delete(request)) {
                LOG.warn("handover/{}: nobody is waiting for it any longer, so it is withdrawn", name);
            }
            return;
        }
        if (!folder.rename(request, taken)) {
            return; // taken back just now
        }
        Pass pass;
        try {
            pass = bridge.pass(order);
        } catch (Exception failed) {
            // As in a pass that the clock starts: reported, and the next one may succeed.
            LOG.error(
                    "handover/{}: its pass failed with {}",
                    name,
                    failed.getClass().getSimpleName());
            folder.delete(taken);
            return;
        }
        if (pass == null) {
            folder.rename(taken, request);
            return;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("exitCode", RunReport.exitCode(pass));
        result.put("letters", order.replay() == null ? 0 : order.replay().count());
        result.set("report", RunReport.of(pass));
        try {
            if (folder.isHeld(taken)) {
                folder.writeJson(FOLDER.resolve(name + RESULT), result);
            }
        } catch (IOException full) {
            LOG.warn(
                    "handover/{}: its pass {} has ended, but its result cannot be written: free disk space, or fix the"
                            + " folder's permissions",
                    name,
                    pass.getRunId());
        } finally {
            folder.delete(taken);
        }
    }

    private boolean isOver(JsonNode request) {
        try {
            return clock.instant().isAfter(Instant.parse(request.path(EXPIRES).asText()));
        } catch (DateTimeException garbage) {
            return true;
        }
    }

    /** The order that a request asks for; null if this version knows no such order: then the file was put aside. */
    private PassOrder order(Path file, JsonNode request, Bridge bridge) throws IOException {
        if (request.path(LETTERS).isObject()) {
            ReplayRequest letters =
                    LetterFilter.fromJson(request.get(LETTERS)).select(new DeadLetters(folder, LOG::warn), clock);
            return bridge.passes().replay(letters, false);
        }
        Map<String, Integer> approvals = new HashMap<>();
        for (Map.Entry<String, JsonNode> each : request.path(APPROVALS).properties()) {
            if (each.getValue().isInt()) {
                approvals.put(each.getKey(), each.getValue().intValue());
            }
        }
        if (approvals.isEmpty() || approvals.size() != request.path(APPROVALS).size()) {
            folder.putAside(file, "orders nothing that this version knows", NEXT, LOG::warn);
            return null;
        }
        PassOrder plain = bridge.passes().byOperator();
        return new PassOrder(plain.trigger(), plain.limit(), plain.strict(), approvals);
    }
}
