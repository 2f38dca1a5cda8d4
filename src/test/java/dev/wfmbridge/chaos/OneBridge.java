package dev.wfmbridge.chaos;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.util.List;

/** One process with a data folder. */
final class OneBridge implements Tested {
    /** One start at a time: it is half of the work, and Camel keeps some of what it starts with for the whole JVM. */
    static final Object STARTING = new Object();

    private final Rehearsal rehearsal;

    OneBridge(World world, Path folder) {
        rehearsal = Rehearsal.of(world, folder, Town.FACTOR);
    }

    @Override
    public Sandbox sandbox() {
        return rehearsal.sandbox();
    }

    @Override
    public void mapping(String yaml) throws Exception {
        rehearsal.mapping(yaml);
    }

    @Override
    public void with(String variable, String value) {
        rehearsal.with(variable, value);
    }

    @Override
    public void start() throws Exception {
        synchronized (STARTING) {
            rehearsal.start();
        }
    }

    @Override
    public void restart() throws Exception {
        rehearsal.restart();
        start();
    }

    @Override
    public void stop() {
        try {
            rehearsal.bridge().stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void pass() throws Exception {
        rehearsal.byClock();
    }

    @Override
    public long forAgents(List<Long> agents) throws Exception {
        return rehearsal.forAgents(agents).balance();
    }

    @Override
    public boolean waitsOutA429(String side) {
        return rehearsal.waitsOutA429(side);
    }

    @Override
    public Path data() {
        return rehearsal.data();
    }

    @Override
    public Path folder() {
        return rehearsal.data();
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
