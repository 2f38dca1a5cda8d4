package dev.wfmbridge.network;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Random;

/** A port for a process that starts later. */
public final class FreePort {

    private FreePort() {}

    /** A port that is free and stays so: it lies below those that a system hands out to whoever asks for any. */
    public static int any() throws IOException {
        try (ServerSocket free = held()) {
            return free.getLocalPort();
        }
    }

    /** Such a port, which nobody can have as long as this is open. */
    public static ServerSocket held() {
        Random random = new Random();
        while (true) {
            try {
                return new ServerSocket(10_000 + random.nextInt(22_000));
            } catch (IOException taken) {
                // Another one, then.
            }
        }
    }
}
