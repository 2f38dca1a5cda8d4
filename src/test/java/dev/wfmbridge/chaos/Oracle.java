package dev.wfmbridge.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.SegmentWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Says what a pass must have done and must not have done, from the servers' state and the files that scripts read. It uses no
 * class of the bridge: ids, who decides for a segment, what may be removed and how much of it are derived here once more, from what
 * is promised.
 */
final class Oracle {
    private static final Set<String> ACTIVE = Set.of("PENDING", "APPROVED");
    private static final Set<String> THERE = Set.of("created", "adopted", "restored");
    private static final int MAX_ATTEMPTS = 4;
    private static final int MOST_IN_A_CALL = 100;
    private static final int MIN_COUNT = 3;
    private static final double MAX_SHARE = 0.1;
    /** From the most to the least in need of attention. */
    private static final List<String> ATTENTION = List.of("REJECTED", "CANCELLED", "PENDING", "APPROVED");

    static final String INSTANCE = "chaos";

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
    private final Met met;
    /** Organisation → the ledger's lines as the pass found them, by segment. */
    private final Map<String, Map<String, JsonNode>> ledger = new HashMap<>();
    /** Organisation → the segments as the pass found them, by id. */
    private final Map<String, Map<String, Segment>> found = new HashMap<>();
    /** Organisation and Genesys user → the agent who answered for them. */
    private final Map<String, Integer> answeredFor = new HashMap<>();

    Oracle(Town town, Sandbox sandbox, Path data, Met met) {
        this.town = town;
        this.sandbox = sandbox;
        this.data = data;
        this.met = met;
    }

    List<String> wrong() {
        return wrong;
    }

    private void wrong(String what, Object... with) {
        wrong.add(pass + ": " + what.formatted(with));
    }

