package dev.wfmbridge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.PairLines;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Received;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plan is true: whatever the state is, {@code once} does what {@code plan} said, pair by pair, and sends as many requests
 * of each kind as it said, judged by what the servers received. {@code -Dplan.states=N} plays another number of states,
 * {@code -Dplan.first=N} begins elsewhere than at 1, {@code -Dplan.seed=N} repeats one.
 */
class PlanTruthTest {

    private static final int DEFAULT = 1000;
    private static final int CHUNK = 100;
    private static final Duration SHRINKING = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> OUTCOMES =
            Map.of("created", "create", "adopted", "adopt", "restored", "restore");

    @TempDir
    Path folder;

    private record Failure(State state, String town, List<String> wrong) {}

    /** What the states contained, so that a thousand empty ones do not pass for a proof. */
    private final Map<String, Long> seen = new TreeMap<>();

    private final AtomicInteger folders = new AtomicInteger();

    @Test
    @DisplayName("once does exactly what plan said, with exactly the requests that it predicted")
    void truth() throws Exception {
        Long one = Long.getLong("plan.seed");
        long first = one != null ? one : Long.getLong("plan.first", 1L);
        int states = one != null ? 1 : Integer.getInteger("plan.states", DEFAULT);
        List<Failure> failures = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        AtomicLong next = new AtomicLong(first / CHUNK);
        long began = System.nanoTime();
        ExecutorService pool = Executors.newFixedThreadPool(Integer.getInteger("plan.threads", 2));
        try {
            Callable<Void> worker = () -> {
                for (long chunk = next.getAndIncrement();
                        chunk * CHUNK < first + states;
                        chunk = next.getAndIncrement()) {
                    try (Town town = town(chunk)) {
                        for (long seed = Math.max(first, chunk * CHUNK);
                                seed < Math.min(first + states, (chunk + 1) * CHUNK);
                                seed++) {
                            State state = State.of(seed);
                            List<String> wrong = play(town, state);
                            done.incrementAndGet();
                            if (!wrong.isEmpty()) {
                                System.out.println("plan: state " + seed + " failed: " + wrong.get(0));
                                synchronized (failures) {
                                    failures.add(new Failure(state, town.text(), wrong));
                                }
                            }
                        }
                    }
                }
                return null;
            };
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < Integer.getInteger("plan.threads", 2); i++) {
                all.add(pool.submit(worker));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        } finally {
            pool.shutdown();
        }
        System.out.printf(
                "plan: states %d to %d in %d s, %d failed; they held %s%n",
                first, first + done.get() - 1, (System.nanoTime() - began) / 1_000_000_000, failures.size(), seen);
        if (!failures.isEmpty()) {
            fail(text(failures));
        }
        assertThat(done).hasValue(states);
        if (states >= DEFAULT) {
            assertThat(seen)
                    .containsKeys(
                            "create",
                            "adopt",
                            "restore",
                            "remove",
                            "write-back",
                            "skip declined",
                            "skip merged",
                            "skip held",
                            "skip dead-lettered",
                            "skip skipped",
                            "refused removals",
                            "fresh readings",
                            "refused passes",
                            "cold");
        }
    }

    private Town town(long chunk) throws Exception {
        return new Town(chunk, Files.createDirectory(folder.resolve("town-" + folders.incrementAndGet())));
    }

