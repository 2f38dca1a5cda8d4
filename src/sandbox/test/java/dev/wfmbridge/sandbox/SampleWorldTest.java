package dev.wfmbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.MappingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample data: it can be read, it fits its mapping, and it has the dirt that it promises. */
class SampleWorldTest {
    private static final Path CONFIG = Path.of("config", "sandbox");

    private final World world = World.read(CONFIG);

    private static JsonNode mapping() throws IOException {
        return mapping("mapping.yaml");
    }

    private static JsonNode mapping(String file) throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(CONFIG.resolve(file).toFile());
    }

    private long count(Predicate<ZendeskAgent> wanted) {
        return world.zendesk().agents().stream().filter(wanted).count();
    }

    @Test
    void itHasTheSizeAndTheDirtOfARealAccount() {
        assertThat(world.zendesk().groups()).hasSize(14);
        assertThat(world.zendesk().agents()).hasSizeBetween(1000, 1100);
        assertThat(world.zendesk().memberships().size()).isGreaterThan(1100);
        assertThat(count(agent -> agent.email() == null)).isPositive();
        assertThat(count(ZendeskAgent::suspended)).isPositive();
        assertThat(count(agent -> !agent.active())).isPositive();
        assertThat(count(agent -> agent.role().equals("end-user"))).isPositive();
        assertThat(count(agent -> agent.tags().contains("wfm_pending"))).isPositive();
        assertThat(count(agent -> agent.tags().contains("on_leave"))).isPositive();
        assertThat(count(agent -> agent.userFields().containsKey("genesys_user_id")))
                .isPositive();
    }

    @Test
    void namesComeInSeveralScripts() {
        Set<Character.UnicodeScript> scripts = new HashSet<>();
        world.zendesk().agents().forEach(agent -> agent.name()
                .codePoints()
                .forEach(point -> scripts.add(Character.UnicodeScript.of(point))));
        assertThat(scripts)
                .contains(
                        Character.UnicodeScript.LATIN,
                        Character.UnicodeScript.CYRILLIC,
                        Character.UnicodeScript.GREEK,
                        Character.UnicodeScript.ARABIC,
                        Character.UnicodeScript.HEBREW,
                        Character.UnicodeScript.HAN,
                        Character.UnicodeScript.HIRAGANA,
                        Character.UnicodeScript.HANGUL,
                        Character.UnicodeScript.DEVANAGARI,
                        Character.UnicodeScript.THAI);
    }

    @Test
    void theMappingNamesWhatIsThere() throws IOException {
        Set<String> groups = new HashSet<>();
        world.zendesk().groups().forEach(group -> groups.addAll(List.of(group.name(), Long.toString(group.id()))));
        assertThat(mapping().path("groups")).hasSize(14);
        for (JsonNode entry : mapping().path("groups")) {
            assertThat(groups).contains(entry.path("zendeskGroup").asText());
            GenesysTenant organization =
                    world.organization(entry.path("organization").asText());
            Set<String> schedules = new HashSet<>();
            schedules.add(entry.path("scheduleId").asText());
            entry.path("scheduleIds").forEach(schedule -> schedules.add(schedule.asText()));
            schedules.remove("");
            assertThat(organization.schedules()).containsAll(schedules);
        }
        mapping().path("organizations").properties().forEach(organization -> assertThat(
                        organization.getValue().path("id").asText())
                .isEqualTo(world.organization(organization.getKey()).id()));
    }

    @Test
    void theMappingOntoThePublishedApiNamesWhatIsThere() throws IOException {
        Set<String> groups = new HashSet<>();
        world.zendesk().groups().forEach(group -> groups.addAll(List.of(group.name(), Long.toString(group.id()))));
        Set<String> targets = new HashSet<>();
        for (JsonNode entry : mapping("mapping-published.yaml").path("groups")) {
            assertThat(groups).contains(entry.path("zendeskGroup").asText());
            GenesysTenant organization =
                    world.organization(entry.path("organization").asText());
            Workforce workforce = organization.workforce();
            String target = entry.path("target").asText("userschedulesegments");
            targets.add(target);
            switch (target) {
                case "staffinggroup" ->
                    assertThat(workforce.staffingGroup(
                                    entry.path("businessUnitId").asText(),
                                    entry.path("staffingGroupId").asText()))
                            .isPresent();
                case "managementunit" ->
                    assertThat(workforce.managementUnit(
                                    entry.path("managementUnitId").asText()))
                            .isPresent();
                default ->
                    assertThat(organization.schedules())
                            .contains(entry.path("scheduleId").asText());
            }
            if (entry.path("moveFrom").isArray()) {
                entry.path("moveFrom").forEach(unit -> assertThat(workforce.managementUnit(unit.asText()))
                        .isPresent());
            }
        }
        assertThat(targets).containsExactlyInAnyOrder("userschedulesegments", "staffinggroup", "managementunit");
        assertThat(mapping("mapping-published.yaml").path("organizations"))
                .isEqualTo(mapping().path("organizations"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mapping.yaml", "mapping-published.yaml"})
    void theBridgeAcceptsTheMapping(String file) throws ConfigurationException {
        try (Sandbox sandbox = Sandbox.start(world)) {
            Mapping mapping = MappingFile.load(CONFIG.resolve(file), sandbox.environment()::get);
            assertThat(mapping.entries()).isNotEmpty();
        }
    }

    @Test
    void eachOrganisationHasUnitsAndStaffingGroupsWithUsersOfItsOwn() {
        for (GenesysTenant organization : world.organizations()) {
            Workforce workforce = organization.workforce();
            assertThat(workforce.businessUnits()).hasSize(1);
            assertThat(workforce.managementUnits()).hasSize(2).allSatisfy(unit -> assertThat(
                            workforce.usersOf(unit.id()))
                    .isNotEmpty()
                    .allMatch(organization::hasUser));
            workforce.businessUnits().forEach(unit -> assertThat(workforce.staffingGroupsOf(unit.id()))
                    .hasSize(2)
                    .allSatisfy(group -> assertThat(group.users()).isNotEmpty().allMatch(organization::hasUser)));
        }
    }

    @Test
    void aFileWithoutUnitsIsReadAsEver(@TempDir Path folder) throws IOException {
        for (String file : List.of("weather.yaml", "zendesk.yaml")) {
            Files.copy(CONFIG.resolve(file), folder.resolve(file));
        }
        Files.writeString(
                folder.resolve("genesys.yaml"),
                "organizations: {old: {id: o, clientId: c, clientSecret: s, schedules: [s1]}}");
        assertThat(World.read(folder).organization("old").workforce().businessUnits())
                .isEmpty();
    }

    @Test
    void theEnvironmentHasTheVariablesOfTheMapping() throws IOException {
        String text = Files.readString(CONFIG.resolve("mapping.yaml"));
        try (Sandbox sandbox = Sandbox.start(world)) {
            assertThat(sandbox.environment())
                    .containsKeys(
                            "ZENDESK_URL",
                            "ZENDESK_CLIENT_ID",
                            "ZENDESK_CLIENT_SECRET",
                            "ACME_APAC_CLIENT_ID",
                            "ACME_APAC_CLIENT_SECRET")
                    .containsEntry("BRIDGE_MAPPING", "config/sandbox/mapping.yaml")
                    .containsEntry("BRIDGE_DATA_DIR", "data/sandbox");
            for (String variable : text.split("\\{\\{env:")) {
                if (variable.contains("}}")) {
                    assertThat(sandbox.environment()).containsKey(variable.substring(0, variable.indexOf("}}")));
                }
            }
        }
    }

    @Test
    void eachCallFindsTheSameMemberships() {
        assertThat(World.read(CONFIG).zendesk().memberships())
                .isEqualTo(world.zendesk().memberships());
    }

    @Test
    void aMistakeIsToldWithItsFile(@TempDir Path folder) throws IOException {
        String weather = Files.readString(CONFIG.resolve("weather.yaml"));
        Files.writeString(folder.resolve("weather.yaml"), weather + "snow: 0.5\n");
        assertThatThrownBy(() -> World.read(folder))
                .hasMessageContaining("weather.yaml")
                .hasMessageContaining("snow");
    }

    @Test
    void aMissingKeyOfTheWeatherIsTold(@TempDir Path folder) throws IOException {
        String weather = Files.readString(CONFIG.resolve("weather.yaml"));
        Files.writeString(folder.resolve("weather.yaml"), weather.replaceAll("(?m)^  commitLag:.*$", ""));
        assertThatThrownBy(() -> World.read(folder)).hasMessageContaining("commitLag");
    }
}
