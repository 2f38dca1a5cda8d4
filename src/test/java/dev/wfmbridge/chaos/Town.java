package dev.wfmbridge.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;

/** The two sides' people, groups and schedules, and what the oracle has to know of them. */
final class Town {
    static final double FACTOR = 200;
    static final int TIME_OUT_MILLIS = 4000;
    private static final String ACME = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a";
    private static final String GLOBEX = "c40d7e92-1a86-4f57-b3a9-9e07d5b86b";
    private static final long FIRST = 6_000_000_000_000L;
    static final long SUPPORT = 6130852536346L;
    static final long BILLING = 6130852536474L;
    static final long SALES = 6130852536602L;
    /** Agents of the crowd are numbered from here on. */
    static final int CROWD = 1000;

    static final long[] GROUPS = {SUPPORT, BILLING, SALES};
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A line of the mapping. */
    record Entry(long group, String organization, List<String> schedules, boolean tags) {
        /** What a new segment is posted with. */
        String status() {
            return group == BILLING ? "PENDING" : "APPROVED";
        }
    }

    /** A user's place in a schedule. */
    record Pair(String organization, String schedule, int agent) {}

    final Schedule schedule;
    final World world;
    /** What the schedules call acme and globex, as this town's are called. */
    final String acme;

    final String globex;
    final List<String> organizations;
    private final int number;
    final List<Entry> entries = new ArrayList<>();
    /** Agent → group → membership. */
    final Map<Integer, Map<Long, Long>> members = new LinkedHashMap<>();
    /** Agent → the Genesys user whose address they have; a number beyond the town's is nobody's. */
    private final Map<Integer, Integer> addresses = new HashMap<>();
    /** Agent → the Genesys user that the mapping names for them. */
    private final Map<Integer, Integer> overrides = new HashMap<>();

    final Set<Integer> suspended = new HashSet<>();
    final Set<Integer> away = new HashSet<>();
    final Map<String, Map<Integer, String>> users = new HashMap<>();
    /** Agents who came back while a pass was reading. */
    final Set<Integer> rejoined = new HashSet<>();
    /** Ids of segments that people made. */
    final Set<String> foreign = new HashSet<>();
    /** Ids that stand somewhere else than where the bridge wants them. */
    final Set<String> taken = new HashSet<>();

    final List<String> secrets = new ArrayList<>();
    private final Random membershipIds;
    private final Set<Long> drawnIds = new HashSet<>();
    private long membershipsSince;
    private int newcomers = 5000;
    private boolean alive;
    private Sandbox sandbox;

    /** A town that has a world for itself. */
    Town(Schedule schedule) {
        this(schedule, new World(), 0);
    }

    /**
     * A town of a world with several, in which only one at a time has people.
     *
     * @param number counted from 1; the schedules of a world's towns follow each other
     */
    Town(Schedule schedule, World world, int number) {
        this.schedule = schedule;
        this.world = world;
        this.number = number;
        this.acme = called("acme");
        this.globex = called("globex");
        this.organizations = List.of(acme, globex);
        Schedule.Setup setup = schedule.setup();
        membershipsSince = 8_000_001_000_000L + 10_000_000L * number;
        membershipIds = new Random(schedule.seed() + 78);
        world.zendesk()
                .addGroup(idOf(SUPPORT), nameOf(SUPPORT))
                .addGroup(idOf(BILLING), nameOf(BILLING))
                .addGroup(idOf(SALES), nameOf(SALES));
        world.addOrganization(acme, organizationId(acme), "client-of-" + acme, secret("acmesecret"), 100_000)
                .addOrganization(globex, organizationId(globex), "client-of-" + globex, secret("globexsecret"), 100_000)
                .addSchedule(acme, "sched-1", "sched-2")
                .addSchedule(globex, "sched-g");
        // All towns of a world have one Zendesk.
        String zendesk = "zendesksecret-" + (schedule.seed() - Math.max(0, number - 1)) + "-+/=ü";
        secrets.add(zendesk);
        if (number <= 1) {
            world.zendesk().client("zendesk-client", zendesk);
            if (setup.statusField()) {
                world.zendesk().addUserField("wfm_status", "WFM status");
            }
        }
        users.put(acme, new HashMap<>());
        users.put(globex, new HashMap<>());
        entries.add(new Entry(SUPPORT, acme, List.of("sched-1"), true));
        entries.add(new Entry(
                BILLING, acme, setup.billingInFirst() ? List.of("sched-1", "sched-2") : List.of("sched-2"), false));
        entries.add(new Entry(SALES, globex, List.of("sched-g"), true));
        if (setup.supportInBoth()) {
            entries.add(new Entry(SUPPORT, globex, List.of("sched-g"), true));
        }
        if (setup.twins()) {
            overrides.put(1, 0);
        }
    }

