package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paces as a table: {@code mvn -Pbench verify}, which takes six minutes. No wait is shortened; all comparisons are
 * within one run, so the machine matters little. {@code docs/benchmarks.md} says what the lines mean.
 */
class PaceBench {

    private static final int WORKERS = 8;
    private static final long GROUP = 6_130_852_536_346L;
    private static final String THROTTLED =
            "{\"code\":\"too.many.requests.retry.after\",\"status\":429,\"message\":\"\"}";
    private static final int STARTS = 5;

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void paces() throws Exception {
        windows(
                false,
                new Client("fixed-60", 300, 300, Duration.ofSeconds(60), "fixed window of 60 s"),
                new Client("fixed-10", 100, 100, Duration.ofSeconds(10), "fixed window of 10 s"),
                new Client("learned", 300, 180, Duration.ofSeconds(60), "60 s, mapping says 300, server 180"));
        windows(
                true,
                new Client("sliding-60", 300, 300, Duration.ofSeconds(60), "sliding window of 60 s"),
                new Client("sliding-10", 100, 100, Duration.ofSeconds(10), "sliding window of 10 s"));
        isolation();
        table();
    }

    /** From the start of a process to its first request. */
    @Test
    void starts() throws Exception {
        startUp();
        table();
    }

    /** The mapping allows more than the server, which counts the calls within any 10 s, whatever its headers say. */
    @Test
    void learned() throws Exception {
        windows(
                true,
                new Client("learned-10", 100, 60, Duration.ofSeconds(10), "sliding 10 s, mapping says 100, server 60"));
        table();
    }

    private void table() {
        System.out.printf(
                "%n%d processors, Java %s, %s %s%n%n",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
        System.out.println("| what | of the quota | 429s |\n|---|---|---|");
        lines.stream().sorted().forEach(System.out::println);
        System.out.println();
    }

    /** An organisation's client: what the mapping says of its quota, and what the server allows. */
    private record Client(String name, int mapped, int allowed, Duration per, String what) {

        int measured() {
            return 2 * allowed;
        }

        int agents() {
            return measured() + allowed / 4;
        }
    }

    /** Two windows of creations and a bit, measured from the tenth call on, when the limit is known. */
    private void windows(boolean sliding, Client... clients) throws Exception {
        World world = world(clients);
        world.weather().slidingQuota(sliding);
        try (Rehearsal rehearsal = rehearsal("windows " + sliding, world, clients)) {
            jitter(rehearsal);
            rehearsal.once();
            for (Client client : clients) {
                List<Received> calls = calls(rehearsal, client.name());
                long took = calls.get(10 + client.measured()).nanoTime()
                        - calls.get(10).nanoTime();
                long refused = refused(calls);
                double share = 2.0 * client.per().toNanos() / took;
                line(client.what(), share, refused);
                assertThat(share).as(client.what()).isGreaterThanOrEqualTo(0.9);
                assertThat(refused).as(client.what()).isLessThanOrEqualTo(client.mapped() == client.allowed() ? 0 : 1);
            }
        }
    }

    /** What two organisations lose while a third one waits out a 429 for half of the time. */
    private void isolation() throws Exception {
        double alone = others(false);
        double beside = others(true);
        line("2 others while nobody waits, 10 s", alone, 0);
        line("2 others while one waits 20 s", beside, 0);
        lines.add(String.format(Locale.ROOT, "| loss of the others | %.1f %% | |", 100 * (1 - beside / alone)));
    }

    private double others(boolean oneWaits) throws Exception {
        Duration per = Duration.ofSeconds(10);
        Client[] clients = {
            new Client("acme", 100, 150, per, ""),
            new Client("globex", 100, 150, per, ""),
            new Client("initech", 100, 150, per, "")
        };
        try (Rehearsal rehearsal = rehearsal("others " + oneWaits, world(clients), clients)) {
            AtomicBoolean once = new AtomicBoolean(!oneWaits);
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> "acme".equals(call.account())
                                    && call.method().equals("POST")
                                    && !call.tokenCall()
                                    && once.compareAndSet(false, true)
                            ? Fault.answer(429, Map.of("Retry-After", "20"), THROTTLED)
                            : null);
            rehearsal.once();
            double sum = 0;
            for (String other : List.of("globex", "initech")) {
                List<Received> calls = calls(rehearsal, other);
                assertThat(refused(calls)).isZero();
                sum += 3.0
                        * per.toNanos()
                        / (calls.get(310).nanoTime() - calls.get(10).nanoTime());
            }
            return sum / 2;
        }
    }

