package dev.wfmbridge.bridge;

import static dev.wfmbridge.bridge.Scene.FIRST_AGENT;
import static dev.wfmbridge.bridge.Scene.SALES;
import static dev.wfmbridge.bridge.Scene.SUPPORT;
import static dev.wfmbridge.bridge.Scene.answer;
import static dev.wfmbridge.bridge.Scene.entry;
import static dev.wfmbridge.bridge.Scene.get;
import static dev.wfmbridge.bridge.Scene.halt;
import static dev.wfmbridge.bridge.Scene.outcomes;
import static dev.wfmbridge.bridge.Scene.placeHalts;
import static dev.wfmbridge.bridge.Scene.posts;
import static dev.wfmbridge.bridge.Scene.rehearsal;
import static dev.wfmbridge.bridge.Scene.world;
import static dev.wfmbridge.bridge.Scene.zendesk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Zendesk's listing can do to a pass. */
class SourceTest {

    private static final String MEMBERSHIPS = "/api/v2/group_memberships";
    private static final String GROUPS = "/api/v2/groups";
    private static final long LOWEST = 7_130_855_204_506L;
    private static final String ONE_USER = "5e1c0000-0000-4000-8000-000000000009";
    private static final Predicate<Received> FIRST_PAGE =
            get(MEMBERSHIPS).and(call -> !call.query().contains("after"));
    private static final Predicate<Received> LATER_PAGE =
            get(MEMBERSHIPS).and(call -> call.query().contains("after"));
    private static final String ACME = Scene.organizations("acme");

    @TempDir
    Path folder;

    private static List<Received> calls(Rehearsal rehearsal) {
        return zendesk(rehearsal, call -> !call.tokenCall());
    }

    @Test
    @DisplayName("a deleted group counts as missing, by name and by id; its rows are not mapped")
    void deletedGroup() throws Exception {
        World world = world(3).zendesk().deleteGroup(SUPPORT).world();
        try (Rehearsal rehearsal =
                rehearsal(world, folder, Scene.SIMPLE + entry(String.valueOf(SUPPORT), "acme", "sched-2"))) {
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").mapped()).isZero();
            assertThat(pass.getSource().missingGroups()).containsExactly("Support", String.valueOf(SUPPORT));
            assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
            assertThat(pass.isComplete()).isFalse();
        }
    }