    /** What the schedules call {@code acme}, {@code globex} or {@code zendesk}, as it is called here. */
    String called(String side) {
        return number == 0 || side.equals("zendesk") ? side : side + "-" + number;
    }

    String organizationId(String organization) {
        return (organization.equals(acme) ? ACME : GLOBEX) + (11 + number);
    }

    private long idOf(long group) {
        return group + 1000L * number;
    }

    private String nameOf(long group) {
        String name = group == SUPPORT ? "Support" : group == BILLING ? "Billing" : "Sales";
        return number == 0 ? name : name + " " + number;
    }

    boolean isGroup(long id, Entry entry) {
        return idOf(entry.group()) == id;
    }

    long zendeskId(int agent) {
        return FIRST + 100_000L * number + agent;
    }

    int agentOf(long zendeskId) {
        return (int) (zendeskId - zendeskId(0));
    }

    /** The people come, and the weather that this town's schedule wants. */
    void comesAlive() {
        Schedule.Setup setup = schedule.setup();
        Random random = new Random(schedule.seed() + 77);
        world.weather()
                .zendeskRequestsPerMinute(100_000)
                .approvalDelay(setup.approvals() ? Duration.ofSeconds(4) : Duration.ZERO)
                .genesysTokenLife(setup.shortTokens() ? Duration.ofSeconds(40) : Duration.ofDays(1));
        if (setup.crowd()) {
            crowd();
        }
        for (int i = 0; i < setup.agents(); i++) {
            String email = address(i);
            String name = "Ottilie" + schedule.seed() + "x" + i + " Quendelhain";
            secrets.add(email);
            secrets.add(name);
            boolean noEmail = random.nextInt(15) == 0;
            world.zendesk().addAgent(ZendeskAgent.of(zendeskId(i), name, noEmail ? null : email));
            if (!noEmail) {
                addresses.put(i, i);
            }
            members.put(i, new LinkedHashMap<>());
            join(i, GROUPS[random.nextInt(3)]);
            if (random.nextInt(3) == 0) {
                join(i, GROUPS[random.nextInt(3)]);
            }
            for (String organization : organizations) {
                int die = random.nextInt(20);
                if (die > 0) {
                    String state = die == 1 ? "inactive" : "active";
                    world.addUser(organization, user(i), email, name, state);
                    users.get(organization).put(i, state);
                    if (random.nextInt(12) == 0) {
                        String place = organization.equals(globex) ? "sched-g" : "sched-1";
                        String id = "by-hand-" + organization + i;
                        world.addSegment(
                                organization, id, user(i), place, random.nextInt(3) == 0 ? "REJECTED" : "APPROVED");
                        foreign.add(id);
                    }
                }
            }
        }
        alive = true;
    }

    /** Its groups lose all their people. */
    void dies() {
        members.forEach((agent, groups) -> List.copyOf(groups.keySet()).forEach(group -> leave(agent, group)));
    }

    /** More than a page of people whom no organisation knows, and more than a page of segments of strangers. */
    private void crowd() {
        for (int i = CROWD; i < CROWD + 101; i++) {
            world.zendesk().addAgent(ZendeskAgent.of(zendeskId(i), "one of many", "many" + i + "@elsewhere.example"));
            addresses.put(i, i);
            members.put(i, new LinkedHashMap<>());
            join(i, SUPPORT);
            String id = "stranger-" + number + "-" + i;
            world.addSegment(acme, id, id, "sched-1", "APPROVED");
            foreign.add(id);
        }
    }

    private String address(int number) {
        return "ottilie" + schedule.seed() + "x" + number + "@quendelhain.example";
    }

    private String secret(String what) {
        String value = what + "-" + schedule.seed() + "-+/=ü";
        secrets.add(value);
        return value;
    }

    void servedBy(Sandbox servers) {
        sandbox = servers;
    }

    static String user(int agent) {
        return "user-" + agent;
    }

