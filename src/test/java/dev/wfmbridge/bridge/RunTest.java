package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} continues whatever happens in a pass, and the report shows it. */
class RunTest {

    @TempDir
    Path folder;

    private JsonNode latest() throws Exception {
        return new ObjectMapper()
                .readTree(folder.resolve("data/runs/latest.json").toFile());
    }

    @Test
    @DisplayName("a mapping that became invalid: the last good one stays in force, with a warning, until it is fixed")
    void invalidMapping() throws Exception {
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(2), folder, Scene.SIMPLE)) {
            assertThat(Scene.outcomes(rehearsal.byClock(), "acme")).isEqualTo(Map.of("created", 2L));
            for (String invalid : new String[] {
                "groups: [",
                "",
                Scene.SIMPLE + "  - zendeskGroup: Sales\n    organization: nobody\n    scheduleId: s\n",
                Scene.SIMPLE.replace("scheduleId", "sheduleId")
            }) {
                rehearsal.mapping(invalid);
                Pass pass = rehearsal.byClock();
                assertThat(Scene.outcomes(pass, "acme")).isEqualTo(Map.of("present", 2L));
                assertThat(pass.warnings())
                        .anyMatch(warning ->
                                warning.startsWith("The mapping was refused, the last good one is in force: ")
                                        && warning.contains("mapping.yaml"));
                assertThat(latest().path("warnings").toString()).contains("the last good one is in force");
            }
            Files.delete(folder.resolve("mapping.yaml"));
            assertThat(Scene.outcomes(rehearsal.byClock(), "acme")).isEqualTo(Map.of("present", 2L));
            rehearsal.mapping(Scene.SIMPLE);
            assertThat(rehearsal.byClock().warnings()).noneMatch(warning -> warning.contains("refused"));
        }
    }

    @Test
    @DisplayName(
            "a mapping that became a bomb: refused in one line, the last good one stays in force, and the bridge lives")
    void bombs() throws Exception {
        StringBuilder aliases = new StringBuilder(Scene.SIMPLE + "a0: &a0 [x]\n");
        for (int i = 1; i <= 9; i++) {
            aliases.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "]\n");
        }
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(2), folder, Scene.SIMPLE)) {
            rehearsal.byClock();
            for (String bomb : new String[] {
                Scene.SIMPLE + "users: " + "[".repeat(20_000),
                Scene.SIMPLE + "users: " + "{a: ".repeat(20_000),
                aliases.toString()
            }) {
                rehearsal.mapping(bomb);
                Pass pass = rehearsal.byClock();
                assertThat(Scene.outcomes(pass, "acme")).isEqualTo(Map.of("present", 2L));
                assertThat(pass.warnings())
                        .singleElement()
                        .asString()
                        .startsWith("The mapping was refused, the last good one is in force: ")
                        .containsAnyOf("nested more than 200 levels deep", "stand for more than 100000 values")
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    @DisplayName(
            "a mapping in a folder: an organisation whose file comes or goes is there, or gone, with the next pass")
    void folder() throws Exception {
        World world = Scene.world(2);
        world.zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES);
        Path parts = Files.createDirectory(folder.resolve("mapping.d"));
        Files.writeString(parts.resolve("acme.yaml"), Scene.SIMPLE);
        Path globex = parts.resolve("globex.yaml");
        String part = Scene.organizations("globex") + Scene.entry("Sales", "globex", "sched-g");
        try (Rehearsal rehearsal =
                Scene.rehearsal(world, folder, Scene.SIMPLE).with("BRIDGE_MAPPING", parts.toString())) {
            assertThat(rehearsal.byClock().organization("globex")).isNull();

            Files.writeString(globex, part);
            Pass joined = rehearsal.byClock();
            assertThat(Scene.outcomes(joined, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(Scene.outcomes(joined, "acme")).isEqualTo(Map.of("present", 2L));

            Files.writeString(globex, part.replace("{{env:GLOBEX_CLIENT_SECRET}}", "{{env:NOT_SET_ANYWHERE}}"));
            Pass bad = rehearsal.byClock();
            assertThat(Scene.halt(bad, "globex")).isEqualTo("configuration");
            assertThat(bad.organization("globex").currentHalt().message()).contains(globex + ":7");
            assertThat(Scene.outcomes(bad, "acme")).isEqualTo(Map.of("present", 2L));

            Files.writeString(globex, part + "groups: again\n");
            Pass refused = rehearsal.byClock();
            assertThat(refused.warnings()).anyMatch(warning -> warning.contains("in force: " + globex + ":"));

            Files.delete(globex);
            Pass left = rehearsal.byClock();
            assertThat(left.organization("globex")).isNull();
            assertThat(left.warnings()).isEmpty();
            assertThat(latest().path("organizations").has("globex")).isFalse();
        }
    }

    @Test
    @DisplayName(
            "an organisation with an unset variable or a bad URL halts, the others go on; once fixed, it goes on too")
    void badOrganization() throws Exception {
        for (String[] bad : new String[][] {
            {"{{env:GLOBEX_CLIENT_SECRET}}", "{{env:NOT_SET_ANYWHERE}}"},
            {"{{env:GLOBEX_CLIENT_SECRET}}", "{{file:/no/such/file}}"}
        }) {
            World world = Scene.world(2);
            world.zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES);
            Path own = folder.resolve(String.valueOf(bad[1].length()));
            Files.createDirectories(own);
            try (Rehearsal rehearsal = Scene.rehearsal(world, own, Scene.BOTH.replace(bad[0], bad[1]))) {
                Pass pass = rehearsal.byClock();
                assertThat(Scene.halt(pass, "globex")).isEqualTo("configuration");
                assertThat(Scene.outcomes(pass, "globex")).isEqualTo(Map.of("held", 1L));
                assertThat(Scene.outcomes(pass, "acme")).isEqualTo(Map.of("created", 2L));
                assertThat(pass.balance()).isZero();
                assertThat(Scene.genesys(rehearsal, call -> "globex".equals(call.account())))
                        .isEmpty();

                rehearsal.mapping(Scene.BOTH);
                assertThat(Scene.outcomes(rehearsal.byClock(), "globex")).isEqualTo(Map.of("created", 1L));

                // And the other way round: it breaks while the bridge runs.
                rehearsal.mapping(Scene.BOTH.replace(bad[0], bad[1]));
                Pass again = rehearsal.byClock();
                assertThat(Scene.halt(again, "globex")).isEqualTo("configuration");
                assertThat(Scene.outcomes(again, "acme")).isEqualTo(Map.of("present", 2L));
            }
        }
    }

    @Test
    @DisplayName("a pass that is longer than its interval: those left out are counted in the next report")
    void overlap() throws Exception {
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(2), folder, Scene.SIMPLE)) {
            CountDownLatch there = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            rehearsal.sandbox().genesys().interceptor(call -> {
                there.countDown();
                try {
                    assertThat(go.await(120, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
                return null;
            });
            rehearsal.bridge();
            CompletableFuture<Pass> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return rehearsal.byClock();
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
            assertThat(there.await(120, TimeUnit.SECONDS)).isTrue();
            assertThat(rehearsal.byClock()).isNull();
            assertThat(rehearsal.byClock()).isNull();
            go.countDown();
            assertThat(first.get(120, TimeUnit.SECONDS).warnings()).isEmpty();
            assertThat(rehearsal.byClock().warnings())
                    .anyMatch(warning -> warning.startsWith("2 passes were left out"));
            assertThat(latest().path("warnings").toString()).contains("2 passes were left out");
            assertThat(rehearsal.byClock().warnings()).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "Zendesk is down for several passes: nothing is written, nobody is removed; when it is back, work goes on")
    void zendeskAway() throws Exception {
        World world = Scene.world(3);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.SIMPLE)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "delete")) {
            rehearsal.byClock();
            rehearsal.sandbox().genesys().clearReceived();
            for (Fault away : new Fault[] {Fault.loseRequest(), Fault.gatewayPage(502), Fault.gatewayPage(503)}) {
                rehearsal.sandbox().zendesk().interceptor(call -> away);
                Pass pass = rehearsal.byClock();
                assertThat(pass.isComplete()).isFalse();
                assertThat(pass.balance()).isZero();
                assertThat(latest().path("exitCode").asInt()).isEqualTo(2);
                assertThat(latest().path("warnings").toString()).contains("not read to the end");
            }
            assertThat(Scene.genesys(rehearsal, call -> !call.method().equals("GET") && !call.tokenCall()))
                    .isEmpty();
            rehearsal.sandbox().zendesk().interceptor(null);
            world.zendesk().removeMembership(Scene.FIRST_AGENT, Scene.SUPPORT);
            Pass back = rehearsal.byClock();
            assertThat(back.isComplete()).isTrue();
            assertThat(back.organization("acme").removed()).isEqualTo(1);
            assertThat(Scene.outcomes(back, "acme")).isEqualTo(Map.of("present", 2L));
        }
    }
}
