package dev.wfmbridge.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.util.FileUtil;
import org.apache.camel.util.function.ThrowingFunction;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker, and a folder, that the tests of a class share: each has topics of its own there. */
final class SharedBroker implements BeforeAllCallback, AfterAllCallback {

    private final ThrowingFunction<Path, Broker, Exception> start;
    private Path folder;
    private Broker broker;

    private SharedBroker(ThrowingFunction<Path, Broker, Exception> start) {
        this.start = start;
    }

    static SharedBroker plain() {
        return new SharedBroker(Broker::in);
    }

    /** See {@link Broker#withDoors}. */
    static SharedBroker withDoors(int doors) {
        return new SharedBroker(folder -> Broker.withDoors(folder, doors));
    }

    /** See {@link Broker#secured}. */
    static SharedBroker secured(String user, String password) {
        return new SharedBroker(folder -> Broker.secured(folder, user, password));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Files.createTempDirectory("shared-broker");
        broker = start.apply(folder);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        try {
            broker.close();
        } finally {
            FileUtil.removeDir(folder.toFile());
        }
    }

    Path folder() {
        return folder;
    }

    Broker broker() {
        return broker;
    }

    /** Organisations with topics, servers and a folder of their own, all of this name. */
    Ground ground(String name, int organizations, int agents, double factor) throws Exception {
        return new Ground(Files.createDirectories(folder.resolve(name)), broker, name, organizations, agents, factor);
    }
}
