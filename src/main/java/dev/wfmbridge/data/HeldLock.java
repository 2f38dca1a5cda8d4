package dev.wfmbridge.data;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** The data folder belongs to this command alone until this is closed, or the process ends, however it ends. */
public final class HeldLock implements AutoCloseable {
    private final FileChannel channel;
    private final Runnable afterwards;

    HeldLock(FileChannel channel, Runnable afterwards) {
        this.channel = channel;
        this.afterwards = afterwards;
    }

    /**
     * Releases the folder. The file stays: deleting it would let two processes each lock a file of that name.
     *
     * @throws IOException if the lock file cannot be closed
     */
    @Override
    public synchronized void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            channel.truncate(0);
        } finally {
            afterwards.run();
        }
    }
}
