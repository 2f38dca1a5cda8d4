package dev.wfmbridge.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The program as it is packaged: a jar, and an archive of its classes, which halves the time of a start. */
final class Program {

    private static final Path HOME = Path.of("").toAbsolutePath();
    private static List<String> command;

    private Program() {}

    /** What starts it, without its arguments. */
    static synchronized List<String> command() throws IOException {
        if (command == null) {
            Path folder = Files.createTempDirectory("wfm-bridge-program");
            Path jar = folder.resolve("wfm-bridge.jar");
            Path archive = folder.resolve("classes.jsa");
            for (Path made : List.of(folder, jar, archive)) {
                made.toFile().deleteOnExit();
            }
            pack(jar, HOME.resolve("target/classes"), HOME.resolve("target/sandbox-classes"));
            String libraries = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.endsWith(".jar"))
                    .reduce(jar.toString(), (all, entry) -> all + File.pathSeparator + entry);
            List<String> start = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    "-Xshare:auto"));
            List<String> main = List.of("-cp", libraries, "dev.wfmbridge.cli.WfmBridge");
            archive(folder, start, main, archive);
            if (Files.exists(archive)) {
                start.add("-XX:SharedArchiveFile=" + archive);
            }
            start.addAll(main);
            command = List.copyOf(start);
        }
        return command;
    }

    private static void pack(Path jar, Path... folders) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out)) {
            for (Path classes : folders) {
                try (Stream<Path> files = Files.walk(classes)) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        packed.putNextEntry(
                                new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                        Files.copy(file, packed);
                        packed.closeEntry();
                    }
                }
            }
        }
    }

    /** One pass, which notes what was loaded. Where that does not work, starts are slower, and nothing else. */
    private static void archive(Path folder, List<String> start, List<String> main, Path archive) throws IOException {
        Path data = Files.createTempDirectory("wfm-bridge-archive");
        try (Site site = Site.of(Site.world(3), data)) {
            List<String> all = new ArrayList<>(start);
            all.add("-XX:ArchiveClassesAtExit=" + archive);
            all.addAll(main);
            all.addAll(List.of("once", "--home", HOME.toString()));
            Process process = site.process(all, data.resolve("out"), data.resolve("err"));
            process.waitFor(120, TimeUnit.SECONDS);
            process.destroyForcibly();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
