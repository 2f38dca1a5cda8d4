package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With many organisations, those in step are one line together. */
class SummaryTest {

    private static final int MANY = 22;

    @TempDir
    Path folder;

    private Site site() throws Exception {
        World world = new World().zendesk().addGroup(Site.GROUP, "Support").world();
        world.weather().zendeskRequestsPerMinute(100_000);
        StringBuilder organizations = new StringBuilder("organizations:\n");
        StringBuilder groups = new StringBuilder("groups:\n");
        for (int a = 0; a < 2; a++) {
            world.zendesk()
                    .addAgent(ZendeskAgent.of(Site.FIRST_AGENT + a, "Agent " + a, "agent" + a + "@example.com"))
                    .addMembership(Site.FIRST_AGENT + a, Site.GROUP);
        }
        for (int i = 0; i < MANY; i++) {
            String name = "org%02d".formatted(i);
            String id = new UUID(0x4000, 0x8000_0000_0000_0000L | i).toString();
            world.addOrganization(name, id, "client-of-" + name, "secret-of-" + name, 100_000)
                    .addSchedule(name, "sched-1");
            for (int a = 0; a < 2; a++) {
                world.addUser(name, name + "-user-" + a, "agent" + a + "@example.com", "Agent " + a, "active");
            }
            String one = Site.mapping(id, 5_000, "Support")
                    .replace("acme", name)
                    .replace("ACME", name.toUpperCase(java.util.Locale.ROOT));
            organizations.append(one, one.indexOf("  " + name), one.indexOf("groups:"));
            groups.append(one.substring(one.indexOf("groups:\n") + 8));
        }
        return Site.of(world, folder).mapping(organizations.toString() + groups);
    }

    @Test
    @DisplayName(
            "once and plan show the organisations that need attention, and count the others; --all shows each; --json stays whole")
    void many() throws Exception {
        try (Site site = site().refuse("org07-user-0")) {
            Said plan = Terminal.type(site, "plan");
            assertThat(plan.out())
                    .as("of a first plan each organisation changes")
                    .contains("org00 / sched-1", "org21 / sched-1");

            Said once = Terminal.type(site, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(3);
            assertThat(once.out())
                    .containsPattern("21 organisations in step: 42 created; \\d+ requests\\. --all shows each\\.")
                    .containsPattern("org07 +2 +1 +0 +0 +0 +0 +0 +0 +1 ")
                    .doesNotContain("org06", "org08");

            assertThat(Terminal.type(site, "why", String.valueOf(Site.FIRST_AGENT))
                            .out())
                    .containsPattern("org07 / sched-1 \\(.*mapping\\.yaml:\\d+\\): dead-lettered");

            Said after = Terminal.type(site, "plan");
            assertThat(after.out())
                    .containsPattern("21 organisations in step: 42 present; \\d+ requests")
                    .contains("org07 / sched-1")
                    .containsPattern("21 others, the longest +\\d+ +0 +0 +0 +\\d+ ")
                    .doesNotContain("org06", "org08");

            Said all = Terminal.type(site, "plan", "--all");
            assertThat(all.out()).contains("org06", "org07", "org08").doesNotContain(" organisations in step");

            Said json = Terminal.type(site, "once", "--json");
            assertThat(new ObjectMapper().readTree(json.out()).path("organizations"))
                    .hasSize(MANY);

            site.with("ORG03_CLIENT_SECRET", "none-of-them");
            Said halted = Terminal.type(site, "once", "--all");
            assertThat(halted.out()).contains("org03 halted, credentials", "org04");
            Said few = Terminal.type(site, "once");
            assertThat(few.exit()).isEqualTo(2);
            assertThat(few.out())
                    .contains("org03 halted, credentials")
                    .containsPattern("20 organisations in step: 40 present; ")
                    .containsPattern("org07 +2 +0 +0 +1 ")
                    .doesNotContain("org04");
        }
    }
}
