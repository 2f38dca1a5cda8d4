package dev.wfmbridge.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * If an id changed, everything that exists would look like somebody else's. So these ids were computed with another
 * program (Python's {@code uuid.uuid5}), and must never be adapted.
 */
class SegmentIdsTest {

    private static final String ACME = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";
    private static final String GLOBEX = "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33";
    private static final String UNIT = "11111111-1111-4111-8111-111111111111";
    private static final String MU = "22222222-2222-4222-8222-222222222222";
    private static final String SG = "33333333-3333-4333-8333-333333333333";
    private static final long GROUP = 6130852536346L;
    private static final long AGENT = 6_000_000_000_000L;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',   8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, userschedulesegments, sched-1, user-0, bdf8d6ab-091f-5730-89c8-593d583b111c
                    '',   8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, userschedulesegments, sched-789, 5e1c0000-0000-4000-8000-000000000001, 3627a8cb-e25f-547e-afdc-65db8ec17bbb
                    '',   8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, staffinggroup, 33333333-3333-4333-8333-333333333333, user-0, 7623e178-8197-584b-a48a-731e73afb485
                    '',   8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, managementunit, 22222222-2222-4222-8222-222222222222, user-0, 56008cb2-cc0c-5cbd-946f-31d76fb52b43
                    '',   8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, x-notebook, page-1, user-0, e17b0c52-25d2-5a1f-a199-58943c84340d
                    emea, 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, userschedulesegments, sched-1, user-0, 5a93ea0f-2e5e-5692-aa70-9802be45728f
                    emea, 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, userschedulesegments, sched-789, 5e1c0000-0000-4000-8000-000000000001, a8906221-01c9-5d79-aa31-52cd29137f4a
                    emea, 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, staffinggroup, 33333333-3333-4333-8333-333333333333, user-0, 4707e7cb-537f-5f23-be14-cc8f14498311
                    emea, 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, managementunit, 22222222-2222-4222-8222-222222222222, user-0, df33e667-47ab-5fdb-9022-533c111239bb
                    emea, 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11, x-notebook, page-1, user-0, ca188d27-a6a9-5381-8057-7888b2811f69
                    '',   c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, userschedulesegments, sched-1, user-0, c2ce4fe6-342e-58cb-9757-ef33bbcdf7a9
                    '',   c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, userschedulesegments, sched-789, 5e1c0000-0000-4000-8000-000000000001, e43f8c4b-dd2a-58d2-b649-77c0a034200a
                    '',   c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, staffinggroup, 33333333-3333-4333-8333-333333333333, user-0, 31304dd6-df11-5ef9-a9da-5a40b6f52a5e
                    '',   c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, managementunit, 22222222-2222-4222-8222-222222222222, user-0, 05bd1fa4-18fa-5da3-81d3-2bec9333b703
                    '',   c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, x-notebook, page-1, user-0, 397f568c-a029-5b8e-a42b-d8a1d729eb30
                    emea, c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, userschedulesegments, sched-1, user-0, 329d8c20-696d-54b5-8189-c36193460760
                    emea, c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, userschedulesegments, sched-789, 5e1c0000-0000-4000-8000-000000000001, 79b746fe-eae3-595a-af06-145f83349df8
                    emea, c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, staffinggroup, 33333333-3333-4333-8333-333333333333, user-0, a4b6e77d-7605-5641-a0bd-b07542ca2143
                    emea, c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, managementunit, 22222222-2222-4222-8222-222222222222, user-0, c4c3cbe5-b11b-52d0-ae63-6d3736d1c61c
                    emea, c40d7e92-1a86-4f57-b3a9-9e07d5b86b33, x-notebook, page-1, user-0, 95b08b89-6a22-59a9-ae6d-cd48f0b2c3bf
                    """)
    @DisplayName("the id of a user in a place is the one that another program computes")
    void pinned(String instance, String organization, String target, String place, String user, String id) {
        assertThat(new SegmentIds(instance).idFor(organization, new Place(target, place, null), user))
                .isEqualTo(id);
    }

    @Test
    @DisplayName("the tests' own derivation agrees with the other program")
    void ownDerivation() {
        assertThat(ExpectedId.inSchedule(ACME, "sched-1", "user-0")).isEqualTo("bdf8d6ab-091f-5730-89c8-593d583b111c");
        assertThat(ExpectedId.inSchedule("emea", GLOBEX, "sched-1", "user-0"))
                .isEqualTo("329d8c20-696d-54b5-8189-c36193460760");
    }

    /** Two organisations with a user and a schedule of the same name; one of them has all targets. */
    private Rehearsal rehearsal() throws Exception {
        World world = new World()
                .zendesk()
                .addGroup(GROUP, "Support")
                .world()
                .addOrganization("acme", ACME, "client-of-acme", "secret-of-acme", 100_000)
                .addOrganization("globex", GLOBEX, "client-of-globex", "secret-of-globex", 100_000)
                .addSchedule("acme", "sched-1")
                .addSchedule("globex", "sched-1")
                .workforce("acme")
                .addBusinessUnit(UNIT, "Business")
                .addManagementUnit(UNIT, MU, "One")
                .addStaffingGroup(UNIT, SG, "Staff")
                .world()
                .zendesk()
                .addAgent(ZendeskAgent.of(AGENT, "Agent 0", "agent0@example.com"))
                .addMembership(AGENT, GROUP)
                .world()
                .addUser("acme", "user-0", "agent0@example.com", "Agent 0", "active")
                .addUser("globex", "user-0", "agent0@example.com", "Agent 0", "active");
        world.weather().zendeskRequestsPerMinute(100_000);
        String mapping = Sample.mapping(
                        Sample.organization("acme", ACME, 5000, "60s"),
                        Sample.organization("globex", GLOBEX, 5000, "60s"))
                + Sample.entry("Support", "acme", "sched-1")
                + Sample.entry("Support", "globex", "sched-1")
                + """
                  - { zendeskGroup: Support, organization: acme, target: staffinggroup, businessUnitId: %s, staffingGroupId: %s }
                  - { zendeskGroup: Support, organization: acme, target: managementunit, managementUnitId: %s }
                """
                        .formatted(UNIT, SG, MU);
        return Rehearsal.of(world, folder, 50).mapping(mapping).with("ZENDESK_REQUESTS_PER_MINUTE", "5000");
    }

    @Test
    @DisplayName("these ids reach the servers and the outcomes")
    void received() throws Exception {
        try (Rehearsal rehearsal = rehearsal()) {
            rehearsal.once();
            assertThat(posted(rehearsal))
                    .containsExactly(
                            "acme bdf8d6ab-091f-5730-89c8-593d583b111c", "globex c2ce4fe6-342e-58cb-9757-ef33bbcdf7a9");
            assertThat(told(rehearsal))
                    .containsExactlyInAnyOrder(
                            "acme bdf8d6ab-091f-5730-89c8-593d583b111c",
                            "acme 7623e178-8197-584b-a48a-731e73afb485",
                            "acme 56008cb2-cc0c-5cbd-946f-31d76fb52b43",
                            "globex c2ce4fe6-342e-58cb-9757-ef33bbcdf7a9");
        }
    }

    @Test
    @DisplayName("an instance has ids of its own, which reach the servers and the outcomes")
    void receivedFromAnInstance() throws Exception {
        try (Rehearsal rehearsal = rehearsal().with("BRIDGE_INSTANCE", "emea")) {
            rehearsal.once();
            assertThat(posted(rehearsal))
                    .containsExactly(
                            "acme 5a93ea0f-2e5e-5692-aa70-9802be45728f", "globex 329d8c20-696d-54b5-8189-c36193460760");
            assertThat(told(rehearsal))
                    .containsExactlyInAnyOrder(
                            "acme 5a93ea0f-2e5e-5692-aa70-9802be45728f",
                            "acme 4707e7cb-537f-5f23-be14-cc8f14498311",
                            "acme df33e667-47ab-5fdb-9022-533c111239bb",
                            "globex 329d8c20-696d-54b5-8189-c36193460760");
        }
    }

    private static Set<String> posted(Rehearsal rehearsal) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (var call : rehearsal.sandbox().genesys().received()) {
            if (call.method().equals("POST") && call.path().equals("/api/v2/wfm/userschedulesegments")) {
                ids.add(call.account() + " "
                        + new ObjectMapper()
                                .readTree(call.body())
                                .path("segmentId")
                                .asText());
            }
        }
        return ids;
    }

    private static List<String> told(Rehearsal rehearsal) throws IOException {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> files = Files.list(rehearsal.data().resolve("runs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".outcomes.jsonl"))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode outcome = new ObjectMapper().readTree(line);
                    ids.add(outcome.path("organization").asText() + " "
                            + outcome.path("segmentId").asText());
                }
            }
        }
        return ids;
    }
}
