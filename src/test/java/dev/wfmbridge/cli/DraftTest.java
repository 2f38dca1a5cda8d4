package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code draft}: its proposal is a part of a mapping, and nothing is written anywhere. */
class DraftTest {

    private static final String UNIT = "11111111-1111-4111-8111-111111111111";
    private static final String MANAGEMENT_UNIT = "22222222-2222-4222-8222-222222222222";
    private static final String STAFFING_GROUP = "33333333-3333-4333-8333-333333333333";
    private static final String EVIL = "Evil\n  - zendeskGroup: 1\u2028#\u0085: \u001b[31m\u202e\"'";
    private static final Fault FORBIDDEN = Fault.answer(
            403, Map.of("Content-Type", "application/json"), "{\"status\":403,\"code\":\"missing.any.permissions\"}");

    @TempDir
    Path folder;

    private World world() {
        return Site.world(2)
                .zendesk()
                .addGroup(71, "BÜRO-MÜNCHEN (Support)")
                .addGroup(72, "Chat Support")
                .addGroup(73, "Support EMEA")
                .addGroup(74, "Sales")
                .addGroup(75, EVIL)
                .world()
                .addSchedule("acme", "emea-support", "unseen")
                .addSegment("acme", "segment-1", "user-0", "emea-support", "APPROVED")
                .workforce("acme")
                .addBusinessUnit(UNIT, "Service")
                .addManagementUnit(UNIT, MANAGEMENT_UNIT, "Buro Munchen")
                .addStaffingGroup(UNIT, STAFFING_GROUP, "chat")
                .world();
    }

    /** The organisation in a folder, and nothing mapped. */
    private Site site(World world) throws Exception {
        Site site = Site.of(world, folder);
        Path parts = Files.createDirectory(folder.resolve("mapping.d"));
        String all = Site.mapping(Site.ACME, 5_000, "Support");
        Files.writeString(parts.resolve("acme.yaml"), all.substring(0, all.indexOf("groups:")));
        return site.with("BRIDGE_MAPPING", parts.toString());
    }

    private static void wroteNothing(Site site) {
        assertThat(Stream.concat(
                                site.sandbox().genesys().received().stream(),
                                site.sandbox().zendesk().received().stream())
                        .filter(call -> !call.tokenCall())
                        .map(Received::method))
                .containsOnly("GET");
        assertThat(site.data()).doesNotExist();
    }

    @Test
    @DisplayName(
            "an entry for each group that resembles a place, the others as comments with ids; check accepts it as it is")
    void proposes() throws Exception {
        try (Site site = site(world())) {
            Said said = Terminal.type(site, "draft", "acme");
            assertThat(said.exit()).as(said.text()).isZero();
            assertThat(said.out())
                    .contains("# Chat Support  ~  staffing group chat of Service, ")
                    .contains("# BÜRO-MÜNCHEN (Support)  ~  management unit Buro Munchen of Service, ")
                    .contains("# Support EMEA  ~  schedule emea-support, 100 %")
                    .containsPattern("#   74 +Sales\n")
                    .containsPattern("#   " + Site.GROUP + " +Support +nearest: schedule emea-support, \\d\\d %")
                    .containsPattern("#   75 +Evil - zendeskGroup: 1 #")
                    .containsPattern("#   business unit +" + UNIT + " +Service")
                    .doesNotContain("unseen", "\u001b", "\u202e", "\u2028");
            assertThat(said.err() + said.log()).doesNotContain("Sales", "Chat", "chat", "MÜNCHEN", "Evil", "Service");
            wroteNothing(site);

            Path part = folder.resolve("mapping.d/groups.yaml");
            Files.writeString(part, said.out());
            Mapping mapping = MappingFile.load(part.getParent(), Environment.of(site.environment()));
            assertThat(mapping.entries())
                    .extracting(DraftTest::shown)
                    .containsExactlyInAnyOrder(
                            "71 managementunit " + MANAGEMENT_UNIT + " of null",
                            "72 staffinggroup " + STAFFING_GROUP + " of " + UNIT,
                            "73 userschedulesegments emea-support of null");
            Said check = Terminal.type(site, "check");
            assertThat(check.exit()).as(check.text()).isZero();

            Said again = Terminal.type(site, "draft", "acme");
            assertThat(again.out())
                    .containsPattern("#   72 +Chat Support +has an entry already, in .*groups\\.yaml:\\d+\n")
                    .doesNotContain("groups:\n");
        }
    }

    private static String shown(Entry entry) {
        return entry.group() + " " + entry.target() + " "
                + entry.places().get(0).id() + " of " + entry.places().get(0).within();
    }

    @Test
    @DisplayName("two staffing groups that match equally well: neither is proposed, both are named")
    void ambiguous() throws Exception {
        World world = world().workforce("acme")
                .addBusinessUnit("unit-2", "Second")
                .addStaffingGroup("unit-2", "other-chat", "Chat")
                .world();
        try (Site site = site(world)) {
            assertThat(Terminal.type(site, "draft", "acme").out())
                    .containsPattern("#   72 +Chat Support +choose: staffing group .*, or staffing group ")
                    .doesNotContain("staffingGroupId");
        }
    }