    /** The mapping of a world with these towns. */
    static String mapping(List<Town> towns) {
        StringBuilder yaml = new StringBuilder("organizations:\n");
        towns.forEach(town -> town.organizations(yaml));
        if (towns.stream().anyMatch(Town::hasOverrides)) {
            yaml.append("users:\n");
            towns.forEach(town -> town.overrides.forEach((agent, user) -> yaml.append("  ")
                    .append(town.zendeskId(agent))
                    .append(": ")
                    .append(user(user))
                    .append('\n')));
        }
        yaml.append("groups:\n");
        towns.forEach(town -> town.groups(yaml));
        return yaml.toString();
    }

    private void organizations(StringBuilder yaml) {
        for (String name : organizations) {
            yaml.append(
                    """
                      %s:
                        id: %s
                        apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                        clientId: "{{env:%3$s_CLIENT_ID}}"
                        clientSecret: "{{env:%3$s_CLIENT_SECRET}}"
                        quota: { requests: 5000, per: 60s }
                    """
                            .formatted(
                                    name,
                                    organizationId(name),
                                    name.toUpperCase(Locale.ROOT).replace('-', '_')));
        }
    }

    private void groups(StringBuilder yaml) {
        for (Entry entry : entries) {
            yaml.append("  - zendeskGroup: ").append(nameOf(entry.group())).append('\n');
            yaml.append("    organization: ").append(entry.organization()).append('\n');
            yaml.append("    scheduleIds: ").append(entry.schedules()).append('\n');
            yaml.append("    status: ").append(entry.status()).append('\n');
            if (entry.tags()) {
                yaml.append("    withoutTags: [on_leave]\n");
            }
        }
    }

    void join(int agent, long group) {
        if (!members.get(agent).containsKey(group)) {
            // The first ones are numbered without order, and whoever joins later stands at the end of every listing.
            long id = alive ? membershipsSince++ : drawn();
            world.zendesk().addMembership(id, zendeskId(agent), idOf(group));
            members.get(agent).put(group, id);
        }
    }

    private void leave(int agent, long group) {
        if (members.get(agent).remove(group) != null) {
            world.zendesk().removeMembership(zendeskId(agent), idOf(group));
        }
    }

    private void handOn(int from, int to, boolean swapped) {
        Integer address = addresses.get(from);
        if (from == to || address == null) {
            return;
        }
        Integer other = swapped ? addresses.get(to) : Integer.valueOf(newcomers++);
        addresses.put(to, address);
        if (other == null) {
            addresses.remove(from);
        } else {
            addresses.put(from, other);
            secrets.add(address(other));
        }
        world.zendesk().updateAgent(zendeskId(to), agent -> agent.withEmail(address(address)));
        world.zendesk().updateAgent(zendeskId(from), agent -> agent.withEmail(other == null ? null : address(other)));
    }

    /** What happens before a pass; the rest is done while it runs. */
    void happens(Schedule.Event event) {
        int agents = schedule.setup().agents();
        int agent = event.a() % agents;
        long group = GROUPS[event.b() % 3];
        switch (event.what()) {
            case JOIN -> join(agent, group);
            case LEAVE -> {
                for (long left : List.copyOf(members.get(agent).keySet())) {
                    if (event.b() % 4 > 0 || left == group) {
                        leave(agent, left);
                    }
                }
            }
            case LEAVE_TOGETHER -> {
                for (int i = 0; i < 3 + event.b() % 4; i++) {
                    for (long left : GROUPS) {
                        leave((event.a() + i) % agents, left);
                    }
                }
            }
            case HAND_ON -> handOn(agent, (event.b() / 2) % agents, event.b() % 2 == 0);
            case SUSPEND -> {
                boolean now = suspended.add(agent) || !suspended.remove(agent);
                world.zendesk().updateAgent(zendeskId(agent), a -> a.withSuspended(now));
            }
            case LEAVE_OF_ABSENCE -> {
                boolean now = away.add(agent) || !away.remove(agent);
                world.zendesk().updateAgent(zendeskId(agent), a -> now ? a.withTags("on_leave") : a.withTags());
            }
            case DECLINE, CANCEL, APPROVE, REMOVE_BY_HAND -> person(event);
            case DEACTIVATE -> {
                String organization = event.b() % 2 == 0 ? acme : globex;
                if (users.get(organization).containsKey(agent)) {
                    String state = users.get(organization).get(agent).equals("active") ? "inactive" : "active";
                    world.userState(organization, user(agent), state);
                    users.get(organization).put(agent, state);
                }
            }
            case TIME_GOES_BY -> world.advance(Duration.ofMinutes(1 + event.a() % 20));
            default -> {
                // Done where the passes are run.
            }
        }
    }

