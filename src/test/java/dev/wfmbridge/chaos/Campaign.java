package dev.wfmbridge.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Many schedules one after the other, some at a time; a failure tells the shortest that still fails. */
final class Campaign {
    private static final Duration SHRINKING = Duration.ofSeconds(60);

    private final Path folder;
    private final Venue.Opening venues;
    private final LongFunction<List<Schedule>> rows;
    private final int threads;
    private final Duration mostEach;
    private final String name;

    private record Failure(Schedule schedule, List<String> wrong) {}

    /**
     * @param name before the names of its options
     * @param rows by seed, the schedules that share a venue and are run one after the other, all of them
     * @param threads schedules at a time
     * @param mostEach for each schedule, on however slow a machine: what takes longer hangs
     */
    Campaign(
            String name,
            Path folder,
            LongFunction<List<Schedule>> rows,
            Venue.Opening venues,
            int threads,
            Duration mostEach) {
        this.name = name;
        this.folder = folder;
        this.rows = rows;
        this.venues = venues;
        this.threads = threads;
        this.mostEach = mostEach;
    }

    /**
     * Runs so many schedules; fewer is a failure.
     *
     * @param enough schedules after which everything has to have been met
     * @param missing what was met not once
     */
    void run(long first, int most, int enough, Function<Met, List<String>> missing) throws Exception {
        Met met = new Met();
        long end = System.nanoTime() + mostEach.toNanos() * Math.max(most, 20);
        AtomicLong next = new AtomicLong(first);
        AtomicInteger done = new AtomicInteger();
        List<Failure> failures = new ArrayList<>();
        long began = System.nanoTime();
        try (Log log = new Log()) {
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                Callable<Void> worker = () -> {
                    for (List<Schedule> row = next(next, first + most);
                            !row.isEmpty();
                            row = next(next, first + most)) {
                        run(row, log, met, end, (schedule, wrong) -> {
                            int number = done.incrementAndGet();
                            if (number % 500 == 0) {
                                System.out.printf(name + ": %d schedules after %d s%n", number, seconds(began));
                            }
                            if (!wrong.isEmpty()) {
                                System.out.printf(name + ": seed %d failed: %s%n", schedule.seed(), wrong.get(0));
                                synchronized (failures) {
                                    failures.add(new Failure(schedule, wrong));
                                }
                            }
                        });
                    }
                    return null;
                };
                List<Future<Void>> all = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    all.add(pool.submit(worker));
                }
                for (Future<Void> one : all) {
                    one.get();
                }
            } finally {
                pool.shutdown();
            }
            System.out.printf(
                    name + ": %d of %d schedules in %d s, %d failed, with%s%n",
                    done.get(),
                    most,
                    seconds(began),
                    failures.size(),
                    met.text());
            if (!failures.isEmpty()) {
                fail(text(failures, log));
            }
            assertThat(done.get()).as("schedules that were run").isEqualTo(most);
            if (most >= enough) {
                assertThat(missing.apply(met)).as("what no schedule met").isEmpty();
            }
        }
    }

    private static long seconds(long since) {
        return (System.nanoTime() - since) / 1_000_000_000;
    }

    /** What is left of the next row; empty if nothing is. */
    private synchronized List<Schedule> next(AtomicLong next, long end) {
        long from = next.get();
        if (from >= end) {
            return List.of();
        }
        List<Schedule> row = rows.apply(from).stream()
                .filter(schedule -> schedule.seed() >= from && schedule.seed() < end)
                .toList();
        next.set(from + row.size());
        return row;
    }

    private void run(List<Schedule> some, Log log, Met met, long end, BiConsumer<Schedule, List<String>> ended)
            throws Exception {
        Venue venue = null;
        try {
            for (Schedule schedule : some) {
                if (System.nanoTime() - end > 0) {
                    return;
                }
                List<String> wrong;
                try {
                    venue = venue == null ? venues.open(rows.apply(schedule.seed()), folder) : venue;
                    wrong = new Run(venue, schedule.seed(), log, met).wrong();
                } catch (Exception | AssertionError e) {
                    wrong = List.of(trace(e));
                }
                ended.accept(schedule, wrong);
                if (!wrong.isEmpty() && venue != null) {
                    // The others are to fail by themselves.
                    venue.close();
                    venue = null;
                }
            }
        } finally {
            if (venue != null) {
                venue.close();
            }
        }
    }

    /** Alone, where the others of its row have no people. */
    private List<String> run(Schedule schedule, Log log, Met met) {
        List<Schedule> row = rows.apply(schedule.seed()).stream()
                .map(one -> one.seed() == schedule.seed() ? schedule : one)
                .toList();
        try (Venue venue = venues.open(row, folder)) {
            return new Run(venue, schedule.seed(), log, met).wrong();
        } catch (Exception | AssertionError e) {
            return List.of(trace(e));
        }
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    private String text(List<Failure> failures, Log log) {
        StringBuilder text = new StringBuilder();
        for (Failure failure : failures) {
            text.append("\nseed ").append(failure.schedule().seed()).append(":");
            failure.wrong().stream().limit(5).forEach(line -> text.append("\n  ")
                    .append(line));
        }
        failures.sort(
                Comparator.comparingInt(failure -> failure.schedule().steps().size()));
        Failure shortest = shrink(failures.get(0), log);
        text.append("\nThe shortest that still fails (-D" + name + ".seed=")
                .append(shortest.schedule().seed())
                .append(" repeats the whole one): ")
                .append(shortest.schedule().text());
        shortest.wrong().forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }

    /** Leaves out half of the steps, then fewer and fewer, at last one at a time, as long as what is left still fails. */
    private Failure shrink(Failure failure, Log log) {
        long end = System.nanoTime() + SHRINKING.toNanos();
        Failure shortest = failure;
        for (int passes = 1; passes < failure.schedule().passes(); passes++) {
            Schedule fewer = failure.schedule().withPasses(passes);
            List<String> wrong = run(fewer, log, new Met());
            if (!wrong.isEmpty()) {
                shortest = new Failure(fewer, wrong);
                break;
            }
        }
        for (int size = Math.max(1, shortest.schedule().steps().size() / 2); size > 0; size /= 2) {
            int at = 0;
            while (at < shortest.schedule().steps().size()) {
                if (System.nanoTime() > end) {
                    return shortest;
                }
                Schedule fewer = shortest.schedule().without(at, size);
                List<String> wrong = run(fewer, log, new Met());
                if (wrong.isEmpty()) {
                    at += size;
                } else {
                    shortest = new Failure(fewer, wrong);
                }
            }
        }
        return shortest;
    }
}
