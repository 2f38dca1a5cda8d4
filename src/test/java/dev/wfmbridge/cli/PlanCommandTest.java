package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.AgentLookup;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.privacy.NoPersonalData;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

/** The commands {@code plan} and {@code check} as they are called, against the servers. */
class PlanCommandTest {

    private static final long GROUP = Sample.SUPPORT;
    private static final long FIRST = Sample.FIRST_AGENT;
    private static final String FIELD = "genesys_wfm_status";
    private static final String MAPPING = Sample.acmeMapping(100) + Sample.entry("Support", "acme", "sched-1");

    @TempDir
    Path folder;

    private final World world = Sample.acme(4).userState("acme", "user-3", "inactive");

    private record Said(int status, String out) {}

    PlanCommandTest() {
        world.addSegment("acme", "by-hand", "user-1", "sched-1", "PENDING");
    }

    private Said call(Sandbox sandbox, Map<String, String> more, String... args) throws Exception {
        Path file = folder.resolve("mapping.yaml");
        Files.writeString(file, MAPPING);
        Map<String, String> variables = new HashMap<>(sandbox.environment());
        variables.put("BRIDGE_MAPPING", file.toString());
        variables.put("BRIDGE_DATA_DIR", folder.resolve("data").toString());
        variables.putAll(more);
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (NoPersonalData privacy = NoPersonalData.watch(world, sandbox, folder.resolve("data"))) {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            int status = WfmBridge.execute(Environment.of(variables), args);
            privacy.text("standard output", out.toString(StandardCharsets.UTF_8));
            return new Said(status, out.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private static List<Received> writes(Sandbox sandbox) {
        List<Received> all = new ArrayList<>(sandbox.genesys().received());
        all.addAll(sandbox.zendesk().received());
        return all.stream()
                .filter(call -> !call.tokenCall()
                        && !call.method().equals("GET")
                        && !call.path().equals("/api/v2/users/search"))
                .toList();
    }

    @Test
    @DisplayName("plan lists segment by segment without colours in a pipe, writes nothing anywhere, and predicts")
    void plan() throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        try (Sandbox sandbox = Sandbox.start(world)) {
            Said plan = call(sandbox, Map.of("ZENDESK_STATUS_FIELD", FIELD), "plan");
            assertThat(plan.status()).isZero();
            assertThat(plan.out())
                    .doesNotContain("\u001b")
                    .contains("acme / sched-1")
                    .containsPattern("create +" + FIRST + " +user-0 +[0-9a-f-]{36} +APPROVED")
                    .containsPattern("adopt +" + (FIRST + 1) + " +user-1 +[0-9a-f-]{36} +segment by-hand")
                    .containsPattern("skip +" + (FIRST + 3) + " .*skipped: user-inactive")
                    .containsPattern("write back +" + FIRST + " +approved")
                    // identity, users, one search, one schedule, and two POSTs; a hundred a minute
                    .containsPattern("acme +4 +2 +0 +0 +6 +0\\.1")
                    .contains("Nothing was written. A pass would change 5 things.");
            assertThat(writes(sandbox)).isEmpty();
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @Test
    @DisplayName("plan --names says in a pipe that it shows ids, and asks for no names")
    void namesInAPipe() throws Exception {
        try (Sandbox sandbox = Sandbox.start(world)) {
            Said plan = call(sandbox, Map.of(), "plan", "--names");
            assertThat(plan.status()).isZero();
            assertThat(plan.out()).doesNotContain("Agent 0", "example.com").containsPattern("create +" + FIRST + " ");
            assertThat(sandbox.zendesk().received())
                    .extracting(Received::path)
                    .doesNotContain("/api/v2/users/show_many");
        }
    }

    @Test
    @DisplayName("plan --names shows on a terminal who the listed agents are; what a name holds colours nothing")
    void names() throws Exception {
        world.zendesk()
                .addAgent(ZendeskAgent.of(FIRST + 9, "Zo\u00eb @|red Black|@\u001b[31m", "agent9@example.com"))
                .addMembership(FIRST + 9, GROUP);
        try (Rehearsal rehearsal =
                Rehearsal.of(world, folder, 50).mapping(MAPPING).with("ZENDESK_REQUESTS_PER_MINUTE", "5000")) {
            Pass plan = rehearsal.plan();
            Map<Long, String> names = new AgentLookup(rehearsal.bridge()).names(PlanView.agents(plan));
            assertThat(names).containsOnlyKeys(FIRST, FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 9);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new PlanView(plan, false, names, Ansi.ON, new PrintStream(out, true, StandardCharsets.UTF_8)).print();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(
                            FIRST + 9 + " Zo\u00eb @ |red Black|@[31m <agent9@example.com>",
                            (FIRST + 2) + " Agent 2 <agent2@example.com>")
                    .doesNotContain("\u001b[31m");
        }
    }

    @Test
    @DisplayName("plan --json is the report with what would be done; --exit-code is 5, and 0 once that is done")
    void json() throws Exception {
        try (Sandbox sandbox = Sandbox.start(world)) {
            Said plan = call(sandbox, Map.of("ZENDESK_REQUESTS_PER_MINUTE", "5"), "plan", "--json", "--exit-code");
            assertThat(plan.status()).isEqualTo(5);
            JsonNode report = new ObjectMapper().readTree(plan.out());
            assertThat(report.path("planned").asBoolean()).isTrue();
            JsonNode acme = report.path("organizations").path("acme");
            assertThat(acme.path("segments")).hasSize(4);
            assertThat(acme.path("segments").findValuesAsText("action"))
                    .containsExactlyInAnyOrder("create", "adopt", "create", "skip");
            assertThat(acme.path("predictedRequests").asInt()).isEqualTo(6);
            assertThat(acme.path("predictedByKind").toString())
                    .isEqualTo("{\"read\":4,\"insert\":2,\"change\":0,\"remove\":0}");
            assertThat(report.at("/zendesk/default/predictedRequests").asInt()).isEqualTo(1);
            assertThat(report.at("/zendesk/default/predictedMinutes").asDouble())
                    .as("one request, five a minute")
                    .isEqualTo(0.2);
            assertThat(call(sandbox, Map.of(), "once").status()).isZero();
            assertThat(call(sandbox, Map.of(), "plan", "--exit-code").status()).isZero();
            assertThat(sandbox.genesys().posts("acme")).isEqualTo(2);
        }
    }

    @Test
    @DisplayName(
            "on a terminal each action has its colour, and a status that Genesys changed is shown where it differs")
    void colours() throws Exception {
        try (Rehearsal rehearsal =
                Rehearsal.of(world, folder, 50).mapping(MAPPING).with("ZENDESK_REQUESTS_PER_MINUTE", "5000")) {
            rehearsal.once();
            String own = rehearsal.sandbox().genesys().segments("acme").stream()
                    .filter(segment -> segment.userId().equals("user-0"))
                    .findFirst()
                    .orElseThrow()
                    .id();
            world.removeSegment("acme", own).addSegment("acme", own, "user-0", "sched-1", "PENDING");
            Pass plan = rehearsal.plan();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new PlanView(plan, false, Map.of(), Ansi.ON, new PrintStream(out, true, StandardCharsets.UTF_8)).print();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("\u001b[36madopt", "\u001b[33mdiffers")
                    .contains("stays PENDING; a new one would be APPROVED");
        }
    }

    @ParameterizedTest
    @CsvSource({"groups, groups, groups", "user_fields, user_fields, user field"})
    @DisplayName(
            "check does not follow a listing with repeating cursors for ever, and reports nothing missing because of it")
    void endlessListing(String path, String field, String line) throws Exception {
        world.zendesk().addUserField(FIELD, "WFM");
        AtomicInteger pages = new AtomicInteger();
        try (Sandbox sandbox = Sandbox.start(world)) {
            sandbox.zendesk()
                    .interceptor(call -> call.path().equals("/api/v2/" + path)
                            ? Fault.answer(
                                    200,
                                    Map.of("Content-Type", "application/json"),
                                    "{\"%s\":[],\"meta\":{\"has_more\":%s,\"after_cursor\":\"%s\"}}"
                                            .formatted(
                                                    field,
                                                    pages.incrementAndGet() < 30,
                                                    pages.get() % 2 == 0 ? "A" : "B"))
                            : null);
            Said check = call(sandbox, Map.of("ZENDESK_STATUS_FIELD", FIELD), "check");
            assertThat(pages).hasValue(3);
            assertThat(check.status()).isEqualTo(1);
            assertThat(check.out().lines())
                    .anyMatch(said -> said.startsWith("✗ Zendesk: " + line) && said.contains("cursor"))
                    .noneMatch(said -> said.contains("does not exist") || said.contains("has no group"));
        }
    }

    @Test
    @DisplayName("check says that the status field is missing, check --create-fields makes it, and then it is there")
    void fields() throws Exception {
        for (int i = 0; i < 101; i++) {
            world.zendesk().addUserField("field_" + i, "Field " + i);
        }
        try (Sandbox sandbox = Sandbox.start(world)) {
            Map<String, String> status = Map.of("ZENDESK_STATUS_FIELD", FIELD);
            Said missing = call(sandbox, status, "check");
            assertThat(missing.status()).isEqualTo(1);
            assertThat(missing.out()).contains("✗ Zendesk: user field " + FIELD + ": does not exist");
            assertThat(writes(sandbox)).isEmpty();
            assertThat(call(sandbox, status, "check", "--create-fields").out())
                    .contains("✓ Zendesk: user field " + FIELD + ": created");
            assertThat(writes(sandbox)).singleElement().satisfies(call -> assertThat(
                            call.method() + " " + call.path() + " " + call.status())
                    .isEqualTo("POST /api/v2/user_fields 201"));
            Said there = call(sandbox, status, "check");
            assertThat(there.out()).contains("✓ Zendesk: user field " + FIELD + ": exists");
            assertThat(there.status()).isZero();
        }
    }
}
