package dev.wfmbridge.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The program as it is packaged: a jar, and an archive of its classes, which halves the time of a start. Both are made once for a build, by
 * the first of its test processes that needs them, and lie in {@code target/program}.
 */
public final class Program {

    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Path FOLDER = HOME.resolve("target/program");
    private static final List<Path> CLASSES =
            List.of(HOME.resolve("target/classes"), HOME.resolve("target/sandbox-classes"));
    private static List<String> command;

    private Program() {}

    /** What starts it, without its arguments. */
    public static synchronized List<String> command() throws IOException {
        if (command == null) {
            Files.createDirectories(FOLDER);
            try (FileChannel file = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                command = made(lock);
            }
        }
        return command;
    }

    /** The same with options for Java. */
    public static List<String> command(String... options) throws IOException {
        List<String> all = new ArrayList<>(command());
        all.addAll(1, List.of(options));
        return all;
    }

    /** @param lock so that no other process makes it at the same time */
    private static List<String> made(FileLock lock) throws IOException {
        if (!lock.isValid()) {
            throw new IllegalStateException("target/program is not locked");
        }
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .reduce("", (all, entry) -> all + File.pathSeparator + entry);
        String of = Integer.toHexString((libraries + state()).hashCode());
        Path jar = FOLDER.resolve("wfm-bridge-" + of + ".jar");
        Path archive = FOLDER.resolve("classes-" + of + ".jsa");
        List<String> start = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto"));
        List<String> main = List.of("-cp", jar + libraries, "dev.wfmbridge.cli.WfmBridge");
        if (Files.notExists(jar)) {
            clear();
            Path packed = FOLDER.resolve("packed.jar");
            pack(packed);
            Files.move(packed, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.notExists(archive)) {
            archive(start, main, archive);
        }
        if (Files.exists(archive)) {
            start.add("-XX:SharedArchiveFile=" + archive);
        }
        start.addAll(main);
        return List.copyOf(start);
    }

    /** The compiled classes' names, sizes and times: a new compilation makes another program. */
    private static String state() throws IOException {
        StringBuilder state = new StringBuilder();
        for (Path classes : CLASSES) {
            for (Path file : files(classes)) {
                state.append(file)
                        .append(Files.size(file))
                        .append(Files.getLastModifiedTime(file))
                        .append('\n');
            }
        }
        return state.toString();
    }

    private static List<Path> files(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void clear() throws IOException {
        try (Stream<Path> old = Files.list(FOLDER)) {
            for (Path file : old.filter(file -> !file.endsWith("lock")).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void pack(Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out)) {
            for (Path classes : CLASSES) {
                for (Path file : files(classes)) {
                    packed.putNextEntry(
                            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                    Files.copy(file, packed);
                    packed.closeEntry();
                }
            }
        }
    }

    /** One pass, which records what was loaded. If that does not work, starts are slower, but nothing else changes. */
    private static void archive(List<String> start, List<String> main, Path archive) throws IOException {
        Path data = Files.createTempDirectory("wfm-bridge-archive");
        try (Site site = Site.of(Site.world(3), data)) {
            List<String> all = new ArrayList<>(start);
            Path made = FOLDER.resolve("made.jsa");
            all.add("-XX:ArchiveClassesAtExit=" + made);
            all.addAll(main);
            all.addAll(List.of("once", "--home", HOME.toString()));
            Process process = site.process(all, data.resolve("out"), data.resolve("err"));
            if (process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0 && Files.exists(made)) {
                Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            }
            process.destroyForcibly();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
