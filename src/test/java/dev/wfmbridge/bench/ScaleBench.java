package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several processes over Kafka gain, and what the loss of one costs: {@code docs/benchmarks.md}. */
class ScaleBench {

    private static final List<String> LINES = new CopyOnWriteArrayList<>();
    private static final List<String> THREE = List.of("one", "two", "three");
    private static final int ORGANIZATIONS = 300;
    private static final int MEMBERS = 50;
    private static final Duration LATENCY = Duration.ofMillis(200);
    /** So few that they are the limit, and not the processors of this machine. */
    private static final String THREADS = "16";

    /** The session time-out, plus what is on the wire at its end. */
    private static final Duration AFTER_SESSION = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    /** A first load by three processes, and by one. */
    @Test
    void processes() throws Exception {
        double three = firstLoad("three", THREE);
        double one = firstLoad("one", List.of("one"));
        LINES.add(String.format(
                Locale.ROOT,
                "| s for a first load of %d organisations of %d, answers of %d ms, three processes of %s threads beside one | %.1f | %.1f | %.2f | 0.40 |",
                ORGANIZATIONS,
                MEMBERS,
                LATENCY.toMillis(),
                THREADS,
                three,
                one,
                three / one));
        assertThat(three / one).isLessThanOrEqualTo(0.4);
    }

    private double firstLoad(String name, List<String> processes) throws Exception {
        try (Fleet fleet = fleet(name, processes)) {
            JsonNode report = fleet.pass();
            assertWhole(fleet, report, "created");
            assertNothingToDo(fleet);
            return Fleet.seconds(report);
        }
    }

    /** A first load during which a worker dies, and one during which the reader dies. */
    @Test
    void killed() throws Exception {
        double calm = firstLoad("calm", THREE);
        killed("worker", calm, false);
        killed("reader", calm, true);
    }

    private void killed(String what, double calm, boolean theReader) throws Exception {
        try (Fleet fleet = fleet(what, THREE)) {
            long began = System.nanoTime();
            Future<JsonNode> order = fleet.order();
            fleet.awaitSegments(ORGANIZATIONS * MEMBERS / 3);
            String reader = fleet.reader();
            fleet.kill(
                    theReader
                            ? reader
                            : THREE.stream()
                                    .filter(name -> !name.equals(reader))
                                    .findFirst()
                                    .orElseThrow());
            JsonNode report = order.get(15, TimeUnit.MINUTES);
            double seconds = (System.nanoTime() - began) / 1e9;
            // How a segment that the dead process did not report is found depends on the moment.
            assertWhole(fleet, report, null);
            assertNothingToDo(fleet);
            assertSameFromEach(fleet);
            LINES.add(String.format(
                    Locale.ROOT,
                    "| s for the same by three, the %s killed after a third; beside none killed; the session time-out is 45 s | %.1f | %.1f | +%.1f | +75 |",
                    what,
                    seconds,
                    calm,
                    seconds - calm));
            assertThat(seconds - calm).isLessThanOrEqualTo(75);
        }
    }

    /**
     * The broker disappears during a first load, for a minute or for {@code -Dscale.away=600s}: nothing is lost, and no
     * process that might have been replaced makes a call in the meantime.
     */
    @Test
    void brokerAway() throws Exception {
        Duration away = Duration.parse("PT" + System.getProperty("scale.away", "60s"));
        Load load = Load.of(60, 100).post().latency(LATENCY);
        try (Fleet fleet = fleet("away", THREE, load, Map.of("GENESYS_THREADS", "8"))) {
            fleet.order();
            fleet.awaitSegments(load.memberships() / 5);
            fleet.broker().stop();
            // The two waits are the outage itself: what matters is that nothing arrives during it.
            Thread.sleep(AFTER_SESSION.toMillis());
            long then = fleet.server().segments();
            Thread.sleep(away.minus(AFTER_SESSION).toMillis());
            assertThat(fleet.server().segments())
                    .as("segments, where no process may go on")
                    .isEqualTo(then)
                    .isLessThan(load.memberships());
            fleet.broker().start();
            long back = System.nanoTime();
            fleet.awaitSegments(load.memberships());
            double seconds = (System.nanoTime() - back) / 1e9;
            JsonNode report = fleet.pass();
            assertThat(report.path("exitCode").asInt(-1)).as(report.toString()).isZero();
            assertThat(fleet.server().requestsOf("insert")).isEqualTo(load.memberships());
            assertNothingToDo(fleet);
            assertSameFromEach(fleet);
            LINES.add(String.format(
                    Locale.ROOT,
                    "| s until all is there, once the broker is back after %d s; there were %d of %d segments | %.1f | | | |",
                    away.toSeconds(),
                    then,
                    load.memberships(),
                    seconds));
        }
    }

    /** What happens to a process in a bad night. */
    private enum Blow {
        KILLED_AND_BACK_AT_ONCE,
        KILLED_AND_BACK_LATER,
        STOPPED_AND_BACK,
        FROZEN,
        FROZEN_BEYOND_ITS_SESSION
    }

