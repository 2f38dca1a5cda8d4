package dev.wfmbridge.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.SegmentWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says what a pass must have done and must not have done, from the servers' state and the files that scripts read. It uses no
 * class of the bridge.
 */
final class Oracle {
    private static final List<String> ORGANIZATIONS = List.of("acme", "globex");
    private static final Set<String> ACTIVE = Set.of("PENDING", "APPROVED");
    private static final Set<String> THERE = Set.of("created", "adopted", "restored");
    private static final int MAX_ATTEMPTS = 4;
    /** How long calls that were on the wire with a refused one may come in. */
    private static final long ON_THE_WIRE = 60_000_000;

    private final Town town;
    private final Sandbox sandbox;
    private final Path data;
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Set<String> proved = new HashSet<>();
    private final Map<String, String> lastWriter = new HashMap<>();
    private String lastRun = "";
    private Set<String> committing = Set.of();
    private Instant began = Instant.now();
    private String pass = "";

    Oracle(Town town, Sandbox sandbox, Path data) {
        this.town = town;
        this.sandbox = sandbox;
        this.data = data;
    }

    List<String> wrong() {
        return wrong;
    }

    private void wrong(String what, Object... with) {
        wrong.add(pass + ": " + what.formatted(with));
    }

    /** A pass is about to begin. */
    void begin() {
        began = Instant.now();
        Set<String> ids = new HashSet<>();
        ORGANIZATIONS.forEach(
                organization -> sandbox.genesys().committing(organization).forEach(segment -> ids.add(segment.id())));
        committing = ids;
    }

