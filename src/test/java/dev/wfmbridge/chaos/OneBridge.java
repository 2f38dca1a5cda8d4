package dev.wfmbridge.chaos;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One process with a data folder. */
final class OneBridge implements Tested {
    /** One start at a time: it is half of the work, and Camel keeps some of what it starts with for the whole JVM. */
    static final Object STARTING = new Object();

    private final Rehearsal rehearsal;

    private OneBridge(Town town, Path folder) throws Exception {
        rehearsal = Rehearsal.of(town.world, folder, Town.FACTOR).mapping(Town.mapping(List.of(town)));
    }

    /** A town with a world and a bridge of its own. */
    static Venue venue(Schedule schedule, Path parent) throws Exception {
        Path folder = Files.createTempDirectory(parent, "seed-" + schedule.seed() + "-");
        Town town = new Town(schedule);
        return new Venue() {
            @Override
            public Town town(long seed) {
                return town;
            }

            @Override
            public Tested tested(Town of, Met met) throws Exception {
                return new OneBridge(of, folder);
            }

            @Override
            public void close() throws Exception {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        };
    }

    @Override
    public Sandbox sandbox() {
        return rehearsal.sandbox();
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
