package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.events.EventSender;
import dev.wfmbridge.network.FreePort;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From no webhook to an agent's segment within seconds, with the program as a process of its own. */
class WebhookCommandTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";

    @TempDir
    Path folder;

    private static Map<String, String> with(Site site, String... variables) {
        Map<String, String> environment = new HashMap<>(site.environment());
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return environment;
    }

    @Test
    @DisplayName(
            "check --create-webhook makes the webhook and a file for its owner alone; check then approves of it, and says what is wrong when something is")
    void setUp() throws Exception {
        try (Site site = Site.of(Site.world(1), folder)) {
            Path file = folder.resolve("webhook-secret");
            String url = "https://wfm.example.com/zendesk/events";
            Map<String, String> on = with(site, "WEBHOOK_PORT", "18080", "WEBHOOK_SECRET", "{{file:" + file + "}}");

            Said alone = Terminal.type(site, "check", "--create-webhook", url);
            assertThat(alone.exit()).isEqualTo(1);
            assertThat(alone.text()).contains("go together");

            Said elsewhere = Terminal.type(
                    site,
                    on,
                    "check",
                    "--create-webhook",
                    "https://wfm.example.com/other",
                    "--secret-file",
                    file.toString());
            assertThat(elsewhere.exit()).isEqualTo(1);
            assertThat(elsewhere.text()).contains("✗ webhook: ", "/zendesk/events");
            assertThat(file).doesNotExist();

            Said made = Terminal.type(site, on, "check", "--create-webhook", url, "--secret-file", file.toString());
            assertThat(made.exit()).as(made.text()).isZero();
            String secret = Files.readString(file).strip();
            assertThat(made.text())
                    .contains("✓ webhook: created", file.toString())
                    .doesNotContain(secret);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(secret).isNotEmpty().isNotEqualTo(TEST_SECRET);

            Said again = Terminal.type(site, on, "check", "--create-webhook", url, "--secret-file", file.toString());
            assertThat(again.text()).contains("✗ webhook: " + file + " is there already");
            Path second = folder.resolve("second");
            assertThat(Terminal.type(site, on, "check", "--create-webhook", url, "--secret-file", second.toString())
                            .text())
                    .contains("it was there already");
            assertThat(Files.readString(second).strip()).isEqualTo(secret);

            Said good = Terminal.type(site, on, "check");
            assertThat(good.exit()).as(good.text()).isZero();
            assertThat(good.text())
                    .contains("✓ webhook: active, points at " + url, "✓ webhook: its secret is ours")
                    .doesNotContain(secret);

            assertThat(Terminal.type(
                                    site,
                                    with(site, "WEBHOOK_PORT", "18080", "WEBHOOK_SECRET", "bm9ib2R5cyBzZWNyZXQ="),
                                    "check")
                            .text())
                    .contains("✗ webhook: Zendesk signs with another secret");
            site.sandbox().zendesk().webhooks().activate(false);
            assertThat(Terminal.type(site, on, "check").text()).contains("✗ webhook: ", "is not active");
            Said refused =
                    Terminal.type(site, with(site, "WEBHOOK_PORT", "18080", "WEBHOOK_SECRET", TEST_SECRET), "check");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.text()).contains("which everybody knows");
            assertThat(Terminal.type(site, with(site, "WEBHOOK_PORT", "18080"), "check")
                            .text())
                    .contains("webhook.secret is not");
            Map<String, String> other = with(site, "WEBHOOK_PORT", "18080", "WEBHOOK_SECRET", secret);
            other.put("WEBHOOK_PATH", "/elsewhere");
            assertThat(Terminal.type(site, other, "check").text()).contains("✗ webhook: Zendesk has none");
            // The contract shows no cursor for the listing of webhooks.
            site.interceptor(call -> call.path().startsWith("/api/v2/webhooks")
                    ? Fault.answer(200, Map.of("Content-Type", "application/json"), "{\"webhooks\":[]}")
                    : null);
            assertThat(Terminal.type(site, on, "check").text()).contains("✗ webhook: Zendesk has none");
        }
    }

    private static long segments(Site site) {
        return site.sandbox().genesys().segments("acme").size();
    }

    @Test
    @DisplayName(
            "with a poll once a year, an agent who joins has a segment within debounce + 2 s; report and why show the newest outcome; a kill loses the hint, not the agent")
    void seconds() throws Exception {
        World world = Site.world(2);
        int port = FreePort.any();
        try (Site site = Site.of(world, folder)) {
            String secret = site.sandbox()
                    .zendesk()
                    .webhooks()
                    .add("wfm-bridge", java.net.URI.create("http://127.0.0.1:" + port + "/zendesk/events"));
            site.with("WEBHOOK_PORT", String.valueOf(port)).with("WEBHOOK_SECRET", secret);
            // Known from the start, but in no group yet.
            site.world()
                    .zendesk()
                    .addAgent(ZendeskAgent.of(Site.FIRST_AGENT + 2, "Agent 2", "agent2@example.com"))
                    .world()
                    .addUser("acme", "user-2", "agent2@example.com", "Agent 2", "active");
            Site.Child run = site.start("run");
            await().atMost(LIMIT).until(() -> Files.exists(site.data().resolve("runs/latest.json")));

            world.zendesk().addMembership(Site.FIRST_AGENT + 2, Site.GROUP);
            Instant event = Instant.now();
            site.sandbox().zendesk().webhooks().membership(true, Site.FIRST_AGENT + 2, Site.GROUP);
            await().pollInterval(Duration.ofMillis(20)).atMost(LIMIT).until(() -> segments(site) == 3);
            Duration took = Duration.between(event, Instant.now());
            System.out.println("from the event to the segment: " + took.toMillis() + " ms");
            // Debounce 3 s, plus 2 s; what a busy machine adds is not judged here.
            assertThat(took).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(20));

            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            Terminal.type(site, "report").text())
                    .contains("Since then 1 pass for agents that events named", "created 1"));
            assertThat(Terminal.type(site, "why", String.valueOf(Site.FIRST_AGENT + 2))
                            .text())
                    .contains("for which an event asked", "created");

            world.zendesk().removeMembership(Site.FIRST_AGENT, Site.GROUP);
            site.sandbox().zendesk().webhooks().membership(false, Site.FIRST_AGENT, Site.GROUP);
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(Terminal.type(site, "report").text()).contains("Since then 2 passes"));
            assertThat(Terminal.type(site, "why", String.valueOf(Site.FIRST_AGENT))
                            .text())
                    .contains("was in no mapped group");
            assertThat(segments(site)).isEqualTo(3);

            world.zendesk().addMembership(Site.FIRST_AGENT, Site.GROUP);
            site.world()
                    .zendesk()
                    .addAgent(ZendeskAgent.of(Site.FIRST_AGENT + 3, "Agent 3", "agent3@example.com"))
                    .world()
                    .addUser("acme", "user-3", "agent3@example.com", "Agent 3", "active")
                    .zendesk()
                    .addMembership(Site.FIRST_AGENT + 3, Site.GROUP);
            site.sandbox()
                    .zendesk()
                    .webhooks()
                    .send(site.sandbox()
                            .zendesk()
                            .webhooks()
                            .event("user.group_membership_created", Site.FIRST_AGENT + 3, null))
                    .get(120, TimeUnit.SECONDS);
            run.process().destroyForcibly().waitFor(120, TimeUnit.SECONDS);
            assertThat(segments(site)).isEqualTo(3);
            assertThat(site.start("once").exit()).isZero();
            assertThat(segments(site)).isEqualTo(4);
        }
    }

    /** {@code -Dwebhook.storm=10000} for that many events, for a tenth as many agents, at the same rate: within a minute. */
    @Test
    @DisplayName(
            "a storm of events, ten for each agent: bounded heap, few passes, each agent has a segment, and only one")
    void storm() throws Exception {
        int events = Integer.getInteger("webhook.storm", 1000);
        int agents = events / 10;
        long seed = Long.getLong("webhook.seed", System.nanoTime());
        int port = FreePort.any();
        try (Site site = Site.of(Site.world(1), folder)) {
            site.with("WEBHOOK_PORT", String.valueOf(port))
                    .with("WEBHOOK_SECRET", "c3Rvcm0gb2YgZXZlbnRz")
                    .with("ZENDESK_REQUESTS_PER_MINUTE", "100000")
                    .with("JDK_JAVA_OPTIONS", "-Xmx128m")
                    .mapping(Site.mapping(Site.ACME, 100_000, "Support"));
            for (int i = 1; i <= agents; i++) {
                String email = "agent" + i + "@example.com";
                site.world()
                        .zendesk()
                        .addAgent(ZendeskAgent.of(Site.FIRST_AGENT + i, "Agent " + i, email))
                        .world()
                        .addUser("acme", "user-" + i, email, "Agent " + i, "active");
            }
            site.start("run");
            await().atMost(LIMIT).until(() -> Files.exists(site.data().resolve("runs/latest.json")));
            EventSender zendesk = new EventSender(port, "c3Rvcm0gb2YgZXZlbnRz");
            Random random = new Random(seed);
            Set<Integer> joined = new HashSet<>();
            Map<Integer, Integer> answers = new TreeMap<>();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                order.add(1 + i % agents);
            }
            Collections.shuffle(order, random);
            long slowest = 0;
            long begin = System.nanoTime();
            for (int i = 0; i < events; i++) {
                int agent = order.get(i);
                if (joined.add(agent)) {
                    site.world().zendesk().addMembership(Site.FIRST_AGENT + agent, Site.GROUP);
                }
                long due = begin + i * 6_000_000L;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                long sent = System.nanoTime();
                answers.merge(
                        zendesk.send(EventSender.event("group_membership_created", Site.FIRST_AGENT + agent)),
                        1,
                        Integer::sum);
                slowest = Math.max(slowest, System.nanoTime() - sent);
            }
            Duration sending = Duration.ofNanos(System.nanoTime() - begin);
            await().atMost(LIMIT.multipliedBy(2)).until(() -> segments(site) == agents + 1);
            Duration all = Duration.ofNanos(System.nanoTime() - begin);
            long passes = Site.files(site.data().resolve("runs")).stream()
                    .filter(file -> file.getFileName().toString().endsWith(".outcomes.jsonl"))
                    .count();
            System.out.println("webhook.seed=" + seed + ": " + events + " events in " + sending.toMillis()
                    + " ms, answers "
                    + answers + ", the slowest " + slowest / 1_000_000 + " ms; all segments after " + all.toMillis()
                    + " ms and " + passes + " passes");
            assertThat(answers).containsOnlyKeys(200);
            assertThat(passes).isLessThanOrEqualTo(60);
            assertThat(site.posts()).hasSize(agents + 1);
            assertThat(site.posts()).extracting(Site::segmentId).doesNotHaveDuplicates();
        }
    }
}
