package dev.wfmbridge.data;

/** Another command is using this data folder. The message says which. */
public final class LockHeldException extends Exception {
    private final String holder;

    public LockHeldException(String message, String holder) {
        super(message);
        this.holder = holder;
    }

    /** Whether it is a {@code run}, to which a command can be handed over. */
    public boolean isHeldByRun() {
        return holder.startsWith("run,");
    }

    /** Who holds it, as {@code COMMAND, process PID, since TIME}; "another process" if that could not be read. */
    public String holder() {
        return holder;
    }
}
