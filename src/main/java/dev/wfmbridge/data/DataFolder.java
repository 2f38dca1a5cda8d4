package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder that holds what a pass leaves behind. A file in it is there whole or not at all, and can be read only by the bridge's
 * user: files are 0600, folders 0700. Safe for use by several threads.
 */
public final class DataFolder {
    private static final String TEMPORARY = ".tmp";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path path;
    private final boolean posix;
    private final ObjectMapper json = new ObjectMapper();

    private DataFolder(Path path, boolean posix) {
        this.path = path;
        this.posix = posix;
    }

    /**
     * Opens the folder, creates it if it is missing, and makes sure that it can be written.
     *
     * @throws DataFolderException if it cannot be used
     */
    public static DataFolder open(Path dir) throws DataFolderException {
        Path path = dir.toAbsolutePath().normalize();
        try {
            Path existing = path;
            while (existing != null && !Files.exists(existing)) {
                existing = existing.getParent();
            }
            boolean posix = existing != null && Files.getFileStore(existing).supportsFileAttributeView("posix");
            DataFolder folder = new DataFolder(path, posix);
            Files.createDirectories(path, folder.permissions("rwx------"));
            Path probe = folder.temporary(path.resolve("probe"));
            folder.writeSynced(probe, file -> file.write('\n'));
            Files.delete(probe);
            return folder;
        } catch (IOException e) {
            throw new DataFolderException(
                    "data folder " + path + " cannot be used: " + reason(e)
                            + ". Give the bridge's user the right to write there, or set bridge.data-dir to another folder.",
                    e);
        }
    }

    /** The folder for a command that only reads; it need not be there. */
    public static DataFolder toRead(Path dir) {
        return new DataFolder(dir.toAbsolutePath().normalize(), false);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (e instanceof FileAlreadyExistsException
                || e.getMessage() != null && e.getMessage().endsWith("Not a directory")) {
            return "a file stands where a folder should be";
        }
        if (e instanceof java.nio.file.FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.toString();
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /**
     * Takes the folder for one command, by a lock of the operating system: it ends with the process, however that ends.
     *
     * @param holder the command, for whoever comes second
     * @throws LockHeldException if another process, or another part of this one, has it
     * @throws DataFolderException if the lock file cannot be written
     */
    public HeldLock lock(String holder) throws LockHeldException, DataFolderException {
        Path file = path.resolve("lock");
        String text = holder + ", process " + ProcessHandle.current().pid() + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        // Within one process the file must not even be opened twice: on POSIX systems closing it once gives up every
        // lock on it. So who has
        // it here is noted where all of the process, whatever its class loaders, sees it.
        String note = "dev.wfmbridge.lock:" + file;
        Object other = System.getProperties().putIfAbsent(note, text);
        if (other != null) {
            throw held(other.toString());
        }
        Runnable forget = () -> System.getProperties().remove(note);
        boolean taken = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    permissions("rw-------"));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw held(content(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            channel.force(true);
            sweep();
            taken = true;
            return new HeldLock(channel, forget);
        } catch (IOException e) {
            throw new DataFolderException(
                    "lock file " + file + " cannot be used: " + reason(e)
                            + ". Give the bridge's user the right to write there, or set bridge.data-dir to another folder.",
                    e);
        } finally {
            if (!taken) {
                forget.run();
                close(channel, file);
            }
        }
    }

    private static void close(FileChannel channel, Path file) throws DataFolderException {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new DataFolderException("lock file " + file + " cannot be closed: " + reason(e), e);
            }
        }
    }

    private LockHeldException held(String holder) {
        return new LockHeldException(
                "data folder " + path + " is in use by " + holder
                        + ". Wait until that has ended or stop it, or give this one another bridge.data-dir.",
                holder);
    }

    private static String content(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(500);
        channel.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "another process" : text;
    }

