package dev.wfmbridge.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** One line on a terminal that says what a command waits for, and how long already; nothing in a pipe. */
final class WaitLine implements AutoCloseable {

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream terminal;
    private final Instant since = Instant.now();

    private WaitLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    static WaitLine show() {
        return new WaitLine(StandardStream.ERROR.isTerminal() ? System.err : null);
    }

    /** @param what it waits for */
    void of(String what) {
        if (terminal != null) {
            Duration waited = Duration.between(since, Instant.now());
            terminal.printf("%s%d:%02d  %s", CLEAR, waited.toMinutes(), waited.toSecondsPart(), what);
            terminal.flush();
        }
    }

    @Override
    public void close() {
        if (terminal != null) {
            terminal.print(CLEAR);
            terminal.flush();
        }
    }
}
