package dev.wfmbridge.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command writes to, which a person sees or a file or pipe takes. */
enum StandardStream {
    OUTPUT(1),
    ERROR(2);

    private final Path link;

    StandardStream(int descriptor) {
        this.link = Path.of("/proc/self/fd/" + descriptor);
    }

    /** Java itself knows only whether both input and output are a terminal; that is asked where the system does not say more. */
    boolean isTerminal() {
        try {
            String to = Files.readSymbolicLink(link).toString();
            return to.startsWith("/dev/pts/") || to.startsWith("/dev/tty") || to.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return System.console() != null;
        }
    }
}