    /** Removes what a killed process left half-written. */
    private void sweep() throws IOException {
        Instant before = Clock.systemUTC().instant().minus(ABANDONED);
        List<Path> files;
        try (Stream<Path> all = Files.walk(path)) {
            files = all.filter(DataFolder::isTemporary).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : files) {
            try {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                continue; // its writer was alive after all, and has finished
            }
        }
    }

    /**
     * Writes a file so that a reader sees either what was there before or all of this, even if the machine stops meanwhile.
     *
     * @param relative the file, inside this folder; missing folders are made
     * @throws IllegalArgumentException if the file is outside this folder
     */
    public void writeWhole(Path relative, byte[] bytes) throws IOException {
        write(relative, file -> file.write(bytes));
    }

    /** Writes lines to a file as they are made, whole or not at all. */
    public void writeWhole(Path relative, Lines lines) throws IOException {
        write(relative, file -> {
            Writer text = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
            lines.to(text);
            text.flush();
        });
    }

    /** What is to be written, piece by piece. */
    public interface Lines {
        void to(Writer text) throws IOException;
    }

    private interface Content {
        void to(OutputStream file) throws IOException;
    }

    private void write(Path relative, Content content) throws IOException {
        Path target = inside(relative);
        Path parent = target.getParent();
        Files.createDirectories(parent, permissions("rwx------"));
        Path temporary = temporary(target);
        try {
            writeSynced(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        if (posix) {
            try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private void writeSynced(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions("rw-------"))) {
            content.to(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    /** {@link #writeWhole} of the JSON text, indented, with a newline at its end. */
    public void writeJson(Path relative, JsonNode node) throws IOException {
        String text = json.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
        writeWhole(relative, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a JSON file.
     *
     * @return empty if there is none
     * @throws com.fasterxml.jackson.core.JsonProcessingException if it is no JSON; its message repeats nothing of the file
     */
    public Optional<JsonNode> readJson(Path relative) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(inside(relative));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(json.readTree(bytes));
    }

    /**
     * Deletes all but the newest. Files belong together if their names are the same but for one of the suffixes; a name that sorts later is
     * newer. {@code latest} is never deleted, nor what has none of the suffixes.
     *
     * @param relativeDir the folder, inside this one; may be missing
     * @param suffixes such as {@code .json} and {@code .outcomes.jsonl}
     * @param n how many are kept
     * @return how many were deleted, counting what belongs together once
     */
    public int keepNewest(Path relativeDir, List<String> suffixes, int n) throws IOException {
        TreeMap<String, List<Path>> groups = new TreeMap<>();
        for (Path file : files(relativeDir)) {
            String name = file.getFileName().toString();
            for (String suffix : suffixes) {
                if (name.endsWith(suffix) && !name.equals("latest" + suffix)) {
                    String stem = name.substring(0, name.length() - suffix.length());
                    groups.computeIfAbsent(stem, key -> new ArrayList<>()).add(file);
                    break;
                }
            }
        }
        int deleted = 0;
        while (groups.size() > n) {
            for (Path file : groups.pollFirstEntry().getValue()) {
                Files.deleteIfExists(file);
            }
            deleted++;
        }
        return deleted;
    }

    /** The finished files of a folder inside this one, in the order of their names; none if it is missing. */
    List<Path> files(Path relativeDir) throws IOException {
        try (Stream<Path> all = Files.list(inside(relativeDir))) {
            return all.filter(file -> !isTemporary(file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** The names of the folders inside a folder of this one. */
    List<String> folders(Path relativeDir) throws IOException {
        try (Stream<Path> all = Files.list(inside(relativeDir))) {
            return all.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Deletes a file. Returns whether there was one. */
    boolean delete(Path relative) throws IOException {
        return Files.deleteIfExists(inside(relative));
    }

    private Path inside(Path relative) {
        Path resolved = path.resolve(relative).normalize();
        if (!resolved.startsWith(path) || resolved.equals(path)) {
            throw new IllegalArgumentException(relative + " is not inside the data folder");
        }
        return resolved;
    }

    private Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
    }

    private static boolean isTemporary(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(TEMPORARY);
    }

    private FileAttribute<?>[] permissions(String text) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
