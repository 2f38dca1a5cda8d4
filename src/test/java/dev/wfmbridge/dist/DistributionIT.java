package dev.wfmbridge.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.dist.Unpacked.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} builds for installation: what is in it, and what its launcher does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DistributionIT {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private Path folder;
    private Unpacked unpacked;

    @BeforeAll
    void unpack(@TempDir Path temporary) throws Exception {
        folder = temporary;
        // Whoever runs the bridge has to be able to read it, and to reach it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpacked = Unpacked.in(folder);
    }

    private Path fresh(String name) throws IOException {
        return Files.createTempDirectory(folder, name);
    }

    /** A fake Java that prints what it was started with, and exits with STATUS. */
    private Path fakeJava(String version) throws IOException {
        Path home = fresh("java");
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"" + version + "\"\n");
        Path java = home.resolve("bin/java");
        Files.writeString(
                java,
                """
                #!/bin/sh
                for word in "$@"; do printf '%s\\n' "$word"; done
                echo "user $(id -u)"
                env | sort
                exit ${STATUS:-0}
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private Map<String, String> with(Path java, String... variables) throws IOException {
        Map<String, String> all = new HashMap<>();
        all.put("JAVA_HOME", java.toString());
        all.put("HOME", fresh("home").toString());
        all.put("BRIDGE_DATA_DIR", fresh("data").toString());
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return all;
    }

    @Test
    @DisplayName("both archives hold the same, with modes that no umask changes")
    void contents() throws Exception {
        TreeSet<String> inTar = new TreeSet<>();
        try (Stream<Path> files = Files.walk(unpacked.home())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = unpacked.home().relativize(file).toString();
                inTar.add(name);
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(mode).as(name).isEqualTo(name.equals("bin/wfm-bridge") ? "rwxr-xr-x" : "rw-r--r--");
            }
        }
        assertThat(inTar)
                .contains(
                        "bin/wfm-bridge",
                        "bin/wfm-bridge.cmd",
                        "lib/wfm-bridge.jar",
                        "routes/pass.camel.yaml",
                        "config/application.properties",
                        "config/mapping.yaml",
                        "config/sandbox/weather.yaml",
                        "docs/runbook.md",
                        "systemd/wfm-bridge.service",
                        "systemd/environment",
                        "k8s/monitoring/rules.yaml",
                        "LICENSE",
                        "README.md")
                .noneMatch(name -> name.contains("target/") || name.contains("/test/"));
        TreeSet<String> inZip = new TreeSet<>();
        try (ZipFile zip = new ZipFile(Unpacked.archive(".zip").toFile())) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName().substring(entry.getName().indexOf('/') + 1))
                    .forEach(inZip::add);
        }
        assertThat(inZip).isEqualTo(inTar);
        assertThat(Files.readString(unpacked.home().resolve("bin/wfm-bridge.cmd")))
                .doesNotContain("${")
                .contains("\r\n");
        // Every library of the jar in target/ is there too, and no other one.
        try (Stream<Path> built = Files.list(Path.of("target/lib"))) {
            assertThat(inTar.stream()
                            .filter(name -> name.matches("lib/.*\\.jar"))
                            .map(name -> name.substring(4))
                            .filter(name -> !name.equals("wfm-bridge.jar")))
                    .containsExactlyInAnyOrderElementsOf(
                            built.map(jar -> jar.getFileName().toString()).toList());
        }
    }

    @Test
    @DisplayName(
            "sandbox ends with 0 from another folder; its classes are archived when it ends, and the next start takes them")
    void sandbox() throws Exception {
        Map<String, String> environment =
                new HashMap<>(Map.of("HOME", fresh("home").toString()));
        // An account's variables play no part in a rehearsal: nobody listens there.
        environment.put("ZENDESK_URL", "http://127.0.0.1:9");
        environment.put("HTTP_PROXY", "http://127.0.0.1:9");
        Said first = unpacked.start(environment, "sandbox");
        assertThat(first.exit()).as(first.text()).isZero();
        assertThat(first.out()).contains("In step.", "Balance 0.");
        assertThat(unpacked.home().resolve("data/sandbox/runs/latest.json")).exists();

        Path loaded = folder.resolve("loaded");
        environment.put("JAVA_OPTS", "-Xlog:class+load:file=" + loaded);
        environment.put(
                "BRIDGE_DATA_DIR", unpacked.home().resolve("data/sandbox").toString());
        Said report = unpacked.start(environment, "report");
        assertThat(report.out())
                .isEqualTo(first.out()
                        .replaceAll(
                                "Report: .*", "Report: " + unpacked.home().resolve("data/sandbox/runs/latest.json")));
        assertThat(Files.readAllLines(loaded).stream().filter(line -> line.contains("shared objects file (top)")))
                .hasSizeGreaterThan(300);
    }

    @Test
    @DisplayName("a read-only installation says where the sandbox' data can go instead")
    void readOnly() throws Exception {
        Path data = unpacked.home().resolve("config/mapping.yaml").resolve("data");
        Said refused = unpacked.start(Map.of(), "sandbox", "--data-dir", data.toString());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("data folder " + data);
        if (!ROOT) {
            Path copy = fresh("copy");
            assertThat(Unpacked.run(
                                    copy,
                                    Map.of(),
                                    List.of("cp", "-r", unpacked.home().toString(), "home"))
                            .exit())
                    .isZero();
            assertThat(Unpacked.run(copy, Map.of(), List.of("sh", "-c", "rm -rf home/data; chmod -R a-w home"))
                            .exit())
                    .isZero();
            Said said = Unpacked.run(copy, Map.of(), List.of("home/bin/wfm-bridge", "sandbox"));
            assertThat(said.exit()).isEqualTo(1);
            assertThat(said.err()).contains("name another folder with --data-dir DIR");
            assertThat(Unpacked.run(copy, Map.of(), List.of("chmod", "-R", "u+w", "home"))
                            .exit())
                    .isZero();
        }
    }

    @Test
    @DisplayName("Java's options by command and version; JAVA_OPTS last; the exit status as it is")
    void options() throws Exception {
        Path old = fakeJava("17.0.15+6");
        Said once = unpacked.start(with(old, "JAVA_OPTS", "-Xmx1g -Da=*", "STATUS", "3"), "once", "--json");
        assertThat(once.exit()).isEqualTo(3);
        List<String> words = once.out().lines().toList();
        assertThat(words)
                .contains("-XX:TieredStopAtLevel=1", "-XX:+CrashOnOutOfMemoryError")
                .containsSubsequence("-Xmx1g", "-Da=*", "-jar", unpacked.home() + "/lib/wfm-bridge.jar")
                .containsSubsequence("--home", unpacked.home().toString(), "once", "--json")
                .anyMatch(word -> word.matches(
                        "-XX:ArchiveClassesAtExit=.*/wfm-bridge-[0-9.]+-java-17\\.0\\.15\\+6-\\d+\\.jsa\\.new"))
                .noneMatch(word -> word.contains("AutoCreateSharedArchive"));

        assertThat(unpacked.start(with(old), "run").out().lines())
                .noneMatch(word -> word.startsWith("-XX:TieredStopAtLevel") || word.startsWith("-XX:ArchiveClasses"));
        assertThat(unpacked.start(with(old), "check").out().lines())
                .noneMatch(word -> word.startsWith("-XX:ArchiveClasses"));
        assertThat(unpacked.start(with(fakeJava("25+36")), "once").out().lines())
                .contains("-XX:+AutoCreateSharedArchive")
                .noneMatch(word -> word.startsWith("-XX:ArchiveClassesAtExit"));
        assertThat(unpacked.start(with(old), "once", "--home", "/other").out().lines())
                .containsOnlyOnce("--home")
                .doesNotContain(unpacked.home().toString());

        Said ancient = unpacked.start(with(fakeJava("11.0.2+9")), "once");
        assertThat(ancient.exit()).isEqualTo(1);
        assertThat(ancient.err()).contains("needs 17 or later");
        Said none = unpacked.start(with(Path.of("/nonexistent")), "once");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("JAVA_HOME is /nonexistent");
    }

    @Test
    @DisplayName("an archive lies in a folder of this user's alone, is taken only whole, and is never needed")
    void archive() throws Exception {
        Path java = fakeJava("17.0.15+6");
        Path cache = fresh("cache");
        Map<String, String> environment = with(java, "WFM_BRIDGE_CACHE", cache.toString());
        Path making = Path.of(unpacked.start(environment, "once")
                .out()
                .lines()
                .filter(word -> word.startsWith("-XX:ArchiveClassesAtExit="))
                .map(word -> word.substring(word.indexOf('=') + 1))
                .findFirst()
                .orElseThrow());
        assertThat(making.getParent()).isEqualTo(cache);
        String archive = making.toString().replaceAll("\\.new$", "");

        // Half-written, or from a start that failed before its first call: not used, and the bridge starts all the
        // same.
        Files.writeString(making, "nothing of the kind");
        assertThat(unpacked.start(environment, "once").out())
                .doesNotContain("SharedArchiveFile", "ArchiveClassesAtExit");
        byte[] head = {(byte) 0xa8, (byte) 0xab, 0x0b, (byte) 0xf0};
        Files.write(making, head);
        assertThat(unpacked.start(environment, "once").out()).doesNotContain("SharedArchiveFile");
        Files.writeString(
                making,
                new String(head, StandardCharsets.ISO_8859_1) + "org/apache/camel/component/http/HttpProducer",
                StandardCharsets.ISO_8859_1);
        for (String command : new String[] {"once", "run", "report"}) {
            assertThat(unpacked.start(environment, command).out().lines()).contains("-XX:SharedArchiveFile=" + archive);
        }
        assertThat(Path.of(archive)).exists();

        // Whoever can write there decides what runs.
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(unpacked.start(environment, "once").out()).doesNotContain(cache.toString() + "/");
        environment.put("WFM_BRIDGE_CACHE", "/proc/nowhere");
        environment.put("HOME", "/proc/nowhere");
        Said without = unpacked.start(environment, "once");
        assertThat(without.exit()).isZero();
        assertThat(without.err()).isEmpty();
    }

    @Test
    @DisplayName(
            "the environment file is read as systemd reads it; what is set already wins; the sandbox never sees it")
    void environmentFile() throws Exception {
        Path java = fakeJava("17.0.15+6");
        Path file = fresh("etc").resolve("environment");
        Files.writeString(
                file,
                """
                # a comment
                ; another one

                PLAIN=a b $HOME `id` "c"
                 INDENTED = no name
                SPACES=  around   \n\
                SINGLE='it \\ stays $X'
                DOUBLE="a \\"b\\" \\$c \\d"
                ESCAPED=a\\ b\\\\c
                EMPTY=
                TAKEN=from the file
                EQUALS=a=b==
                not a line
                LAST=without newline""");
        Map<String, String> environment = with(java, "WFM_BRIDGE_ENV", file.toString(), "TAKEN", "from outside");
        Said said = unpacked.start(environment, "check");
        assertThat(said.out().lines())
                .contains(
                        "PLAIN=a b $HOME `id` \"c\"",
                        "SPACES=around",
                        "SINGLE=it \\ stays $X",
                        "DOUBLE=a \"b\" $c \\d",
                        "ESCAPED=a b\\c",
                        "EMPTY=",
                        "TAKEN=from outside",
                        "EQUALS=a=b==",
                        "LAST=without newline");
        assertThat(said.err()).contains(file + ":5: ", file + ":13: ").doesNotContain("not a line", "no name");
        assertThat(unpacked.start(environment, "sandbox").out()).doesNotContain("PLAIN=");
        assertThat(unpacked.start(environment, "check", "--help").out()).doesNotContain("PLAIN=");

        Files.delete(file);
        Said missing = unpacked.start(environment, "check");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("WFM_BRIDGE_ENV names " + file);

        Path beside = Files.createDirectories(unpacked.home().resolve("conf")).resolve("environment");
        Files.writeString(beside, "BESIDE=yes\n");
        try {
            environment.remove("WFM_BRIDGE_ENV");
            assertThat(unpacked.start(environment, "report").out().lines()).contains("BESIDE=yes");
        } finally {
            Files.delete(beside);
        }
    }

    @Test
    @DisplayName("root becomes the one whose data folder it is; anybody else is told how")
    void user() throws Exception {
        Path java = fakeJava("17.0.15+6");
        if (ROOT) {
            Map<String, String> environment = with(java);
            Path data = Path.of(environment.get("BRIDGE_DATA_DIR"));
            Files.setAttribute(data, "unix:uid", 65534);
            Path secret = fresh("etc").resolve("environment");
            Files.writeString(secret, "SEEN=by root alone\n");
            Files.setPosixFilePermissions(secret, Set.of(PosixFilePermission.OWNER_READ));
            environment.put("WFM_BRIDGE_ENV", secret.toString());
            Said said = unpacked.start(environment, "why", "1");
            assertThat(said.exit()).as(said.text()).isZero();
            assertThat(said.out().lines())
                    .contains("user 65534", "SEEN=by root alone")
                    .containsSubsequence("why", "1");
            // Another folder is looked at by its own owner.
            Said copy = unpacked.start(
                    environment, "report", "--data-dir", fresh("backup").toString());
            assertThat(copy.out().lines()).contains("user 0");
            environment.put("WFM_BRIDGE_USER", "nobody-of-this-name");
            assertThat(unpacked.start(environment, "report").err()).contains("whom this machine does not know");
        } else {
            Said said = unpacked.start(with(java, "BRIDGE_DATA_DIR", "/usr"), "report");
            assertThat(said.exit()).isEqualTo(1);
            assertThat(said.err())
                    .contains(
                            "the data folder /usr is root's",
                            "sudo -u root",
                            unpacked.launcher().toString());
        }
    }

    @Test
    @DisplayName("a signal reaches the bridge, since the launcher is gone by then")
    void signal() throws Exception {
        Path out = folder.resolve("signal.out");
        Path err = folder.resolve("signal.err");
        Process process = Unpacked.process(
                unpacked.elsewhere(),
                Map.of("HOME", fresh("home").toString(), "CAMEL_MANAGEMENT_PORT", "0", "POLL_AT_START", "false"),
                List.of(
                        unpacked.launcher().toString(),
                        "sandbox",
                        "run",
                        "--data-dir",
                        fresh("run").toString()),
                out,
                err);
        try {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> Files.readString(err).contains("metrics and health: port") || !process.isAlive());
            assertThat(process.children()).as("the launcher has become Java").isEmpty();
            process.destroy();
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }
}
