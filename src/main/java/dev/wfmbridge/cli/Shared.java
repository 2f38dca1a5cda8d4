package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.ExitHook;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.kafka.Shell;
import dev.wfmbridge.kafka.UnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command alongside processes that share the organisations over Kafka: puts what they know into a folder for the
 * duration of the command.
 */
final class Shared implements AutoCloseable {

    private static final Duration WITHDRAWAL = Duration.ofSeconds(5);

    private final Shell shell;
    private final Path folder;
    private final Environment environment;

    private Shared(Shell shell, Path folder, Environment environment) {
        this.shell = shell;
        this.folder = folder;
        this.environment = environment;
    }

    /** Whether {@code kafka.brokers} is set. */
    static boolean isUsed(WfmBridge parent) throws ConfigurationException {
        return access(parent).isUsed();
    }

    private static KafkaAccess access(WfmBridge parent) throws ConfigurationException {
        return KafkaAccess.read(parent.home(), parent.environment());
    }

    static Shell shell(WfmBridge parent) throws Exception {
        return new Shell(access(parent));
    }

    /** Reads what is known. Without {@code kafka.brokers}, or where a folder is named, that is the data folder as it is. */
    static Shared open(WfmBridge parent, Path dataDir) throws Exception {
        if (dataDir != null || !isUsed(parent)) {
            return new Shared(null, null, parent.environment());
        }
        Shell shell = shell(parent);
        Path folder = Shell.temporary();
        try {
            shell.show(DataFolder.open(folder));
        } catch (Exception failed) {
            Shell.delete(folder);
            throw failed;
        }
        return new Shared(shell, folder, parent.environment().with(Property.BRIDGE_DATA_DIR, folder.toString()));
    }

    /** Whether what is known lies in a folder that is deleted with the command: then no path into it is shown. */
    boolean isTemporary() {
        return shell != null;
    }

    /** The command's, with the folder of what is known. */
    Environment environment() {
        return environment;
    }

    /** The command's, with the folder that it names, or else the folder of what is known. */
    Environment environment(Path dataDir) {
        return dataDir == null
                ? environment
                : environment.with(
                        Property.BRIDGE_DATA_DIR, dataDir.toAbsolutePath().toString());
    }

    /**
     * Orders a pass from the reader, and waits for its report. If the user stops waiting, an order that nobody has taken is withdrawn.
     *
     * @return the report; null, which the user is told, if no process takes it
     */
    static JsonNode order(WfmBridge parent, ObjectNode what) throws Exception {
        System.err.println("Waiting for the pass of the process that reads Zendesk.");
        AtomicBoolean stopping = new AtomicBoolean();
        Shell shell = shell(parent);
        try (ExitHook hook = new ExitHook("withdraw", () -> stopping.set(true), WITHDRAWAL, () -> {});
                WaitLine line = WaitLine.show()) {
            return shell.order(what, stopping::get, line::of);
        } catch (UnreachableException nobody) {
            System.err.println(nobody.getMessage());
            return null;
        }
    }

    @Override
    public void close() throws Exception {
        if (shell != null) {
            Shell.delete(folder);
        }
    }
}
