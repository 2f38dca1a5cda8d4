package dev.wfmbridge.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.util.function.ThrowingConsumer;

/** Writes files that are complete or absent, and that only the bridge's user can read. */
final class WholeFiles {

    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private final boolean posix;

    /** @param posix whether the file system knows permissions */
    WholeFiles(boolean posix) {
        this.posix = posix;
    }

    /** Writes all or nothing, even if the machine stops in between; missing folders are created. */
    void write(Path target, ThrowingConsumer<OutputStream, IOException> content) throws IOException {
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

    /** The same for a file that this process holds. It is not visible before it is locked. */
    Closeable writeHeld(Path target, byte[] bytes) throws IOException {
        Files.createDirectories(target.getParent(), permissions("rwx------"));
        Path temporary = temporary(target);
        FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions("rw-------"));
        boolean held = false;
        try {
            if (channel.tryLock() == null) {
                throw new IOException("a new file that another process has locked");
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            held = true;
            return channel;
        } finally {
            if (!held) {
                channel.close();
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** Writes a new file through to the disk. */
    void writeSynced(Path file, ThrowingConsumer<OutputStream, IOException> content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions("rw-------"))) {
            content.accept(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    static boolean isTemporary(Path file) {
        return TEMPORARY.matcher(file.getFileName().toString()).matches();
    }

    /** As the attribute of a new file or folder; none where the file system has none. */
    FileAttribute<?>[] permissions(String text) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
