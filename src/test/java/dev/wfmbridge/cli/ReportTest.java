package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report}: the summary of a pass again, for which only the data folder is needed. */
class ReportTest {

    @TempDir
    Path folder;

    /** Five agents, one of whom is unknown in Genesys. */
    private Site site() throws Exception {
        var world = Site.world(4);
        world.zendesk()
                .addAgent(
                        dev.wfmbridge.sandbox.ZendeskAgent.of(6_000_000_000_900L, "Agent 900", "agent900@example.com"))
                .addMembership(6_000_000_000_900L, Site.GROUP);
        return Site.of(world, folder);
    }

    private Said once(Site site, int exit) throws Exception {
        Said once = Terminal.type(site, "once");
        assertThat(once.exit()).as(once.text()).isEqualTo(exit);
        assertThat(once.out()).contains("Pass ", "Balance 0.");
        return once;
    }

    private List<String> runIds(Site site) throws Exception {
        return Site.files(site.data().resolve("runs")).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".json") && !name.equals("latest.json"))
                .map(name -> name.substring(0, name.length() - ".json".length()))
                .sorted()
                .toList();
    }

    @Test
    @DisplayName(
            "byte for byte what once printed: in step, with dead letters, halted, and where Zendesk was not reached")
    void sameText() throws Exception {
        try (Site site = site().with("GENESYS_HALT_AFTER", "2").with("HTTP_BACKOFF", "1ms-2ms")) {
            Said step = once(site, 0);
            assertThat(Terminal.type(site, "report").out()).isEqualTo(step.out());
            assertThat(step.out()).contains("acme skipped: user-not-found 1");

            // A new agent whose segment is refused permanently.
            site.world()
                    .zendesk()
                    .addAgent(dev.wfmbridge.sandbox.ZendeskAgent.of(
                            6_000_000_000_901L, "Agent 901", "agent901@example.com"))
                    .addMembership(6_000_000_000_901L, Site.GROUP)
                    .world()
                    .addUser("acme", "user-901", "agent901@example.com", "Agent 901", "active");
            site.refuse("user-901");
            Said letters = once(site, 3);
            assertThat(Terminal.type(site, "report").out()).isEqualTo(letters.out());
            assertThat(letters.out()).contains("dead letters: see");

            site.interceptor(call -> call.path().startsWith("/api/v2/wfm") ? Fault.gatewayPage(503) : null);
            Said halted = once(site, 2);
            assertThat(Terminal.type(site, "report").out()).isEqualTo(halted.out());
            assertThat(halted.out()).contains("halted, ");

            // Zendesk's listing is lost.
            site.interceptor(call -> call.path().contains("group_memberships") ? Fault.gatewayPage(503) : null);
            Said lost = once(site, 2);
            Said report = Terminal.type(site, "report");
            assertThat(report.out()).isEqualTo(lost.out());
            assertThat(report.exit()).isZero();

            // Each of them by its id, the oldest first.
            List<String> ids = runIds(site);
            List<Said> said = List.of(step, letters, halted, lost);
            assertThat(ids).hasSameSizeAs(said);
            for (int i = 0; i < ids.size(); i++) {
                assertThat(Terminal.type(site, "report", ids.get(i)).out())
                        .isEqualTo(said.get(i).out());
                assertThat(Terminal.type(site, "report", ids.get(i), "--json").out())
                        .isEqualTo(Files.readString(site.data().resolve("runs/" + ids.get(i) + ".json")));
            }
            List<String> lines =
                    Terminal.type(site, "report", "--list").out().lines().toList();
            assertThat(lines).hasSize(4);
            assertThat(lines.get(0)).matches(ids.get(0) + "  once  [0-9]+\\.[0-9]s  exit 0  created 4  skipped 1");
            assertThat(lines.get(1)).contains(ids.get(1), "exit 3", "present 4", "dead-lettered 1");
            assertThat(lines.get(2)).contains("exit 2", "held 5");
        }
    }

    @Test
    @DisplayName("the same with many organisations, those in step in one line, and with --all")
    void many() throws Exception {
        var world = Site.world(3);
        StringBuilder mapping = new StringBuilder("organizations:\n");
        StringBuilder groups = new StringBuilder("groups:\n");
        for (int o = 0; o < 22; o++) {
            String id = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2b%02d".formatted(o);
            world.addOrganization("org-" + o, id, "client-" + o, "secret-" + o, 100_000)
                    .addSchedule("org-" + o, "sched-1")
                    .addUser("org-" + o, "user-of-" + o, "agent0@example.com", "Agent 0", "active");
            mapping.append(Sample.organization("org-" + o, id, 300, "60s"));
            groups.append("  - { zendeskGroup: Support, organization: org-%d, scheduleId: sched-1, status: APPROVED }\n"
                    .formatted(o));
        }
        try (Site site = Site.of(world, folder).mapping(mapping.append(groups).toString())) {
            site.world().outage("org-7", dev.wfmbridge.sandbox.Outage.REFUSED);
            Said once = once(site, 2);
            assertThat(once.out())
                    .contains("21 organisations in step: ", "--all shows each", "org-7 halted, credentials");
            assertThat(Terminal.type(site, "report").out()).isEqualTo(once.out());

            Said all = Terminal.type(site, "once", "--all");
            assertThat(all.out()).contains("org-21 ").doesNotContain("--all shows each");
            assertThat(Terminal.type(site, "report", "--all").out()).isEqualTo(all.out());
        }
    }

    @Test
    @DisplayName("without credentials, beside a process that holds the data folder, and from another folder")
    void needsNothing() throws Exception {
        try (Site site = site()) {
            Said once = once(site, 0);
            Map<String, String> bare =
                    new HashMap<>(Map.of("BRIDGE_DATA_DIR", site.data().toString()));
            try (var lock = dev.wfmbridge.data.DataFolder.open(site.data()).lock("run")) {
                assertThat(lock).isNotNull();
                assertThat(Terminal.type(site, bare, "report").out()).isEqualTo(once.out());
                assertThat(Terminal.type(
                                        site,
                                        Map.of(),
                                        "report",
                                        "--data-dir",
                                        site.data().toString())
                                .out())
                        .isEqualTo(once.out());
            }
            bare.put("BRIDGE_DATA_DIR", "{{env:NOT_SET_HERE}}");
            Said unset = Terminal.type(site, bare, "report");
            assertThat(unset.exit()).isEqualTo(1);
            assertThat(unset.err()).contains("NOT_SET_HERE");
        }
    }

    @Test
    @DisplayName("a report that is not there, or is none, is one sentence with the file's name")
    void unusable() throws Exception {
        try (Site site = site()) {
            Path runs = site.data().resolve("runs");
            sentence(site, runs.resolve("latest.json") + " does not exist", "report");
            sentence(site, runs + " does not exist", "report", "--list");

            Files.createDirectories(runs);
            sentence(
                    site,
                    runs.resolve("20260101T000000.000Z.json") + " does not exist",
                    "report",
                    "20260101T000000.000Z");
            Files.writeString(runs.resolve("latest.json"), "{\"runId\":");
            sentence(site, runs.resolve("latest.json") + " cannot be read: it is not JSON", "report");
            Files.writeString(runs.resolve("latest.json"), "[]");
            sentence(site, runs.resolve("latest.json") + " cannot be read: it is not a report", "report", "--json");
            Files.delete(runs.resolve("latest.json"));
            Files.createDirectory(runs.resolve("latest.json"));
            sentence(site, runs.resolve("latest.json") + " cannot be read", "report");

            // One bad file hides no other pass.
            ObjectNode report = new ObjectMapper().createObjectNode();
            report.put("runId", "20260102T000000.000Z").put("exitCode", 0).putObject("organizations");
            report.putObject("zendesk").putObject("default");
            Files.writeString(runs.resolve("20260102T000000.000Z.json"), report.toString());
            Files.writeString(runs.resolve("20260101T000000.000Z.json"), "");
            Said list = Terminal.type(site, "report", "--list");
            assertThat(list.exit()).isEqualTo(1);
            assertThat(list.out().lines()).containsExactly("20260102T000000.000Z  -  -  exit 0");
            assertThat(list.err()).contains("20260101T000000.000Z.json cannot be read");

            // No way out of the folder.
            Said outside = Terminal.type(site, "report", "../ledger/acme");
            assertThat(outside.exit()).isEqualTo(1);
            assertThat(outside.err()).contains("RUNID is like");
        }
    }

    private static void sentence(Site site, String what, String... arguments) throws Exception {
        Said said = Terminal.type(site, arguments);
        assertThat(said.exit()).as(said.text()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines())
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(what).endsWith("."));
    }
}
