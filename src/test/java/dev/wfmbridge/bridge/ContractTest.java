package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.GenesysContract;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bridge itself sends follows the contract, call by call, as the server received it. */
class ContractTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "delete"})
    @DisplayName("creations, conflicts, lost answers, removals, restorations: each request follows the contract")
    void requests(String policy) throws Exception {
        World world = Scene.world(6);
        // No active user in the list has this address: the search is used.
        world.zendesk()
                .addAgent(dev.wfmbridge.sandbox.ZendeskAgent.of(6_100_000_000_000L, "Zoë", "zoe+x@example.com"))
                .addMembership(6_100_000_000_000L, Scene.SUPPORT)
                .world()
                .addUser("acme", "zoe", "zoe+x@example.com", "Zoë", "inactive");
        List<Received> calls = new ArrayList<>();
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", policy)
                .with("REMOVALS_MIN_COUNT", "5")) {
            rehearsal.sandbox().genesys().interceptor(Scene.first(2, Scene::isPost, call -> Fault.loseAnswer()));
            rehearsal.once();
            calls.addAll(rehearsal.sandbox().genesys().received());
            rehearsal.restart();
            rehearsal.sandbox().genesys().segments("acme").stream()
                    .limit(2)
                    .forEach(segment -> world.removeSegment("acme", segment.id()));
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.sandbox().genesys().interceptor(Scene.first(1, Scene::isPost, call -> Scene.answer(409)));
            rehearsal.once();
            world.zendesk().removeMembership(Scene.FIRST_AGENT + 5, Scene.SUPPORT);
            rehearsal.once();
            world.zendesk().addMembership(Scene.FIRST_AGENT + 5, Scene.SUPPORT);
            rehearsal.once();
            calls.addAll(rehearsal.sandbox().genesys().received());
        }
        Set<String> kinds = calls.stream()
                .map(call -> call.method() + " "
                        + call.path().replaceAll("(userschedulesegments|users)/(?!search).*", "$1/ID"))
                .collect(Collectors.toSet());
        String removal = Map.of("cancel", "PUT ", "delete", "DELETE ").get(policy) + Scene.SEGMENTS + "/ID";
        assertThat(kinds)
                .contains(
                        "POST /oauth/token",
                        "GET /api/v2/organizations/me",
                        "GET /api/v2/users",
                        "POST /api/v2/users/search",
                        "GET " + Scene.SEGMENTS,
                        "GET " + Scene.SEGMENTS + "/ID",
                        "POST " + Scene.SEGMENTS,
                        removal);
        assertThat(calls).flatExtracting(GenesysContract::violations).isEmpty();
    }
}