    /**
     * Looks at what a pass left.
     *
     * @param faults what the interceptors did, by the moment of the call
     */
    void check(String name, Map<Long, Woe> faults, boolean calm, boolean quiet) throws IOException {
        pass = name;
        JsonNode report = Town.json(Files.readString(data.resolve("runs/latest.json")));
        String run = report.path("runId").asText();
        if (run.equals(lastRun)) {
            wrong("no report");
            return;
        }
        lastRun = run;
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve("runs/" + run + ".outcomes.jsonl"))) {
            lines.add(Town.json(line));
        }
        sum(report, lines);
        states(lines, calm);
        history();
        List<Received> calls = sandbox.genesys().received();
        tokens(calls, faults);
        for (String organization : ORGANIZATIONS) {
            posts(organization, calls, faults);
        }
        waits(calls, faults, true);
        waits(sandbox.zendesk().received(), faults, false);
        if (calm) {
            calm(report, lines);
        }
        if (quiet) {
            calls.stream()
                    .filter(call -> Set.of(Kind.POST, Kind.PUT, Kind.DELETE).contains(Kind.ofGenesys(call)))
                    .forEach(call ->
                            wrong("a pass without news sent %s %s %s", call.method(), call.path(), call.body()));
        }
    }

    // Nothing lost: each mapped pair ends in exactly one outcome.
    private void sum(JsonNode report, List<JsonNode> lines) {
        if (report.path("balance").asLong(-1) != 0) {
            wrong("balance %s", report.path("balance"));
        }
        Map<String, Integer> pairs = new TreeMap<>();
        for (JsonNode line : lines) {
            pairs.merge(
                    line.path("organization").asText() + "/"
                            + line.path("scheduleId").asText() + "/"
                            + line.path("membershipId").asText() + "/"
                            + line.path("entryLine").asText(),
                    1,
                    Integer::sum);
            if (line.path("outcome").isNull()) {
                wrong("no outcome: %s", line);
            }
        }
        pairs.forEach((pair, times) -> {
            if (times > 1) {
                wrong("%d outcomes of %s", times, pair);
            }
        });
        long outcomes = 0;
        long mapped = 0;
        for (JsonNode organization : report.path("organizations")) {
            mapped += organization.path("mapped").asLong();
            for (JsonNode outcome : organization.path("outcomes")) {
                if (outcome.isObject()) {
                    for (JsonNode reason : outcome) {
                        outcomes += reason.asLong();
                    }
                } else {
                    outcomes += outcome.asLong();
                }
            }
        }
        boolean whole =
                report.path("zendesk").path("default").path("incompleteBecause").isNull()
                        && report.path("zendesk").path("default").path("halted").isNull();
        if (outcomes != mapped || lines.size() != mapped) {
            wrong("%d mapped, %d outcomes, %d lines", mapped, outcomes, lines.size());
        }
        int expected = town.mapped().size();
        if (whole && town.rejoined.isEmpty() && mapped != expected) {
            wrong("%d mapped, the world has %d", mapped, expected);
        }
    }

    // What is said to be there is there, once.
    private void states(List<JsonNode> lines, boolean calm) throws IOException {
        for (String organization : ORGANIZATIONS) {
            Map<String, Segment> active = new HashMap<>();
            List<Segment> all = new ArrayList<>(sandbox.genesys().segments(organization));
            all.addAll(sandbox.genesys().committing(organization));
            for (Segment segment : all) {
                if (ACTIVE.contains(segment.status())
                        && active.put(segment.scheduleId() + "/" + segment.userId(), segment) != null) {
                    wrong("two active segments of %s in %s", segment.userId(), segment.scheduleId());
                }
            }
            for (JsonNode line : lines) {
                if (!line.path("organization").asText().equals(organization)) {
                    continue;
                }
                String outcome = line.path("outcome").asText();
                String pair = line.path("scheduleId").asText() + "/"
                        + line.path("genesysUserId").asText();
                if ((THERE.contains(outcome) || calm && outcome.equals("present")) && !active.containsKey(pair)) {
                    wrong("%s, and not there: %s", outcome, line);
                }
                if (outcome.equals("dead-lettered") && letter(line) == null) {
                    wrong("no letter: %s", line);
                }
            }
        }
    }

    private JsonNode letter(JsonNode line) throws IOException {
        Path file = data.resolve("dead-letter/" + line.path("organization").asText() + "/"
                + line.path("segmentId").asText() + ".json");
        return Files.exists(file) ? Town.json(Files.readString(file)) : null;
    }

    // Nothing twice, nothing removed that is somebody's, nobody's No overruled.
    private void history() {
        for (String organization : ORGANIZATIONS) {
            List<SegmentWrite> history = sandbox.genesys().history(organization);
            Set<String> there = new HashSet<>();
            for (int i = 0; i < history.size(); i++) {
                SegmentWrite write = history.get(i);
                Segment segment = write.segment();
                String id = segment.id();
                boolean isNew = i >= seen.getOrDefault(organization, 0);
                switch (write.kind()) {
                    case POST -> {
                        if (!there.add(id) && isNew) {
                            wrong("%s was created twice", id);
                        }
                        lastWriter.put(id, "bridge");
                    }
                    case PUT, DELETE -> {
                        boolean removes =
                                write.kind() == SegmentWrite.Kind.DELETE || !ACTIVE.contains(segment.status());
                        if (isNew) {
                            changed(organization, write, removes);
                        }
                        if (write.kind() == SegmentWrite.Kind.DELETE) {
                            there.remove(id);
                        }
                        lastWriter.put(id, "bridge");
                    }
                    case PERSON -> {
                        // A removal shows the segment as it was before it.
                        lastWriter.put(id, ACTIVE.contains(segment.status()) ? "person" : "no");
                        if (gone(organization, id, history, i)) {
                            there.remove(id);
                            lastWriter.remove(id);
                        } else {
                            there.add(id);
                        }
                    }
                    default -> {
                        // An approval changes nobody's decision.
                    }
                }
            }
            seen.put(organization, history.size());
        }
    }

    /** Whether this change by a person is a removal: the version did not move, and it was there before. */
    private static boolean gone(String organization, String id, List<SegmentWrite> history, int at) {
        for (int i = at - 1; i >= 0; i--) {
            if (history.get(i).segment().id().equals(id)) {
                return history.get(i).segment().version()
                        == history.get(at).segment().version();
            }
        }
        return false;
    }

    private void changed(String organization, SegmentWrite write, boolean removes) {
        Segment segment = write.segment();
        String id = segment.id();
        if (town.foreign.contains(id)) {
            wrong("%s is somebody else's, and was changed", id);
        }
        if ("no".equals(lastWriter.get(id))) {
            wrong("%s was declined by a person, and was changed: %s", id, write);
        }
        if (removes) {
            int agent = Integer.parseInt(segment.userId().substring("user-".length()));
            boolean there = town.mapped().contains(new Town.Pair(organization, segment.scheduleId(), agent));
            if (there) {
                wrong("%s was removed, and its membership is there", write);
            }
            if (town.schedule.setup().policy().equals("report")) {
                wrong("%s was removed under the policy report", write);
            }
        }
    }

    // No call before the token's organisation is proved.
    private void tokens(List<Received> calls, Map<Long, Woe> faults) {
        for (Received call : calls) {
            String token = call.headers().get("authorization");
            Kind kind = Kind.ofGenesys(call);
            if (kind == Kind.TOKEN || call.clientId() == null) {
                continue;
            }
            boolean right = call.clientId().equals("client-of-" + call.account());
            if (kind == Kind.IDENTITY) {
                Woe fault = faults.get(call.nanoTime());
                boolean answered = fault == null || fault == Woe.DELAY || fault == Woe.TIME_OUT || fault == Woe.REVOKED;
                if (call.status() == 200 && answered && right) {
                    proved.add(token);
                }
            } else if (!proved.contains(token) || !right) {
                wrong("%s %s with a token that was not proved", call.method(), call.path());
            }
        }
    }

    // A POST is repeated only after a reading, never after an answer that decides, and so often at most.
    private void posts(String organization, List<Received> calls, Map<Long, Woe> faults) {
        record Posts(List<Integer> attempts, boolean[] read) {}
        Map<String, Posts> bySegment = new LinkedHashMap<>();
        for (Received call : calls) {
            if (!organization.equals(call.account())) {
                continue;
            }
            Kind kind = Kind.ofGenesys(call);
            Woe fault = faults.get(call.nanoTime());
            if (kind == Kind.LISTING && call.status() == 200 && fault != Woe.PAGE_200) {
                bySegment.forEach((key, posts) -> {
                    if (call.query().contains("scheduleId=" + key.substring(0, key.indexOf('/')) + "&")) {
                        posts.read()[0] = true;
                    }
                });
            } else if (kind == Kind.POST && call.status() != 429 && call.status() != 401) {
                JsonNode body = Town.json(call.body());
                String key = body.path("scheduleId").asText() + "/"
                        + body.path("segmentId").asText();
                Posts posts = bySegment.computeIfAbsent(key, k -> new Posts(new ArrayList<>(), new boolean[] {true}));
                if (!posts.read()[0]) {
                    wrong("POST of %s again after %s without a reading", key, posts.attempts());
                }
                List<Integer> before = posts.attempts();
                if (!before.isEmpty()) {
                    int last = before.get(before.size() - 1);
                    boolean unknown = last == Received.LOST
                            || last == Received.PENDING
                            || last == 200
                            || last == 408
                            || last >= 500
                            || last == 409
                            || timedOut.contains(key);
                    if (!unknown) {
                        wrong("POST of %s again after %s", key, before);
                    }
                }
                if (fault == Woe.TIME_OUT) {
                    timedOut.add(key);
                }
                posts.attempts().add(call.status());
                posts.read()[0] = false;
                if (posts.attempts().size() > MAX_ATTEMPTS) {
                    wrong("%d POSTs of %s: %s", posts.attempts().size(), key, posts.attempts());
                }
            }
        }
        timedOut.clear();
    }

    private final Set<String> timedOut = new HashSet<>();

    // After a 429 the whole client waits as long as it was told.
    private void waits(List<Received> calls, Map<Long, Woe> faults, boolean tokensToo) {
        for (Received refused : calls) {
            Woe fault = faults.get(refused.nanoTime());
            if (fault == null || fault.told() == 0 || refused.status() != 429 || refused.clientId() == null) {
                continue;
            }
            long wait = (long) (fault.told() * 1e9 / Town.FACTOR) - 2_000_000;
            for (Received call : calls) {
                long after = call.nanoTime() - refused.nanoTime();
                if (refused.clientId().equals(call.clientId())
                        && (tokensToo || !call.tokenCall() && !refused.tokenCall())
                        && after > ON_THE_WIRE
                        && after < wait) {
                    wrong(
                            "%s %s came %d ms after a 429 on %s %s that told %d",
                            call.method(), call.path(), after / 1_000_000, refused.method(), refused.path(), (long)
                                    (fault.told() * 1000 / Town.FACTOR));
                    break;
                }
            }
        }
    }

    // In fair weather everybody has what he should have, or the report says why not.
    private void calm(JsonNode report, List<JsonNode> lines) throws IOException {
        if (!report.path("complete").asBoolean()) {
            wrong("a calm pass is not complete: %s", report);
        }
        Map<Town.Pair, List<JsonNode>> byPair = new HashMap<>();
        for (JsonNode line : lines) {
            Town.Pair pair = new Town.Pair(
                    line.path("organization").asText(), line.path("scheduleId").asText(), (int)
                            (line.path("zendeskUserId").asLong() - Town.FIRST));
            byPair.computeIfAbsent(pair, p -> new ArrayList<>()).add(line);
        }
        for (Town.Pair pair : new HashSet<>(town.mapped())) {
            List<JsonNode> deciding = byPair.getOrDefault(pair, List.of()).stream()
                    .filter(line -> !line.path("outcome").asText().equals("merged"))
                    .toList();
            String skip = town.skipped(pair.organization(), pair.agent());
            if (skip != null) {
                if (deciding.isEmpty()
                        || !deciding.stream()
                                .allMatch(
                                        line -> skip.equals(line.path("reason").asText()))) {
                    wrong("%s is to be skipped, %s, and is %s", pair, skip, deciding);
                }
                continue;
            }
            if (deciding.size() != 1) {
                wrong("%s has %d deciding outcomes: %s", pair, deciding.size(), deciding);
                continue;
            }
            explained(pair, deciding.get(0));
        }
    }

    private void explained(Town.Pair pair, JsonNode line) throws IOException {
        String id = line.path("segmentId").asText();
        Segment segment = sandbox.genesys().segments(pair.organization()).stream()
                .filter(s ->
                        s.scheduleId().equals(pair.schedule()) && s.userId().equals(Town.user(pair.agent())))
                .findFirst()
                .orElse(null);
        switch (line.path("outcome").asText()) {
            case "created", "present", "adopted", "restored" -> {
                // Its being there was looked at already.
            }
            case "declined" -> {
                boolean no = segment != null
                        && !ACTIVE.contains(segment.status())
                        && "no".equals(lastWriter.get(segment.id()));
                if (!no) {
                    wrong("%s is declined, and no person said no: %s", pair, segment);
                }
            }
            case "dead-lettered" -> {
                JsonNode letter = letter(line);
                String retry = letter == null ? "" : letter.path("retryAt").asText("");
                boolean waits = !retry.isEmpty()
                        && Instant.parse(retry).isAfter(began)
                        && Instant.parse(letter.path("evidence").path("lastAt").asText())
                                .isBefore(began);
                boolean active = segment != null && ACTIVE.contains(segment.status()) && !committing.contains(id);
                if (!waits && !town.taken.contains(id) && !committing.contains(id) || active) {
                    wrong("%s is dead-lettered without need: %s, %s", pair, letter, segment);
                }
            }
            default -> wrong("%s in a calm pass: %s", pair, line);
        }
    }
}
