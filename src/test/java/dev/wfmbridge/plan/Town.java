package dev.wfmbridge.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Permission;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.segment.ExpectedId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;

/**
 * One bridge and its servers, on which one state after the other is played: each with groups, agents, users and
 * schedules of its own, so that nothing of the previous one is in its way. The settings of a bridge are drawn from its
 * number.
 */
final class Town implements AutoCloseable {

    static final String[] ORGANIZATIONS = {"acme", "globex"};
    static final String[] IDS = {"8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33"};
    static final String STATUS_FIELD = "genesys_wfm_status";
    private static final String ID_FIELD = "genesys_user_id";
    private static final String[] STATUSES = {"APPROVED", "PENDING", "REJECTED", "CANCELLED"};
    private static final String[] STATES = {"active", "inactive", "deleted"};

    private static final Object STARTING = new Object();

    private record Entry(int group, int organization, int schedules, int variant) {}

    private final World world = new World();
    private final Rehearsal rehearsal;
    private final String policy;
    private final String instance;
    private final boolean writesBack;
    private final String text;

    private boolean warm;
    private int number;
    private long lastMembership = 7_200_000_000_000L;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Integer> absent = new LinkedHashSet<>();
    private final Map<Integer, String> overrides = new LinkedHashMap<>();
    private final Set<Long> memberships = new LinkedHashSet<>();
    private final Set<Long> groups = new LinkedHashSet<>();
    private final Set<Integer> agents = new LinkedHashSet<>();

