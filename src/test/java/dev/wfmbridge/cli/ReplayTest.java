package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.ExpectedId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay}: which letters, at which pace, and that nothing is created twice. */
class ReplayTest {

    private static final String GLOBEX = "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33";
    private static final long SALES = 6130852536474L;
    private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

    @TempDir
    Path folder;

    private Site site() throws Exception {
        World world = Site.world(4)
                .zendesk()
                .addGroup(SALES, "Sales")
                .world()
                .addOrganization("globex", GLOBEX, "client-of-globex", "secret-of-globex", 100_000)
                .addSchedule("globex", "sched-1")
                .addUser("globex", "user-0", "agent0@example.com", "Agent 0", "active")
                .zendesk()
                .addMembership(Site.FIRST_AGENT, SALES)
                .world();
        return Site.of(world, folder)
                .with("GENESYS_CONFLICT_WAIT", "100ms-200ms")
                .mapping(Sample.mapping(
                                Sample.organization("acme", Site.ACME, 300, "60s"),
                                Sample.organization("globex", GLOBEX, 300, "60s"))
                        + Sample.entry("Support", "acme", "sched-1")
                        + Sample.entry("Sales", "globex", "sched-1"));
    }

    private static DeadLetters letters(Site site) throws Exception {
        return new DeadLetters(DataFolder.open(site.data()), warning -> {
            throw new AssertionError(warning);
        });
    }

    private static String id(String organizationId, int user) {
        return ExpectedId.inSchedule(organizationId, "sched-1", "user-" + user);
    }

    private static void file(Site site, String organization, int user, LetterCode code, Duration ago) throws Exception {
        Instant at = Instant.now().minus(ago);
        letters(site)
                .put(
                        organization,
                        new DeadLetter(
                                Map.of(
                                        "userId",
                                        "user-" + user,
                                        "segmentId",
                                        id(organization.equals("acme") ? Site.ACME : GLOBEX, user),
                                        "scheduleId",
                                        "sched-1",
                                        "status",
                                        "APPROVED"),
                                new DeadLetter.Source(Site.FIRST_AGENT + user, 6130852536346L, null),
                                code,
                                "It failed.",
                                new DeadLetter.Evidence(409, "correlation", List.of(), 4, at, at)));
    }

    /** The remaining letters, as organisation/user. */
    private static List<String> left(Site site) throws Exception {
        return letters(site).list().stream()
                .map(letter ->
                        letter.organization() + "/" + letter.letter().segment().get("userId"))
                .sorted()
                .toList();
    }

    private static List<String> posted(Site site) {
        return site.posts().stream()
                .map(call ->
                        call.account() + "/" + call.body().replaceAll("(?s).*\"userId\"\\s*:\\s*\"([^\"]*)\".*", "$1"))
                .sorted()
                .toList();
    }

    @Test
    @DisplayName("an agent's memberships are read to the last page: the mapped one comes after a hundred others")
    void secondPageOfAnAgent() throws Exception {
        try (Site site = site()) {
            for (int i = 0; i < 100; i++) {
                site.world().zendesk().addMembership(1_000 + i, Site.FIRST_AGENT + 1, 6_900_000_000_000L + i);
            }
            file(site, "acme", 1, LetterCode.INVALID_REQUEST, Duration.ofHours(3));
            Said said = Terminal.type(site, "replay");
            assertThat(said.exit()).as(said.text()).isZero();
            assertThat(posted(site)).containsExactly("acme/user-1");
            assertThat(left(site)).isEmpty();
            assertThat(site.sandbox().zendesk().received())
                    .filteredOn(call ->
                            call.path().equals("/api/v2/users/" + (Site.FIRST_AGENT + 1) + "/group_memberships"))
                    .hasSize(2);
        }
    }

    @Test
    @DisplayName("by organisation, code and age; a dry run lists the same, and makes no call")
    void filters() throws Exception {
        try (Site site = site()) {
            file(site, "acme", 0, LetterCode.INVALID_REQUEST, Duration.ofHours(3));
            file(site, "acme", 1, LetterCode.PHANTOM_CONFLICT, Duration.ofMinutes(5));
            file(site, "acme", 2, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            file(site, "globex", 0, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));

            String[][] filters = {
                {"--organization", "acme", "--code", "phantom-conflict", "--older-than", "1h"},
                {"--organization", "globex"},
                {"--code", "invalid-request"},
                {"--older-than", "1m"},
            };
            List<List<String>> chosen = List.of(
                    List.of("acme/user-2"), List.of("globex/user-0"), List.of("acme/user-0"), List.of("acme/user-1"));
            for (int i = 0; i < filters.length; i++) {
                List<String> before = left(site);
                int requests = site.sandbox().genesys().received().size()
                        + site.sandbox().zendesk().received().size();
                Said dry = type(site, filters[i], "--dry-run");
                assertThat(dry.exit()).as(dry.text()).isZero();
                assertThat(dry.out()).contains(chosen.get(i).size() + " letters would be replayed; nothing was sent.");
                assertThat(dry.out().lines()).hasSize(chosen.get(i).size() + 1);
                Said list = type(site, filters[i], "--dry-run", "--json");
                assertThat(new ObjectMapper().readTree(list.out()).findValuesAsText("segmentId"))
                        .hasSize(chosen.get(i).size());
                assertThat(left(site)).isEqualTo(before);
                assertThat(site.sandbox().genesys().received().size()
                                + site.sandbox().zendesk().received().size())
                        .isEqualTo(requests);

                int posts = site.posts().size();
                Said replay = type(site, filters[i]);
                assertThat(replay.exit()).as(replay.text()).isZero();
                assertThat(site.posts()).hasSize(posts + chosen.get(i).size());
                assertThat(left(site))
                        .doesNotContainAnyElementsOf(chosen.get(i))
                        .hasSize(before.size() - 1);
            }
            assertThat(left(site)).isEmpty();
            assertThat(posted(site)).containsExactly("acme/user-0", "acme/user-1", "acme/user-2", "globex/user-0");
            // A replay is not a pass: the report of the last pass stands.
            assertThat(site.data().resolve("runs/latest.json")).doesNotExist();

            Said none = Terminal.type(site, "replay");
            assertThat(none.exit()).isZero();
            assertThat(none.err()).contains("There is no such dead letter.");
            for (String[] wrong : new String[][] {
                {"--code", "no-such-code"}, {"--older-than", "soon"}, {"--rate", "many"}, {"--organization", "nobody"}
            }) {
                Said said = type(site, wrong);
                assertThat(said.exit()).as(said.text()).isEqualTo(1);
                assertThat(said.err()).contains(wrong[0], wrong[1]);
            }
        }
    }

