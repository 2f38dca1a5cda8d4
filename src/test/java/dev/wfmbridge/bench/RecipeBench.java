package dev.wfmbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do today, compared with the bridge, in the same bad weather: JMeter with the plan
 * {@code src/jmeter/recipe.jmx}, then the bridge. Each is killed when half of the segments are there, and started
 * again. What each reports of an agent is compared with what is there.
 */
class RecipeBench {

    private static final int AGENTS = 400;
    private static final int QUOTA = 100;
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String ORGANIZATION = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";
    private static final String SCHEDULE = "sched-1";
    private static final long GROUP = 6_130_852_536_346L;
    private static final Set<String> THERE = Set.of("created", "adopted", "present", "restored", "merged");
    private static final String DUPLICATE =
            "{\"code\":\"conflict\",\"status\":409,\"message\":\"duplicate key value violates unique constraint\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** What a program left behind, and what it reported. */
    private record Ended(
            String who,
            long absent,
            long unsaid,
            long twice,
            long wrong,
            long requests,
            long throttled,
            double seconds) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d | %d | %d | %.0f s |",
                    who,
                    absent,
                    unsaid,
                    twice,
                    wrong,
                    requests,
                    throttled,
                    seconds);
        }
    }

    @FunctionalInterface
    private interface Contender {
        /** Starts it. */
        Child start(Sandbox sandbox, Path files) throws IOException;
    }

    @FunctionalInterface
    private interface Word {
        /**
         * What it reports at the end: whether the segment of a user is there; users that it does not mention are
         * missing.
         */
        Map<String, Boolean> of(Path files) throws IOException;
    }

    @Test
    void recipe() throws Exception {
        Ended recipe = compete("the recipe, by JMeter", RecipeBench::startRecipe, RecipeBench::saidByRecipe);
        Ended bridge = compete("the bridge", RecipeBench::startBridge, RecipeBench::saidByBridge);
        System.out.printf(
                "%n%d agents, quota %d in %d s%n%n| who | not there | without a word | there twice | agents wrongly reported"
                        + " | requests to Genesys | 429s | time |%n|---|---|---|---|---|---|---|---|%n%s%n%s%n%n",
                AGENTS, QUOTA, PERIOD.toSeconds(), recipe.line(), bridge.line());
        assertThat(recipe.requests()).as("the recipe was run").isGreaterThan(AGENTS);
        assertThat(bridge.unsaid()).as("lost by the bridge").isZero();
        assertThat(bridge.twice()).as("there twice by the bridge").isZero();
        assertThat(bridge.wrong()).as("wrongly reported by the bridge").isZero();
    }

    private Ended compete(String who, Contender contender, Word word) throws Exception {
        Path files = Files.createDirectories(folder.resolve(who.replaceAll("[^a-z]+", "-")));
        try (Sandbox sandbox = Sandbox.start(world())) {
            phantoms(sandbox);
            Child first = contender.start(sandbox, files);
            Child.Took killed = first.end(LIMIT, () -> {
                if (sandbox.genesys().posts("acme") >= AGENTS / 2) {
                    first.process().destroyForcibly();
                }
                return false;
            });
            assertThat(killed.exit()).as(first.output()).isEqualTo(137);
            Child second = contender.start(sandbox, files);
            Child.Took took = second.end(LIMIT);
            return ended(who, sandbox, word.of(files), killed.wallSeconds() + took.wallSeconds());
        }
    }

    private static Ended ended(String who, Sandbox sandbox, Map<String, Boolean> said, double seconds) {
        Map<String, Integer> there = new HashMap<>();
        List<Segment> segments = new ArrayList<>(sandbox.genesys().segments("acme"));
        segments.addAll(sandbox.genesys().committing("acme"));
        segments.forEach(segment -> there.merge(segment.userId(), 1, Integer::sum));
        long absent = 0;
        long unsaid = 0;
        long wrong = 0;
        for (int i = 0; i < AGENTS; i++) {
            boolean is = there.containsKey(user(i));
            Boolean says = said.get(user(i));
            absent += is ? 0 : 1;
            unsaid += is || Boolean.FALSE.equals(says) ? 0 : 1;
            wrong += says != null && says != is ? 1 : 0;
        }
        List<Received> calls = sandbox.genesys().received();
        return new Ended(
                who,
                absent,
                unsaid,
                there.values().stream().filter(count -> count > 1).count(),
                wrong,
                calls.size(),
                calls.stream().filter(call -> call.status() == 429).count(),
                seconds);
    }

    /** The same for both: answers that are lost, POSTs that nobody can see for three seconds, a quota. */
    private static World world() {
        World world = new World()
                .zendesk()
                .addGroup(GROUP, "Support")
                .world()
                .addOrganization("acme", ORGANIZATION, "client-of-acme", "secret-of-acme", QUOTA, PERIOD)
                .addSchedule("acme", SCHEDULE);
        world.weather()
                .seed(20_261_124)
                .genesysLostAnswers(0.03)
                .zendeskLostAnswers(0.03)
                .commitLag(0.03, Duration.ofSeconds(3));
        for (int i = 0; i < AGENTS; i++) {
            long agent = 6_000_000_000_000L + i;
            String email = "agent" + i + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(agent, "Agent " + i, email))
                    .addMembership(agent, GROUP)
                    .world()
                    .addUser("acme", user(i), email, "Agent " + i, "active");
        }
        return world;
    }

    private static String user(int number) {
        return "user-" + number;
    }

    /** One in forty gets a 409 once although nothing is there, and another one each time it is posted. */
    private static void phantoms(Sandbox sandbox) {
        Set<String> once = ConcurrentHashMap.newKeySet();
        Set<String> always = new HashSet<>();
        for (int i = 0; i < AGENTS; i += 40) {
            once.add(user(i + 7));
            always.add(user(i + 27));
        }
        sandbox.genesys().interceptor(call -> {
            if (call.tokenCall()
                    || !call.method().equals("POST")
                    || !call.path().endsWith("/userschedulesegments")) {
                return null;
            }
            String userId = json(call.body()).path("userId").asText();
            return once.remove(userId) || always.contains(userId)
                    ? Fault.answer(409, Map.of("Content-Type", "application/json"), DUPLICATE)
                    : null;
        });
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException garbage) {
            throw new IllegalArgumentException("no JSON", garbage);
        }
    }

    private static Child startRecipe(Sandbox sandbox, Path files) throws IOException {
        Path segments = files.resolve("segments.csv");
        if (!Files.exists(segments)) {
            List<String> lines = new ArrayList<>(List.of("userId,segmentId,scheduleId,status"));
            for (int i = 0; i < AGENTS; i++) {
                UUID id = UUID.nameUUIDFromBytes(user(i).getBytes(StandardCharsets.UTF_8));
                lines.add(String.join(",", user(i), id.toString(), SCHEDULE, "APPROVED"));
            }
            Files.write(segments, lines);
        }
        Files.deleteIfExists(files.resolve("results.jtl"));
        return Child.start(
                List.of(
                        java(),
                        "-Djava.util.prefs.userRoot=" + files,
                        "-jar",
                        path("target/jmeter/bin/ApacheJMeter.jar"),
                        "-n",
                        "-t",
                        path("src/jmeter/recipe.jmx"),
                        "-l",
                        files.resolve("results.jtl").toString(),
                        "-j",
                        files.resolve("jmeter.log").toString(),
                        "-Jjmeter.save.saveservice.response_message=false",
                        "-Jjmeter.save.saveservice.assertion_results_failure_message=false",
                        "-Jport=" + sandbox.genesys().url().getPort(),
                        "-Jclient_id=client-of-acme",
                        "-Jclient_secret=secret-of-acme",
                        "-Jsegments=" + segments),
                Map.of(),
                files.resolve("output"));
    }

    /** The last line of the results for each user. */
    private static Map<String, Boolean> saidByRecipe(Path files) throws IOException {
        List<String> lines = Files.readAllLines(files.resolve("results.jtl"));
        List<String> columns = Arrays.asList(lines.get(0).split(","));
        int label = columns.indexOf("label");
        int success = columns.indexOf("success");
        Map<String, Boolean> said = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",");
            if (values[label].startsWith("segment of ")) {
                said.put(values[label].split(" ")[2], Boolean.valueOf(values[success]));
            }
        }
        return said;
    }

    private static Child startBridge(Sandbox sandbox, Path files) throws IOException {
        Path mapping = Files.writeString(
                files.resolve("mapping.yaml"),
                """
                organizations:
                  acme:
                    id: %s
                    apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                    loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                    clientId: "{{env:ACME_CLIENT_ID}}"
                    clientSecret: "{{env:ACME_CLIENT_SECRET}}"
                    quota: { requests: %d, per: %ds }
                groups:
                  - { zendeskGroup: Support, organization: acme, scheduleId: %s, status: APPROVED }
                """
                        .formatted(ORGANIZATION, QUOTA, PERIOD.toSeconds(), SCHEDULE));
        Map<String, String> environment = new HashMap<>(sandbox.environment());
        environment.put("BRIDGE_MAPPING", mapping.toString());
        environment.put("BRIDGE_DATA_DIR", files.resolve("data").toString());
        return Child.start(
                List.of(java(), "-jar", path("target/wfm-bridge.jar"), "once", "--home", path("")),
                environment,
                files.resolve("output"));
    }

    /** The outcomes of the last pass. A held pair counts neither as there nor as failed. */
    private static Map<String, Boolean> saidByBridge(Path files) throws IOException {
        try (Stream<Path> runs = Files.list(files.resolve("data/runs"))) {
            Path last = runs.filter(file -> file.toString().endsWith(".outcomes.jsonl"))
                    .max(Path::compareTo)
                    .orElseThrow();
            Map<String, Boolean> said = new HashMap<>();
            for (String line : Files.readAllLines(last)) {
                JsonNode outcome = json(line);
                if (!outcome.path("outcome").asText().equals("held")) {
                    said.put(
                            outcome.path("genesysUserId").asText(),
                            THERE.contains(outcome.path("outcome").asText()));
                }
            }
            return said;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String path(String inTheRepository) {
        return Path.of(inTheRepository).toAbsolutePath().toString();
    }
}
