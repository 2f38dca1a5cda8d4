package dev.wfmbridge.data;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A file that says, as long as this process lives, that somebody stands behind it: its lock, of the operating system, ends with the process,
 * however that ends.
 */
public final class HeldFile implements AutoCloseable {
    private final FileChannel channel;

    HeldFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Nobody stands behind it any more. The file stays. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