    /** @param chunk from which its settings are drawn */
    Town(long chunk, Path folder) throws Exception {
        Random random = new Random(chunk * 31 + 7);
        policy = List.of("report", "cancel", "delete", "cancel").get(random.nextInt(4));
        instance = policy.equals("report") && random.nextBoolean() ? "" : "town";
        writesBack = random.nextInt(3) > 0;
        boolean fieldExists = random.nextInt(6) > 0;
        int minCount = random.nextInt(4);
        String maxShare = List.of("0.1", "0.3", "0.6").get(random.nextInt(3));
        text = "policy " + policy + ", instance \"" + instance + "\", status back " + writesBack + ", field "
                + fieldExists + ", min-count " + minCount + ", max-share " + maxShare;
        for (int i = 0; i < 2; i++) {
            world.addOrganization(ORGANIZATIONS[i], IDS[i], "client-" + i, "secret-of-" + i, 100_000);
        }
        world.weather().zendeskRequestsPerMinute(100_000).jobDuration(Duration.ZERO);
        world.zendesk().addUserField(ID_FIELD, "Genesys user");
        if (fieldExists) {
            world.zendesk().addUserField(STATUS_FIELD, "WFM");
        }
        rehearsal = Rehearsal.of(world, folder, 500)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "2000")
                .with("GENESYS_WORKERS", "2")
                .with("GENESYS_USERS_FRESH", "0s")
                // All files are read before and after each plan, and after each pass.
                .with("BRIDGE_KEEP_RUNS", "3")
                .with("HTTP_MAX_ATTEMPTS", "2")
                .with("HTTP_BACKOFF", "1s-1s")
                .with("BRIDGE_INSTANCE", instance)
                .with("REMOVALS_POLICY", policy)
                .with("REMOVALS_MIN_COUNT", String.valueOf(minCount))
                .with("REMOVALS_MAX_SHARE", maxShare);
        if (writesBack) {
            rehearsal.with("ZENDESK_STATUS_FIELD", STATUS_FIELD);
        }
        rehearsal.mapping(mapping());
        start();
    }

    Rehearsal rehearsal() {
        return rehearsal;
    }

    /** The settings of this bridge. */
    String text() {
        return text;
    }

    /** Bridges of one process share the scheduler's name, so that they start one after the other. */
    void start() throws Exception {
        synchronized (STARTING) {
            rehearsal.restart();
            rehearsal.start();
            warm = false;
        }
    }

    /** The tokens of both organisations are known: from here on each pass asks the same. */
    void warmUp() throws Exception {
        List<State.Fact> facts = new ArrayList<>();
        facts.add(new State.Fact(State.What.GROUP, 0, 0, 0, 0));
        facts.add(new State.Fact(State.What.AGENT, 0, 5, 0, 0));
        facts.add(new State.Fact(State.What.JOIN, 0, 0, 0, 0));
        for (int organization = 0; organization < 2; organization++) {
            facts.add(new State.Fact(State.What.ENTRY, 0, organization, 0, 2));
        }
        play(new State(0, facts));
        rehearsal.plan();
        warm = true;
    }

    boolean isWarm() {
        return warm;
    }

    /** Forgets the previous state, and sets up the facts of this one. */
    void play(State state) throws Exception {
        reset();
        for (State.Fact fact : state.facts()) {
            try {
                apply(fact);
            } catch (NoSuchElementException | IllegalArgumentException elsewhere) {
                // Somebody is there already, or is gone: the fact is meaningless in this state.
            }
        }
        ready();
    }

    /** The mapping is written, nothing is remembered of deliveries, and the servers' records are empty. */
    private void ready() throws Exception {
        rehearsal.mapping(mapping());
        rehearsal
                .bridge()
                .context()
                .getRegistry()
                .lookupByNameAndType("segmentKeys", SegmentKeys.class)
                .clear();
        rehearsal.sandbox().genesys().clearReceived();
        rehearsal.sandbox().zendesk().clearReceived();
    }

    private void reset() throws Exception {
        rehearsal.sandbox().zendesk().interceptor(null);
        for (String organization : ORGANIZATIONS) {
            for (Segment segment : rehearsal.sandbox().genesys().segments(organization)) {
                world.removeSegment(organization, segment.id());
            }
            for (int agent = 0; agent < 10; agent++) {
                for (String id : List.of(user(agent), user(agent) + "-too")) {
                    try {
                        world.userState(organization, id, "deleted");
                    } catch (NoSuchElementException none) {
                        continue;
                    }
                }
            }
            world.servesSegments(organization, true)
                    .grant(organization, Permission.READ_USERS, Permission.READ_SEGMENTS);
            var client = rehearsal.bridge().clients().known(organization);
            if (client != null) {
                client.resume();
            }
            Files.deleteIfExists(ledger(organization));
            Path letters = rehearsal.data().resolve("dead-letter").resolve(organization);
            if (Files.isDirectory(letters)) {
                try (var files = Files.list(letters)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        memberships.forEach(world.zendesk()::removeMembership);
        for (long group : groups) {
            try {
                world.zendesk().removeGroup(group);
            } catch (NoSuchElementException gone) {
                continue;
            }
        }
        for (int agent : agents) {
            try {
                world.zendesk().removeAgent(agentId(agent));
            } catch (NoSuchElementException gone) {
                continue;
            }
        }
        memberships.clear();
        groups.clear();
        agents.clear();
        entries.clear();
        absent.clear();
        overrides.clear();
        number++;
        for (String organization : ORGANIZATIONS) {
            world.addSchedule(organization, schedule(0), schedule(1));
        }
    }

    private void apply(State.Fact fact) throws Exception {
        int a = fact.a();
        int b = fact.b();
        String organization = ORGANIZATIONS[a % 2];
        switch (fact.what()) {
            case GROUP -> {
                world.zendesk().addGroup(groupId(a), groupName(a));
                groups.add(groupId(a));
            }
            case ENTRY -> entries.add(new Entry(a, b, fact.c(), fact.d()));
            case DROP_ENTRY -> {
                if (entries.size() > 1) {
                    entries.remove(a % entries.size());
                }
            }
            case ABSENT -> absent.add(a % 4);
            case AGENT -> {
                ZendeskAgent agent = ZendeskAgent.of(agentId(a), "Agent " + a, b == 0 ? null : email(a));
                world.zendesk().addAgent(agent.withTags(b == 1 ? "t1" : b == 2 ? "t2" : "other"));
                agents.add(a);
            }
            case USER -> world.addUser(organization, user(b), email(b), "User " + b, STATES[fact.c() % 3]);
            case SECOND_USER ->
                world.addUser(organization, user(b) + "-too", email(b), "Namesake of " + b, STATES[fact.c() % 3]);
            case OVERRIDE -> overrides.put(a, fact.c() == 0 ? "nobody" : user(b));
            case ID_FIELD ->
                world.zendesk()
                        .updateAgent(
                                agentId(a), agent -> agent.withUserField(ID_FIELD, fact.c() == 0 ? "nobody" : user(b)));
            case JOIN -> join(agentId(a), groupId(b));
            case LEAVE -> leave(a, b);
            case SUSPEND -> world.zendesk().updateAgent(agentId(a), agent -> agent.withSuspended(!agent.suspended()));
            case DELETE_AGENT -> world.zendesk().updateAgent(agentId(a), ZendeskAgent::deleted);
            case END_USER -> world.zendesk().updateAgent(agentId(a), agent -> agent.withRole("end-user"));
            case NEW_EMAIL -> world.zendesk().updateAgent(agentId(a), agent -> agent.withEmail("new-" + email(a)));
            case TAG ->
                world.zendesk().updateAgent(agentId(a), agent -> agent.withTags(fact.c() % 2 == 0 ? "t1" : "t2"));
            case UNTAG -> world.zendesk().updateAgent(agentId(a), agent -> agent.withTags());
            case FORGET_AGENT -> world.zendesk().removeAgent(agentId(a));
            case NOT_SIDE_LOADED -> world.zendesk().sideLoadLacksUsers(agentId(a));
            case STATUS_FIELD ->
                world.zendesk()
                        .updateAgent(
                                agentId(a),
                                agent -> agent.withUserField(
                                        STATUS_FIELD,
                                        List.of("approved", "pending", "rejected", "something else")
                                                .get(fact.c() % 4)));
            case RENAME_GROUP ->
                world.zendesk().renameGroup(groupId(a), groupName(a) + (fact.c() % 2 == 0 ? "" : " renamed"));
            case DELETE_GROUP -> world.zendesk().deleteGroup(groupId(a));
            case REMOVE_GROUP -> world.zendesk().removeGroup(groupId(a));
            case SAME_NAME -> {
                world.zendesk().addGroup(groupId(a + 5), groupName(a));
                groups.add(groupId(a + 5));
            }
            case GROUP_NOT_SIDE_LOADED -> world.zendesk().sideLoadLacksGroups(groupId(a));
            case MALFORMED_ROW -> {
                ObjectNode row = JsonNodeFactory.instance.objectNode().putNull("user_id");
                if (fact.c() % 3 > 0) {
                    row.put("group_id", groupId(b % 3));
                }
                long key = highest();
                world.zendesk().addRawMembership(row);
                lastMembership = key + 128;
                memberships.add(lastMembership);
            }
            case BY_HAND ->
                world.addSegment(
                        organization,
                        "by-hand-" + number + "-" + organization + "-" + b + "-" + fact.c() % 2,
                        user(b),
                        schedule(fact.c() % 2),
                        STATUSES[fact.d() % 4]);
            case OWN -> own(organization, a % 2, b, fact.c() % 2, fact.d());
            case TAKEN ->
                world.addSegment(
                        organization,
                        own(a % 2, fact.c() % 2, user(b)),
                        user(b) + "-somebody",
                        schedule(fact.c() % 2),
                        STATUSES[fact.d() % 4]);
            case PERSON -> person(organization, b, fact.d());
            case LETTER -> letter(organization, own(a % 2, fact.c() % 2, user(b)), fact);
            case LEDGER_LINE -> ledgerLine(organization, a % 2, b, fact.c(), fact.d());
            case NO_LEDGER -> Files.deleteIfExists(ledger(organization));
            case SUSPENDED -> {
                var client = rehearsal.bridge().clients().known(organization);
                if (client != null) {
                    client.suspend();
                }
            }
            case NOT_SERVED -> world.servesSegments(organization, false);
            case NO_USERS -> world.revoke(organization, Permission.READ_USERS);
            case NO_SEGMENTS -> world.revoke(organization, Permission.READ_SEGMENTS);
            case HALF_LISTING -> {
                for (int i = 0; i < 101; i++) {
                    join(agentId(a), groupId(9));
                }
                // What comes behind the first hundred is not read.
                rehearsal
                        .sandbox()
                        .zendesk()
                        .interceptor(call -> call.path().equals("/api/v2/group_memberships")
                                        && call.query().contains("after")
                                ? Fault.gatewayPage(502)
                                : null);
            }
            case PASS -> {
                ready();
                rehearsal.once();
            }
            default -> throw new IllegalArgumentException(fact.toString());
        }
    }

    private void join(long agent, long group) {
        long id = highest() + 1;
        world.zendesk().addMembership(id, agent, group);
        lastMembership = id;
        memberships.add(id);
        rows.put(id, new long[] {agent, group});
    }

    private final Map<Long, long[]> rows = new LinkedHashMap<>();

    private void leave(int agent, int group) {
        for (long id : List.copyOf(memberships)) {
            long[] row = rows.get(id);
            if (row != null && row[0] == agentId(agent) && row[1] == groupId(group)) {
                world.zendesk().removeMembership(id);
                memberships.remove(id);
                rows.remove(id);
            }
        }
    }

    private long highest() {
        return memberships.stream().mapToLong(Long::longValue).max().orElse(lastMembership);
    }

    private void own(String organization, int index, int agent, int schedule, int variant) throws Exception {
        String id = own(index, schedule, user(agent));
        world.addSegment(organization, id, user(agent), schedule(schedule), STATUSES[variant % 4]);
        if (STATUSES[variant % 4].equals("CANCELLED") && agent % 2 == 0) {
            // As an earlier pass cancelled it.
            ObjectNode line = line(index, agent, schedule, 0);
            line.put("created", true).put("statusBefore", "APPROVED").put("cancelledVersion", 1);
            append(organization, line);
        }
    }

    private void person(String organization, int index, int what) {
        List<Segment> segments = rehearsal.sandbox().genesys().segments(organization);
        if (segments.isEmpty()) {
            return;
        }
        String id = segments.get(index % segments.size()).id();
        switch (what % 4) {
            case 0 -> world.decline(organization, id);
            case 1 -> world.cancel(organization, id);
            case 2 -> world.approve(organization, id);
            default -> world.removeSegment(organization, id);
        }
    }

    private void letter(String organization, String segmentId, State.Fact fact) throws Exception {
        LetterCode[] codes = {
            LetterCode.INVALID_REQUEST,
            LetterCode.PHANTOM_CONFLICT,
            LetterCode.SEGMENT_ID_TAKEN,
            LetterCode.DESTINATION_UNAVAILABLE
        };
        // Due in 12 minutes, or three hours ago.
        Instant lastAt = Instant.now().minus(Duration.ofMinutes(fact.d() % 3 == 0 ? 195 : 3));
        new DeadLetters(DataFolder.open(rehearsal.data()), warning -> {})
                .put(
                        organization,
                        new DeadLetter(
                                Map.of("segmentId", segmentId),
                                new DeadLetter.Source(agentId(fact.b()), groupId(0), 1L),
                                codes[fact.d() % 4],
                                "no matter",
                                new DeadLetter.Evidence(400, null, List.of(), 1, lastAt, lastAt)));
    }

    /** A line as an earlier pass would have left it. */
    private void ledgerLine(String organization, int index, int agent, int variant, int more) throws Exception {
        ObjectNode line = line(index, agent, variant % 2, more % 3);
        line.put("created", variant % 3 > 0)
                .put("statusBefore", more % 4 == 1 ? "APPROVED" : more % 4 == 2 ? "PENDING" : null)
                .put("cancelledVersion", more % 4 == 1 || more % 4 == 2 ? 1 + more % 3 : 0)
                .put("statusWritten", more % 5 == 0 && writesBack ? "approved" : null);
        append(organization, line);
    }

    private ObjectNode line(int index, int agent, int schedule, int group) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("segmentId", own(index, schedule, user(agent)))
                .put("target", "userschedulesegments")
                .put("scheduleId", schedule(schedule))
                .put("userId", user(agent))
                .put("zendeskUserId", agentId(agent))
                .put("groupId", groupId(group));
    }

    private void append(String organization, ObjectNode line) throws IOException {
        Path file = ledger(organization);
        Files.createDirectories(file.getParent());
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path ledger(String organization) {
        return rehearsal.data().resolve("ledger").resolve(organization + ".jsonl");
    }

    private String own(int organization, int schedule, String user) {
        return ExpectedId.inSchedule(instance, IDS[organization], schedule(schedule), user);
    }

    private String mapping() {
        StringBuilder yaml = new StringBuilder("genesysUserIdField: " + ID_FIELD + "\norganizations:\n");
        for (int i = 0; i < 2; i++) {
            yaml.append("  " + ORGANIZATIONS[i] + ":\n    id: " + IDS[i] + "\n");
            yaml.append("    apiUrl: \"{{env:SANDBOX_GENESYS_URL}}\"\n    loginUrl: \"{{env:SANDBOX_GENESYS_URL}}\"\n");
            String variable = ORGANIZATIONS[i].toUpperCase(java.util.Locale.ROOT);
            yaml.append("    clientId: \"{{env:" + variable + "_CLIENT_ID}}\"\n    clientSecret: \"{{env:" + variable
                    + "_CLIENT_SECRET}}\"\n    quota: { requests: 2000, per: 60s }\n");
        }
        if (!overrides.isEmpty()) {
            yaml.append("users:\n");
            overrides.forEach((agent, user) -> yaml.append("  " + agentId(agent) + ": " + user + "\n"));
        }
        yaml.append("groups:\n");
        Set<String> taken = new LinkedHashSet<>();
        int index = 0;
        for (Entry entry : entries.isEmpty() ? List.of(new Entry(0, 0, 0, 0)) : entries) {
            String group = entry.variant() % 4 == 3 ? String.valueOf(groupId(entry.group())) : groupName(entry.group());
            List<String> schedules = new ArrayList<>();
            for (int schedule = 0; schedule < 2; schedule++) {
                // 0: the first one, 1: the second one, 2: both
                if ((entry.schedules() == 2 || entry.schedules() == schedule)
                        && taken.add(group + "/" + entry.organization() + "/" + schedule)) {
                    schedules.add(schedule(schedule));
                }
            }
            if (!schedules.isEmpty()) {
                yaml.append("  - zendeskGroup: " + group + "\n    organization: " + ORGANIZATIONS[entry.organization()]
                        + "\n    scheduleIds: [" + String.join(", ", schedules) + "]\n");
                yaml.append(
                        switch (entry.variant() % 5) {
                            case 0 -> "    status: PENDING\n";
                            case 1 -> "    status: APPROVED\n    statusByTag: { t1: PENDING }\n";
                            default -> "    status: APPROVED\n";
                        });
                yaml.append(
                        switch (entry.variant() % 7) {
                            case 0 -> "    withoutTags: [t2]\n";
                            case 1 -> "    withTags: [t1, other]\n";
                            default -> "";
                        });
                if (absent.contains(index)) {
                    yaml.append("    absent: true\n");
                }
            }
            index++;
        }
        return yaml.toString();
    }

    private long groupId(int index) {
        return 6_100_000_000_000L + number * 10L + index;
    }

    private String groupName(int index) {
        return "Group-" + number + "-" + index;
    }

    private long agentId(int index) {
        return 6_300_000_000_000L + number * 10L + index;
    }

    private String email(int index) {
        return "agent-" + number + "-" + index + "@example.com";
    }

    private String user(int index) {
        return "user-" + number + "-" + index;
    }

    private String schedule(int index) {
        return "sched-" + number + "-" + index;
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
