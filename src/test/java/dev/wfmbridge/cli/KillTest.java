package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program dies at any point, and is started again. {@code -Dkill.count=N} for more kills than 40, {@code -Dkill.seed=N} to
 * repeat those of a run that failed.
 */
class KillTest {

    private static final int AGENTS = 16;
    /** Calls of a pass that finds nothing to do. */
    private static final int LEAST_CALLS = 7;

    private static final int WORKERS = 4;
    private static final int IN_ONE_WORLD = 4;
    private static final Duration LAG = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a pass writes; the program dies while one of these is being written. */
    private static final List<String> WRITINGS =
            List.of("dead-letter/acme/", "ledger/acme.jsonl", "runs/latest.json", "outcomes.jsonl", "metrics.prom");

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "killed at any point and started again: nothing lost, nothing twice, a redundant POST for each worker at most")
    void killed() throws Exception {
        long seed = Long.getLong("kill.seed", System.nanoTime());
        int count = Integer.getInteger("kill.count", 40);
        Map<String, Integer> points = new ConcurrentSkipListMap<>();
        AtomicInteger worlds = new AtomicInteger();
        AtomicInteger kills = new AtomicInteger();
        AtomicInteger redundant = new AtomicInteger();
        Program.command();
        ExecutorService sideBySide = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> work = () -> {
                while (kills.get() < count) {
                    int world = worlds.incrementAndGet();
                    String what = "kill.seed=" + seed + ", world " + world;
                    try (Life life = new Life(folder.resolve("world-" + world), new Random(seed + world), what)) {
                        for (int start = 0; start < IN_ONE_WORLD && kills.get() < count; start++) {
                            String point = life.dies();
                            points.merge(point, 1, Integer::sum);
                            if (!point.startsWith("none")) {
                                kills.incrementAndGet();
                            }
                        }
                        life.recovers();
                        redundant.addAndGet(life.redundant);
                    }
                }
                return null;
            };
            for (Future<Void> worker : sideBySide.invokeAll(List.of(work, work))) {
                worker.get();
            }
        } finally {
            sideBySide.shutdownNow();
        }
        System.out.printf(
                "%d kills, kill.seed=%d, %s; redundant POSTs, each answered 409: %d%n",
                kills.get(), seed, points, redundant.get());
        assertThat(kills.get()).isGreaterThanOrEqualTo(count);
    }

    /** One world, whose program dies several times. */
    private static final class Life implements AutoCloseable {

        private final Site site;
        private final Random random;
        private final String world;
        private final List<String> story = new ArrayList<>();
        /** What the program had on the wire when it died, and nobody can see yet. */
        private Set<String> unseen = Set.of();

        private int redundant;

        Life(Path folder, Random random, String world) throws Exception {
            this.site = Site.of(Site.world(AGENTS), folder).with("GENESYS_CONFLICT_WAIT", "100ms-300ms");
            this.random = random;
            this.world = world;
            // A letter that each start has to keep: this user is always refused.
            site.refuse("user-0");
        }

        private String what() {
            return world + ": " + story;
        }

        /** Starts the program, and kills it at a point that chance chooses. Returns which one it was. */
        String dies() throws Exception {
            int before = site.posts().size();
            Set<String> there = visible();
            Set<String> late = ConcurrentHashMap.newKeySet();
            Becoming becoming = new Becoming(unseen, random.nextBoolean());
            double kind = random.nextDouble();
            String point;
            Child child;
            long left = AGENTS
                    - 1
                    - there.size()
                    - site.sandbox().genesys().committing("acme").size();
            if (kind < 0.25) {
                // The letter is written once.
                List<String> writings =
                        Site.files(letters()).isEmpty() ? WRITINGS : WRITINGS.subList(1, WRITINGS.size());
                String writing = writings.get(random.nextInt(writings.size()));
                point = "write of " + writing;
                story.add(point);
                site.interceptor(becoming::on);
                child = killedAtWrite(writing);
            } else {
                boolean posts = kind < 0.8 && left > 0;
                int at = 1 + random.nextInt(posts ? (int) left : LEAST_CALLS + (int) Math.min(left, 3));
                String fate = List.of("never arrived", "was committed", "is committed late")
                        .get(random.nextInt(3));
                point = (posts ? "POST that " : "call that ") + fate;
                story.add("from " + (posts ? "POST " : "call ") + at + " on, which " + fate);
                AtomicInteger number = new AtomicInteger();
                Process[] process = new Process[1];
                site.interceptor(call -> {
                    becoming.on(call);
                    if ((posts && !Site.isPost(call)) || number.incrementAndGet() < at) {
                        return null;
                    }
                    synchronized (process) {
                        process[0].destroyForcibly().onExit().join();
                    }
                    if (fate.startsWith("never")) {
                        return Fault.loseRequest();
                    }
                    if (fate.startsWith("is") && Site.isPost(call)) {
                        late.add(Site.segmentId(call));
                        return Fault.commitLate(LAG.multipliedBy(becoming.isPending() ? 2 : 1));
                    }
                    return null;
                });
                synchronized (process) {
                    child = site.start("once");
                    process[0] = child.process();
                }
            }
            int exit = child.exit();
            assertThat(exit).as("%s: %s", what(), child.output()).isIn(137, 3);
            settle(before, there, becoming, late);
            return exit == 137 ? point : "none: the pass was over before";
        }

        /** Starts the program, and kills it while such a file is being written. */
        private Child killedAtWrite(String writing) throws Exception {
            try (WatchService watch = site.data().getFileSystem().newWatchService()) {
                for (String sub : List.of("", "runs", "ledger", "dead-letter/acme")) {
                    Files.createDirectories(site.data().resolve(sub))
                            .register(watch, StandardWatchEventKinds.ENTRY_CREATE);
                }
                Child child = site.start("once");
                while (child.process().isAlive()) {
                    WatchKey key = watch.poll(100, TimeUnit.MILLISECONDS);
                    if (key == null) {
                        continue;
                    }
                    Path dir = site.data().relativize((Path) key.watchable());
                    for (WatchEvent<?> event : key.pollEvents()) {
                        // A file has another name while it is written: a dot before it, and more after it.
                        String name = dir + "/" + event.context().toString().replaceFirst("^\\.", "");
                        if (name.contains(writing)) {
                            child.process().destroyForcibly();
                        }
                    }
                    key.reset();
                }
                return child;
            }
        }

        private Path letters() {
            return site.data().resolve("dead-letter/acme");
        }

        private Set<String> visible() {
            return site.sandbox().genesys().segments("acme").stream()
                    .map(Segment::id)
                    .collect(Collectors.toSet());
        }

        /** What was on the wire has arrived; what the last death left unseen is seen by now. */
        private void settle(int before, Set<String> there, Becoming becoming, Set<String> late) throws Exception {
            await().atMost(ONE_MINUTE).until(() -> site.sandbox().genesys().received().stream()
                    .noneMatch(call -> call.status() == Received.PENDING));
            List<String> posted =
                    site.posts().stream().skip(before).map(Site::segmentId).toList();
            assertThat(posted)
                    .as(what() + ": what could be seen was posted again")
                    .noneMatch(there::contains);
            List<String> again =
                    posted.stream().filter(becoming.unseen::contains).toList();
            // The unseen ones were being handled when it died, one for each worker, and are posted once more at most.
            assertThat(becoming.unseen).as(what()).hasSizeLessThanOrEqualTo(WORKERS);
            assertThat(again).as(what() + ": redundant").doesNotHaveDuplicates();
            redundant += again.size();
            becoming.appears();
            late.removeAll(visible());
            unseen = late;
            assertWhole();
        }

        /** Starts the program without killing it: everything is as if it had never died. */
        void recovers() throws Exception {
            story.add("and again");
            int before = site.posts().size();
            Set<String> there = visible();
            Becoming becoming = new Becoming(unseen, random.nextBoolean());
            site.interceptor(becoming::on);
            Child child = site.start("once");
            // 3: the letter of the user that is refused.
            assertThat(child.exit()).as("%s: %s", what(), child.output()).isEqualTo(3);
            settle(before, there, becoming, new HashSet<>());
            List<Segment> segments = site.sandbox().genesys().segments("acme");
            Set<String> users = new HashSet<>();
            segments.forEach(segment -> users.add(segment.userId()));
            assertThat(users).as(what() + ": lost").hasSize(AGENTS - 1);
            assertThat(segments).as(what() + ": twice").hasSize(AGENTS - 1);
            JsonNode report = site.latest();
            assertThat(report.path("balance").asLong(-1)).as(what()).isZero();
            assertThat(report.path("complete").asBoolean()).as(what()).isTrue();
            assertThat(Site.files(letters())).as(what()).hasSize(1);
            assertThat(Files.readAllLines(site.data().resolve("ledger/acme.jsonl")))
                    .as(what())
                    .hasSize(AGENTS - 1);
        }

        /** Files are complete or absent; what a kill left half-written is hidden, and nobody reads it. */
        private void assertWhole() throws IOException {
            List<Path> files;
            try (Stream<Path> all = Files.walk(site.data())) {
                files = all.filter(Files::isRegularFile)
                        .filter(file -> !file.getFileName().toString().endsWith(".tmp"))
                        // Of the metrics file, which may be elsewhere; the next pass starts it afresh.
                        .filter(file -> !file.getFileName().toString().endsWith(".part"))
                        // The lock is the operating system's; its text only says who has it.
                        .filter(file -> !file.endsWith("lock"))
                        .toList();
            }
            for (Path file : files) {
                String text = Files.readString(file);
                String name = file.getFileName().toString();
                assertThat(text).as(what() + ": " + name).endsWith("\n");
                if (name.endsWith(".json")) {
                    assertThat(JSON.readTree(text).isObject())
                            .as(what() + ": " + name)
                            .isTrue();
                } else if (name.endsWith(".jsonl")) {
                    for (String line : text.split("\n")) {
                        assertThat(JSON.readTree(line).isObject())
                                .as(what() + ": " + name)
                                .isTrue();
                    }
                }
            }
        }

        @Override
        public void close() {
            site.close();
        }

        /**
         * What nobody could see becomes visible: before the first POST, or when the schedule is read for the second
         * time.
         */
        private final class Becoming {

            private final Set<String> unseen;
            private final boolean soon;
            private final AtomicInteger listings = new AtomicInteger();
            private final AtomicBoolean visible = new AtomicBoolean();

            Becoming(Set<String> unseen, boolean soon) {
                this.unseen = unseen;
                this.soon = soon;
            }

            Fault on(Received call) {
                if (soon && Site.isPost(call) || Site.isListing(call) && listings.incrementAndGet() == 2) {
                    appears();
                }
                return null;
            }

            boolean isPending() {
                return !unseen.isEmpty() && !visible.get();
            }

            void appears() {
                if (!unseen.isEmpty() && visible.compareAndSet(false, true)) {
                    site.world().advance(LAG);
                }
            }
        }
    }
}