    private void person(Schedule.Event event) {
        String organization = event.b() % 3 == 0 ? globex : acme;
        List<Segment> segments = sandbox.genesys().segments(organization).stream()
                .sorted(Comparator.comparing(Segment::scheduleId).thenComparing(Segment::userId))
                .toList();
        if (segments.isEmpty()) {
            return;
        }
        String id = segments.get(event.a() % segments.size()).id();
        switch (event.what()) {
            case DECLINE -> world.decline(organization, id);
            case CANCEL -> world.cancel(organization, id);
            case APPROVE -> world.approve(organization, id);
            default -> world.removeSegment(organization, id);
        }
    }

    void revoke(String organization) {
        if (organization.equals("zendesk")) {
            sandbox.zendesk().revokeTokens();
        } else {
            sandbox.genesys().revokeTokens(organization);
        }
    }

    Fault byHand(String organization, Received call, String status) {
        JsonNode body = json(call.body());
        String id = "by-hand-" + organization + "-" + body.path("userId").asText() + "-"
                + body.path("scheduleId").asText();
        try {
            world.addSegment(
                    organization,
                    id,
                    body.path("userId").asText(),
                    body.path("scheduleId").asText(),
                    status);
            synchronized (foreign) {
                foreign.add(id);
            }
        } catch (IllegalArgumentException there) {
            return null;
        }
        return null;
    }

    Fault takeId(String where, String organization, Received call) {
        String id = json(call.body()).path("segmentId").asText();
        try {
            world.addSegment(where, id, "somebody-" + id, "sched-of-others", "APPROVED");
            synchronized (foreign) {
                foreign.add(id);
                taken.add(id);
            }
        } catch (IllegalArgumentException there) {
            return null;
        }
        return null;
    }

    Fault personChanges(String organization, Received call, boolean approves) {
        String id = call.path().substring(call.path().lastIndexOf('/') + 1);
        try {
            if (approves) {
                world.approve(organization, id);
            } else {
                world.cancel(organization, id);
            }
        } catch (NoSuchElementException gone) {
            return null;
        }
        return null;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the tags let the agent into an entry. */
    boolean takes(Entry entry, int agent) {
        return !entry.tags() || !away.contains(agent);
    }

    /** Ids in no order, each once: of a crowd's two may well be drawn alike. */
    private long drawn() {
        long id = 8_000_000_000_000L + 10_000_000L * number + membershipIds.nextInt(1_000_000);
        return drawnIds.add(id) ? id : drawn();
    }

    /** Pairs of membership and schedule, each as often as entries bring it. */
    List<Pair> mapped() {
        List<Pair> pairs = new ArrayList<>();
        members.forEach((agent, groups) -> {
            for (Entry entry : entries) {
                if (groups.containsKey(entry.group()) && takes(entry, agent)) {
                    entry.schedules().forEach(s -> pairs.add(new Pair(entry.organization(), s, agent)));
                }
            }
        });
        return pairs;
    }

    /** The Genesys user that an agent is in this organisation; null if the agent is nobody there, or is skipped. */
    String userOf(String organization, int agent) {
        return skipped(organization, agent) == null ? user(numberOf(agent)) : null;
    }

    private Integer numberOf(int agent) {
        return overrides.getOrDefault(agent, addresses.get(agent));
    }

    /** Why this agent needs no segment in this organisation; null if they do. */
    String skipped(String organization, int agent) {
        if (suspended.contains(agent)) {
            return "agent-suspended";
        }
        if (numberOf(agent) == null) {
            return "no-email";
        }
        String state = users.get(organization).get(numberOf(agent));
        return state == null ? "user-not-found" : state.equals("active") ? null : "user-" + state;
    }

    /** Whether it is that Genesys user whom the agent's address, or the mapping, names. */
    boolean isNamed(String user, int agent) {
        return numberOf(agent) != null && user.equals(user(numberOf(agent)));
    }

    boolean hasOverrides() {
        return !overrides.isEmpty();
    }
}
