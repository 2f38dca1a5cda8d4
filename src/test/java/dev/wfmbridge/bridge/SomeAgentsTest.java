package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pass for some agents, as ordered by events: it decides like a whole pass, but costs only as much as those agents.
 */
class SomeAgentsTest {

    private static final Predicate<Received> ANY = call -> !call.path().contains("oauth");

    @TempDir
    Path folder;

    private static PassOrder orderFor(long... agents) {
        return PassOrder.forAgents(LongStream.of(agents).boxed().toList(), null);
    }

    private static void clear(Rehearsal rehearsal) {
        rehearsal.sandbox().genesys().clearReceived();
        rehearsal.sandbox().zendesk().clearReceived();
    }

    /** A new agent of Support whom the passes before have not seen, known to both organisations. */
    private static long joins(Rehearsal rehearsal, int number, long... groups) {
        World world = rehearsal.world();
        long id = Scene.FIRST_AGENT + number;
        for (long group : groups) {
            world.zendesk().addMembership(id, group);
        }
        return id;
    }

    @Test
    @DisplayName("one agent joins one group: one call to Zendesk, one GET and one POST to the organisation")
    void cost() throws Exception {
        World world = Scene.world(5);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)) {
            rehearsal.byClock();
            clear(rehearsal);
            long agent = joins(rehearsal, 0, Scene.SALES);
            Pass pass = rehearsal.pass(orderFor(agent));

            assertThat(pass.isComplete()).isTrue();
            assertThat(pass.balance()).isZero();
            assertThat(Scene.zendesk(rehearsal, ANY))
                    .extracting(Received::path)
                    .containsExactly("/api/v2/users/" + agent + "/group_memberships");
            assertThat(Scene.outcomes(pass, "acme")).isEqualTo(Map.of("present", 1L));
            assertThat(Scene.outcomes(pass, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(Scene.genesys(rehearsal, ANY.and(call -> "acme".equals(call.account()))))
                    .singleElement()
                    .satisfies(call -> assertThat(call.query()).contains("userId=user-0"));
            // No mapped membership named globex before, so that its users, too, are read here for the first time.
            assertThat(Scene.genesys(
                            rehearsal,
                            call -> "globex".equals(call.account())
                                    && call.path().equals(Scene.SEGMENTS)))
                    .extracting(Received::method)
                    .containsExactly("GET", "POST");
            assertThat(Scene.genesys(rehearsal, Scene::isListing)).isEmpty();
        }
    }

    @Test
    @DisplayName("the pass of an agent leaves latest.json, the letters and the ledger's other lines as they are")
    void reports() throws Exception {
        World world = Scene.world(3);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE)) {
            Pass whole = rehearsal.byClock();
            Path ledger = rehearsal.data().resolve("ledger/acme.jsonl");
            int lines = Files.readAllLines(ledger).size();
            Pass pass = rehearsal.pass(orderFor(Scene.FIRST_AGENT));

            assertThat(rehearsal.report().path("runId").asText()).isEqualTo(whole.getRunId());
            JsonNode own = new ObjectMapper()
                    .readTree(rehearsal
                            .data()
                            .resolve("runs/" + pass.getRunId() + ".json")
                            .toFile());
            assertThat(own.path("trigger").asText()).isEqualTo("webhook");
            assertThat(own.at("/organizations/acme/mapped").asInt()).isEqualTo(1);
            assertThat(own.path("agents")).hasSize(1);
            assertThat(Files.readAllLines(ledger)).hasSize(lines);
            assertThat(pass.getRunId()).isGreaterThan(whole.getRunId());
            Runs runs = new Runs(DataFolder.toRead(rehearsal.data()));
            String first = String.valueOf(Scene.FIRST_AGENT);
            assertThat(runs.newestWord(first)).hasValueSatisfying(word -> {
                assertThat(word.runId()).isEqualTo(pass.getRunId());
                assertThat(word.pairs()).hasSize(1);
            });
            assertThat(runs.newestWord(String.valueOf(Scene.FIRST_AGENT + 1)))
                    .hasValueSatisfying(word -> assertThat(word.runId()).isEqualTo(whole.getRunId()));
            assertThat(runs.sinceLatest()).hasSize(1);

            // An agent who has left all groups: the latest outcome is that no entry wants them.
            world.zendesk().removeMembership(Scene.FIRST_AGENT, Scene.SUPPORT);
            rehearsal.pass(orderFor(Scene.FIRST_AGENT));
            assertThat(runs.newestWord(first))
                    .hasValueSatisfying(word -> assertThat(word.pairs()).isEmpty());
            rehearsal.byClock();
            assertThat(runs.sinceLatest()).isEmpty();
        }
    }

    @Test
    @DisplayName("however many passes events request, the reports of whole passes are kept as long as configured")
    void kept() throws Exception {
        World world = Scene.world(1);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE).with("BRIDGE_KEEP_RUNS", "2")) {
            rehearsal.byClock();
            String whole = rehearsal.byClock().getRunId();
            for (int i = 0; i < 4; i++) {
                rehearsal.pass(orderFor(Scene.FIRST_AGENT));
            }
            List<String> kept = new Runs(DataFolder.toRead(rehearsal.data())).newest(10);
            assertThat(kept).hasSize(4).contains(whole);
            assertThat(kept).filteredOn(Runs::isOfEvents).hasSize(2);
        }
    }

    @Test
    @DisplayName("an agent who left all groups keeps the segment: a pass for some agents removes nothing")
    void nothingRemoved() throws Exception {
        World world = Scene.world(4);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE)
                .with("REMOVALS_POLICY", "delete")
                .with("BRIDGE_INSTANCE", "test")) {
            rehearsal.byClock();
            world.zendesk().removeMembership(Scene.FIRST_AGENT, Scene.SUPPORT);
            clear(rehearsal);
            Pass pass = rehearsal.pass(orderFor(Scene.FIRST_AGENT));

            assertThat(Scene.outcomes(pass, "acme")).isEmpty();
            assertThat(Scene.genesys(rehearsal, ANY)).isEmpty();
            assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(4);

            assertThat(rehearsal.byClock().organization("acme").removed()).isEqualTo(1);
            assertThat(rehearsal.sandbox().genesys().segments("acme")).hasSize(3);
        }
    }

    @Test
    @DisplayName("an agent whom no entry concerns, and one whom Zendesk does not know, cost Genesys nothing")
    void nobodysConcern() throws Exception {
        World world = Scene.world(2);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE)) {
            rehearsal.byClock();
            world.zendesk()
                    .removeMembership(Scene.FIRST_AGENT, Scene.SUPPORT)
                    .addMembership(Scene.FIRST_AGENT, Scene.SALES);
            clear(rehearsal);
            Pass pass = rehearsal.pass(orderFor(Scene.FIRST_AGENT, 4_711_000_000_000L));

            assertThat(pass.isComplete()).isTrue();
            assertThat(Scene.genesys(rehearsal, call -> true)).isEmpty();
            assertThat(Scene.zendesk(rehearsal, ANY)).hasSize(2);
        }
    }

    @Test
    @DisplayName("two groups of the mapped name, of which the agent is in one: held as in a whole pass, no segment")
    void ambiguousName() throws Exception {
        World world = Scene.world(2);
        world.zendesk()
                .addGroup(7_000_000_000_001L, "Sales")
                .addMembership(Scene.FIRST_AGENT + 1, 7_000_000_000_001L)
                .addMembership(Scene.FIRST_AGENT, Scene.SALES);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)) {
            assertThat(Scene.halt(rehearsal.byClock(), "globex")).isEqualTo("configuration");
            clear(rehearsal);
            Pass pass = rehearsal.pass(orderFor(Scene.FIRST_AGENT));

            assertThat(Scene.halt(pass, "globex")).isEqualTo("configuration");
            assertThat(Scene.posts(rehearsal)).isEmpty();
        }
        // The same without a whole pass before: the groups are listed, once.
        try (Rehearsal rehearsal = Scene.rehearsal(world, Files.createDirectory(folder.resolve("anew")), Scene.BOTH)) {
            Pass first = rehearsal.pass(orderFor(Scene.FIRST_AGENT));
            assertThat(Scene.halt(first, "globex")).isEqualTo("configuration");
            assertThat(Scene.zendesk(rehearsal, Scene.get("/api/v2/groups"))).hasSize(1);
            rehearsal.pass(orderFor(Scene.FIRST_AGENT));
            assertThat(Scene.zendesk(rehearsal, Scene.get("/api/v2/groups"))).hasSize(1);
        }
    }

    @Test
    @DisplayName("a POST whose answer is lost is decided by reading that user again, not the schedule")
    void lostAnswer() throws Exception {
        World world = Scene.world(3);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)) {
            rehearsal.byClock();
            long agent = joins(rehearsal, 1, Scene.SALES);
            clear(rehearsal);
            rehearsal.sandbox().genesys().interceptor(Scene.first(1, Scene::isPost, call -> Scene.answer(500)));
            Pass pass = rehearsal.pass(orderFor(agent));

            assertThat(Scene.outcomes(pass, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(Scene.posts(rehearsal)).hasSize(2);
            assertThat(Scene.genesys(rehearsal, Scene::isListing)).isEmpty();
            assertThat(List.of(rehearsal.sandbox().genesys().segments("globex")))
                    .hasSize(1);
        }
    }
}
