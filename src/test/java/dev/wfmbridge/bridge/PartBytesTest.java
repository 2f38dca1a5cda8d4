package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.part.Chunks;
import dev.wfmbridge.part.Part;
import dev.wfmbridge.part.PartResult;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassWitness;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An organisation's part of a pass does the same whether it arrives as an object or as bytes. */
class PartBytesTest {

    private static final String FIELD = "genesys_wfm_status";
    private static final String MAPPING = Scene.organizations("acme", "globex")
            + Scene.entry("Support", "acme", "sched-1", "status: APPROVED", "withoutTags: [on_leave]")
            + Scene.entry("Sales", "acme", "sched-1", "status: APPROVED", "statusByTag: { wfm_pending: PENDING }")
            + Scene.entry("Sales", "globex", "sched-g")
            + Scene.entry("Gone", "globex", "sched-g");

    private static final String BY_BYTES =
            """
            - route:
                id: by-bytes
                description: Each part of a pass goes through bytes, there and back.
                from:
                  uri: direct:by-bytes
                  steps:
                    - split:
                        simple: "${exchangeProperty.wfmPass.organizationsConcerned}"
                        streaming: true
                        parallelProcessing: true
                        executorService: parts
                        steps:
                          - setProperty:
                              name: wfmSide
                              simple: "${body}"
                          - setProperty:
                              name: wfmReader
                              simple: "${exchangeProperty.wfmPass}"
                          - bean:
                              ref: parts
                              method: pack
                          - bean:
                              ref: parts
                              method: open
                          - to:
                              uri: direct:organization
                          - bean:
                              ref: parts
                              method: result
                          - setProperty:
                              name: wfmPass
                              simple: "${exchangeProperty.wfmReader}"
                          - bean:
                              ref: parts
                              method: take
            """;

    /** What differs between a pair of runs. */
    enum Case {
        PLAIN,
        CONFLICTS,
        REFUSED,
        CREDENTIALS,
        HALF_A_LISTING
    }

    @TempDir
    Path folder;

    private World world() {
        World world = Scene.world(12);
        for (int i = 0; i < 12; i++) {
            if (i % 2 == 0) {
                world.zendesk().addMembership(Scene.FIRST_AGENT + i, Scene.SALES);
            }
        }
        world.zendesk().addUserField(FIELD, "WFM");
        world.zendesk().updateAgent(Scene.FIRST_AGENT + 1, agent -> agent.withTags("on_leave"));
        world.zendesk().updateAgent(Scene.FIRST_AGENT + 2, agent -> agent.withTags("wfm_pending"));
        world.zendesk().updateAgent(Scene.FIRST_AGENT + 3, agent -> agent.withSuspended(true));
        world.userState("acme", "user-4", "inactive");
        world.addSegment("acme", "by-hand", "user-5", "sched-1", "APPROVED");
        world.addSegment("acme", Scene.idOf(6), "user-6", "sched-1", "REJECTED");
        return world;
    }

