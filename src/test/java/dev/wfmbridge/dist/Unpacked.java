package dev.wfmbridge.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The distribution as the build made it, unpacked by tar, and its launcher as a user starts it. */
final class Unpacked {

    private final Path folder;
    private final Path home;

    private Unpacked(Path folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    /** What a process printed, and how it ended. */
    record Said(int exit, String out, String err) {
        String text() {
            return out + err;
        }
    }

    static Unpacked in(Path folder) throws Exception {
        Path archive = archive(".tar.gz");
        Said tar = run(folder, Map.of(), List.of("tar", "-xf", archive.toString(), "-C", folder.toString()));
        assertThat(tar.exit()).as(tar.text()).isZero();
        try (var all = Files.list(folder)) {
            Path home = all.filter(path -> path.getFileName().toString().startsWith("wfm-bridge-"))
                    .findFirst()
                    .orElseThrow();
            return new Unpacked(folder, home);
        }
    }

    static Path archive(String suffix) throws IOException {
        try (var all = Files.list(Path.of("target"))) {
            return all.filter(path ->
                            path.getFileName().toString().matches("wfm-bridge-[0-9].*" + suffix.replace(".", "\\.")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("mvn package makes target/wfm-bridge-VERSION" + suffix))
                    .toAbsolutePath();
        }
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return home.resolve("bin/wfm-bridge");
    }

    /** The launcher, in another folder than its own, with these variables and a path, and no others. */
    Said start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return run(elsewhere(), environment, command);
    }

    Path elsewhere() throws IOException {
        return Files.createDirectories(folder.resolve("else where"));
    }

    static Said run(Path where, Map<String, String> environment, List<String> command) throws Exception {
        Path out = Files.createTempFile("said", ".out");
        Path err = Files.createTempFile("said", ".err");
        try {
            Process process = process(where, environment, command, out, err);
            if (!process.waitFor(20, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        command + " does not end. It said: " + Files.readString(out) + Files.readString(err));
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    static Process process(Path where, Map<String, String> environment, List<String> command, Path out, Path err)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("PATH", System.getenv("PATH"));
        all.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        all.putIfAbsent("LANG", "C.UTF-8");
        all.values().removeIf(String::isEmpty);
        builder.environment().clear();
        builder.environment().putAll(all);
        return builder.start();
    }
}