    private String text(List<Failure> failures) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Failure failure : failures) {
            text.append("\nstate ").append(failure.state().seed()).append(":");
            failure.wrong().stream().limit(6).forEach(line -> text.append("\n  ")
                    .append(line));
        }
        Failure shortest = shrink(failures.get(0));
        text.append("\nShortened as far as it still fails (-Dplan.seed=")
                .append(shortest.state().seed())
                .append(" repeats the whole one), ")
                .append(shortest.town())
                .append(": ")
                .append(shortest.state().text());
        shortest.wrong().forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }

    /** Leaves out one fact after another, as long as the rest still fails. */
    private Failure shrink(Failure failure) throws Exception {
        long end = System.nanoTime() + SHRINKING.toNanos();
        Failure shortest = failure;
        try (Town town = town(failure.state().seed() / CHUNK)) {
            for (int at = shortest.state().facts().size() - 1; at >= 0 && System.nanoTime() < end; at--) {
                State fewer = shortest.state().without(at);
                List<String> wrong = play(town, fewer);
                if (!wrong.isEmpty()) {
                    shortest = new Failure(fewer, failure.town(), wrong);
                }
            }
        }
        return shortest;
    }

    private List<String> play(Town town, State state) {
        try {
            if (!town.isWarm()) {
                town.warmUp();
            }
            town.play(state);
            return compare(town, state.seed() % CHUNK == 7);
        } catch (Exception | AssertionError e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return List.of(trace.toString());
        }
    }

    /** @param cold whether both are processes of their own, as on the command line */
    private List<String> compare(Town town, boolean cold) throws Exception {
        List<String> wrong = new ArrayList<>();
        if (cold) {
            town.start();
            count("cold", 1);
        }
        Map<String, String> before = files(town.rehearsal().data());
        Pass plan = town.rehearsal().plan();
        JsonNode planned = RunReport.of(plan);
        List<String> plannedPairs = PairLines.of(plan).lines().toList();
        same(
                wrong,
                "the data folder after a plan",
                before,
                files(town.rehearsal().data()));
        for (Received call : calls(town)) {
            if (!isRead(call)) {
                wrong.add("the plan sent " + call.method() + " " + call.path());
            }
        }
        if (cold) {
            town.start();
        }
        town.rehearsal().sandbox().genesys().clearReceived();
        town.rehearsal().sandbox().zendesk().clearReceived();
        Pass once = town.rehearsal().once();
        same(wrong, "refusal", plan.refusal(), once.refusal());
        if (plan.isRefused() || once.isRefused()) {
            count("refused passes", 1);
            return wrong;
        }
        JsonNode report = RunReport.of(once);
        same(wrong, "pairs", plannedPairs, PairLines.of(once).lines().toList());
        for (String field : List.of("complete", "exitCode", "balance")) {
            same(wrong, field, planned.get(field), report.get(field));
        }
        // The organisations run side by side, so their warnings come in any order.
        same(wrong, "warnings", sorted(plan.warnings()), sorted(once.warnings()));
        for (String organization : Town.ORGANIZATIONS) {
            JsonNode said = planned.path("organizations").path(organization);
            JsonNode is = report.path("organizations").path(organization);
            for (String field : List.of("mapped", "outcomes", "stuckPending")) {
                same(wrong, organization + " " + field, said.get(field), is.get(field));
            }
            same(wrong, organization + " halted", reasons(said), reasons(is));
            for (String field : List.of("candidates", "refused")) {
                same(
                        wrong,
                        organization + " removals " + field,
                        said.path("removals").get(field),
                        is.path("removals").get(field));
            }
            count("refused removals", said.path("removals").path("refused").asLong());
        }
        segments(wrong, town, planned, once);
        requests(wrong, town, planned);
        return wrong;
    }

    /** The plan's list against what became of the pairs and what the servers were asked to write. */
    private void segments(List<String> wrong, Town town, JsonNode planned, Pass once) throws Exception {
        List<String> listed = new ArrayList<>();
        List<String> writes = new ArrayList<>();
        Map<String, String> statuses = new TreeMap<>();
        for (String organization : Town.ORGANIZATIONS) {
            for (JsonNode segment :
                    planned.path("organizations").path(organization).path("segments")) {
                String action = segment.path("action").asText();
                String what = organization + " " + action + " ";
                switch (action) {
                    case "write-back" ->
                        statuses.put(
                                segment.path("zendeskUserId").asText(),
                                segment.path("reason").asText());
                    case "remove" -> writes.add(what + segment.path("segmentId").asText());
                    default -> {
                        listed.add(what + pair(segment));
                        if (action.equals("create")) {
                            writes.add(what + segment.path("segmentId").asText() + " "
                                    + segment.path("userId").asText() + " "
                                    + segment.path("scheduleId").asText() + " "
                                    + segment.path("status").asText());
                        } else if (action.equals("restore")) {
                            writes.add(what + segment.path("segmentId").asText() + " "
                                    + segment.path("status").asText());
                        }
                    }
                }
                if (!action.equals("skip")) {
                    count(action, 1);
                }
            }
        }
        List<String> became = new ArrayList<>();
        for (String line : PairLines.of(once).lines().toList()) {
            JsonNode pair = JSON.readTree(line);
            String outcome = pair.path("outcome").asText();
            if (!outcome.equals("present")) {
                became.add(pair.path("organization").asText() + " " + OUTCOMES.getOrDefault(outcome, "skip") + " "
                        + pair(pair));
                if (!OUTCOMES.containsKey(outcome)) {
                    count("skip " + outcome, 1);
                }
            }
        }
        same(wrong, "list of segments", sorted(listed), sorted(became));
        List<String> written = new ArrayList<>();
        for (Received call : town.rehearsal().sandbox().genesys().received()) {
            if (!call.tokenCall() && !isRead(call)) {
                written.add(call.account() + " " + write(call));
                if (call.status() >= 300) {
                    wrong.add(call.method() + " " + call.path() + " was answered " + call.status());
                }
            }
        }
        same(wrong, "writes to Genesys", sorted(writes), sorted(written));
        Map<String, String> fields = new TreeMap<>();
        for (Received call : town.rehearsal().sandbox().zendesk().received()) {
            if (call.path().startsWith("/api/v2/users/update_many")) {
                for (JsonNode user : JSON.readTree(call.body()).path("users")) {
                    fields.put(
                            user.path("id").asText(),
                            user.path("user_fields").path(Town.STATUS_FIELD).asText(""));
                }
            }
            if (call.path().matches("/api/v2/groups/\\d+/memberships")) {
                count("fresh readings", 1);
            }
        }
        fields.replaceAll((id, status) -> status.equals("null") ? "" : status);
        same(wrong, "statuses written to Zendesk", statuses, fields);
    }

    private static String pair(JsonNode pair) {
        return pair.path("segmentId").asText() + " " + pair.path("scheduleId").asText() + " "
                + pair.path("zendeskUserId").asText() + " "
                + pair.path("reason").asText();
    }

    private static String write(Received call) throws IOException {
        JsonNode body = call.body().isEmpty() ? JSON.nullNode() : JSON.readTree(call.body());
        String id = call.path().substring(call.path().lastIndexOf('/') + 1);
        return switch (call.method()) {
            case "POST" ->
                "create " + body.path("segmentId").asText() + " "
                        + body.path("userId").asText() + " "
                        + body.path("scheduleId").asText() + " "
                        + body.path("status").asText();
            case "DELETE" -> "remove " + id;
            case "PUT" ->
                body.path("status").asText().equals("CANCELLED")
                        ? "remove " + id
                        : "restore " + id + " " + body.path("status").asText();
            default -> call.method() + " " + call.path();
        };
    }

    private static void requests(List<String> wrong, Town town, JsonNode planned) {
        Map<String, Long> zendesk = new TreeMap<>();
        Map<String, Map<String, Long>> genesys = new LinkedHashMap<>();
        for (Received call : town.rehearsal().sandbox().zendesk().received()) {
            if (!call.tokenCall()) {
                zendesk.merge(kind(call), 1L, Long::sum);
            }
        }
        for (Received call : town.rehearsal().sandbox().genesys().received()) {
            if (!call.tokenCall()) {
                genesys.computeIfAbsent(call.account(), a -> new TreeMap<>()).merge(kind(call), 1L, Long::sum);
            }
        }
        requests(wrong, "zendesk", planned.path("zendesk").path("default"), zendesk);
        for (String organization : Town.ORGANIZATIONS) {
            requests(
                    wrong,
                    organization,
                    planned.path("organizations").path(organization),
                    genesys.getOrDefault(organization, Map.of()));
        }
    }

    private static void requests(List<String> wrong, String side, JsonNode said, Map<String, Long> received) {
        Map<String, Long> kinds = new TreeMap<>();
        said.path("predictedByKind").properties().forEach(kind -> {
            if (kind.getValue().asLong() > 0) {
                kinds.put(kind.getKey(), kind.getValue().asLong());
            }
        });
        same(wrong, side + " requests by kind", kinds, received);
        same(
                wrong,
                side + " requests",
                said.path("predictedRequests").asLong(-1),
                received.values().stream().mapToLong(Long::longValue).sum());
    }

    private static String kind(Received call) {
        return isRead(call)
                ? "read"
                : switch (call.method()) {
                    case "POST" -> "insert";
                    case "PUT" -> "change";
                    case "DELETE" -> "remove";
                    default -> call.method();
                };
    }

    private static boolean isRead(Received call) {
        return call.method().equals("GET") || call.tokenCall() || call.path().equals("/api/v2/users/search");
    }

    private static List<Received> calls(Town town) {
        List<Received> all =
                new ArrayList<>(town.rehearsal().sandbox().genesys().received());
        all.addAll(town.rehearsal().sandbox().zendesk().received());
        return all;
    }

    private static Map<String, String> reasons(JsonNode organization) {
        Map<String, String> reasons = new TreeMap<>();
        reasons.put("", organization.path("halted").path("reason").asText(""));
        organization
                .path("haltedSchedules")
                .properties()
                .forEach(halt -> reasons.put(
                        halt.getKey(), halt.getValue().path("reason").asText()));
        return reasons;
    }

    private static Map<String, String> files(Path data) throws IOException {
        Map<String, String> content = new TreeMap<>();
        if (Files.isDirectory(data)) {
            try (var files = Files.walk(data)) {
                for (Path file : files.toList()) {
                    content.put(file.toString(), Files.isRegularFile(file) ? Files.readString(file) : "a folder");
                }
            }
        }
        return content;
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    private void count(String what, long more) {
        if (more > 0) {
            synchronized (seen) {
                seen.merge(what, more, Long::sum);
            }
        }
    }

    private static void same(List<String> wrong, String what, Object planned, Object done) {
        if (Objects.equals(planned, done)) {
            return;
        }
        if (planned instanceof List<?> said && done instanceof List<?> is) {
            TreeSet<String> only = new TreeSet<>();
            said.stream().filter(line -> !is.contains(line)).forEach(line -> only.add("planned: " + line));
            is.stream().filter(line -> !said.contains(line)).forEach(line -> only.add("done: " + line));
            wrong.add(what + " differ: " + only);
        } else {
            wrong.add(what + " differ: planned " + planned + ", done " + done);
        }
    }
}
