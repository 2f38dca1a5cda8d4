package dev.wfmbridge.data;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A file that shows that the process behind it is alive: its lock, held by the operating system, ends with the process,
 * however that ends.
 */
public final class HeldFile implements AutoCloseable {
    private final FileChannel channel;

    HeldFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Releases it. The file stays. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