    /** A pass is about to begin. */
    void begin() throws IOException {
        for (String organization : town.organizations) {
            Map<String, JsonNode> lines = new HashMap<>();
            Path file = data.resolve("ledger/" + organization + ".jsonl");
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode json = Town.json(line);
                    lines.put(json.path("segmentId").asText(), json);
                }
            }
            ledger.put(organization, lines);
            Map<String, Segment> segments = new HashMap<>();
            sandbox.genesys().segments(organization).forEach(segment -> segments.put(segment.id(), segment));
            found.put(organization, segments);
        }
        // Where there is an older one: a pass of which nothing is told must not pass for it.
        Path latest = data.resolve("runs/latest.json");
        lastRun = Files.exists(latest)
                ? Town.json(Files.readString(latest)).path("runId").asText()
                : "";
        began = Instant.now();
        Set<String> ids = new HashSet<>();
        town.organizations.forEach(
                organization -> sandbox.genesys().committing(organization).forEach(segment -> ids.add(segment.id())));
        committing = ids;
    }

    /**
     * Looks at what a pass left.
     *
     * @param faults what the interceptors did, by the moment of the call
     * @param disturbed whether an organisation may have had one owner after the other: the second one knows what stands in the servers,
     *     and not what the first one was told last
     */
    void check(String name, Map<Long, Woe> faults, Refusals refusals, boolean calm, boolean quiet, boolean disturbed)
            throws IOException {
        pass = name;
        JsonNode report = Town.json(Files.readString(data.resolve("runs/latest.json")));
        String run = report.path("runId").asText();
        if (run.equals(lastRun)) {
            wrong("no report");
            return;
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve("runs/" + run + ".outcomes.jsonl"))) {
            lines.add(Town.json(line));
        }
        sum(report, lines);
        ids(lines);
        precedence(lines);
        states(lines, calm);
        history();
        List<Received> calls = sandbox.genesys().received();
        tokens(calls, faults);
        for (String organization : town.organizations) {
            if (!disturbed) {
                posts(organization, calls, faults);
            }
            posted(organization, calls);
            removals(organization, report, calm);
        }
        written(lines, calm);
        if (!disturbed) {
            waits(calls, faults, refusals, true);
            waits(sandbox.zendesk().received(), faults, refusals, false);
        }
        if (calm) {
            calm(report, lines);
        }
        lines.forEach(this::meets);
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
        for (String organization : town.organizations) {
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
        for (String organization : town.organizations) {
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
            if (town.schedule.setup().policy().equals("report")) {
                wrong("%s was removed under the policy report", write);
            }
            if (!id.equals(own(organization, segment.scheduleId(), segment.userId()))) {
                wrong("%s was removed, and it is not this bridge's own", write);
            }
            JsonNode line = ledger.get(organization).get(id);
            if (line == null) {
                wrong("%s was removed, and no ledger line named it", write);
            } else if (hasRow(organization, segment.scheduleId(), segment.userId(), agentOf(line))) {
                wrong("%s was removed, and its membership is there", write);
            }
        }
    }

    // The id of a segment is a UUID of version 5: namespace the organisation's id, name instance/schedule/user.
    private String own(String organization, String schedule, String user) {
        String name = (town.schedule.setup().instance() ? INSTANCE + "/" : "") + schedule + "/" + user;
        UUID namespace = UUID.fromString(town.organizationId(organization));
        ByteBuffer text = ByteBuffer.allocate(16 + name.getBytes(StandardCharsets.UTF_8).length);
        text.putLong(namespace.getMostSignificantBits()).putLong(namespace.getLeastSignificantBits());
        text.put(name.getBytes(StandardCharsets.UTF_8));
        try {
            ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(text.array()));
            long high = hash.getLong() & ~0xf000L | 0x5000L;
            long low = hash.getLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
            return new UUID(high, low).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private int agentOf(JsonNode line) {
        return town.agentOf(line.path("zendeskUserId").asLong());
    }

    /**
     * Whether the agent, or whoever else is that Genesys user, is in a group of this schedule, be it since the pass was reading. Who is
     * suspended and has that address is one too where the user is active: nobody searches for the others.
     */
    private boolean hasRow(String organization, String schedule, String user, int agent) {
        return town.mapped().stream()
                .filter(pair -> pair.organization().equals(organization)
                        && pair.schedule().equals(schedule))
                .anyMatch(pair -> pair.agent() == agent
                        || town.isNamed(user, pair.agent()) && !town.suspended.contains(pair.agent()));
    }

    private void ids(List<JsonNode> lines) {
        for (JsonNode line : lines) {
            if (line.path("genesysUserId").isTextual()) {
                String own = own(
                        line.path("organization").asText(),
                        line.path("scheduleId").asText(),
                        line.path("genesysUserId").asText());
                if (!own.equals(line.path("segmentId").asText())) {
                    wrong("the id of this one is to be %s: %s", own, line);
                }
            }
        }
    }

    // The entry that stands first decides, within it the lowest membership; who is skipped takes no part.
    private void precedence(List<JsonNode> lines) {
        Map<String, List<JsonNode>> bySegment = new TreeMap<>();
        for (JsonNode line : lines) {
            if (!line.path("outcome").asText().equals("skipped")
                    && line.path("genesysUserId").isTextual()) {
                bySegment
                        .computeIfAbsent(
                                line.path("organization").asText() + "/"
                                        + line.path("scheduleId").asText() + "/"
                                        + line.path("genesysUserId").asText(),
                                k -> new ArrayList<>())
                        .add(line);
            }
        }
        bySegment.forEach((segment, of) -> {
            of.sort(Comparator.comparingInt(
                            (JsonNode line) -> line.path("entryLine").asInt())
                    .thenComparingLong(line -> line.path("membershipId").asLong()));
            String first = of.get(0).path("outcome").asText();
            for (int i = 0; i < of.size(); i++) {
                String outcome = of.get(i).path("outcome").asText();
                // A halt holds all that was not tried, whoever decides.
                boolean held = first.equals("held") && outcome.equals("held");
                if (!held && outcome.equals("merged") == (i == 0)) {
                    wrong("number %d of those that are one segment: %s", i + 1, of);
                }
            }
            if (of.stream().mapToInt(this::agentOf).distinct().count() > 1) {
                met.met(Met.Situation.TWO_AGENTS_ONE_GENESYS_USER);
            }
        });
    }

    /** Whether an agent is that user; where users count as known for a while, one who is not active any more is sent too. */
    private boolean isWantedFor(String organization, String user, int agent) {
        return user.equals(town.userOf(organization, agent))
                || !town.schedule.setup().staysUp()
                        && town.isNamed(user, agent)
                        && !town.suspended.contains(agent)
                        && "user-inactive".equals(town.skipped(organization, agent));
    }

    // A new segment has the id and the status that its entry gives it.
    private void posted(String organization, List<Received> calls) {
        for (Received call : calls) {
            if (!organization.equals(call.account()) || Kind.ofGenesys(call) != Kind.POST) {
                continue;
            }
            JsonNode body = Town.json(call.body());
            String schedule = body.path("scheduleId").asText();
            String user = body.path("userId").asText();
            if (!body.path("segmentId").asText().equals(own(organization, schedule, user))) {
                wrong("the id of this POST is to be %s: %s", own(organization, schedule, user), call.body());
            }
            String status = town.entries.stream()
                    .filter(entry -> entry.organization().equals(organization)
                            && entry.schedules().contains(schedule)
                            && town.members.keySet().stream()
                                    .anyMatch(agent -> town.members.get(agent).containsKey(entry.group())
                                            && town.takes(entry, agent)
                                            && isWantedFor(organization, user, agent)))
                    .map(Town.Entry::status)
                    .findFirst()
                    .orElse("nothing, since nobody is to have it");
            if (town.rejoined.isEmpty() && !status.equals(body.path("status").asText())) {
                wrong("the status of this POST is to be %s: %s", status, call.body());
            }
        }
    }

    // All candidates of a schedule go, or none of them where they are too many.
    private void removals(String organization, JsonNode report, boolean calm) {
        List<Segment> now = sandbox.genesys().segments(organization);
        JsonNode told = report.path("organizations").path(organization).path("removals");
        boolean refused = false;
        for (String schedule : organization.equals(town.acme) ? List.of("sched-1", "sched-2") : List.of("sched-g")) {
            List<Segment> own = found.get(organization).values().stream()
                    .filter(segment -> segment.scheduleId().equals(schedule)
                            && ACTIVE.contains(segment.status())
                            && segment.id().equals(own(organization, schedule, segment.userId())))
                    .toList();
            List<Segment> candidates = own.stream()
                    .filter(segment -> {
                        JsonNode line = ledger.get(organization).get(segment.id());
                        return line != null
                                && !hasRow(organization, schedule, segment.userId(), agentOf(line))
                                && !mayBeSkipped(organization, schedule, segment.userId());
                    })
                    .toList();
            if (own.stream().anyMatch(segment -> isAnothersSinceTheReading(organization, schedule, segment))) {
                met.met(Met.Situation.ANOTHER_AGENT_JOINED_WHILE_READING);
            }
            long gone = own.stream()
                    .filter(segment -> now.stream()
                            .noneMatch(left -> left.id().equals(segment.id()) && ACTIVE.contains(left.status())))
                    .count();
            int most = Math.max(MIN_COUNT, (int) (MAX_SHARE * own.size()));
            boolean removes = !town.schedule.setup().policy().equals("report");
            if (gone > most && removes) {
                wrong("%d segments were removed from %s, and %d is the most of %d", gone, schedule, most, own.size());
            }
            if (gone > 0) {
                met.met(Met.Situation.REMOVED);
            }
            if (gone == MIN_COUNT && most == MIN_COUNT) {
                met.met(Met.Situation.AS_MANY_REMOVED_AS_MAY_BE);
            }
            if (!calm || !removes) {
                continue;
            }
            if (candidates.size() <= most) {
                for (Segment candidate : candidates) {
                    if (now.stream()
                            .anyMatch(left -> left.id().equals(candidate.id()) && ACTIVE.contains(left.status()))) {
                        wrong("nobody has %s any more, and it is there: %s", candidate, told);
                    }
                }
            } else {
                refused = true;
                if (gone > 0) {
                    wrong(
                            "%d of %d candidates in %s were removed, too many to remove any",
                            gone, candidates.size(), schedule);
                }
            }
        }
        if (refused) {
            met.met(Met.Situation.REMOVALS_REFUSED);
            if (told.path("refused").asInt() == 0) {
                wrong("%s does not tell that removals were refused: %s", organization, told);
            }
        }
    }

    /** Whether the ledger's agent has left, and another one who is the same Genesys user joined while the pass was reading. */
    private boolean isAnothersSinceTheReading(String organization, String schedule, Segment segment) {
        JsonNode line = ledger.get(organization).get(segment.id());
        List<Integer> agents = town.mapped().stream()
                .filter(pair -> pair.organization().equals(organization)
                        && pair.schedule().equals(schedule)
                        && (line != null && pair.agent() == agentOf(line)
                                || segment.userId().equals(town.userOf(organization, pair.agent()))))
                .map(Town.Pair::agent)
                .toList();
        return line != null
                && !agents.isEmpty()
                && town.rejoined.containsAll(agents)
                && !agents.contains(agentOf(line));
    }

    /** Whether somebody in a group of this schedule has that user's address, and is skipped for another reason. */
    private boolean mayBeSkipped(String organization, String schedule, String user) {
        return town.mapped().stream()
                .anyMatch(pair -> pair.organization().equals(organization)
                        && pair.schedule().equals(schedule)
                        && town.skipped(organization, pair.agent()) != null
                        && town.isNamed(user, pair.agent()));
    }

    // What Zendesk shows of an agent with several segments: the one that needs attention.
    private void written(List<JsonNode> lines, boolean calm) {
        for (Received call : sandbox.zendesk().received()) {
            if (call.path().contains("update_many")) {
                met.met(Met.Situation.STATUS_WRITTEN);
                int users = Town.json(call.body()).path("users").size();
                if (users > MOST_IN_A_CALL) {
                    wrong("%d users in one call to Zendesk", users);
                }
            }
            if (Kind.ofZendesk(call) == Kind.GROUP_ANEW
                    && call.query() != null
                    && call.query().contains("after")) {
                met.met(Met.Situation.GROUP_READ_ANEW_TO_ITS_SECOND_PAGE);
            }
        }
        if (!calm
                || !town.schedule.setup().statusField()
                || town.schedule.setup().approvals()) {
            return;
        }
        Map<Integer, Set<String>> statuses = new TreeMap<>();
        for (JsonNode line : lines) {
            String organization = line.path("organization").asText();
            sandbox.genesys().segments(organization).stream()
                    .filter(segment ->
                            segment.scheduleId().equals(line.path("scheduleId").asText())
                                    && segment.userId()
                                            .equals(line.path("genesysUserId").asText()))
                    .forEach(segment -> statuses.computeIfAbsent(agentOf(line), k -> new HashSet<>())
                            .add(segment.status()));
        }
        statuses.forEach((agent, of) -> {
            String shown = sandbox.zendesk().userFields(town.zendeskId(agent)).get("wfm_status");
            String due = ATTENTION.stream()
                    .filter(of::contains)
                    .findFirst()
                    .orElse("")
                    .toLowerCase(Locale.ROOT);
            if (!due.equals(shown)) {
                wrong("agent %d has %s, and Zendesk shows %s", agent, of, shown);
            }
        });
    }

    private void meets(JsonNode line) {
        switch (line.path("outcome").asText()) {
            case "restored" -> met.met(Met.Situation.RESTORED);
            case "adopted" -> met.met(Met.Situation.ADOPTED);
            case "declined" -> met.met(Met.Situation.DECLINED);
            case "dead-lettered" -> met.met(Met.Situation.DEAD_LETTERED);
            case "held" -> met.met(Met.Situation.HELD);
            default -> {
                // Every schedule meets these.
            }
        }
        if (town.entries.stream()
                .anyMatch(entry -> entry.schedules().size() > 1
                        && town.isGroup(line.path("groupId").asLong(), entry))) {
            met.met(Met.Situation.TWO_SCHEDULES_FOR_ONE_ENTRY);
        }
        if (line.path("genesysUserId").isTextual()) {
            Integer before = answeredFor.put(
                    line.path("organization").asText() + "/"
                            + line.path("genesysUserId").asText(),
                    agentOf(line));
            if (before != null && before != agentOf(line) && !town.hasOverrides()) {
                met.met(Met.Situation.SEGMENT_OF_AN_ADDRESS_HANDED_ON);
            }
        }
    }

    /** Looks at the tokens of calls that were made for events, before a pass. */
    void checkTokens(String name) {
        pass = name;
        tokens(
                sandbox.genesys().received().stream()
                        .sorted(Comparator.comparingLong(Received::nanoTime))
                        .toList(),
                Map.of());
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
            if (kind == Kind.LISTING && call.query().contains("pageNumber=2")) {
                met.met(Met.Situation.LISTING_OF_SEVERAL_PAGES);
            }
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

    // After a 429 the whole client waits as long as it was told. What was on the wire with it may still come in, a call
    // a worker.
    private void waits(List<Received> calls, Map<Long, Woe> faults, Refusals refusals, boolean genesys) {
        for (Received refused : calls) {
            Woe fault = faults.get(refused.nanoTime());
            if (fault == null || fault.told() == 0 || refused.status() != 429 || refused.clientId() == null) {
                continue;
            }
            long wait = Refusals.nanos(fault) - 2_000_000;
            long from = refusals.from(refused);
            List<Received> early = calls.stream()
                    .filter(call -> refused.clientId().equals(call.clientId())
                            && (genesys || !call.tokenCall() && !refused.tokenCall())
                            && call.nanoTime() > from
                            && call.nanoTime() - from < wait)
                    .toList();
            // Two organisations may read the same group again at the same moment, each for its own removals.
            boolean shared = !genesys && refused.path().matches("/api/v2/groups/\\d+/memberships");
            boolean again = !shared
                    && early.stream()
                            .anyMatch(call -> call.method().equals(refused.method())
                                    && call.path().equals(refused.path())
                                    && Objects.equals(call.query(), refused.query())
                                    && Objects.equals(call.body(), refused.body()));
            if (again || early.size() > town.schedule.setup().workers()) {
                wrong(
                        "%d calls, %s, within the %d ms that a 429 on %s %s told",
                        early.size(),
                        again ? "the same one too" : "others",
                        (long) (fault.told() * 1000 / Town.FACTOR),
                        refused.method(),
                        refused.path());
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
                    line.path("organization").asText(), line.path("scheduleId").asText(), agentOf(line));
            byPair.computeIfAbsent(pair, p -> new ArrayList<>()).add(line);
        }
        Set<String> decided = new HashSet<>();
        for (Town.Pair pair : new HashSet<>(town.mapped())) {
            List<JsonNode> of = byPair.getOrDefault(pair, List.of());
            String skip = town.skipped(pair.organization(), pair.agent());
            if (skip != null) {
                if (of.isEmpty()
                        || !of.stream()
                                .allMatch(
                                        line -> skip.equals(line.path("reason").asText()))) {
                    wrong("%s is to be skipped, %s, and is %s", pair, skip, of);
                }
                continue;
            }
            String user = town.userOf(pair.organization(), pair.agent());
            List<JsonNode> deciding = lines.stream()
                    .filter(line -> line.path("organization").asText().equals(pair.organization())
                            && line.path("scheduleId").asText().equals(pair.schedule())
                            && line.path("genesysUserId").asText().equals(user)
                            && !line.path("outcome").asText().equals("merged")
                            && !line.path("outcome").asText().equals("skipped"))
                    .toList();
            if (deciding.size() != 1 || of.isEmpty()) {
                wrong("%s has %d deciding outcomes: %s, %s", pair, deciding.size(), deciding, of);
            } else if (decided.add(pair.organization() + "/" + pair.schedule() + "/" + user)) {
                explained(pair, user, deciding.get(0));
            }
        }
    }

    private void explained(Town.Pair pair, String user, JsonNode line) throws IOException {
        String id = line.path("segmentId").asText();
        Segment segment = sandbox.genesys().segments(pair.organization()).stream()
                .filter(s ->
                        s.scheduleId().equals(pair.schedule()) && s.userId().equals(user))
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