    @Test
    @DisplayName("an organisation that the mapping lacks: one line, what was probably meant, exit 1, nothing sent")
    void unknown() throws Exception {
        try (Site site = site(world())) {
            Said said = Terminal.type(site, "draft", "acne");
            assertThat(said.exit()).isEqualTo(1);
            assertThat(said.out()).isEmpty();
            assertThat(said.err().lines())
                    .singleElement()
                    .asString()
                    .contains("the mapping has no organisation \"acne\". Did you mean \"acme\"?");
            assertThat(Terminal.type(site, "draft").exit()).isEqualTo(1);
            assertThat(site.sandbox().zendesk().received()).isEmpty();
            assertThat(site.sandbox().genesys().received()).isEmpty();
        }
    }

    @Test
    @DisplayName("the values of another organisation are no obstacle, its own are: exit 1, with file and line")
    void values() throws Exception {
        try (Site site = site(world())) {
            Path other = folder.resolve("mapping.d/other.yaml");
            String own = Files.readString(folder.resolve("mapping.d/acme.yaml"));
            Files.writeString(
                    other,
                    own.replace("acme:", "other:")
                            .replace(Site.ACME, "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33")
                            .replace("ACME_CLIENT_SECRET", "NOT_SET_ANYWHERE"));
            assertThat(Terminal.type(site, "draft", "acme").exit()).isZero();
            Said said = Terminal.type(site, "draft", "other");
            assertThat(said.exit()).isEqualTo(1);
            assertThat(said.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith(other + ":7: clientSecret cannot be read");
        }
    }

    @Test
    @DisplayName("credentials that are refused: Zendesk's exit 1, the organisation's exit 2, one line each")
    void credentials() throws Exception {
        try (Site site = site(world()).with("ZENDESK_CLIENT_SECRET", "wrong")) {
            Said zendesk = Terminal.type(site, "draft", "acme");
            assertThat(zendesk.exit()).as(zendesk.text()).isEqualTo(1);
            assertThat(zendesk.out()).isEmpty();
            assertThat(zendesk.err()).contains("Zendesk: groups: ").contains("credentials");
        }
    }

    @Test
    @DisplayName("the organisation refuses the credentials: exit 2, one line, no draft")
    void genesysCredentials() throws Exception {
        try (Site site = site(world()).with("ACME_CLIENT_SECRET", "wrong")) {
            Said genesys = Terminal.type(site, "draft", "acme");
            assertThat(genesys.exit()).as(genesys.text()).isEqualTo(2);
            assertThat(genesys.out()).isEmpty();
            assertThat(genesys.err())
                    .contains("acme: credentials and identity: ")
                    .contains("credentials");
        }
    }

    @Test
    @DisplayName("a list that may not be read: the others are, the draft says what it lacks, exit 2")
    void forbidden() throws Exception {
        try (Site site = site(world())) {
            site.interceptor(
                    call -> call.path().equals("/api/v2/workforcemanagement/managementunits") ? FORBIDDEN : null);
            Said said = Terminal.type(site, "draft", "acme");
            assertThat(said.exit()).isEqualTo(2);
            assertThat(said.out())
                    .contains("# Incomplete: management units cannot be listed: ")
                    .contains("staffingGroupId: \"" + STAFFING_GROUP + "\"")
                    .doesNotContain("managementUnitId");
            assertThat(said.err()).contains("acme: management units cannot be listed: ");
        }
    }

    @Test
    @DisplayName(
            "an organisation that does not serve segments: no schedule is known, which is said, and the rest works")
    void noSegments() throws Exception {
        try (Site site = site(world().servesSegments("acme", false))) {
            Said said = Terminal.type(site, "draft", "acme");
            assertThat(said.exit()).as(said.text()).isZero();
            assertThat(said.out())
                    .contains("# The organisation does not serve schedule segments, so no schedule is known.")
                    .doesNotContain("scheduleId");
        }
    }

    @Test
    @DisplayName("the rule: common words, each counting less the more names have it; no case, accents, order")
    void resemblance() {
        Resemblance rule = new Resemblance(
                List.of("Support EMEA", "Support APAC", "Support Japan", "support-emea", "First line", "日本語"));
        assertThat(rule.of("Support EMEA", "emea_SUPPORT")).isEqualTo(1);
        assertThat(rule.of("First line", "firstline")).isEqualTo(1);
        assertThat(rule.of("Größe", "grosse")).isLessThan(1);
        assertThat(rule.of("Équipe", "equipe")).isEqualTo(1);
        assertThat(rule.of("日本語", "日本語")).isEqualTo(1);
        assertThat(rule.of("Support Japan", "Support EMEA")).isLessThan(0.5);
        assertThat(rule.of("Support EMEA", "emea-frontline")).isBetween(0.4, 0.7);
        assertThat(rule.of("!!!", "???")).isZero();
    }
}
