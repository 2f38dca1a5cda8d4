package dev.wfmbridge.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.target.managementunit.MoveFrom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MappingFileTest {
    private static final String HUSH = "hush-hush";
    private static final String UUID = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";

    /** Lines 1 to 6; what a test adds begins on line 7, within the organisation. */
    private static final String ORGANIZATION =
            """
            organizations:
              acme:
                id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11
                region: mypurecloud.ie
                clientId: "{{env:ID}}"
                clientSecret: "{{env:SECRET}}"
            """;

    /** After {@link #ORGANIZATION}: lines 7 to 11; what a test adds begins on line 12, within the entry. */
    private static final String ENTRY =
            """
            groups:
              - zendeskGroup: Support
                organization: acme
                scheduleId: s1
                status: APPROVED
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("ID", "client", "SECRET", HUSH));

    private Mapping load(String text) throws IOException, ConfigurationException {
        return MappingFile.load(Files.writeString(folder.resolve("m.yaml"), text), environment::get);
    }

    /** Each problem as {@code LINE: what. mend}. */
    private List<String> problems(String text) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, () -> load(text));
        assertThat(e).as("a mapping that was to be refused").isNotNull();
        assertThat(e.getMessage()).doesNotContain(HUSH);
        return shown(e.problems());
    }

    private static List<String> shown(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.line() + ": " + problem.what() + ". " + problem.mend())
                .toList();
    }

    private List<String> organizationProblems(String text) throws Exception {
        Organization organization = load(text).organizations().get("acme");
        assertThat(organization.usable()).isFalse();
        assertThat(organization.toString()).doesNotContain(HUSH);
        return shown(organization.problems());
    }

    @Test
    void takesTheSampleThatIsShipped() throws Exception {
        Mapping mapping = MappingFile.load(
                Path.of("config/mapping.yaml"),
                Environment.of(Map.of("ACME_EMEA_CLIENT_ID", "client", "ACME_EMEA_CLIENT_SECRET", HUSH)));

        assertThat(mapping.warnings()).isEmpty();
        assertThat(mapping.organizations().values()).allMatch(Organization::usable);
        assertThat(mapping.entries()).isNotEmpty();
        assertThat(Files.readString(mapping.file()))
                .startsWith("# yaml-language-server: $schema=mapping.schema.json\n");
    }

    @Test
    void readsEverythingThatCanBeSaid() throws Exception {
        Mapping mapping = load(
                """
                version: 1
                organizations:
                  zeta:
                    id: 8F1CBB0E-4F0B-4C1E-9A53-0D9A7A7F2A11
                    apiUrl: http://127.0.0.1:8080/
                    loginUrl: http://localhost:8081
                    clientId: "{{env:ID}}"
                    clientSecret: "{{env:SECRET}}"
                    quota: { requests: 50, per: 10s }
                  acme:
                    id: "{{env:ORG}}"
                    region: "{{env:REGION}}"
                    clientId: literal
                    clientSecret: hush-hush
                genesysUserIdField: genesys_user_id
                users: { 6596848315901: someone }
                groups:
                  - zendeskGroup: 360006012345
                    organization: zeta
                    scheduleIds: [s1, s2]
                    status: PENDING
                    statusByTag: { z_first: APPROVED, A_second: PENDING }
                    withTags: [VIP]
                    withoutTags: [on_leave]
                  - zendeskGroup: "42"
                    organization: acme
                    scheduleId: s1
                    absent: true
                  - zendeskGroup: Büro 7
                    organization: acme
                    target: staffinggroup
                    businessUnitId: b1
                    staffingGroupId: g1
                  - zendeskGroup: Büro 7
                    organization: acme
                    target: managementunit
                    managementUnitId: m1
                    moveFrom: [m2, m3]
                """
                        .replace("{{env:ORG}}", "{{ env:ORG }}"));
        assertThat(mapping.organizations().get("acme").problems())
                .as("ORG and REGION are not set")
                .hasSize(2);
        environment.put("ORG", "11111111-1111-4111-8111-111111111111");
        environment.put("REGION", "usw2.pure.cloud");
        mapping = MappingFile.load(mapping.file(), environment::get);

        assertThat(mapping.organizations().keySet()).containsExactly("zeta", "acme");
        Organization zeta = mapping.organizations().get("zeta");
        assertThat(zeta.usable()).isTrue();
        assertThat(zeta.id()).isEqualTo(UUID);
        assertThat(zeta.apiUrl()).hasToString("http://127.0.0.1:8080");
        assertThat(zeta.loginUrl()).hasToString("http://localhost:8081");
        assertThat(zeta.clientSecret().read()).isEqualTo(HUSH);
        assertThat(zeta.quota()).isEqualTo(new Quota(50, Duration.ofSeconds(10)));
        Organization acme = mapping.organizations().get("acme");
        assertThat(acme.usable()).isTrue();
        assertThat(acme.apiUrl()).hasToString("https://api.usw2.pure.cloud");
        assertThat(acme.loginUrl()).hasToString("https://login.usw2.pure.cloud");
        assertThat(acme.quota()).isEqualTo(new Quota(300, Duration.ofSeconds(60)));
        assertThat(mapping.genesysUserIdField()).isEqualTo("genesys_user_id");
        assertThat(mapping.users()).containsExactly(Map.entry(6596848315901L, "someone"));
        assertThat(mapping.sha256()).matches("[0-9a-f]{64}");
        assertThat(mapping.warnings())
                .singleElement()
                .asString()
                .startsWith("organisation \"acme\": clientSecret holds the secret itself")
                .doesNotContain(HUSH);

        Entry first = mapping.entries().get(0);
        assertThat(first.index()).isZero();
        assertThat(first.line()).isEqualTo(18);
        assertThat(first.group()).isEqualTo(new GroupRef(360006012345L, null));
        assertThat(first.target()).isEqualTo("userschedulesegments");
        assertThat(first.places()).extracting(Place::id).containsExactly("s1", "s2");
        assertThat(first.statusByTag().keySet()).containsExactly("z_first", "a_second");
        Entry absent = mapping.entries().get(1);
        assertThat(absent.group()).isEqualTo(new GroupRef(42L, null));
        assertThat(absent.absent()).isTrue();
        assertThat(mapping.entries().get(2).group()).isEqualTo(new GroupRef(null, "Büro 7"));
        assertThat(mapping.entries().get(2).places()).containsExactly(new Place("staffinggroup", "g1", "b1"));
        Entry unit = mapping.entries().get(3);
        assertThat(unit.places()).containsExactly(new Place("managementunit", "m1", null));
        assertThat(((MoveFrom) unit.options()).allows("m2")).isTrue();
        assertThat(((MoveFrom) unit.options()).allows("m4")).isFalse();
        assertThat(mapping.toString()).doesNotContain(HUSH);
    }

    @Test
    void tellsWhatBytesItRead() throws Exception {
        assertThat(load(ORGANIZATION + ENTRY).sha256())
                .isNotEqualTo(load(ORGANIZATION + ENTRY + "\n").sha256());
    }

    static Stream<Arguments> wrong() {
        String second = "  - {zendeskGroup: Support, organization: acme, scheduleId: s1, status: PENDING}\n";
        String other = ORGANIZATION.replace("organizations:\n", "").replace("acme", "other");
        return Stream.of(
                // the file as such
                row("empty", "", "0: the file is empty"),
                row("only a comment", "# nothing\n", "0: the file is empty"),
                row("a list", "- a\n", "1: the file must be a group of keys, and is a list"),
                row("no YAML", ORGANIZATION + "groups: [\n", "8: this is not YAML at column"),
                row("a bad indentation", ORGANIZATION + " x: 1\n", "7: this is not YAML at column"),
                row("a tab", ORGANIZATION + "groups:\n\t- a\n", "8: a tab indents this line. Use spaces"),
                row(
                        "a placeholder without quotes",
                        ORGANIZATION.replace("\"{{env:ID}}\"", "{{env:ID}}") + ENTRY,
                        "5: a key is a list or has keys of its own. Put a text with {{…}} or […] into quotes",
                        "5: clientId must be a text, and is a group of keys. Write one text"),
                row(
                        "a key twice",
                        ORGANIZATION + "    region: x.y\n" + ENTRY,
                        "7: key \"region\" appears here a second time, first on line 4"),
                row(
                        "a section twice",
                        ORGANIZATION + ENTRY + ORGANIZATION,
                        "12: key \"organizations\" appears here a second time"),
                row(
                        "an alias within itself",
                        ORGANIZATION + ENTRY + "users: &a { 1: *a }\n",
                        "12: this alias",
                        "12: 1 has no value"),
                // what does not fit the schema
                row(
                        "an unknown key",
                        ORGANIZATION + ENTRY + "    withTag: [a]\n",
                        "12: unknown key \"withTag\". Did you mean \"withTags\"?"),
                row(
                        "an unknown key at the top",
                        ORGANIZATION + ENTRY + "colour: blue\n",
                        "12: unknown key \"colour\". Delete it; possible here: version, "),
                row(
                        "an unknown key of a quota",
                        ORGANIZATION + "    quota: {request: 1}\n" + ENTRY,
                        "7: unknown key \"request\". Did you mean \"requests\"?"),
                row(
                        "no group",
                        ORGANIZATION + ENTRY.replace("zendeskGroup: Support", "absent: false"),
                        "8: key \"zendeskGroup\" is missing in this entry. Add zendeskGroup:"),
                row(
                        "no client",
                        ORGANIZATION.replace("clientId", "region2") + ENTRY,
                        "2: key \"clientId\" is missing in organisation \"acme\"",
                        "5: unknown key \"region2\". Did you mean \"region\"?"),
                row(
                        "no organisations",
                        ENTRY,
                        "1: key \"organizations\" is missing",
                        "3: organisation \"acme\" is not defined. Define it under organizations:, or correct the name."),
                row("no groups key", ORGANIZATION, "1: key \"groups\" is missing. Add groups: with at least one entry"),
                row(
                        "no groups at all",
                        ORGANIZATION + "groups: []\n",
                        "7: groups has no entries at all. Add an entry: zendeskGroup: with the name or the id of a"
                                + " Zendesk group."),
                row(
                        "no tags at all",
                        ORGANIZATION + ENTRY + "    withTags: []\n",
                        "12: withTags is empty. Fill it in, or delete it."),
                row(
                        "an entry that is a text",
                        ORGANIZATION + ENTRY + "  - Support\n",
                        "12: an entry must be a group of keys, and is a text. Write keys with values, indented below it."),
                row(
                        "a tag that is a number",
                        ORGANIZATION + ENTRY + "    withTags:\n      - vip\n      - 7\n",
                        "14: an item of withTags must be a text, and is a whole number. Put it into quotes."),
                row(
                        "an organisation that is a text",
                        "organizations:\n  acme: mypurecloud.ie\n" + ENTRY,
                        "2: organisation \"acme\" must be a group of keys, and is a text. Write keys with values,"),
                row(
                        "a status in a list",
                        ORGANIZATION + ENTRY.replace("APPROVED", "[APPROVED]"),
                        "11: status is a list, which is not one of PENDING, APPROVED. Choose one of them."),
                row(
                        "a status of 80 letters, shown whole",
                        ORGANIZATION + ENTRY.replace("APPROVED", "x".repeat(80)),
                        "11: status is \"" + "x".repeat(80) + "\", which is not one of"),
                row(
                        "a status of 81 letters, shown in part",
                        ORGANIZATION + ENTRY.replace("APPROVED", "x".repeat(81)),
                        "11: status is \"" + "x".repeat(80) + "…\", which is not one of"),
                row("no groups key below a comment", "# ours\n" + ORGANIZATION, "2: key \"groups\" is missing"),
                row("groups without a value", ORGANIZATION + "groups:\n", "7: groups has no value"),
                row(
                        "no organisation below the key",
                        "organizations: {}\n" + ENTRY,
                        "1: organizations has none at all",
                        "4: organisation"),
                row(
                        "a number for a text",
                        ORGANIZATION + ENTRY.replace("s1", "17"),
                        "10: scheduleId must be a text, and is a whole number. Put it into quotes."),
                row(
                        "a text for a list",
                        ORGANIZATION + ENTRY + "    withTags: vip\n",
                        "12: withTags must be a list, and is a text. Write it as a list: [vip]."),
                row(
                        "a text for a switch",
                        ORGANIZATION + ENTRY + "    absent: yes\n",
                        "12: absent must be true or false, and is a text. Write true or false, without quotes."),
                row(
                        "a status in lower case",
                        ORGANIZATION + ENTRY.replace("APPROVED", "approved"),
                        "11: status is \"approved\", which is not one of PENDING, APPROVED. Did you mean APPROVED?"),
                row(
                        "another status",
                        ORGANIZATION + ENTRY + "    statusByTag: { a: GONE }\n",
                        "12: a is \"GONE\", which is not one of PENDING, APPROVED"),
                row(
                        "another target",
                        ORGANIZATION + ENTRY + "    target: staffingroup\n",
                        "12: target is \"staffingroup\", which is not one of"),
                row("a blank group", ORGANIZATION + ENTRY.replace("Support", "' '"), "8: zendeskGroup is empty"),
                row(
                        "group 0",
                        ORGANIZATION + ENTRY.replace("Support", "0"),
                        "8: zendeskGroup is 0, which is too small. It must be 1 at least."),
                row(
                        "a group beyond all ids",
                        ORGANIZATION + ENTRY.replace("Support", "9223372036854775808"),
                        "8: zendeskGroup is 9223372036854775808, which is too large. Write a smaller number."),
                row(
                        "another version",
                        ORGANIZATION + ENTRY + "version: 2\n",
                        "12: version is 2, and this version of the bridge knows 1 only"),
                row(
                        "a reserved key",
                        ORGANIZATION + ENTRY + "    zendesk: second\n",
                        "12: zendesk is reserved for several Zendesk accounts"),
                row(
                        "a schedule twice in a list",
                        ORGANIZATION + ENTRY.replace("scheduleId: s1", "scheduleIds: [s1, s1]"),
                        "10: scheduleIds names something twice"),
                row(
                        "a quota of nothing",
                        ORGANIZATION + "    quota: { requests: 0 }\n" + ENTRY,
                        "7: requests is 0, which is too small"),
                row(
                        "a negative quota",
                        ORGANIZATION + "    quota: { requests: -5 }\n" + ENTRY,
                        "7: requests is -5, which is too small"),
                row(
                        "a quota beyond all sense",
                        ORGANIZATION + "    quota: { requests: 1000001 }\n" + ENTRY,
                        "7: requests is 1000001, which is too large. Write a smaller number."),
                row(
                        "a quota with a fraction",
                        ORGANIZATION + "    quota: { requests: 1.5 }\n" + ENTRY,
                        "7: requests must be a whole number, and is a number with a fraction. Write a whole number,"),
                row(
                        "a period without a unit",
                        ORGANIZATION + "    quota: { per: 60 }\n" + ENTRY,
                        "7: per must be a text, and is a whole number. Put it into quotes."),
                row(
                        "a period in words",
                        ORGANIZATION + "    quota: { per: minute }\n" + ENTRY,
                        "7: per is \"minute\", which is not a duration"),
                row("a period of nothing", ORGANIZATION + "    quota: { per: 0s }\n" + ENTRY, "7: per is zero"),
                // what the schema cannot say
                row(
                        "an organisation that is not defined",
                        ORGANIZATION + ENTRY.replace("organization: acme", "organization: acmee"),
                        "9: organisation \"acmee\" is not defined. Did you mean \"acme\"?"),
                row(
                        "an organisation's name",
                        ORGANIZATION.replace("acme", "Acme_1") + ENTRY.replace("acme", "Acme_1"),
                        "2: \"Acme_1\" is not a name for an organisation"),
                row(
                        "an organisation called like the other side",
                        ORGANIZATION.replace("acme", "zendesk") + ENTRY.replace("acme", "zendesk"),
                        "2: an organisation cannot be called \"zendesk\""),
                row(
                        "two organisations with one id",
                        ORGANIZATION + other.replace(UUID, UUID.toUpperCase(java.util.Locale.ROOT)) + ENTRY,
                        "8: organisation \"other\" has the same id as \"acme\""),
                row(
                        "an id that is not a UUID",
                        ORGANIZATION.replace(UUID, "acme-1") + ENTRY,
                        "3: id \"acme-1\" is not a UUID"),
                row(
                        "a group mapped twice",
                        ORGANIZATION + ENTRY + second,
                        "12: group \"Support\" is mapped to \"s1\" of organisation \"acme\" a second time, first on line 8"),
                row(
                        "neither region nor URLs",
                        ORGANIZATION.replace("    region: mypurecloud.ie\n", "") + ENTRY,
                        "2: key \"region\" is missing in organisation \"acme\""),
                row(
                        "the other URL of two",
                        ORGANIZATION.replace("region: mypurecloud.ie", "loginUrl: https://login.x.y") + ENTRY,
                        "2: organisation \"acme\" has loginUrl and no apiUrl"),
                row(
                        "a period beyond all numbers",
                        ORGANIZATION + "    quota: { per: 99999999999999999999d }\n" + ENTRY,
                        "7: per is "),
                row(
                        "one URL of two",
                        ORGANIZATION.replace("region: mypurecloud.ie", "apiUrl: https://api.x.y") + ENTRY,
                        "2: organisation \"acme\" has apiUrl and no loginUrl"),
                row(
                        "both kinds of schedules",
                        ORGANIZATION + ENTRY + "    scheduleIds: [s2]\n",
                        "12: scheduleId and scheduleIds are both given"),
                row(
                        "no schedule",
                        ORGANIZATION + ENTRY.replace("    scheduleId: s1\n", ""),
                        "8: key \"scheduleId\" is missing in this entry"),
                row(
                        "no status",
                        ORGANIZATION + ENTRY.replace("    status: APPROVED\n", ""),
                        "8: key \"status\" is missing in this entry"),
                row(
                        "a key of another target",
                        ORGANIZATION + ENTRY + "    moveFrom: any\n",
                        "12: moveFrom belongs to target managementunit, and this entry's target is userschedulesegments"),
                row(
                        "segments' keys for a staffing group",
                        ORGANIZATION + ENTRY + "    target: staffinggroup\n    staffingGroupId: g\n",
                        "8: key \"businessUnitId\" is missing in this entry",
                        "10: scheduleId belongs to target userschedulesegments",
                        "11: status belongs to target userschedulesegments"),
                row(
                        "no unit",
                        ORGANIZATION + "groups: [{zendeskGroup: A, organization: acme, target: managementunit}]\n",
                        "7: key \"managementUnitId\" is missing in this entry"),
                row(
                        "a moveFrom of another kind",
                        ORGANIZATION
                                + "groups: [{zendeskGroup: A, organization: acme, target: managementunit, managementUnitId: m, moveFrom: all}]\n",
                        "7: moveFrom is neither none nor any nor a list"),
                row(
                        "a condition that only the schema of a target knows",
                        ORGANIZATION + ENTRY.replace("    scheduleId: s1\n    status: APPROVED\n", "")
                                + "    target: x-notebook\n    notebook: n1\n    shelf: closed\n",
                        "12: this does not fit mapping.schema.json. Compare it with the sample"),
                row(
                        "a user by name",
                        ORGANIZATION + ENTRY + "users: { bob: x }\n",
                        "12: \"bob\" is not an id of a Zendesk user"));
    }

    private static Arguments row(String name, String text, String... starts) {
        return Arguments.of(name, text, List.of(starts));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refuses(String name, String text, List<String> starts) {
        List<String> problems = problems(text);

        assertThat(problems).as(problems.toString()).hasSameSizeAs(starts);
        for (int i = 0; i < starts.size(); i++) {
            assertThat(problems.get(i)).startsWith(starts.get(i));
        }
    }

    @Test
    void tellsAllProblemsAtOnceInTheOrderOfTheLines() {
        environment.remove("ID");

        assertThat(problems(
                        ORGANIZATION.replace(UUID, "x") + ENTRY.replace("s1", "1") + "    colour: blue\nusers: 7\n"))
                .extracting(problem -> problem.substring(0, problem.indexOf('.')))
                .containsExactly(
                        "3: id \"x\" is not a UUID",
                        "5: clientId cannot be read: environment variable ID is not set",
                        "10: scheduleId must be a text, and is a whole number",
                        "12: unknown key \"colour\"",
                        "13: users must be a group of keys, and is a whole number");
    }

    @Test
    void refusesWhatIsNoTextAndWhatIsNotThere() throws Exception {
        Path file = Files.write(folder.resolve("latin"), "groups: Büro".getBytes(StandardCharsets.ISO_8859_1));

        for (Path path : List.of(file, folder, folder.resolve("none"))) {
            ConfigurationException e =
                    catchThrowableOfType(ConfigurationException.class, () -> MappingFile.load(path, environment::get));
            assertThat(e.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.file()).isEqualTo(path.toString());
                assertThat(problem.what())
                        .containsAnyOf("not in UTF-8", "no file whose name ends in .yaml", "does not exist");
            });
        }
    }

    static Stream<Arguments> bombs() {
        StringBuilder aliases = new StringBuilder("users: &a0 { 1: x }\n");
        for (int i = 1; i <= 9; i++) {
            aliases.append("k" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "]\n");
        }
        return Stream.of(
                row(
                        "aliases of aliases",
                        aliases.toString(),
                        "the aliases up to here stand for more than 100000 values"),
                row("aliases of aliases as an entry", ORGANIZATION + "groups: &a0 [x]\n" + aliases, "the aliases"),
                row("20,000 [", "groups: " + "[".repeat(20_000), "this is nested more than 200 levels deep"),
                row("20,000 {", "groups: " + "{a: ".repeat(20_000), "this is nested more than 200 levels deep"),
                row("20,000 - ", "groups:\n  " + "- ".repeat(20_000), "this is nested more than 200 levels deep"),
                row("20,000 ? ", "? ".repeat(20_000), "this is nested more than 200 levels deep"),
                row("20,000 [ as a key", "? " + "[".repeat(20_000), "this is nested more than 200 levels deep"),
                row("an alias of nothing", "groups: *gone\n", "the alias *gone stands for nothing above it"),
                row("digits without end", "version: " + "7".repeat(1_000_000) + "\n", "version is"),
                row("an exponent without end", "version: 1e999999999\n", "version is"),
                row("nine megabytes", "groups: " + "x".repeat(9 << 20), "the file is larger than 8 MB"),
                row("two documents", ORGANIZATION + ENTRY + "---\na: b\n", "a second document begins here"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    @Timeout(60)
    void endsInOneLineWhateverTheTextDoes(String name, String text, List<String> starts) {
        assertThat(problems(text))
                .hasSizeLessThanOrEqualTo(13)
                .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(400).doesNotContain("\n"))
                .anySatisfy(problem ->
                        assertThat(problem.replaceFirst("^\\d+: ", "")).startsWith(starts.get(0)));
    }

    @Test
    void anAliasStandsForWhatItNames() throws Exception {
        Mapping mapping = load(ORGANIZATION
                + "    quota: &q { requests: 7, per: 60s }\n"
                + "  other: { id: " + UUID.replace('8', '9')
                + ", region: mypurecloud.ie, clientId: &c a, clientSecret: \"{{env:SECRET}}\", quota: *q }\n"
                + ENTRY.replace("Support", "*c") + "    withTags: &t [x, y]\n    withoutTags: *t\n");

        assertThat(mapping.organizations().get("other").quota().requests()).isEqualTo(7);
        assertThat(mapping.entries().get(0).group().name()).isEqualTo("a");
        assertThat(mapping.entries().get(0).withoutTags()).containsExactly("x", "y");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(
                        "{{env:SECRET}}",
                        "{{env:GONE}}",
                        "6: clientSecret cannot be read: environment variable GONE is not set"),
                Arguments.of(
                        "{{env:SECRET}}",
                        "{{file:/nowhere/secret}}",
                        "6: clientSecret cannot be read: file /nowhere/secret does not exist"),
                Arguments.of("{{env:SECRET}}", "x{{env:SECRET}}", "6: clientSecret cannot be used"),
                Arguments.of("region: mypurecloud.ie", "region: europe", "4: region \"europe\" is not a domain"),
                Arguments.of(
                        "region: mypurecloud.ie",
                        "region: https://mypurecloud.ie",
                        "4: region \"https://mypurecloud.ie\" is not a domain"),
                Arguments.of(
                        "region: mypurecloud.ie",
                        "region: api.mypurecloud.ie",
                        "4: region \"api.mypurecloud.ie\" is a host"),
                Arguments.of("region: mypurecloud.ie", "region: \"{{env:SECRET}}\"", "4: region is not a domain"),
                Arguments.of(
                        "region: mypurecloud.ie",
                        "region: \"{{env:GONE}}\"",
                        "4: region needs the environment variable GONE, which is not set"),
                Arguments.of(
                        "region: mypurecloud.ie",
                        "region: \"{{file:/x}}\"",
                        "4: region has a placeholder that is not understood"),
                Arguments.of(
                        "region: mypurecloud.ie",
                        "{apiUrl: 'http://example.com', loginUrl: 'https://x.y'}",
                        "4: apiUrl is not encrypted. Use https, since http is accepted only for this machine itself."),
                Arguments.of(UUID, "\"{{env:SECRET}}\"", "3: id is not a UUID once its variable is put in"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("values")
    void leavesTheValuesOfOneOrganisationToIt(String from, String to, String start) throws Exception {
        String flat =
                to.startsWith("{apiUrl") ? to.substring(1, to.length() - 1).replace(", ", "\n    ") : to;

        assertThat(organizationProblems(ORGANIZATION.replace(from, flat) + ENTRY))
                .singleElement()
                .asString()
                .startsWith(start)
                .doesNotContain(HUSH);
    }

    /** After {@link #ORGANIZATION}: a second organisation. */
    private static String other(String id) {
        return ORGANIZATION
                .replace("organizations:\n", "")
                .replace("acme", "other")
                .replace(UUID, id);
    }

    @Test
    void doesNotTakeTwoIdsThatAreMissingForOne() throws Exception {
        environment.put("NO_UUID", "x");
        for (String id : List.of("\"{{env:GONE}}\"", "\"{{env:NO_UUID}}\"")) {
            Mapping mapping = load(ORGANIZATION.replace(UUID, id) + other(id) + ENTRY);

            assertThat(mapping.organizations().values()).hasSize(2).allSatisfy(organization -> {
                assertThat(organization.id()).isNull();
                assertThat(organization.problems()).hasSize(1);
            });
        }
    }

    @Test
    void derivesNoAddressFromARegionThatCannotBeUsed() throws Exception {
        for (String region : List.of("\"{{env:GONE}}\"", "europe", "login.mypurecloud.ie")) {
            Organization organization = load(ORGANIZATION.replace("mypurecloud.ie", region) + ENTRY)
                    .organizations()
                    .get("acme");

            assertThat(organization.problems()).hasSize(1);
            assertThat(organization.apiUrl()).isNull();
            assertThat(organization.loginUrl()).isNull();
        }
    }

    @Test
    void tellsAnOrganisationsProblemsInTheOrderOfTheLines() throws Exception {
        String text =
                """
                organizations:
                  acme:
                    clientSecret: "{{env:GONE}}"
                    clientId: "{{env:GONE}}"
                    region: europe
                    id: "{{env:GONE}}"
                """;

        assertThat(organizationProblems(text + ENTRY))
                .extracting(problem -> problem.substring(0, problem.indexOf(' ', 3)))
                .containsExactly("3: clientSecret", "4: clientId", "5: region", "6: id");
    }

    @Test
    void takesEightMegabytesAndNotAByteMore() throws Exception {
        String text = ORGANIZATION + ENTRY;
        String full = text + ("#".repeat(1023) + "\n").repeat(8 << 10).substring(text.length());

        assertThat(full).hasSize(8 << 20);
        assertThat(load(full).entries()).hasSize(1);
        assertThat(problems(full + "\n"))
                .containsExactly("0: the file is larger than 8 MB. Name the mapping, or make it a folder of several"
                        + " files.");
    }

    @Test
    void keepsOneTextForTheOrganisationOfAllItsEntries() throws Exception {
        Mapping mapping =
                load(ORGANIZATION + ENTRY + ENTRY.replace("groups:\n", "").replace("Support", "Billing"));

        assertThat(mapping.entries()).hasSize(2).allSatisfy(entry -> assertThat(entry.organization())
                .isSameAs(mapping.organizations().get("acme").name()));
    }

    @Test
    void takesTheKeysThatATargetsOwnSchemaAdds() throws Exception {
        Entry entry = load(ORGANIZATION
                        + ENTRY.replace("    scheduleId: s1\n    status: APPROVED\n", "")
                        + "    target: x-notebook\n    notebook: n1\n    shelf: open\n")
                .entries()
                .get(0);

        assertThat(entry.places()).containsExactly(new Place("x-notebook", "n1", "open"));
        assertThat(Targets.installed().of("x-notebook").schema())
                .asString()
                .endsWith("/dev/wfmbridge/target/notebook/x-notebook.schema.json");
    }

    @Test
    void warnsOfAnOrganisationWithoutAnEntry() throws Exception {
        String other = ORGANIZATION
                .replace("organizations:\n", "")
                .replace("acme", "other")
                .replace(UUID, UUID.replace('8', '9'));

        assertThat(load(ORGANIZATION + other + ENTRY).warnings())
                .containsExactly("organisation \"other\" has no entry in the mapping: nothing is done for it");
    }

    @Test
    void takesTheStatusThatTheEntryNames() throws Exception {
        String byTag = ENTRY.replace("status: APPROVED", "status: APPROVED\n    statusByTag: { wfm_pending: PENDING }")
                .replace("groups:\n", "")
                .replace("Support", "Billing");
        List<Entry> entries = load(ORGANIZATION + ENTRY.replace("APPROVED", "PENDING") + byTag)
                .entries();

        assertThat(entries).extracting(Entry::status).containsExactly("PENDING", "APPROVED");
        assertThat(entries.get(0).statusFor(List.of("wfm_pending"))).isEqualTo("PENDING");
        assertThat(entries.get(1).statusFor(List.of("wfm_pending"))).isEqualTo("PENDING");
        assertThat(entries.get(1).statusFor(List.of())).isEqualTo("APPROVED");
    }

    @Test
    void takesATargetThatConsistsOfRoutesAlone() throws Exception {
        Entry entry = load(ORGANIZATION
                        + ENTRY.replace("    scheduleId: s1\n", "    target: x-mine\n    placeId: p1\n"))
                .entries()
                .get(0);

        Place place = new Place("x-mine", "p1", null);
        assertThat(entry.target()).isEqualTo("x-mine");
        assertThat(entry.places()).containsExactly(place);
        assertThat(place.kind()).isEqualTo(new RoutesOnly("x-mine"));
        assertThat(place.kind().named(place)).isEqualTo(Map.of("placeId", "p1"));
        assertThat(place.kind().noun()).isEqualTo("place");
        assertThat(place.kind().identity(place, "user-1")).isEqualTo("x-mine/p1/user-1");
        // Nothing is known about it that would allow more than posting.
        assertThat(place.kind().keepsIds()).isFalse();
        assertThat(place.kind().hasStatus()).isFalse();
        assertThat(place.kind().isExclusive()).isFalse();
        assertThat(place.kind().isUsual()).isFalse();
        assertThat(place.kind().listedAs()).isNull();
        assertThat(place.kind().needs()).isNull();
        assertThat(Targets.installed().of("mine")).isNull();
    }

    @Test
    void keepsOnlyOneOrganisationOfAMapping() throws Exception {
        String other = ORGANIZATION
                .replace("organizations:\n", "")
                .replace("acme", "other")
                .replace(UUID, UUID.replace('8', '9'));
        Mapping both = load(
                ORGANIZATION + other + ENTRY + ENTRY.replace("groups:\n", "").replace("acme", "other"));
        Mapping one = both.only("other");

        assertThat(one.organizations()).containsOnlyKeys("other");
        assertThat(one.entries()).isEqualTo(both.entriesOf("other")).hasSize(1);
        assertThat(one).asString().endsWith("1 organizations, 1 entries]").doesNotContain(HUSH);
    }
}