    /**
     * From the start of the process to the first request that a server receives: {@code once} as started in the README,
     * by the launcher of the distribution, and the least that Camel takes. They take turns.
     */
    private void startUp() throws Exception {
        String jar = Rehearsal.HOME.resolve("target/wfm-bridge.jar").toString();
        String home = Rehearsal.HOME.toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String tests = Rehearsal.HOME.resolve("target/test-classes").toString();
        Client client = new Client("acme", 1000, 1000, Duration.ofSeconds(60), "");
        try (Rehearsal rehearsal = rehearsal("start", world(client), client)) {
            // The distribution as users have it: its launcher chooses the options, and a warm-up creates the archive.
            Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
            Process setUp = new ProcessBuilder(
                            "sh",
                            "-c",
                            "tar xf '" + Rehearsal.HOME
                                    + "'/target/wfm-bridge-[0-9]*.tar.gz && mv wfm-bridge-* installed"
                                    + " && installed/bin/wfm-bridge warm-up")
                    .directory(unpacked.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output().toFile())
                    .start();
            assertThat(setUp.waitFor()).as(Files.readString(output())).isZero();
            String launcher = unpacked.resolve("installed/bin/wfm-bridge").toString();
            List<Long> plain = new ArrayList<>();
            List<Long> quick = new ArrayList<>();
            List<Long> bare = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                plain.add(firstRequest(rehearsal, java, "-jar", jar, "once", "--home", home));
                quick.add(firstRequest(rehearsal, launcher, "once"));
                bare.add(firstRequest(
                        rehearsal, java, "-cp", tests + File.pathSeparator + jar, BareRoute.class.getName()));
            }
            double least = median(bare);
            started("bare route", least, least);
            started("once", median(plain), least);
            started("bin/wfm-bridge once", median(quick), least);
            assertThat(median(quick) / least).as("of a bare route").isLessThanOrEqualTo(1.5);
        }
    }

    private void started(String what, double seconds, double least) {
        lines.add(String.format(
                Locale.ROOT,
                "| start to first request, median of %d: %s | %.1f s, %.1f of a bare route | |",
                STARTS,
                what,
                seconds,
                seconds / least));
    }

    private static double median(List<Long> millis) {
        return millis.stream().sorted().toList().get(millis.size() / 2) / 1000.0;
    }

    private long firstRequest(Rehearsal rehearsal, String... arguments) throws Exception {
        AtomicLong first = new AtomicLong();
        rehearsal.sandbox().zendesk().interceptor(call -> {
            first.compareAndSet(0, System.nanoTime());
            return null;
        });
        long start = System.nanoTime();
        Process process = process(rehearsal, arguments);
        await().atMost(Duration.ofMinutes(2)).until(() -> first.get() != 0 || !process.isAlive());
        process.destroyForcibly().waitFor();
        assertThat(first.get()).as(Files.readString(output())).isPositive();
        return TimeUnit.NANOSECONDS.toMillis(first.get() - start);
    }

    private Process process(Rehearsal rehearsal, String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(arguments).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().putAll(rehearsal.sandbox().environment());
        builder.environment().put("BRIDGE_DATA_DIR", folder.resolve("data").toString());
        builder.environment()
                .put("BRIDGE_MAPPING", folder.resolve("start/mapping.yaml").toString());
        return builder.start();
    }

    private Path output() {
        return folder.resolve("output");
    }

    private void line(String what, double share, long refused) {
        String line = String.format(Locale.ROOT, "| %s | %.1f %% | %d |", what, 100 * share, refused);
        lines.add(line);
        System.out.println(line);
    }

    private static void jitter(Rehearsal rehearsal) {
        Random random = new Random(4);
        rehearsal.sandbox().genesys().interceptor(call -> {
            synchronized (random) {
                return Fault.delay(Duration.ofMillis(random.nextInt(51)));
            }
        });
    }

    private static List<Received> calls(Rehearsal rehearsal, String organization) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> !call.tokenCall() && organization.equals(call.account()))
                .toList();
    }

    private static long refused(List<Received> calls) {
        return calls.stream().filter(call -> call.status() == 429).count();
    }

    private static String idOf(int organization) {
        return "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a1" + organization;
    }

    private static World world(Client... clients) {
        World world = new World();
        world.weather().zendeskRequestsPerMinute(100_000);
        for (int o = 0; o < clients.length; o++) {
            Client client = clients[o];
            String name = client.name();
            world.zendesk()
                    .addGroup(GROUP + o, "Group " + name)
                    .world()
                    .addOrganization(name, idOf(o), "client-" + o, "secret-" + o, client.allowed(), client.per())
                    .addSchedule(name, "sched-1");
            for (int i = 0; i < client.agents(); i++) {
                long id = 6_000_000_000_000L + 100_000L * o + i;
                String email = name + i + "@example.com";
                world.zendesk()
                        .addAgent(ZendeskAgent.of(id, "Agent " + i, email))
                        .addMembership(id, GROUP + o)
                        .world()
                        .addUser(name, "user-" + i, email, "Agent " + i, "active");
            }
        }
        return world;
    }

    private Rehearsal rehearsal(String what, World world, Client... clients) throws Exception {
        StringBuilder mapping = new StringBuilder("organizations:\n");
        StringBuilder groups = new StringBuilder("groups:\n");
        for (int o = 0; o < clients.length; o++) {
            String name = clients[o].name();
            mapping.append(Sample.organization(
                    name, idOf(o), clients[o].mapped(), clients[o].per().toSeconds() + "s"));
            groups.append("  - { zendeskGroup: Group %s, organization: %s, scheduleId: sched-1, status: APPROVED }\n"
                    .formatted(name, name));
        }
        Path own = Files.createDirectories(folder.resolve(what.replaceAll("[^a-z0-9]+", "-")));
        return Rehearsal.of(world, own, 1)
                .mapping(mapping.append(groups).toString())
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_WORKERS", String.valueOf(WORKERS));
    }
}