    private Rehearsal rehearsal(World world, String name) throws Exception {
        Path home = folder.resolve(name + "-home");
        for (String part : List.of("routes", "config")) {
            Path from = Rehearsal.HOME.resolve(part);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path to = home.resolve(part).resolve(from.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(to);
                    } else {
                        Files.copy(file, to);
                    }
                }
            }
        }
        Files.writeString(home.resolve("routes/by-bytes.camel.yaml"), BY_BYTES);
        Path own = Files.createDirectories(folder.resolve(name));
        return Scene.rehearsal(world, own, MAPPING)
                .home(home)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "cancel")
                .with("ZENDESK_STATUS_FIELD", FIELD)
                .with("GENESYS_WORKERS", "1");
    }

    private static Interceptor fault(Case which) {
        return switch (which) {
            case CONFLICTS ->
                Scene.first(
                        3,
                        call -> Scene.isPost(call) && call.body().contains("globex-user"),
                        call -> Scene.answer(409, "{\"code\":\"duplicate.key\",\"status\":409,\"message\":\"x\"}"));
            case REFUSED -> Scene.always(Scene::isPost, call -> Scene.answer(400));
            case CREDENTIALS -> Scene.always(call -> call.path().equals("/oauth/token"), call -> Scene.answer(401));
            default -> null;
        };
    }

    /** The visible result of three passes: all that Genesys received and that was written to Zendesk, and the files. */
    private static List<String> seen(World world, Rehearsal rehearsal, Case which, String way) throws Exception {
        List<String> seen = new ArrayList<>();
        rehearsal.bridge().passes().goBy(way, new Stopping(), PassWitness.NONE);
        rehearsal.sandbox().genesys().interceptor(fault(which));
        if (which == Case.HALF_A_LISTING) {
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(Scene.always(
                            call -> call.path().endsWith("group_memberships.json")
                                    || call.path().endsWith("/group_memberships"),
                            call -> Scene.answer(500)));
        }
        for (int number = 0; number < 3; number++) {
            if (number == 2) {
                world.zendesk().removeMembership(Scene.FIRST_AGENT + 7, Scene.SUPPORT);
                world.zendesk().removeMembership(Scene.FIRST_AGENT + 8, Scene.SALES);
                rehearsal.sandbox().genesys().interceptor(null);
            }
            Pass pass = rehearsal.byClock();
            assertThat(pass.balance()).isZero();
            ObjectNode report = (ObjectNode) rehearsal.report();
            report.remove(List.of("runId", "startedAt", "finishedAt"));
            // How often a job is looked at depends on the clock; every other call is compared below.
            int looks = (int) rehearsal.sandbox().zendesk().received().stream()
                    .filter(call -> call.path().contains("job_statuses"))
                    .count();
            ObjectNode zendesk = (ObjectNode) report.path("zendesk").path("default");
            zendesk.put("requests", zendesk.path("requests").asInt() - looks);
            seen.add(withoutTimes(report));
            rehearsal.outcomes().forEach(line -> seen.add(line.toString()));
            calls(rehearsal.sandbox().genesys().received()).forEach(seen::add);
            calls(rehearsal.sandbox().zendesk().received()).forEach(seen::add);
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.sandbox().zendesk().clearReceived();
            for (String file : List.of("ledger/acme.jsonl", "ledger/globex.jsonl")) {
                Path path = rehearsal.data().resolve(file);
                seen.add(file + (Files.exists(path) ? Files.readString(path) : " none"));
            }
            seen.add("letters " + Scene.letterCodes(rehearsal));
        }
        return seen.stream()
                .map(line -> line.replaceAll("[^\"]+/mapping.yaml", "mapping.yaml"))
                .toList();
    }

    private static String withoutTimes(JsonNode report) {
        return report.toPrettyString()
                // Who did a part is reported only if it went as bytes.
                .replaceAll("\\s*\"process\" : \"here\",", "")
                .replaceAll("\"since\" : \"[^\"]+\"", "since")
                .replaceAll("correlation id [^,]+, [^,]+Z", "then");
    }

    /** In no particular order, since the organisations run side by side. */
    private static List<String> calls(List<Received> received) {
        return received.stream()
                .map(call -> call.method() + " " + call.path() + " " + call.query() + " " + call.body())
                .filter(call -> !call.contains("job_statuses"))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a part that was packed and unpacked sends, reports, keeps and writes back the same")
    void sameAsDirect(Case which) throws Exception {
        List<String> direct;
        World first = world();
        try (Rehearsal rehearsal = rehearsal(first, "direct")) {
            direct = seen(first, rehearsal, which, "organizations");
        }
        World second = world();
        try (Rehearsal rehearsal = rehearsal(second, "bytes")) {
            assertThat(seen(second, rehearsal, which, "by-bytes")).containsExactlyElementsOf(direct);
        }
    }

    @Test
    @DisplayName("a value longer than a record is cut into pieces that each fit into one")
    void chunks() {
        byte[] whole = new byte[3 * Chunks.LARGEST + 1];
        new Random(7).nextBytes(whole);
        List<byte[]> chunks = Chunks.of(whole);
        assertThat(chunks).hasSize(4).allSatisfy(chunk -> assertThat(chunk).hasSizeLessThanOrEqualTo(Chunks.LARGEST));
        assertThat(Chunks.whole(chunks)).isEqualTo(whole);
        assertThat(Chunks.of(new byte[0])).hasSize(1);
    }

    @Test
    @DisplayName("bytes that are no part, or no result, are refused in words that quote nothing of them")
    void garbage() {
        byte[] garbage = "agent0@example.com".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Part.open(garbage))
                .isInstanceOf(UnusableException.class)
                .hasMessageNotContaining("example");
        assertThatThrownBy(() -> PartResult.open(garbage))
                .isInstanceOf(UnusableException.class)
                .hasMessageNotContaining("example");
    }
}