    /**
     * {@code -Dscale.blows=40} blows one after the other, each at a process of chance, during a first load that begins again and again:
     * all segments are there, each once, and every partition has an owner. {@code -Dscale.seed=N} repeats the order of the blows.
     */
    @Test
    void badNight() throws Exception {
        long seed = Long.getLong("scale.seed", System.nanoTime());
        int blows = Integer.getInteger("scale.blows", 40);
        System.out.println("bad night: -Dscale.seed=" + seed);
        Random random = new Random(seed);
        Load load = Load.of(60, 100 * Math.max(1, blows / 10)).post().latency(LATENCY);
        Map<Blow, Integer> dealt = new EnumMap<>(Blow.class);
        // Whoever becomes the reader begins a pass, as by default.
        try (Fleet fleet = fleet("night", THREE, load, Map.of("GENESYS_THREADS", "2", "POLL_AT_START", "true"))) {
            for (int i = 0; i < blows; i++) {
                sleepSeconds(1 + random.nextInt(8));
                Blow blow = Blow.values()[random.nextInt(Blow.values().length)];
                String reader = fleet.reader();
                String any = THREE.get(random.nextInt(THREE.size()));
                String whom = random.nextInt(3) == 0 && reader != null ? reader : any;
                System.out.printf(
                        "%s %s, %d segments, owned %s%n",
                        blow, whom, fleet.server().segments(), fleet.owned());
                dealt.merge(blow, 1, Integer::sum);
                deal(fleet, blow, whom, random);
            }
            fleet.settle();
            JsonNode report = fleet.pass();
            assertThat(report.path("exitCode").asInt(-1)).as(report.toString()).isZero();
            assertThat(report.path("balance").asLong(-1)).isZero();
            assertThat(fleet.server().segments()).isEqualTo(load.memberships());
            assertThat(fleet.server().requestsOf("insert")).isEqualTo(load.memberships());
            assertNothingToDo(fleet);
            assertSameFromEach(fleet);
        }
        LINES.add("| bad night, seed " + seed + ": " + dealt + " | nothing lost, nothing twice | | | |");
    }

    private static void deal(Fleet fleet, Blow blow, String whom, Random random) throws Exception {
        switch (blow) {
            case KILLED_AND_BACK_AT_ONCE -> {
                fleet.kill(whom);
                fleet.start(whom);
            }
            case KILLED_AND_BACK_LATER -> {
                fleet.kill(whom);
                sleepSeconds(5 + random.nextInt(60));
                fleet.start(whom);
            }
            case STOPPED_AND_BACK -> {
                fleet.end(whom);
                sleepSeconds(random.nextInt(10));
                fleet.start(whom);
            }
            case FROZEN -> {
                fleet.freeze(whom, true);
                sleepSeconds(5 + random.nextInt(20));
                fleet.freeze(whom, false);
            }
            case FROZEN_BEYOND_ITS_SESSION -> {
                fleet.freeze(whom, true);
                sleepSeconds(50 + random.nextInt(20));
                fleet.freeze(whom, false);
            }
        }
    }

    /** How long a process is away or frozen, and when the next one is hit, is the night itself; nothing is waited for here. */
    private static void sleepSeconds(int seconds) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    }

    /** An operator's question gets the same answer from each process. */
    private static void assertSameFromEach(Fleet fleet) throws Exception {
        for (List<String> question : List.of(
                List.of("report", "--json"),
                List.of("why", Long.toString(Load.agentId(0))),
                List.of("replay", "--dry-run"))) {
            Set<String> answers = new HashSet<>();
            for (String name : fleet.names()) {
                answers.add(fleet.says(name, question.toArray(String[]::new)));
            }
            assertThat(answers).as(question.toString()).hasSize(1).allMatch(answer -> answer.startsWith("0\n"));
        }
    }

    private Fleet fleet(String name, List<String> processes) throws Exception {
        return fleet(
                name,
                processes,
                Load.of(ORGANIZATIONS, MEMBERS).post().latency(LATENCY),
                Map.of("GENESYS_THREADS", THREADS));
    }

    private Fleet fleet(String name, List<String> processes, Load load, Map<String, String> set) throws Exception {
        Fleet fleet = new Fleet(load, folder.resolve(name), set);
        for (String process : processes) {
            fleet.start(process);
        }
        fleet.settle();
        return fleet;
    }

    private static void assertWhole(Fleet fleet, JsonNode report, String outcome) {
        assertThat(report.path("exitCode").asInt(-1)).as(report.toString()).isZero();
        assertThat(report.path("balance").asLong(-1)).isZero();
        long all = (long) ORGANIZATIONS * MEMBERS;
        assertThat(fleet.server().segments()).isEqualTo(all);
        assertThat(fleet.server().requestsOf("insert")).isEqualTo(all);
        if (outcome != null) {
            long counted = 0;
            for (JsonNode organization : report.path("organizations")) {
                counted += organization.path("outcomes").path(outcome).asLong();
            }
            assertThat(counted).isEqualTo(all);
            assertThat(fleet.server().requests()).doesNotContainKey("409");
        }
    }

    private static void assertNothingToDo(Fleet fleet) throws Exception {
        long before = fleet.server().requestsOf("insert") + fleet.server().requestsOf("409");
        for (int pass = 0; pass < 2; pass++) {
            JsonNode report = fleet.pass();
            assertThat(report.path("exitCode").asInt(-1)).as(report.toString()).isZero();
        }
        assertThat(fleet.server().requestsOf("insert") + fleet.server().requestsOf("409"))
                .isEqualTo(before);
    }

    @AfterAll
    static void table() {
        System.out.printf(
                "%n%d processors, Java %s%n%n| what | measured | beside | ratio | limit |%n|---|---|---|---|---|%n",
                Runtime.getRuntime().availableProcessors(), Runtime.version());
        LINES.forEach(System.out::println);
        System.out.println();
    }
}