    private static Said type(Site site, String[] filter, String... more) throws Exception {
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of("replay"));
        all.addAll(List.of(filter));
        all.addAll(List.of(more));
        return Terminal.type(site, all.toArray(String[]::new));
    }

    @Test
    @DisplayName(
            "a letter is withdrawn only when its segment is proved to be there; an existing segment is not posted again")
    void twice() throws Exception {
        try (Site site = site()) {
            for (int user = 0; user < 3; user++) {
                file(site, "acme", user, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            }
            // Refused again: the letter stays, with what happened now.
            site.refuse("user-0");
            Said refused = Terminal.type(site, "replay");
            assertThat(refused.exit()).as(refused.text()).isEqualTo(3);
            assertThat(left(site)).containsExactly("acme/user-0");
            FiledLetter letter = letters(site).list().get(0);
            assertThat(letter.letter().code()).isEqualTo(LetterCode.INVALID_REQUEST);
            assertThat(letter.letter().failures()).isEqualTo(2);

            // Held: nobody knows, so it stays as it was.
            site.refuse("nobody");
            site.sandbox()
                    .genesys()
                    .interceptor(call -> Site.isPost(call)
                            ? Fault.answer(403, JSON_TYPE, "{\"code\":\"missing.permissions\",\"status\":403}")
                            : null);
            Said held = Terminal.type(site, "replay");
            assertThat(held.exit()).as(held.text()).isEqualTo(2);
            assertThat(left(site)).containsExactly("acme/user-0");
            assertThat(letters(site).list().get(0).letter().failures()).isEqualTo(2);

            // Its answer is lost: read, found, gone. And once more for all of them, as if the files had come back.
            site.interceptor(call -> Site.isPost(call) ? Fault.loseAnswer() : null);
            Said lost = Terminal.type(site, site.environment(), "replay");
            assertThat(lost.exit()).as(lost.text()).isZero();
            assertThat(left(site)).isEmpty();
            site.interceptor(null);
            int posts = site.posts().size();
            for (int user = 0; user < 3; user++) {
                file(site, "acme", user, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            }
            Said again = Terminal.type(site, "replay");
            assertThat(again.exit()).as(again.text()).isZero();
            assertThat(left(site)).isEmpty();
            assertThat(site.posts()).hasSize(posts);
            assertThat(site.sandbox().genesys().segments("acme"))
                    .extracting(Segment::userId)
                    .containsExactlyInAnyOrder("user-0", "user-1", "user-2");

            // An agent who left the group meanwhile has no segment: the letter waits for a pass to withdraw it.
            file(site, "acme", 3, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            site.world().zendesk().removeMembership(Site.FIRST_AGENT + 3, 6130852536346L);
            assertThat(Terminal.type(site, "replay").exit()).isZero();
            assertThat(left(site)).containsExactly("acme/user-3");
            assertThat(site.posts()).hasSize(posts);
            assertThat(Terminal.type(site, "once").exit()).isZero();
            assertThat(left(site)).isEmpty();
        }
    }

    @Test
    @DisplayName("--rate is kept, letter by letter")
    void rate() throws Exception {
        try (Site site = site()) {
            for (int user = 0; user < 4; user++) {
                file(site, "acme", user, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            }
            long start = System.nanoTime();
            Said said = Terminal.type(site, "replay", "--rate", "40/min");
            assertThat(said.exit()).as(said.text()).isZero();
            List<Received> posts = site.posts();
            assertThat(posts).hasSize(4);
            for (int i = 0; i < 4; i++) {
                assertThat(Duration.ofNanos(posts.get(i).nanoTime() - start))
                        .isGreaterThanOrEqualTo(Duration.ofMillis(1500L * i));
            }
        }
    }

    @Test
    @DisplayName("Ctrl-C ends it, and the next replay goes on with what is left")
    void interrupted() throws Exception {
        try (Site site = site()) {
            for (int user = 0; user < 4; user++) {
                file(site, "acme", user, LetterCode.PHANTOM_CONFLICT, Duration.ofHours(3));
            }
            // A letter a minute: without the signal it would go on.
            Child child = site.startInterruptible("replay", "--rate", "1/min");
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> site.posts().stream().anyMatch(call -> call.status() == 201)
                            || !child.process().isAlive());
            Interrupt.send(child.process());
            assertThat(child.exit()).as(child.output()).isEqualTo(130);
            assertThat(child.output()).doesNotContain("\tat ", "Exception");
            assertThat(site.posts()).hasSize(1);
            assertThat(left(site)).hasSize(3);

            Said again = Terminal.type(site, "replay");
            assertThat(again.exit()).as(again.text()).isZero();
            assertThat(left(site)).isEmpty();
            assertThat(posted(site)).containsExactly("acme/user-0", "acme/user-1", "acme/user-2", "acme/user-3");
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(4);
        }
    }
}
