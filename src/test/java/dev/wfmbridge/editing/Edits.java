package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests of edits have in common: one organisation, its mapping, and the patches that the document shows. */
final class Edits {

    /** Organisation and quota as the sample mapping has them. */
    static final String MAPPING = Sample.mapping(Sample.organization("acme-emea", Sample.ACME, 300, "60s"))
            + """
              - zendeskGroup: Support
                organization: acme-emea
                scheduleIds: [sched-1, sched-2]
                status: APPROVED
            """;

    private static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    private static final Pattern HUNK =
            Pattern.compile("```diff\\n--- (\\S+)\\n\\+\\+\\+ \\1\\n(.*?)```", Pattern.DOTALL);

    private Edits() {}

    /** This many agents in Support, the first one with the tag trainee. */
    static World world(int agents) {
        World world = new World()
                .zendesk()
                .addGroup(6130852536346L, "Support")
                .world()
                .addOrganization(
                        "acme-emea",
                        "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11",
                        "client-of-acme",
                        "secret-of-acme",
                        100_000)
                .addSchedule("acme-emea", "sched-1", "sched-2");
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int i = 0; i < agents; i++) {
            long id = 6_000_000_000_000L + i;
            String email = "agent" + i + "@example.com";
            ZendeskAgent agent = ZendeskAgent.of(id, "Agent " + i, email);
            world.zendesk()
                    .addAgent(i == 0 ? agent.withTags("trainee") : agent)
                    .addMembership(id, 6130852536346L)
                    .world()
                    .addUser("acme-emea", "user-" + i, email, "Agent " + i, "active");
        }
        return world;
    }

    /** A bridge on a copy, whose mapping is the copy's own. */
    static Rehearsal rehearsal(Copy copy, World world) throws Exception {
        copy.write("config/mapping.yaml", MAPPING);
        return Rehearsal.of(world, copy.home(), 50)
                .home(copy.home())
                .with(
                        "BRIDGE_MAPPING",
                        copy.home().resolve("config/mapping.yaml").toString())
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000");
    }

    static List<Received> posts(Rehearsal rehearsal) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals(SEGMENTS))
                .toList();
    }

    /** The patches below a heading of the document. */
    static List<Patch> of(String heading) throws IOException {
        String document = Files.readString(Path.of("docs/editing-routes.md"));
        int begin = document.indexOf("\n## " + heading + "\n");
        assertThat(begin).as("heading %s", heading).isNotNegative();
        int end = document.indexOf("\n## ", begin + 1);
        List<Patch> patches = new ArrayList<>();
        Matcher found = HUNK.matcher(document.substring(begin, end < 0 ? document.length() : end));
        while (found.find()) {
            patches.add(new Patch(found.group(1), found.group(2)));
        }
        assertThat(patches).as("patches below %s", heading).isNotEmpty();
        return patches;
    }

    /** One patch: lines that stay, are added (+) and are removed (-). */
    record Patch(String file, String lines) {

        /** Applies it to the copy, in which what it changes must occur exactly once. */
        void apply(Copy copy) throws IOException {
            String from = side('+');
            assertThat(copy.read(file).split(Pattern.quote(from), -1))
                    .as("%s has what the patch changes, once", file)
                    .hasSize(2);
            copy.edit(file, from, side('-'));
        }

        private String side(char without) {
            StringBuilder text = new StringBuilder();
            lines.lines()
                    .filter(line -> line.isEmpty() || line.charAt(0) != without)
                    .forEach(line ->
                            text.append(line.isEmpty() ? "" : line.substring(1)).append('\n'));
            return text.toString();
        }
    }
}
