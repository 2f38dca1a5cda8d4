package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ids that a mapping needs can be listed. */
class CheckListTest {

    private static final String BUSINESS_UNIT = "11111111-1111-4111-8111-111111111111";
    private static final String MANAGEMENT_UNIT = "22222222-2222-4222-8222-222222222222";
    private static final String STAFFING_GROUP = "33333333-3333-4333-8333-333333333333";

    @TempDir
    Path folder;

    private Site site() throws Exception {
        World world = Site.world(2)
                .workforce("acme")
                .addBusinessUnit(BUSINESS_UNIT, "Service")
                .addManagementUnit(BUSINESS_UNIT, MANAGEMENT_UNIT, "First line")
                .addStaffingGroup(BUSINESS_UNIT, STAFFING_GROUP, "Chat")
                .world();
        return Site.of(world, folder);
    }

    @Test
    @DisplayName("check --list names each unit and staffing group with its id, and writes nothing")
    void listed() throws Exception {
        try (Site site = site()) {
            Said said = Terminal.type(site, "check", "--list");
            assertThat(said.exit()).as(said.text()).isZero();
            for (String[] each : new String[][] {
                {BUSINESS_UNIT, "Service"}, {MANAGEMENT_UNIT, "First line"}, {STAFFING_GROUP, "Chat"}
            }) {
                assertThat(said.text().lines()).anyMatch(line -> line.contains(each[0]) && line.contains(each[1]));
            }
            assertThat(said.text()).contains(String.valueOf(Site.GROUP));
            assertThat(site.sandbox().genesys().received())
                    .filteredOn(call -> !call.tokenCall())
                    .allMatch(call -> call.method().equals("GET"));
        }
    }

    @Test
    @DisplayName("check --list --json: one object on standard output, with the same ids")
    void json() throws Exception {
        try (Site site = site()) {
            Said said = Terminal.type(site, "check", "--list", "--json");
            JsonNode report = new ObjectMapper().readTree(said.out());
            assertThat(report.toString()).contains(BUSINESS_UNIT, MANAGEMENT_UNIT, STAFFING_GROUP);
        }
    }
}
