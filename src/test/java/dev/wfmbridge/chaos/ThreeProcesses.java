package dev.wfmbridge.chaos;

import dev.wfmbridge.kafka.Company;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Three processes over Kafka, of which some die, go and come in the midst of passes. What happens to them depends on the schedule's seed
 * alone.
 */
final class ThreeProcesses implements Tested {
    private static final List<String> NAMES = List.of("one", "two", "three");

    /** What happens to the processes. */
    enum Blow {
        /** Whoever reads Zendesk dies, and is not back before the pass has ended. */
        READER_KILLED,
        /** Another one dies, and is not back before the pass has ended. */
        WORKER_KILLED,
        /** One dies, and is back at once under its name. */
        KILLED_AND_BACK,
        /** Two die at once. */
        TWO_KILLED,
        /** One is asked to end. */
        STOPPED,
        /** One that was not there comes. */
        JOINED
    }

    private final World world;
    private final Sandbox sandbox;
    private final Company company;
    private final long seed;
    private final Met met;
    /** Whoever is served by the servers' threads must not wait for a start. */
    private final ExecutorService aside = Executors.newSingleThreadExecutor();

    private final List<Exception> failed = new ArrayList<>();
    private Blow blow;
    private int at;
    private Random random;
    private volatile boolean disturbed;

    ThreeProcesses(Company.Place place, World world, Path folder, long seed, Met met) throws Exception {
        this.world = world.timeFactor(Town.FACTOR);
        this.sandbox = Sandbox.start(world);
        // A folder that stays: the dead may write until they are buried.
        this.company = new Company(
                place,
                sandbox,
                Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-processes")),
                Town.FACTOR);
        this.seed = seed;
        this.met = met;
    }

    @Override
    public Sandbox sandbox() {
        return sandbox;
    }

    @Override
    public void mapping(String yaml) throws Exception {
        company.mapping(yaml);
    }

    @Override
    public void with(String variable, String value) {
        company.with(variable, value);
    }

    @Override
    public void start() throws Exception {
        for (String name : NAMES) {
            start(name);
        }
    }

    private void start(String name) throws Exception {
        synchronized (OneBridge.STARTING) {
            company.start(name);
        }
    }

    @Override
    public void restart() throws Exception {
        awaitStarts();
        List.copyOf(company.running()).forEach(company::kill);
        start();
    }

    @Override
    public void stop() {
        // One of three that stops is one of the blows; that all stop at once is a restart.
    }

    @Override
    public void begins(int pass) throws Exception {
        ended();
        disturbed = false;
        blow = null;
        random = new Random(seed * 131 + pass);
        // Each schedule has a blow at least.
        if (pass >= 0 && (pass == 0 || random.nextInt(3) > 0)) {
            Blow drawn = Blow.values()[(int) Math.floorMod(seed + 7L * pass, (long) Blow.values().length)];
            at = 1 + random.nextInt(pass == 0 ? 30 : 12);
            if (drawn == Blow.JOINED) {
                company.kill(any());
            }
            blow = drawn;
        }
    }

    private void awaitStarts() throws Exception {
        aside.submit(() -> {}).get();
        synchronized (failed) {
            if (!failed.isEmpty()) {
                throw failed.get(0);
            }
        }
    }

    /** All are there again. */
    private void ended() throws Exception {
        awaitStarts();
        for (String name : NAMES) {
            if (!company.running().contains(name)) {
                start(name);
            }
        }
    }

    private String any() {
        List<String> running = company.running();
        return running.get(random.nextInt(running.size()));
    }

    private String anyBut(String reader) {
        List<String> others =
                company.running().stream().filter(name -> !name.equals(reader)).toList();
        return others.get(random.nextInt(others.size()));
    }

    @Override
    public synchronized void called(int nth) {
        if (blow == null || nth < at) {
            return;
        }
        Blow now = blow;
        blow = null;
        disturbed = true;
        met.met(now);
        String reader = company.reader();
        switch (now) {
            case READER_KILLED -> company.kill(reader == null ? any() : reader);
            case WORKER_KILLED -> company.kill(anyBut(reader));
            case KILLED_AND_BACK -> {
                String name = any();
                company.kill(name);
                startAside(name);
            }
            case TWO_KILLED -> {
                company.kill(any());
                company.kill(any());
            }
            case STOPPED -> company.end(any());
            case JOINED ->
                NAMES.stream().filter(name -> !company.running().contains(name)).forEach(this::startAside);
        }
    }

    private void startAside(String name) {
        aside.execute(() -> {
            try {
                start(name);
            } catch (Exception e) {
                synchronized (failed) {
                    failed.add(e);
                }
            }
        });
    }

    @Override
    public boolean isDisturbed() {
        return disturbed;
    }

    @Override
    public void pass() throws Exception {
        company.pass(List.of());
    }

    @Override
    public long forAgents(List<Long> agents) throws Exception {
        return company.pass(agents);
    }

    @Override
    public boolean waitsOutA429(String side) {
        return company.waitsOutA429(side);
    }

    @Override
    public Path data() {
        return company.data();
    }

    @Override
    public Path folder() {
        return company.folder();
    }

    @Override
    public void close() throws Exception {
        aside.shutdown();
        aside.awaitTermination(1, TimeUnit.MINUTES);
        company.close();
        sandbox.close();
    }
}
