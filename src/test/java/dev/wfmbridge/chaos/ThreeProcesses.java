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
 * Three processes over Kafka, of which some die, go and come in the midst of passes, and which serve the towns of a row of schedules one after
 * the other. What happens to them depends on the schedule's seed alone: how long the brokers take a dead one for alive is not left to the
 * machine's speed.
 */
final class ThreeProcesses implements Venue {
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

    private final List<Town> towns = new ArrayList<>();
    private final Sandbox sandbox;
    private final Company company;
    /** Whoever is served by the servers' threads must not wait for a start. */
    private final ExecutorService aside = Executors.newSingleThreadExecutor();

    private final List<Exception> failed = new ArrayList<>();

    ThreeProcesses(Company.Place place, List<Schedule> row, Path parent) throws Exception {
        World world = new World().timeFactor(Town.FACTOR);
        for (Schedule schedule : row) {
            towns.add(new Town(schedule, world, towns.size() + 1));
        }
        sandbox = Sandbox.start(world);
        // A folder that stays: the dead may write until they are buried.
        company = new Company(
                place,
                sandbox,
                Files.createTempDirectory(parent, "row-" + row.get(0).seed() + "-"),
                Town.FACTOR);
        company.mapping(Town.mapping(towns));
    }

    @Override
    public Town town(long seed) {
        return towns.stream()
                .filter(town -> town.schedule.seed() == seed)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Tested tested(Town town, Met met) {
        return new Served(town, met);
    }

    private void start(String name) throws Exception {
        synchronized (OneBridge.STARTING) {
            company.start(name);
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

    private void awaitStarts() throws Exception {
        aside.submit(() -> {}).get();
        synchronized (failed) {
            if (!failed.isEmpty()) {
                throw failed.get(0);
            }
        }
    }

    /** All are there, and have what is theirs. */
    private void startAll() throws Exception {
        awaitStarts();
        for (String name : NAMES) {
            if (!company.running().contains(name)) {
                start(name);
            }
        }
        company.awaitShares();
    }

    @Override
    public void close() throws Exception {
        aside.shutdown();
        aside.awaitTermination(1, TimeUnit.MINUTES);
        company.close();
        sandbox.close();
    }

    /** A town, as long as its schedule lasts. */
    private final class Served implements Tested {
        private final Town town;
        private final Met met;
        private Blow blow;
        private int at;
        private Random random;
        private volatile boolean disturbed;
        private volatile boolean stopped;

        private Served(Town town, Met met) {
            this.town = town;
            this.met = met;
        }

        @Override
        public Sandbox sandbox() {
            return sandbox;
        }

        @Override
        public void with(String variable, String value) {
            company.with(variable, value);
        }

        @Override
        public void start() throws Exception {
            awaitStarts();
            if (!company.isAsSet()) {
                killAll();
            }
            startAll();
        }

        @Override
        public void restart() throws Exception {
            awaitStarts();
            if (!stopped) {
                killAll();
            }
            stopped = false;
            startAll();
        }

        private void killAll() {
            List.copyOf(company.running()).forEach(company::kill);
        }

        /** One of them; the others have its organisations at once, and it is back after the pass. */
        @Override
        public synchronized void stop() {
            if (company.running().size() > 1) {
                stopped = true;
                disturbed = true;
                company.end(any());
            }
        }

        @Override
        public void begins(int pass) throws Exception {
            startAll();
            disturbed = false;
            stopped = false;
            blow = null;
            random = new Random(town.schedule.seed() * 131 + pass);
            // Each schedule has a blow at least.
            if (pass >= 0 && (pass == 0 || random.nextInt(3) > 0)) {
                Blow drawn = Blow.values()[
                        (int) Math.floorMod(town.schedule.seed() + 7L * pass, (long) Blow.values().length)];
                at = 1 + random.nextInt(pass == 0 ? 30 : 12);
                if (drawn == Blow.JOINED) {
                    company.killForGood(any());
                    company.awaitShares();
                }
                blow = drawn;
            }
        }

        private String any() {
            List<String> running = company.running();
            return running.get(random.nextInt(running.size()));
        }

        private String anyBut(String reader) {
            List<String> others = company.running().stream()
                    .filter(name -> !name.equals(reader))
                    .toList();
            return others.isEmpty() ? any() : others.get(random.nextInt(others.size()));
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
                case READER_KILLED -> killForGood(reader == null ? any() : reader);
                case WORKER_KILLED -> killForGood(anyBut(reader));
                case KILLED_AND_BACK -> {
                    String name = any();
                    company.kill(name);
                    startAside(name);
                }
                case TWO_KILLED -> {
                    killForGood(any());
                    killForGood(any());
                }
                case STOPPED -> stop();
                case JOINED ->
                    NAMES.stream()
                            .filter(name -> !company.running().contains(name))
                            .forEach(ThreeProcesses.this::startAside);
            }
        }

        /** Somebody has to be left. */
        private void killForGood(String name) {
            if (company.running().size() > 1) {
                company.killForGood(name);
            }
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
        public boolean wasAlone() {
            return company.wasAlone();
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

        /** The next town begins with nothing of this one. */
        @Override
        public void close() throws Exception {
            awaitStarts();
            town.dies();
            company.forgets();
            sandbox.genesys().clearReceived();
            sandbox.zendesk().clearReceived();
        }
    }
}
