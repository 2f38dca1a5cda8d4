package dev.wfmbridge.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.util.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds what a pass leaves behind. A file in it is complete or absent, and can be read only by the bridge's
 * user: files are 0600, folders 0700. Only the bridge's own files are touched. One of them that cannot be parsed is put
 * aside as {@code NAME.unreadable} by the process that holds the lock; other processes only report it. Thread-safe.
 */
public final class DataFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final String UNREADABLE = ".unreadable";
    private static final Pattern ORGANIZATION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final Path path;
    private final WholeFiles files;
    private final ObjectMapper json = new ObjectMapper();
    private final Set<String> noticed = new LinkedHashSet<>();
    private final Set<String> told = new LinkedHashSet<>();
    private final Journal journal;
    private volatile boolean held;
    private UserPrincipal user;

    private DataFolder(Path path, boolean posix) {
        this(path, new WholeFiles(posix), Journal.NONE);
    }

    private DataFolder(Path path, WholeFiles files, Journal journal) {
        this.path = path;
        this.files = files;
        this.journal = journal;
    }

    /** The same folder, whose ledger and letters are also reported to a journal. */
    public DataFolder toldTo(Journal other) {
        DataFolder folder = new DataFolder(path, files, other);
        folder.held = held;
        return folder;
    }

    /** The journal that is told what is written here. */
    public Journal journal() {
        return journal;
    }

    /**
     * A folder inside this one that mirrors what is kept elsewhere, replacing its former content. Holding this folder includes holding it.
     *
     * @throws DataFolderException if it cannot be used
     */
    public DataFolder view(String name) throws DataFolderException {
        DataFolder view = open(path.resolve(name));
        view.held = true;
        try {
            for (Path file : view.files(Path.of("ledger"))) {
                Files.delete(file);
            }
            Path letters = Path.of("dead-letter");
            for (String organization : view.organizations(letters)) {
                for (Path file : view.files(letters.resolve(organization))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new DataFolderException("data folder " + view.path + " cannot be emptied: " + reason(e), e);
        }
        return view;
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
            Files.createDirectories(path, folder.files.permissions("rwx------"));
            Path probe = folder.files.temporary(path.resolve("probe"));
            folder.files.writeSynced(probe, file -> file.write('\n'));
            if (posix) {
                folder.user = Files.getOwner(probe);
            }
            Files.delete(probe);
            return folder;
        } catch (IOException e) {
            throw new DataFolderException(
                    "data folder " + path + " cannot be used: " + reason(e)
                            + ". Give the bridge's user the right to write there, or set bridge.data-dir to another folder.",
                    e);
        }
    }

    /** The folder for a command that only reads; it need not exist. */
    public static DataFolder toRead(Path dir) {
        return new DataFolder(dir.toAbsolutePath().normalize(), false);
    }

    /** Why something failed, in words, without the name of an exception if there is something better. */
    static String reason(IOException e) {
        if (e instanceof UnreadableException unreadable) {
            return "it " + unreadable.getMessage();
        }
        if (e instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (e instanceof FileAlreadyExistsException
                || e.getMessage() != null && e.getMessage().endsWith("Not a directory")) {
            return "there is a file where a folder should be";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.toString();
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /**
     * Locks the folder for one command, with a lock of the operating system: it ends with the process, however that ends.
     *
     * <p>The holder also cleans up: it deletes what a killed process left half-written, removes others' access where
     * possible, and names once what is not the bridge's own.
     *
     * @param holder the command, for the message to whoever comes second
     * @throws LockHeldException if another process, or another part of this one, has it
     * @throws DataFolderException if the lock file cannot be written, or is not a plain file
     */
    public HeldLock lock(String holder) throws LockHeldException, DataFolderException {
        FolderLock lock = new FolderLock(path, files.permissions("rw-------"));
        return lock.take(
                holder,
                () -> {
                    held = true;
                    new FolderCare(this, user).lookAfter();
                },
                () -> held = false);
    }

    /**
     * Sentences about the folder not returned before: what was put aside, who has access, what in it is not the
     * bridge's. They are already in the log.
     */
    public List<String> takeWarnings() {
        synchronized (noticed) {
            List<String> all = List.copyOf(noticed);
            noticed.clear();
            return all;
        }
    }

    void warn(String sentence) {
        LOG.warn("{}", sentence);
        note(sentence);
    }

    private void note(String sentence) {
        synchronized (noticed) {
            noticed.add(sentence);
        }
    }

    /**
     * Renames a file of the bridge's own that cannot be parsed to {@code NAME.unreadable}, never replacing an earlier one.
     * Without the lock, the file is left where it is.
     *
     * @param what what is wrong, as "is not JSON"
     * @param next what happens now, a sentence without its full stop
     * @param listener is told, once for each file as long as it stays
     * @return whether it is out of the way
     * @throws IOException if it cannot be renamed
     */
    public boolean putAside(Path relative, String what, String next, Consumer<String> listener) throws IOException {
        Path file = inside(relative);
        String name = path.relativize(file).toString();
        if (!held) {
            String sentence = name + " in the data folder " + what + ". It is left where it is, and ignored.";
            boolean first;
            synchronized (noticed) {
                first = told.add(sentence);
            }
            if (first) {
                note(sentence);
                listener.accept(sentence);
            }
            return false;
        }
        Path aside = file.resolveSibling(file.getFileName() + UNREADABLE);
        for (int number = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); number++) {
            aside = file.resolveSibling(file.getFileName() + UNREADABLE + "." + number);
        }
        Files.move(file, aside);
        String sentence = name + " in the data folder " + what + ", and was put aside as " + aside.getFileName() + ". "
                + next + ".";
        note(sentence);
        listener.accept(sentence);
        return true;
    }

    /** What is wrong with a file, for {@link #putAside}; none of its content. */
    static String why(IOException garbage) {
        if (garbage instanceof AccessDeniedException) {
            return "may not be read by this user";
        }
        return garbage instanceof UnreadableException unreadable ? unreadable.getMessage() : "is not JSON";
    }

    /**
     * Writes a file so that a reader sees either the old content or all of the new, even if the machine stops in between.
     *
     * @param relative the file, inside this folder; missing folders are created
     * @throws IllegalArgumentException if the file is outside this folder
     */
    public void writeWhole(Path relative, byte[] bytes) throws IOException {
        files.write(inside(relative), file -> file.write(bytes));
    }

    /** Writes lines to a file as they are produced, all or nothing. */
    public void writeWhole(Path relative, ThrowingConsumer<Writer, IOException> lines) throws IOException {
        files.write(inside(relative), file -> {
            Writer text = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
            lines.accept(text);
            text.flush();
        });
    }

    /**
     * {@link #writeJson} of a file that shows that this process is alive: its lock, held by the operating system, ends with the process,
     * however that ends. The file is not visible before it is locked.
     *
     * @return releases the lock when it is closed; the file stays
     * @throws IOException if it cannot be written or locked
     */
    public Closeable writeHeld(Path relative, JsonNode node) throws IOException {
        return files.writeHeld(inside(relative), json.writeValueAsBytes(node));
    }

    /**
     * Whether another process holds a file that {@link #writeHeld} created.
     *
     * @return false also if there is no such file
     */
    public boolean isHeld(Path relative) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(inside(relative), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException own) {
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /**
     * Renames a file in this folder, if it is still there, replacing any file with the new name.
     *
     * @return whether it was
     */
    public boolean rename(Path from, Path to) throws IOException {
        try {
            Files.move(inside(from), inside(to), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** Whether something has this name. */
    public boolean exists(Path relative) {
        return Files.exists(inside(relative), LinkOption.NOFOLLOW_LINKS);
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
     * @throws com.fasterxml.jackson.core.JsonProcessingException if it is not JSON; its message quotes nothing from the file
     * @throws UnreadableException if it is not a file, or longer than any file of the bridge
     */
    public Optional<JsonNode> readJson(Path relative) throws IOException {
        try (InputStream in = BoundedFiles.open(inside(relative))) {
            return Optional.of(json.readTree(in.readAllBytes()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads a JSON object of the bridge's own; anything else is put aside, and counts as missing.
     *
     * @param next what happens then, a sentence without its full stop
     * @param listener is told when it is put aside
     * @throws IOException only if the disk fails
     */
    public Optional<JsonNode> readOwn(Path relative, String next, Consumer<String> listener) throws IOException {
        try {
            Optional<JsonNode> read = readJson(relative);
            if (read.isEmpty() || read.get().isObject()) {
                return read;
            }
            putAside(relative, "is not a JSON object", next, listener);
        } catch (JsonProcessingException
                | CharConversionException
                | UnreadableException
                | AccessDeniedException garbage) {
            putAside(relative, why(garbage), next, listener);
        }
        return Optional.empty();
    }

    /**
     * Reads a file of lines, one after the other.
     *
     * @return none if there is no such file
     * @throws UnreadableException if it is not a file, not UTF-8, or a line is longer than any of the bridge's
     */
    public List<String> readLines(Path relative) throws IOException {
        List<String> lines = new ArrayList<>();
        readLines(relative, lines::add);
        return lines;
    }

    /** The same, line by line. */
    public void readLines(Path relative, ThrowingConsumer<String, IOException> lines) throws IOException {
        BoundedFiles.readLines(inside(relative), lines);
    }

    /** The finished files of a folder inside this one, in order of name; none if it is missing. */
    public List<Path> files(Path relativeDir) throws IOException {
        try (Stream<Path> all = Files.list(inside(relativeDir))) {
            return all.filter(file ->
                            !WholeFiles.isTemporary(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** The names of the organisations that have a folder inside a folder of this one. */
    List<String> organizations(Path relativeDir) throws IOException {
        try (Stream<Path> all = Files.list(inside(relativeDir))) {
            return all.filter(DataFolder::isOrganization)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    static boolean isOrganization(Path folder) {
        return ORGANIZATION.matcher(folder.getFileName().toString()).matches()
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes a file. Returns whether there was one. */
    public boolean delete(Path relative) throws IOException {
        return Files.deleteIfExists(inside(relative));
    }

    /** Whether there is such a file. */
    boolean isFile(Path relative) {
        return Files.isRegularFile(inside(relative));
    }

    private Path inside(Path relative) {
        Path resolved = path.resolve(relative).normalize();
        if (!resolved.startsWith(path) || resolved.equals(path)) {
            throw new IllegalArgumentException(relative + " is not inside the data folder");
        }
        return resolved;
    }
}
