package dev.wfmbridge.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A folder whose files together are one mapping. */
class MappingFolderTest {

    private static final Environment ENVIRONMENT = Environment.of(Map.of("ID", "client", "SECRET", "hush-hush"));

    @TempDir
    Path folder;

    private static String organization(String name, int number) {
        return """
                organizations:
                  %s:
                    id: %s
                    region: mypurecloud.ie
                    clientId: "{{env:ID}}"
                    clientSecret: "{{env:SECRET}}"
                """
                .formatted(name, id(number));
    }

    private static String id(int number) {
        return new UUID(0x4000, 0x8000_0000_0000_0000L | number).toString();
    }

    private static String groups(String... entries) {
        return "groups:\n" + String.join("", entries);
    }

    private static String entry(String group, String organization, String schedule) {
        return "  - { zendeskGroup: " + group + ", organization: " + organization + ", scheduleId: " + schedule
                + ", status: APPROVED }\n";
    }

    private MappingFolderTest part(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    private Mapping load() throws ConfigurationException {
        return MappingFile.load(folder, ENVIRONMENT);
    }

    private List<String> problems() {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, this::load);
        assertThat(e).as("a mapping that was to be refused").isNotNull();
        return e.problems().stream()
                .map(Problem::oneLine)
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    @Test
    @DisplayName("the parts are one mapping: by file name, then by position; each entry knows its file and line")
    void together() throws Exception {
        part("b.yaml", groups(entry("One", "zeta", "s1"), entry("Two", "acme", "s2")) + organization("zeta", 1))
                .part(
                        "a.yaml",
                        organization("acme", 2) + groups(entry("Three", "zeta", "s1")) + "users: { 1: x, 2: y }\n")
                .part("c.yaml", "version: 1\ngenesysUserIdField: wfm_id\nusers: { 2: y, 3: z }\n")
                .part("notes.txt", "no part\n")
                .part(".hidden.yaml", "no: part\n");

        Mapping mapping = load();

        assertThat(mapping.organizations().keySet()).containsExactly("acme", "zeta");
        assertThat(mapping.entries())
                .extracting(entry -> entry.index() + " " + entry.group() + " "
                        + entry.where().replace(folder + "/", ""))
                .containsExactly("0 Three a.yaml:8", "1 One b.yaml:2", "2 Two b.yaml:3");
        assertThat(mapping.entriesOf("zeta"))
                .extracting(entry -> entry.group().toString())
                .containsExactly("Three", "One");
        assertThat(mapping.entriesOf("nobody")).isEmpty();
        assertThat(mapping.users()).isEqualTo(Map.of(1L, "x", 2L, "y", 3L, "z"));
        assertThat(mapping.genesysUserIdField()).isEqualTo("wfm_id");
        assertThat(mapping.warnings()).isEmpty();
    }

    @Test
    @DisplayName("as a ConfigMap is mounted: links to a hidden folder's files, through a hidden link")
    void mounted() throws Exception {
        Path real = Files.createDirectory(folder.resolve("..2026_11_24"));
        Files.writeString(real.resolve("a.yaml"), organization("acme", 1) + groups(entry("One", "acme", "s1")));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_24"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));

        assertThat(load().entries()).singleElement().satisfies(entry -> assertThat(entry.where())
                .isEqualTo(folder.resolve("a.yaml") + ":8"));
    }

    @Test
    @DisplayName("a part that ends in .yml is not read, which is told")
    void otherEnding() throws Exception {
        part("a.yaml", organization("acme", 1) + groups(entry("One", "acme", "s1")))
                .part("b.yml", organization("zeta", 2));

        assertThat(load().warnings())
                .containsExactly(
                        folder.resolve("b.yml") + " is not read: the name of a part of the" + " mapping ends in .yaml");
    }

    @Test
    @DisplayName("the checksum: of one part it is the file's, of several it changes with each byte, name and order")
    void sum() throws Exception {
        String text = organization("acme", 1) + groups(entry("One", "acme", "s1"));
        String alone = HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
        part("a.yaml", text);
        assertThat(load().sha256()).isEqualTo(alone);
        assertThat(MappingFile.load(folder.resolve("a.yaml"), ENVIRONMENT).sha256())
                .isEqualTo(alone);
        part("b.yaml", "version: 1\n");
        String two = load().sha256();
        assertThat(load().sha256()).isEqualTo(two).isNotEqualTo(alone);
        part("b.yaml", "version: 1 \n");
        String changed = load().sha256();
        assertThat(changed).isNotEqualTo(two);
        Files.move(folder.resolve("b.yaml"), folder.resolve("c.yaml"));
        assertThat(load().sha256()).isNotIn(two, changed, alone);
    }

    static Stream<Arguments> wrong() {
        String acme = organization("acme", 1);
        String one = groups(entry("One", "acme", "s1"));
        return Stream.of(
                Arguments.of(
                        "an organisation in two files",
                        Map.of("a.yaml", acme + one, "b.yaml", organization("acme", 2)),
                        List.of("b.yaml:2: organisation \"acme\" appears here a second time, first in a.yaml:2.")),
                Arguments.of(
                        "two organisations with one id",
                        Map.of("a.yaml", acme + one, "b.yaml", organization("zeta", 1)),
                        List.of("b.yaml:3: organisation \"zeta\" has the same id as \"acme\" in a.yaml:2.")),
                Arguments.of(
                        "a user with two ids",
                        Map.of("a.yaml", acme + one + "users: { 7: x }\n", "b.yaml", "users:\n  7: y\n"),
                        List.of("b.yaml:2: user 7 has another Genesys id here than in a.yaml:9.")),
                Arguments.of(
                        "two user fields",
                        Map.of(
                                "a.yaml",
                                acme + one + "genesysUserIdField: one\n",
                                "b.yaml",
                                "version: 1\ngenesysUserIdField: two\n"),
                        List.of("b.yaml:2: genesysUserIdField is \"two\" here, and \"one\" in a.yaml:9.")),
                Arguments.of(
                        "a group twice to one schedule",
                        Map.of("a.yaml", acme + one, "b.yaml", "version: 1\n" + one),
                        List.of("b.yaml:3: group \"One\" is mapped to \"s1\" of organisation \"acme\" a second time,"
                                + " first in a.yaml:8.")),
                Arguments.of(
                        "an organisation that no file defines",
                        Map.of("a.yaml", acme + one, "b.yaml", groups(entry("Two", "acne", "s1"))),
                        List.of("b.yaml:2: organisation \"acne\" is not defined. Did you mean \"acme\"?")),
                Arguments.of(
                        "no entry in any file",
                        Map.of("a.yaml", acme, "b.yaml", "version: 1\n"),
                        List.of(": key \"groups\" is missing. Add groups: with at least one entry.")),
                Arguments.of(
                        "no organisation in any file",
                        Map.of("a.yaml", "users: { 7: x }\n"),
                        List.of(": key \"organizations\" is missing.", ": key \"groups\" is missing.")),
                Arguments.of(
                        "several things, in the order of files and lines",
                        Map.of(
                                "c.yaml",
                                "colour: blue\n",
                                "b.yaml",
                                "groups: [\n",
                                "a.yaml",
                                acme + groups(entry("One", "acme", "7")) + "users: 8\n"),
                        List.of(
                                "a.yaml:8: scheduleId must be a text",
                                "a.yaml:9: users must be a group of keys",
                                "b.yaml:2: this is not YAML",
                                "c.yaml:1: unknown key \"colour\"")),
                Arguments.of(
                        "a part that is empty",
                        Map.of("a.yaml", acme + one, "b.yaml", "# nothing\n"),
                        List.of("b.yaml: the file is empty.")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refuses(String name, Map<String, String> parts, List<String> starts) throws Exception {
        for (Map.Entry<String, String> part : parts.entrySet()) {
            part(part.getKey(), part.getValue());
        }
        List<String> problems = problems();
        assertThat(problems).as(problems.toString()).hasSameSizeAs(starts);
        for (int i = 0; i < starts.size(); i++) {
            assertThat(problems.get(i).replace(folder.toString(), "")).startsWith(starts.get(i));
        }
    }

    @Test
    @DisplayName("an empty folder, and one where everything is hidden: one line that names the folder")
    void empty() throws Exception {
        assertThat(problems())
                .containsExactly(folder + ": the folder has no file whose name ends in .yaml. Put the"
                        + " mapping into it, or set bridge.mapping to where it is.");
        part(".a.yaml", organization("acme", 1));
        assertThat(problems()).hasSize(1);
    }

    @Test
    @DisplayName("a part that is a folder, and a link to nowhere: named, and the other parts are still checked")
    void unreadable() throws Exception {
        part("a.yaml", organization("acme", 1) + groups(entry("One", "acme", "7")));
        Files.createDirectory(folder.resolve("b.yaml"));
        Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("nowhere"));

        assertThat(problems())
                .extracting(line -> line.substring(0, line.indexOf('.', 7)))
                .containsExactly(
                        "a.yaml:8: scheduleId must be a text, and is a whole number",
                        "b.yaml: the file is a folder",
                        "c.yaml: the file does not exist");
    }

    @Test
    @DisplayName("what is wrong with one organisation's values is its own, and names its file")
    void values() throws Exception {
        part("a.yaml", organization("acme", 1) + groups(entry("One", "acme", "s1"), entry("One", "zeta", "s1")))
                .part("b.yaml", organization("zeta", 2).replace("SECRET", "GONE"));

        Mapping mapping = load();

        assertThat(mapping.organizations().get("acme").usable()).isTrue();
        assertThat(mapping.organizations().get("zeta").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.oneLine())
                        .startsWith(folder.resolve("b.yaml") + ":6: clientSecret cannot be read"));
    }

    @Test
    @DisplayName("organisations alone are enough for a caller that needs no entries, in a folder and in a file")
    void organizationsAlone() throws Exception {
        part("a.yaml", organization("acme", 1));
        for (Path place : List.of(folder, folder.resolve("a.yaml"))) {
            assertThat(MappingFile.loadOrganizations(place, ENVIRONMENT)
                            .organizations()
                            .keySet())
                    .containsExactly("acme");
        }
    }

    /** CPU time of this thread, so that other work of the machine counts little. */
    private static double load(Path place) throws ConfigurationException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        MappingFile.load(place, ENVIRONMENT);
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }

    @Test
    @DisplayName(
            "the time grows with the mapping, not with its square: 1,000 organisations beside 100, in one file and in parts")
    @Tag("timing")
    void linear() throws Exception {
        for (boolean parts : new boolean[] {false, true}) {
            Path small = write(100, parts);
            Path large = write(1_000, parts);
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                double one = load(small);
                best = Math.min(best, load(large) / one);
            }
            assertThat(best).as("times ten, parts " + parts).isLessThan(25);
        }
    }

    private Path write(int organizations, boolean parts) throws IOException {
        Path place = folder.resolve(organizations + (parts ? "-parts" : ".yaml"));
        List<String> defined = IntStream.range(0, organizations)
                .mapToObj(i -> organization("org-" + i, i))
                .toList();
        List<String> mapped = IntStream.range(0, organizations)
                .mapToObj(i -> IntStream.range(0, 10)
                        .mapToObj(j -> entry(String.valueOf(1 + 10 * i + j), "org-" + i, "s" + j))
                        .reduce("", String::concat))
                .toList();
        if (parts) {
            Files.createDirectory(place);
            for (int i = 0; i < organizations; i++) {
                Files.writeString(place.resolve(i + ".yaml"), defined.get(i) + groups(mapped.get(i)));
            }
            return place;
        }
        String all = String.join("", defined).replace("organizations:\n", "");
        return Files.writeString(place, "organizations:\n" + all + groups(mapped.toArray(String[]::new)));
    }
}
