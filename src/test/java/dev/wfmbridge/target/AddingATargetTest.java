package dev.wfmbridge.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/adding-a-target.md, followed step by step: a package and a route file, and no change of the bridge. */
class AddingATargetTest {

    @TempDir
    Path folder;

    private final Set<String> names = new ConcurrentSkipListSet<>();

    /** A home with the bridge's own routes and configuration, and the route file of the new target beside them. */
    private Path home() throws Exception {
        Path home = folder.resolve("home");
        for (String part : List.of("routes", "config")) {
            try (Stream<Path> files = Files.walk(Rehearsal.HOME.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = home.resolve(Rehearsal.HOME.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        Files.copy(
                Rehearsal.HOME.resolve("src/test/resources/target/x-notebook.camel.yaml"),
                home.resolve("routes/x-notebook.camel.yaml"));
        return home;
    }

    /** The destination, simulated in front of the sandbox. */
    private Fault notebook(Received call) {
        if (!call.path().equals("/api/v2/notebooks/red")) {
            return null;
        }
        try {
            if (call.method().equals("POST")) {
                String name =
                        new ObjectMapper().readTree(call.body()).path("name").asText();
                if (name.endsWith("-2")) {
                    return Ground.answer(422, "{\"code\":\"no.such.name\"}");
                }
                names.add(name);
                return Ground.answer(201, "{}");
            }
            return Ground.answer(200, "{\"names\":" + new ObjectMapper().writeValueAsString(names) + "}");
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Test
    @DisplayName("plan, snapshot, insert, a lost answer, a letter, a halt: all of the flow for one more target")
    void followed() throws Exception {
        try (Ground ground = new Ground(folder)) {
            ground.fresh();
            ground.rehearsal.home(home());
            String group = ground.group("Support", 5);
            ground.mapping("  - zendeskGroup: " + group
                    + "\n    organization: acme\n    target: x-notebook\n    shelf: top\n    notebook: red\n");
            names.add(ground.user("Support", 0));
            AtomicInteger posts = new AtomicInteger();
            Interceptor lossy = call -> {
                Fault played = notebook(call);
                boolean lost = call.path().contains("notebooks")
                        && call.method().equals("POST")
                        && posts.incrementAndGet() == 1;
                return lost && !call.body().contains("-2\"") ? Fault.loseAnswer() : played;
            };
            ground.rehearsal.sandbox().genesys().interceptor(this::notebook);
            JsonNode planned =
                    RunReport.of(ground.rehearsal.plan()).path("organizations").path("acme");
            assertThat(planned.path("segments")).hasSize(4);
            assertThat(names).hasSize(1);
            ground.rehearsal.restart();

            ground.rehearsal.sandbox().genesys().interceptor(lossy);
            OrganizationPass acme = ground.once();
            assertThat(ground.outcomes(acme)).isEqualTo(Map.of("present", 1L, "created", 3L, "invalid-request", 1L));
            assertThat(names).hasSize(4);
            assertThat(posts).hasValue(4);
            Path letters = ground.rehearsal.data().resolve("dead-letter/acme");
            try (Stream<Path> files = Files.list(letters)) {
                JsonNode letter = new ObjectMapper()
                        .readTree(files.findFirst().orElseThrow().toFile());
                assertThat(letter.path("segment").path("shelf").asText()).isEqualTo("top");
                assertThat(letter.path("segment").path("notebook").asText()).isEqualTo("red");
            }

            ground.rehearsal.restart();
            ground.rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.path().contains("notebooks") ? Fault.gatewayPage(503) : null);
            acme = ground.once();
            assertThat(acme.haltOf("red").reason()).isEqualTo(HaltReason.SNAPSHOT_INCOMPLETE);
            assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 5L));
        }
    }

    @Test
    @DisplayName("its part of the mapping: a missing key, one of another target, one that no target has")
    void mistakes() throws Exception {
        Path mapping = folder.resolve("mapping.yaml");
        Files.writeString(
                mapping,
                """
                organizations:
                  acme: {id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, region: mypurecloud.ie, clientId: a, clientSecret: b}
                groups:
                  - {zendeskGroup: A, organization: acme, target: x-notebook, notebook: red}
                  - {zendeskGroup: B, organization: acme, target: x-notebook, notebook: red, shelf: top, scheduleId: s}
                  - {zendeskGroup: C, organization: acme, target: x-notebook, notebook: red, shelf: top, shelve: x}
                  - {zendeskGroup: D, organization: acme, target: x-other, placeId: red, shelf: top}
                """);
        assertThatThrownBy(() -> MappingFile.load(mapping, name -> null))
                .isInstanceOfSatisfying(ConfigurationException.class, refused -> assertThat(refused.problems())
                        .extracting(problem -> problem.line() + " " + problem.what())
                        .containsExactly(
                                "4 key \"shelf\" is missing in this entry",
                                "5 scheduleId belongs to target userschedulesegments, and this entry's target is"
                                        + " x-notebook",
                                "6 unknown key \"shelve\"",
                                "7 shelf belongs to target x-notebook, and this entry's target is x-other"));
    }

    @Test
    @DisplayName("a target without routes halts its place, and says so")
    void withoutRoutes() throws Exception {
        try (Ground ground = new Ground(folder)) {
            ground.fresh();
            ground.mapping("  - zendeskGroup: " + ground.group("Support", 1)
                    + "\n    organization: acme\n    target: x-nothing\n    placeId: red\n");
            OrganizationPass acme = ground.once();
            assertThat(acme.haltOf("red").reason()).isEqualTo(HaltReason.TARGET_NOT_FOUND);
            assertThat(ground.outcomes(acme)).isEqualTo(Map.of("held", 1L));
        }
    }
}
