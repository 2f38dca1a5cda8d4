package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        try (Fleet fleet = fleet("away", THREE, load, "8")) {
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
        return fleet(name, processes, Load.of(ORGANIZATIONS, MEMBERS).post().latency(LATENCY), THREADS);
    }

    private Fleet fleet(String name, List<String> processes, Load load, String threads) throws Exception {
        Fleet fleet = new Fleet(load, folder.resolve(name), Map.of("GENESYS_THREADS", threads));
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