    @Test
    @DisplayName("a mapped group that Zendesk lacks is a warning that names it and its line")
    void missingGroup() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(2), folder, Scene.SIMPLE + entry("Nobody", "acme", "sched-2"))) {
            Pass pass = rehearsal.once();
            assertThat(pass.warnings()).anyMatch(text -> text.contains("\"Nobody\"") && text.contains("line"));
            assertThat(pass.getSource().missingGroups()).containsExactly("Nobody");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 2L));
            assertThat(zendesk(rehearsal, get(GROUPS))).hasSize(1);
            assertThat(RunReport.exitCode(pass)).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("a group renamed while the pages are read: its newest name counts, for all of its rows, each once")
    void renamedInto() throws Exception {
        World world = world(150);
        try (Rehearsal rehearsal = rehearsal(world, folder, ACME + entry("Support EMEA", "acme", "sched-1"))) {
            rehearsal.sandbox().zendesk().interceptor(Scene.first(1, LATER_PAGE, call -> {
                rehearsal.world().zendesk().renameGroup(SUPPORT, "Support EMEA");
                return null;
            }));
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").mapped()).isEqualTo(150);
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 150L));
            assertThat(calls(rehearsal)).hasSize(2);
        }
    }

    @Test
    @DisplayName("a group that lost the mapped name while the pages were read is missing, and nobody is half mapped")
    void renamedAway() throws Exception {
        World world = world(150);
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal.sandbox().zendesk().interceptor(Scene.first(1, LATER_PAGE, call -> {
                rehearsal.world().zendesk().renameGroup(SUPPORT, "Support EMEA");
                return null;
            }));
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").mapped()).isZero();
            assertThat(pass.getSource().missingGroups()).containsExactly("Support");
            assertThat(posts(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("agents that the side-load lacks are looked up, 100 a call; the groups once")
    void sideLoadLacks() throws Exception {
        World world = world(230);
        for (int i = 0; i < 101; i++) {
            world.zendesk().sideLoadLacksUsers(FIRST_AGENT + i);
        }
        world.zendesk().sideLoadLacksGroups(SUPPORT);
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 230L));
            assertThat(zendesk(rehearsal, get("/api/v2/users/show_many"))).hasSize(2);
            assertThat(zendesk(rehearsal, get(GROUPS))).hasSize(1);
            assertThat(calls(rehearsal)).hasSize(3 + 2 + 1);
        }
    }

    @Test
    @DisplayName("a group mapped by its id that no page mentions is looked up, once")
    void groupById() throws Exception {
        World world = world(2).zendesk().sideLoadLacksGroups(SUPPORT).world();
        try (Rehearsal rehearsal = rehearsal(world, folder, ACME + entry(String.valueOf(SUPPORT), "acme", "sched-1"))) {
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 2L));
            assertThat(zendesk(rehearsal, get(GROUPS + "/" + SUPPORT))).hasSize(1);
            assertThat(zendesk(rehearsal, get(GROUPS))).isEmpty();
        }
    }

    @Test
    @DisplayName("agents whose look-up fails for good are held, not called unknown; the others are delivered")
    void lookUpFails() throws Exception {
        World world = world(5).zendesk().sideLoadLacksUsers(FIRST_AGENT).world();
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(Scene.always(get("/api/v2/users/show_many"), call -> Fault.gatewayPage(503)));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 1L, "created", 4L));
            assertThat(pass.isComplete()).isFalse();
            assertThat(zendesk(rehearsal, get("/api/v2/users/show_many"))).hasSize(4);
        }
    }

    @Test
    @DisplayName(
            "an agent in several entries: merged within a schedule, with the first entry's status; in two schedules, a segment in each")
    void severalEntries() throws Exception {
        World world = world(1).zendesk().addMembership(FIRST_AGENT, SALES).world();
        String mapping = ACME
                + entry("Sales", "acme", "sched-1", "status: PENDING")
                + entry("Support", "acme", "sched-1")
                + entry("Support", "acme", "sched-2");
        try (Rehearsal rehearsal = rehearsal(world, folder, mapping)) {
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 2L, "merged", 1L));
            assertThat(posts(rehearsal)).hasSize(2);
            assertThat(posts(rehearsal))
                    .anySatisfy(call -> assertThat(call.body()).contains("\"sched-1\"", "\"PENDING\""));
            assertThat(posts(rehearsal))
                    .anySatisfy(call -> assertThat(call.body()).contains("\"sched-2\"", "\"APPROVED\""));
            assertThat(pass.balance()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, wfm_pending, '', PENDING",
        "false, '', wfm_pending, APPROVED",
        "true, wfm_pending, '', PENDING",
        "true, '', wfm_pending, APPROVED"
    })
    @DisplayName("two memberships of an entry, one segment: the lowest membership id decides, however they are listed")
    void lowestMembership(boolean listedLast, String tagOfLowest, String tagOfOther, String posted) throws Exception {
        // The agent of the lowest membership has the higher id.
        String lowest = row(LOWEST, FIRST_AGENT + 51);
        String other = row(LOWEST + 1, FIRST_AGENT + 50);
        String page = page(
                listedLast ? other + "," + lowest : lowest + "," + other,
                user(FIRST_AGENT + 51, tagOfLowest, false) + "," + user(FIRST_AGENT + 50, tagOfOther, false));
        try (Rehearsal rehearsal = oneUserForTwoAgents()) {
            rehearsal.sandbox().zendesk().interceptor(Scene.always(get(MEMBERSHIPS), call -> answer(200, page)));
            rehearsal.once();
            assertThat(posts(rehearsal)).singleElement().satisfies(call -> assertThat(call.body())
                    .contains("\"" + ONE_USER + "\"", "\"" + posted + "\""));
            assertThat(byMembership(rehearsal)).isEqualTo(Map.of(LOWEST, "created", LOWEST + 1, "merged"));
            rehearsal.restart();
            rehearsal.once();
            assertThat(byMembership(rehearsal)).isEqualTo(Map.of(LOWEST, "present", LOWEST + 1, "merged"));
        }
    }

    @Test
    @DisplayName("a skipped agent takes no part: the next membership gets the segment")
    void lowestIsSkipped() throws Exception {
        String page = page(
                row(LOWEST, FIRST_AGENT + 50) + "," + row(LOWEST + 1, FIRST_AGENT + 51),
                user(FIRST_AGENT + 50, "", true) + "," + user(FIRST_AGENT + 51, "wfm_pending", false));
        try (Rehearsal rehearsal = oneUserForTwoAgents()) {
            rehearsal.sandbox().zendesk().interceptor(Scene.always(get(MEMBERSHIPS), call -> answer(200, page)));
            rehearsal.once();
            assertThat(posts(rehearsal)).singleElement().satisfies(call -> assertThat(call.body())
                    .contains("\"" + ONE_USER + "\"", "\"PENDING\""));
            assertThat(byMembership(rehearsal)).isEqualTo(Map.of(LOWEST, "skipped", LOWEST + 1, "created"));
        }
    }

    private Rehearsal oneUserForTwoAgents() throws Exception {
        World world = world(0).addUser("acme", ONE_USER, "one@example.com", "Agent 7", "active");
        return rehearsal(
                world,
                folder,
                "users:\n  " + (FIRST_AGENT + 50) + ": " + ONE_USER + "\n  " + (FIRST_AGENT + 51) + ": " + ONE_USER
                        + "\n" + ACME
                        + entry(
                                "Support",
                                "acme",
                                "sched-1",
                                "status: APPROVED",
                                "statusByTag: { wfm_pending: PENDING }"));
    }

    private static String row(long membership, long agent) {
        return "{\"id\":%d,\"user_id\":%d,\"group_id\":%d}".formatted(membership, agent, SUPPORT);
    }

    private static String user(long id, String tag, boolean suspended) {
        return "{\"id\":%d,\"role\":\"agent\",\"active\":true,\"suspended\":%s,\"tags\":[%s],\"user_fields\":{}}"
                .formatted(id, suspended, tag.isEmpty() ? "" : "\"" + tag + "\"");
    }

    /** The only page of a listing, in an order that Zendesk need not keep to. */
    private static String page(String rows, String users) {
        return ("{\"group_memberships\":[%s],\"users\":[%s],\"groups\":[{\"id\":%d,\"name\":\"Support\",\"deleted\":false}],"
                        + "\"meta\":{\"has_more\":false}}")
                .formatted(rows, users, SUPPORT);
    }

    /** Membership → outcome, from the file of the pass. */
    private static Map<Long, String> byMembership(Rehearsal rehearsal) throws Exception {
        Map<Long, String> outcomes = new TreeMap<>();
        for (JsonNode line : rehearsal.outcomes()) {
            outcomes.put(
                    line.path("membershipId").asLong(), line.path("outcome").asText());
        }
        return outcomes;
    }

    @Test
    @DisplayName("a row that two pages repeat counts once")
    void repeatedRow() throws Exception {
        try (Rehearsal rehearsal =
                rehearsal(world(250).zendesk().pagesRepeatLastRow(true).world(), folder, Scene.SIMPLE)) {
            Pass pass = rehearsal.once();
            assertThat(pass.getSource().membershipCount()).isEqualTo(250);
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 250L));
            assertThat(posts(rehearsal)).hasSize(250);
        }
    }

    @Test
    @DisplayName("malformed rows are counted, and the page goes on")
    void malformed() throws Exception {
        JsonNodeFactory json = JsonNodeFactory.instance;
        World world = world(2).zendesk()
                .addRawMembership(json.objectNode())
                .addRawMembership(json.objectNode().put("id", 9_999_999L).put("group_id", SUPPORT))
                .addRawMembership(
                        json.objectNode().put("id", "x").put("user_id", -1).put("group_id", SUPPORT))
                .addRawMembership(json.objectNode()
                        .put("id", 1.5)
                        .put("user_id", FIRST_AGENT)
                        .putNull("group_id"))
                .world();
        world.zendesk()
                .addAgent(ZendeskAgent.of(FIRST_AGENT + 2, "Agent 2", "agent2@example.com"))
                .addMembership(9_130_855_204_506L, FIRST_AGENT + 2, SUPPORT)
                .world()
                .addUser("acme", "user-2", "agent2@example.com", "Agent 2", "active");
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            Pass pass = rehearsal.once();
            assertThat(pass.getSource().malformedRows()).isEqualTo(4);
            assertThat(pass.getSource().hasMalformedRow(SUPPORT)).isTrue();
            assertThat(pass.getSource().malformedRowOfUnknownGroup()).isTrue();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 3L));
        }
    }

    @Test
    @DisplayName("a page that fails for good in the middle: incomplete, what was read is delivered")
    void pageFails() throws Exception {
        try (Rehearsal rehearsal = rehearsal(
                world(250),
                folder,
                Scene.SIMPLE + entry("Sales", "acme", "sched-1") + entry("Gone", "acme", "sched-2"))) {
            rehearsal.sandbox().zendesk().interceptor(Scene.always(LATER_PAGE, call -> Fault.gatewayPage(502)));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 100L));
            assertThat(zendesk(rehearsal, LATER_PAGE)).hasSize(4);
            assertThat(pass.isComplete()).isFalse();
            assertThat(RunReport.exitCode(pass)).isEqualTo(2);
            assertThat(pass.getSource().missingGroups())
                    .as("nothing is concluded from it")
                    .isEmpty();
            assertThat(pass.warnings()).anyMatch(text -> text.contains("not read to the end"));
        }
    }

    @Test
    @DisplayName("after an incomplete listing, only what an earlier entry could decide differently is held")
    void heldOfIncomplete() throws Exception {
        String mapping = ACME
                + entry("Sales", "acme", "sched-1", "status: PENDING")
                + entry("Support", "acme", "sched-1")
                + entry("Support", "acme", "sched-2");
        try (Rehearsal rehearsal = rehearsal(world(150), folder, mapping)) {
            rehearsal.sandbox().zendesk().interceptor(Scene.always(LATER_PAGE, call -> Fault.gatewayPage(502)));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 100L, "created", 100L));
            assertThat(placeHalts(pass, "acme")).isEqualTo(Map.of("sched-1", "source-incomplete"));
            assertThat(posts(rehearsal)).allMatch(call -> call.body().contains("sched-2"));
        }
    }

    /**
     * Cursors of pages that all claim to have a successor, and how many pages it takes to notice that there is no end.
     */
    private static List<Arguments> endless() {
        return List.of(
                arguments(List.of("A"), 2),
                arguments(List.of("A", "B"), 3),
                arguments(List.of("A", "B", "C", "B"), 4),
                arguments(List.of(""), 1),
                arguments(List.of("no-meta"), 1));
    }

    @ParameterizedTest
    @MethodSource("endless")
    @DisplayName("memberships whose cursors repeat or are missing count as not read to the end")
    void endlessMemberships(List<String> cursors, int pages) throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(3), folder, Scene.SIMPLE)) {
            rehearsal.sandbox().zendesk().interceptor(Scene.endless(get(MEMBERSHIPS), "group_memberships", cursors));
            rehearsal.once();
            assertThat(zendesk(rehearsal, get(MEMBERSHIPS))).hasSize(pages);
            assertThat(zendesk(rehearsal, get(GROUPS))).isEmpty();
            assertIncomplete(rehearsal);
        }
    }

    @ParameterizedTest
    @MethodSource("endless")
    @DisplayName("groups whose cursors repeat or are missing: no group is reported missing because of that")
    void endlessGroups(List<String> cursors, int pages) throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(3), folder, Scene.SIMPLE + entry("Nobody", "acme", "sched-2"))) {
            rehearsal.sandbox().zendesk().interceptor(Scene.endless(get(GROUPS), "groups", cursors));
            rehearsal.once();
            assertThat(zendesk(rehearsal, get(GROUPS))).hasSize(pages);
            assertIncomplete(rehearsal);
            assertThat(rehearsal.report("acme").path("outcomes").path("created").asInt())
                    .as("what was read is delivered")
                    .isEqualTo(3);
        }
    }

    private static void assertIncomplete(Rehearsal rehearsal) throws Exception {
        JsonNode report = rehearsal.report();
        assertThat(report.path("complete").asBoolean(true)).isFalse();
        assertThat(report.path("exitCode").asInt()).isEqualTo(2);
        assertThat(report.at("/zendesk/default/missingGroups")).isEmpty();
        assertThat(report.at("/zendesk/default/incompleteBecause").asText()).isNotEmpty();
        assertThat(report.path("warnings").toString()).containsAnyOf("cursor", "whether there are more");
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 1000})
    @DisplayName("the users are read to the last page: an agent there is found without a search, and costs one POST")
    void lastPageOfUsers(int users) throws Exception {
        World world = world(1);
        fill(world, users - 1);
        add(world, ZendeskAgent.of(FIRST_AGENT + 7, "Agent 7", "last@example.com"));
        world.addUser("acme", "user-last", "last@example.com", "Agent 7", "active");
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal.once();
            assertThat(Scene.genesys(rehearsal, get("/api/v2/users")))
                    .extracting(Received::query)
                    .containsExactly(
                            "pageSize=500&pageNumber=1&state=active", "pageSize=500&pageNumber=2&state=active");
            assertThat(Scene.genesys(rehearsal, call -> call.path().startsWith("/api/v2/users/")))
                    .isEmpty();
            assertThat(posts(rehearsal)).hasSize(2).anyMatch(call -> call.body().contains("\"user-last\""));
            assertThat(rehearsal.report("acme").path("outcomes").path("created").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    @DisplayName("two active users of one address, on the first and on the last page, are ambiguous: nobody is guessed")
    void ambiguousOverPages() throws Exception {
        World world = world(1);
        world.addUser("acme", "a-double", "double@example.com", "Agent 7", "active");
        fill(world, 500);
        world.addUser("acme", "z-double", "double@example.com", "Agent 7", "active");
        add(world, ZendeskAgent.of(FIRST_AGENT + 7, "Agent 7", "double@example.com"));
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal.once();
            assertThat(posts(rehearsal)).hasSize(1).noneMatch(call -> call.body()
                    .contains("double"));
            assertThat(rehearsal.report("acme").path("outcomes").path("skipped"))
                    .hasToString("{\"user-ambiguous\":1}");
        }
    }

    /** Adds active users who match no agent, until there are this many. */
    private static void fill(World world, int upTo) {
        for (int i = 1; i < upTo; i++) {
            world.addUser("acme", "other-" + i, "other" + i + "@example.com", "Other " + i, "active");
        }
    }

    @Test
    @DisplayName("Zendesk's 429s, as JSON, as plain text with and without Retry-After, and at the edge, are waited out")
    void throttled() throws Exception {
        List<Fault> shapes = List.of(
                Fault.answer(
                        429,
                        Map.of("Content-Type", "application/json", "Retry-After", "10"),
                        "{\"error\":\"APIRateLimitExceeded\",\"description\":\"Number of allowed API requests\"}"),
                Fault.answer(429, Map.of("Content-Type", "text/plain", "retry-after", "10"), "Rate limit exceeded"),
                Fault.answer(429, Map.of("Content-Type", "text/plain"), "Number of allowed API requests per minute"),
                Fault.answer(
                        429,
                        Map.of("Content-Type", "application/json", "RETRY-AFTER", "10"),
                        "{\"errors\":[{\"status\":\"429\",\"title\":\"TooManyRequests\"}]}"));
        AtomicInteger next = new AtomicInteger();
        try (Rehearsal rehearsal = rehearsal(world(3), folder, Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(Scene.first(4, FIRST_PAGE, call -> shapes.get(next.getAndIncrement())));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 3L));
            assertThat(pass.isComplete()).isTrue();
            assertThat(pass.getSource().throttled()).isEqualTo(4);
            List<Received> pages = zendesk(rehearsal, FIRST_PAGE);
            assertThat(pages).hasSize(5);
            for (int told : List.of(0, 1, 3)) {
                assertThat(pages.get(told + 1).nanoTime() - pages.get(told).nanoTime())
                        .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
            }
        }
    }

    @Test
    @DisplayName("two groups of one mapped name: once refuses, the clock's pass halts the organisation concerned")
    void twoOfOneName() throws Exception {
        World world = world(3).zendesk()
                .addMembership(FIRST_AGENT, SALES)
                .addGroup(SALES + 128, "Support")
                .world();
        world.zendesk().addMembership(FIRST_AGENT + 1, SALES + 128);
        try (Rehearsal rehearsal = rehearsal(world, folder, Scene.BOTH)) {
            Pass once = rehearsal.once();
            assertThat(once.isRefused()).isTrue();
            assertThat(RunReport.exitCode(once)).isEqualTo(1);
            assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
            Pass clock = rehearsal.byClock();
            assertThat(clock.isRefused()).isFalse();
            assertThat(halt(clock, "acme")).isEqualTo("configuration");
            assertThat(outcomes(clock, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(posts(rehearsal)).allMatch(call -> call.account().equals("globex"));
            // One of the two goes: the name is unique again.
            rehearsal.world().zendesk().deleteGroup(SALES + 128);
            assertThat(outcomes(rehearsal.once(), "acme")).isEqualTo(Map.of("created", 3L));
        }
    }

    @Test
    @DisplayName("each skip reason once, overrides included; nobody skipped costs a POST")
    void skipReasons() throws Exception {
        String active = "5e1c0000-0000-4000-8000-000000000001";
        String inactive = "5e1c0000-0000-4000-8000-000000000002";
        String deleted = "5e1c0000-0000-4000-8000-000000000003";
        String nobody = "5e1c0000-0000-4000-8000-000000000004";
        World world = world(1).zendesk()
                .addUserField("genesys_user_id", "Genesys user")
                .world();
        long id = FIRST_AGENT + 1000;
        world.zendesk().addMembership(id, SUPPORT); // agent-unknown
        add(world, ZendeskAgent.of(id + 1, "B", "b@example.com").deleted()); // agent-inactive
        add(world, ZendeskAgent.of(id + 2, "C", "c@example.com").withRole("end-user")); // agent-inactive
        add(world, ZendeskAgent.of(id + 3, "D", "d@example.com").withSuspended(true)); // agent-suspended
        add(world, ZendeskAgent.of(id + 4, "E", null)); // no-email
        add(world, ZendeskAgent.of(id + 5, "F", "f@example.com")); // user-not-found
        add(world, ZendeskAgent.of(id + 6, "G", "g@example.com")); // user-inactive
        add(world, ZendeskAgent.of(id + 7, "H", "h@example.com")); // user-deleted
        add(world, ZendeskAgent.of(id + 8, "I", "i@example.com")); // user-ambiguous: two active
        add(world, ZendeskAgent.of(id + 9, "J", "j@example.com")); // user-ambiguous: two inactive
        add(world, ZendeskAgent.of(id + 10, "K", "k@example.com")); // the single active one
        add(world, ZendeskAgent.of(id + 11, "L", "L@Example.COM")); // without regard to case
        add(
                world,
                ZendeskAgent.of(id + 12, "M", null)
                        .withUserField("genesys_user_id", active)); // field, no e-mail needed
        add(world, ZendeskAgent.of(id + 13, "N", "agent0@example.com").withUserField("genesys_user_id", inactive));
        add(world, ZendeskAgent.of(id + 14, "O", "agent0@example.com")); // users: deleted
        add(world, ZendeskAgent.of(id + 15, "P", "agent0@example.com")); // users: nobody
        // suspended comes before the override
        add(world, ZendeskAgent.of(id + 16, "Q", null).withSuspended(true).withUserField("genesys_user_id", active));
        world.addUser("acme", "g", "g@example.com", "G", "inactive")
                .addUser("acme", "h", "h@example.com", "H", "deleted")
                .addUser("acme", "i1", "i@example.com", "I", "active")
                .addUser("acme", "i2", "I@example.com", "I", "active")
                .addUser("acme", "j1", "j@example.com", "J", "inactive")
                .addUser("acme", "j2", "j@example.com", "J", "deleted")
                .addUser("acme", "k1", "k@example.com", "K", "active")
                .addUser("acme", "k2", "k@example.com", "K", "inactive")
                .addUser("acme", "l", "l@example.com", "L", "active")
                .addUser("acme", active, "elsewhere@example.com", "M", "active")
                .addUser("acme", inactive, "n@example.com", "N", "inactive")
                .addUser("acme", deleted, "o@example.com", "O", "deleted");
        String mapping = "genesysUserIdField: genesys_user_id\nusers:\n  " + (id + 14) + ": " + deleted + "\n  "
                + (id + 15) + ": " + nobody + "\n  " + (id + 12) + ": " + nobody + "\n" + Scene.SIMPLE;
        try (Rehearsal rehearsal = rehearsal(world, folder, mapping)) {
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped())
                    .isEqualTo(new TreeMap<>(Map.of(
                            "agent-unknown", 1L,
                            "agent-inactive", 2L,
                            "agent-suspended", 2L,
                            "no-email", 1L,
                            "user-not-found", 2L,
                            "user-inactive", 2L,
                            "user-deleted", 2L,
                            "user-ambiguous", 2L)));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 4L, "skipped", 14L));
            assertThat(posts(rehearsal)).hasSize(4);
            assertThat(pass.balance()).isZero();
            // One search for all addresses that no active user has; a read for each override that is not an active
            // user.
            assertThat(Scene.genesys(rehearsal, call -> call.path().equals("/api/v2/users/search")))
                    .hasSize(1);
            assertThat(Scene.genesys(rehearsal, call -> call.path().startsWith("/api/v2/users/5e1c")))
                    .hasSize(3);
        }
    }

    @Test
    @DisplayName(
            "an id in capitals is the same user: found in the listing, one spelling in the POST and the segment's id, and what an earlier pass posted in capitals is adopted")
    void overrideInCapitals() throws Exception {
        String one = "5e1c0000-0000-4000-8000-00000000000a";
        String two = "5e1c0000-0000-4000-8000-00000000000b";
        String inactive = "5e1c0000-0000-4000-8000-00000000000c";
        World world = Scene.world(0)
                .zendesk()
                .addUserField("genesys_user_id", "Genesys user")
                .world();
        long id = FIRST_AGENT + 1000;
        add(world, ZendeskAgent.of(id, "A", null).withUserField("genesys_user_id", one.toUpperCase(Locale.ROOT)));
        add(world, ZendeskAgent.of(id + 1, "B", null).withUserField("genesys_user_id", two));
        add(world, ZendeskAgent.of(id + 2, "C", null));
        world.addUser("acme", one, "elsewhere@example.com", "A", "active")
                .addUser("acme", two, "elsewhere2@example.com", "B", "active")
                .addUser("acme", inactive, "elsewhere3@example.com", "C", "inactive")
                .addSegment("acme", "in-capitals", two.toUpperCase(Locale.ROOT), "sched-1", "APPROVED");
        String mapping = "genesysUserIdField: genesys_user_id\nusers: { " + (id + 2) + ": "
                + inactive.toUpperCase(Locale.ROOT) + " }\n" + Scene.SIMPLE;
        try (Rehearsal rehearsal = rehearsal(world, folder, mapping)) {
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L, "adopted", 1L, "skipped", 1L));
            assertThat(pass.organization("acme").skipped()).isEqualTo(Map.of("user-inactive", 1L));
            assertThat(posts(rehearsal))
                    .singleElement()
                    .extracting(Received::body)
                    .asString()
                    .contains("\"" + one + "\"", Scene.id(Scene.ACME, "sched-1", one));
            assertThat(Scene.genesys(rehearsal, call -> call.path().startsWith("/api/v2/users/5e1c")))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("an answer about another user than was asked for makes nobody active, and halts nothing")
    void anotherUserThanAskedFor() throws Exception {
        String asked = "5e1c0000-0000-4000-8000-00000000000a";
        World world = world(1).zendesk()
                .addUserField("genesys_user_id", "Genesys user")
                .world();
        add(world, ZendeskAgent.of(FIRST_AGENT + 1000, "A", null).withUserField("genesys_user_id", asked));
        try (Rehearsal rehearsal = rehearsal(world, folder, "genesysUserIdField: genesys_user_id\n" + Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(Scene.always(
                            get("/api/v2/users/" + asked),
                            call -> Scene.answer(200, "{\"id\":\"user-0\",\"state\":\"active\"}")));
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).isEqualTo(Map.of("user-not-found", 1L));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L, "skipped", 1L));
            assertThat(halt(pass, "acme")).isNull();
            assertThat(posts(rehearsal)).hasSize(1);
        }
    }

    @Test
    @DisplayName("an override that is not an id is user-not-found, and never becomes part of a call")
    void overrideThatIsNoId() throws Exception {
        World world = world(1).zendesk()
                .addUserField("genesys_user_id", "Genesys user")
                .world();
        long id = FIRST_AGENT + 1000;
        add(world, ZendeskAgent.of(id, "A", "agent0@example.com").withUserField("genesys_user_id", "a@typed.example"));
        add(world, ZendeskAgent.of(id + 1, "B", "agent0@example.com"));
        add(world, ZendeskAgent.of(id + 2, "C", "agent0@example.com").withUserField("genesys_user_id", ".."));
        add(world, ZendeskAgent.of(id + 3, "D", "agent0@example.com").withUserField("genesys_user_id", "tbd"));
        String mapping = "genesysUserIdField: genesys_user_id\nusers:\n  " + (id + 1) + ": \"b/../b@typed.example\"\n"
                + Scene.SIMPLE;
        try (Rehearsal rehearsal = rehearsal(world, folder, mapping)) {
            // Genesys says of what is no UUID that the request is bad, and not that there is no such user.
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.path().equals("/api/v2/users/tbd")
                            ? Fault.answer(400, Map.of(), "{\"code\":\"bad.request\"}")
                            : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).isEqualTo(Map.of("user-not-found", 4L));
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L, "skipped", 4L));
            assertThat(Scene.genesys(rehearsal, call -> call.toString().contains("typed")))
                    .isEmpty();
            assertThat(Scene.genesys(rehearsal, call -> call.path().startsWith("/api/v2/users/")))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "a name that comes to mean another organisation while it runs: that one's users, although the others are fresh")
    void anotherOfTheName() throws Exception {
        try (Rehearsal rehearsal =
                rehearsal(Scene.world(2), folder, Scene.SIMPLE).polling()) {
            rehearsal.start();
            rehearsal.byClock();
            assertThat(rehearsal.sandbox().genesys().posts("acme")).isEqualTo(2);
            rehearsal.mapping(Scene.SIMPLE
                    .replace(Sample.ACME, Sample.GLOBEX)
                    .replace("ACME_CLIENT", "GLOBEX_CLIENT")
                    .replace("sched-1", "sched-g"));
            rehearsal.byClock();
            assertThat(rehearsal.sandbox().genesys().segments("globex"))
                    .extracting(segment -> segment.userId())
                    .containsExactlyInAnyOrder("globex-user-0", "globex-user-1");
            assertThat(rehearsal.sandbox().genesys().posts("globex")).isEqualTo(2);
        }
    }

    private static void add(World world, ZendeskAgent agent) {
        world.zendesk().addAgent(agent).addMembership(agent.id(), SUPPORT);
    }
}
