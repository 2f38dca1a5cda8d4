package dev.wfmbridge.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.apache.camel.util.function.ThrowingRunnable;

/** The operating system's lock on a data folder, which ends with the process, however that ends. */
final class FolderLock {

    private final Path folder;
    private final Path file;
    private final FileAttribute<?>[] permissions;

    /** @param permissions those of the lock file, if the file system has any */
    FolderLock(Path folder, FileAttribute<?>[] permissions) {
        this.folder = folder;
        this.file = folder.resolve("lock");
        this.permissions = permissions;
    }

    /**
     * Takes it.
     *
     * @param whenTaken is done as soon as it is taken; if that fails, the lock is released
     * @param given is told when it is released
     * @throws LockHeldException if another process, or another part of this one, has it
     * @throws DataFolderException if the lock file cannot be written, or is not a file of its own
     */
    HeldLock take(String holder, ThrowingRunnable<IOException> whenTaken, Runnable given)
            throws LockHeldException, DataFolderException {
        String text = holder + ", process " + ProcessHandle.current().pid() + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        // Within one process the file must not even be opened twice: on POSIX systems closing it once releases
        // every lock on it. So its holder is recorded where the whole process sees it, whatever the class loader.
        String note = "dev.wfmbridge.lock:" + file;
        Object other = System.getProperties().putIfAbsent(note, text);
        if (other != null) {
            throw held(other.toString());
        }
        Runnable forget = () -> {
            given.run();
            System.getProperties().remove(note);
        };
        boolean taken = false;
        FileChannel channel = null;
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new DataFolderException(
                        "lock file " + file + " is " + (Files.isSymbolicLink(file) ? "a link" : "no file")
                                + ", which is not followed: see who put it there, and delete it.",
                        null);
            }
            // Not followed even if it was created just now: its target would be emptied.
            channel = FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    permissions);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw held(content(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            channel.force(true);
            whenTaken.run();
            taken = true;
            return new HeldLock(channel, forget);
        } catch (IOException e) {
            throw new DataFolderException(
                    "lock file " + file + " cannot be used: " + DataFolder.reason(e)
                            + ". Give the bridge's user the right to write there, or set bridge.data-dir to another folder.",
                    e);
        } finally {
            if (!taken) {
                forget.run();
                close(channel);
            }
        }
    }

    private void close(FileChannel channel) throws DataFolderException {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new DataFolderException("lock file " + file + " cannot be closed: " + DataFolder.reason(e), e);
            }
        }
    }

    private LockHeldException held(String holder) {
        return new LockHeldException(
                "data folder " + folder + " is in use by " + holder
                        + ". Wait until that has ended or stop it, or give this one another bridge.data-dir.",
                holder);
    }

    private static String content(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(500);
        channel.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "another process" : text;
    }
}
