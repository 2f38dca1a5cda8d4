package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.network.FreePort;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z][a-z0-9_]*)(?:\\{([^}]*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([^|]*)\\| [^|]+\\|");

    /** Metrics that are exposed only if there is something to count. */
    private static final Set<String> TROUBLE = Set.of(
            "halted",
            "halted_since_timestamp_seconds",
            "halted_places",
            "suspended",
            "missing_groups",
            "stuck_pending",
            "removals_refused",
            "dead_letters",
            "pass_outcomes",
            "outcomes_total",
            "ledger_since_timestamp_seconds");

    @TempDir
    Path folder;

    /** What is scraped: series with their values. */
    private static Map<String, Double> series(String scraped) {
        Map<String, Double> series = new TreeMap<>();
        scraped.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            Map<String, String> labels = new TreeMap<>();
            Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            series.put(sample.group(1) + labels, Double.valueOf(sample.group(3)));
        });
        return series;
    }

    private static Map<String, Double> scrape(Stage stage) throws Exception {
        return series(stage.get("/observe/metrics").body());
    }

    /** Name, type and labels of each metric that is exposed. */
    private static Set<String> exposed(String scraped) {
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        scraped.lines().forEach(line -> {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
                labels.put(type.group(1), new TreeSet<>());
            }
        });
        series(scraped).keySet().forEach(sample -> {
            String name = sample.substring(0, sample.indexOf('{'));
            String family = types.containsKey(name) ? name : name.replaceAll("_(count|sum|max|bucket)$", "");
            Matcher label = Pattern.compile("(\\w+)=").matcher(sample.substring(sample.indexOf('{')));
            while (label.find()) {
                labels.get(family).add(label.group(1));
            }
        });
        return types.entrySet().stream()
                .map(type -> type.getKey() + " " + type.getValue() + " " + labels.get(type.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> documented() throws Exception {
        Set<String> rows = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> labels = new TreeSet<>();
                Matcher label = Pattern.compile("`(\\w+)`").matcher(row.group(3));
                while (label.find()) {
                    labels.add(label.group(1));
                }
                rows.add(row.group(1) + " " + row.group(2) + " " + labels);
            }
        }
        return rows;
    }

    /** A garbage collection may have happened or not; what a healthy bridge does not expose is covered by other tests. */
    private static Set<String> steady(Set<String> metrics) {
        return metrics.stream()
                .filter(metric -> !metric.startsWith("jvm_gc_"))
                // The kafka package's OperatingTest compares them.
                .filter(metric -> !metric.startsWith("wfm_bridge_kafka_"))
                .filter(metric -> TROUBLE.stream().noneMatch(name -> metric.startsWith("wfm_bridge_" + name + " ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName(
            "docs/metrics.md lists what a running bridge exposes, no more and no less, and nothing in it names a person")
    void table() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.rehearsal
                    .with("ZENDESK_CLIENT_ID", "")
                    .with("ZENDESK_CLIENT_SECRET", "")
                    .with("ZENDESK_EMAIL", "admin@example.com")
                    .with("ZENDESK_API_TOKEN", "token-of-admin")
                    .with("WEBHOOK_PORT", String.valueOf(FreePort.any()))
                    .with("WEBHOOK_SECRET", "c2VjcmV0IG9mIHRoZSB3ZWJob29r");
            stage.rehearsal.byClock();
            String scraped = stage.get("/observe/metrics").body();
            assertThat(steady(exposed(scraped))).isEqualTo(steady(documented()));
            assertThat(documented().stream().map(metric -> metric.substring(0, metric.indexOf(' '))))
                    .containsAll(
                            TROUBLE.stream().map(name -> "wfm_bridge_" + name).toList());
            assertThat(scraped).doesNotContain("@", "user-0", "6000000000", "token-of-admin");
            assertThat(series(scraped).get("wfm_bridge_zendesk_api_token_end_timestamp_seconds{}"))
                    .isEqualTo(Instant.parse("2027-04-30T00:00:00Z").getEpochSecond());
        }
    }

    @Test
    @DisplayName("calls, outcomes, letters, the oldest change and being in step are exposed for each organisation")
    void pass() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.genesys(Stage.answers(call -> Stage.isPost(call) && isOf(call, "acme"), 400));
            stage.rehearsal.byClock();
            Map<String, Double> after = scrape(stage);
            assertThat(after)
                    .containsEntry("wfm_bridge_pass_outcomes{organization=acme, outcome=dead-lettered}", 3.0)
                    .containsEntry("wfm_bridge_outcomes_total{organization=acme, outcome=dead-lettered}", 3.0)
                    .containsEntry("wfm_bridge_outcomes_total{organization=globex, outcome=created}", 1.0)
                    .containsEntry("wfm_bridge_dead_letters{code=invalid-request, organization=acme}", 3.0)
                    .containsEntry("wfm_bridge_requests_total{organization=acme, side=genesys, status_class=4xx}", 3.0)
                    .doesNotContainKey("wfm_bridge_requests_total{organization=globex, side=genesys, status_class=4xx}")
                    .containsEntry("wfm_bridge_token_renewals_total{organization=acme}", 1.0)
                    .containsEntry("wfm_bridge_pass_conservation{}", 0.0)
                    .containsEntry("wfm_bridge_pass_complete{}", 1.0)
                    .containsEntry("wfm_bridge_passes_total{complete=true}", 1.0)
                    .containsEntry("wfm_bridge_idempotent_keys{}", 1.0)
                    .containsEntry("wfm_bridge_in_step_timestamp_seconds{organization=acme}", 0.0)
                    .containsEntry("wfm_bridge_oldest_change_age_seconds{organization=globex}", 0.0)
                    .doesNotContainKey("wfm_bridge_zendesk_api_token_end_timestamp_seconds{}");
            assertThat(after.get("wfm_bridge_in_step_timestamp_seconds{organization=globex}"))
                    .isCloseTo(System.currentTimeMillis() / 1000.0, within(600.0));
            double age = System.currentTimeMillis() / 1000.0
                    - stage.rehearsal
                            .bridge()
                            .passes()
                            .current()
                            .organization("acme")
                            .getMessages()
                            .get(0)
                            .membership()
                            .updatedAt();
            assertThat(after.get("wfm_bridge_oldest_change_age_seconds{organization=acme}"))
                    .isCloseTo(age, within(600.0))
                    .isPositive();
        }
    }

    @Test
    @DisplayName(
            "a halt, its reason and its beginning stay from pass to pass and over a restart, until a pass ends without it")
    void halts() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.genesys(Stage.answers(call -> Stage.isPost(call) && isOf(call, "acme"), 403));
            stage.rehearsal.byClock();
            String halted = "wfm_bridge_halted{organization=acme, reason=forbidden}";
            String since = "wfm_bridge_halted_since_timestamp_seconds{organization=acme}";
            Map<String, Double> first = scrape(stage);
            assertThat(first)
                    .containsEntry(halted, 1.0)
                    .containsEntry("wfm_bridge_pass_complete{}", 0.0)
                    .doesNotContainKey("wfm_bridge_halted{organization=globex, reason=forbidden}");
            assertThat(first.get(since)).isPositive();
            for (HaltReason reason : HaltReason.values()) {
                if (reason != HaltReason.FORBIDDEN) {
                    assertThat(first.getOrDefault(
                                    "wfm_bridge_halted{organization=acme, reason=" + reason.text() + "}", 0.0))
                            .isZero();
                }
            }

            // While the next pass reads Zendesk, nothing has changed yet.
            java.util.concurrent.atomic.AtomicReference<Map<String, Double>> during =
                    new java.util.concurrent.atomic.AtomicReference<>();
            stage.rehearsal.sandbox().zendesk().interceptor(call -> {
                if (during.get() == null) {
                    try {
                        during.set(scrape(stage));
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                }
                return null;
            });
            stage.rehearsal.byClock();
            assertThat(during.get())
                    .containsEntry("wfm_bridge_pass_under_way{}", 1.0)
                    .containsEntry(halted, 1.0)
                    .containsEntry(since, first.get(since))
                    .containsEntry("wfm_bridge_pass_complete{}", 0.0);
            assertThat(scrape(stage)).containsEntry(since, first.get(since));

            stage.rehearsal.restart();
            stage.rehearsal.start();
            stage.genesys(null);
            stage.rehearsal.byClock();
            Map<String, Double> mended = scrape(stage);
            assertThat(mended).doesNotContainKeys(halted, since).containsEntry("wfm_bridge_pass_complete{}", 1.0);
            double inStep = mended.get("wfm_bridge_in_step_timestamp_seconds{organization=acme}");
            assertThat(inStep).isPositive();

            // A new process knows it from the one before, from its first pass on, though that one fails.
            stage.rehearsal.restart();
            stage.rehearsal.start();
            stage.genesys(Stage.answers(call -> true, 403));
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .containsEntry("wfm_bridge_in_step_timestamp_seconds{organization=acme}", inStep)
                    .containsEntry(
                            "wfm_bridge_last_complete_pass_timestamp_seconds{}",
                            mended.get("wfm_bridge_last_complete_pass_timestamp_seconds{}"));
        }
    }

    @Test
    @DisplayName(
            "429s, their waits and a refused mapping are exposed; the series of an organisation that left the mapping go with it")
    void quotaAndMapping() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            java.util.concurrent.atomic.AtomicBoolean once = new java.util.concurrent.atomic.AtomicBoolean();
            stage.genesys(call -> Stage.isPost(call) && once.compareAndSet(false, true)
                    ? dev.wfmbridge.sandbox.Fault.answer(429, Map.of("Retry-After", "2"), "{\"status\":429}")
                    : null);
            stage.rehearsal.byClock();
            Map<String, Double> after = scrape(stage);
            assertThat(after.get("wfm_bridge_throttled_total{organization=acme}")
                            + after.get("wfm_bridge_throttled_total{organization=globex}"))
                    .isEqualTo(1);
            assertThat(after.get("wfm_bridge_quota_wait_seconds_total{organization=acme}")
                            + after.get("wfm_bridge_quota_wait_seconds_total{organization=globex}"))
                    .isPositive();
            assertThat(after.get("wfm_bridge_quota_allowed{organization=acme}")).isPositive();
            assertThat(after).containsEntry("wfm_bridge_mapping_refused{}", 0.0);

            stage.rehearsal.mapping("groups: [");
            stage.rehearsal.byClock();
            assertThat(scrape(stage)).containsEntry("wfm_bridge_mapping_refused{}", 1.0);

            stage.rehearsal.mapping(Stage.ACME_ALONE);
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .containsEntry("wfm_bridge_mapping_refused{}", 0.0)
                    .allSatisfy((name, value) -> {
                        if (name.startsWith("wfm_bridge_")) {
                            assertThat(name).doesNotContain("globex");
                        }
                    });
        }
    }

    @Test
    @DisplayName(
            "a halt that a pass could not check stays: refused credentials are not cleared because Zendesk was down for one pass")
    void unknownIsNotHealed() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            String credentials = "wfm_bridge_halted{organization=acme, reason=credentials}";
            String since = "wfm_bridge_halted_since_timestamp_seconds{organization=acme}";
            stage.genesys(Stage.answers(call -> isOf(call, "acme") && !call.tokenCall(), 401));
            stage.rehearsal.byClock();
            Map<String, Double> refused = scrape(stage);
            assertThat(refused).containsEntry(credentials, 1.0).containsKey(since);

            stage.zendesk(Stage.answers(call -> call.path().endsWith("group_memberships"), 500));
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .containsEntry(credentials, 1.0)
                    .containsEntry(since, refused.get(since))
                    .containsEntry("wfm_bridge_zendesk_complete{}", 0.0);

            // Nor because the whole API is down, which is exposed separately, nor by a restart.
            stage.zendesk(null);
            stage.rehearsal.with("GENESYS_HALT_AFTER", "1").restart();
            stage.rehearsal.start();
            stage.genesys(Stage.answers(call -> isOf(call, "acme"), 503));
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .containsEntry(credentials, 1.0)
                    .containsEntry("wfm_bridge_halted{organization=acme, reason=unavailable}", 1.0);

            stage.genesys(null);
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .doesNotContainKeys(credentials, since, "wfm_bridge_halted{organization=acme, reason=unavailable}");
        }
    }

    @Test
    @DisplayName(
            "what was delivered before does not count as waiting when a pass fails, and what waits does so since it could not be delivered")
    void oldestChange() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            String age = "wfm_bridge_oldest_change_age_seconds{organization=acme}";
            Instant begun = Instant.now();
            stage.genesys(
                    Stage.answers(call -> Stage.isPost(call) && call.body().contains("\"user-2\""), 400));
            stage.rehearsal.byClock();
            double ofTheLetter = scrape(stage).get(age);
            assertThat(ofTheLetter).isGreaterThan(86_400);

            // Two are delivered, and one never was: only its change waits.
            stage.genesys(null);
            stage.rehearsal.world().advance(java.time.Duration.ofDays(2));
            Files.walk(stage.rehearsal.data().resolve("dead-letter"))
                    .filter(Files::isRegularFile)
                    .forEach(file -> file.toFile().delete());
            stage.rehearsal.byClock();
            assertThat(scrape(stage)).containsEntry(age, 0.0);

            stage.genesys(Stage.answers(call -> isOf(call, "acme") && !Stage.isPost(call), 403));
            stage.rehearsal.restart();
            stage.rehearsal.start();
            stage.rehearsal.byClock();
            assertThat(scrape(stage))
                    .containsEntry("wfm_bridge_pass_outcomes{organization=acme, outcome=held}", 3.0)
                    .containsEntry(age, 0.0);

            // A membership that is older than the last time all was done waits since then, not since it was made.
            stage.rehearsal
                    .world()
                    .zendesk()
                    .addAgent(
                            dev.wfmbridge.sandbox.ZendeskAgent.of(Stage.AGENT + 40, "Agent 40", "agent40@example.com"))
                    .addMembership(Stage.AGENT + 40, Stage.SUPPORT);
            stage.rehearsal.byClock();
            assertThat(scrape(stage)).containsEntry("wfm_bridge_pass_outcomes{organization=acme, outcome=held}", 4.0);
            assertThat(scrape(stage).get(age))
                    .isPositive()
                    .isBetween(
                            0.0,
                            java.time.Duration.between(begun, Instant.now()).toSeconds() + 1.0);
        }
    }

    @Test
    @DisplayName("a lost ledger is reported, even across a restart; a new one is not")
    void ledgerLost() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            String since = "wfm_bridge_ledger_since_timestamp_seconds{organization=acme}";
            stage.rehearsal.byClock();
            double first = scrape(stage).get(since);
            stage.rehearsal.restart();
            stage.rehearsal.start();
            stage.rehearsal.byClock();
            assertThat(scrape(stage)).containsEntry(since, first);

            Files.delete(stage.rehearsal.data().resolve("ledger/acme.jsonl"));
            stage.rehearsal.byClock();
            double lost = scrape(stage).get(since);
            assertThat(lost).isGreaterThan(first);
            stage.rehearsal.byClock();
            assertThat(scrape(stage)).containsEntry(since, lost);

            Files.writeString(stage.rehearsal.data().resolve("ledger/acme.jsonl"), "{\"segmentId\": \"cut o");
            stage.rehearsal.byClock();
            assertThat(scrape(stage).get(since)).as("cut off").isGreaterThan(lost);
        }
    }

    @Test
    @DisplayName("answers are counted by side and class of status, those that never came too, and timed by side")
    void answers() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            java.util.concurrent.atomic.AtomicInteger posts = new java.util.concurrent.atomic.AtomicInteger();
            stage.genesys(call -> !Stage.isPost(call) || !isOf(call, "acme")
                    ? null
                    : switch (posts.incrementAndGet()) {
                        case 1 -> dev.wfmbridge.sandbox.Fault.answer(503, Map.of(), "");
                        case 2 -> dev.wfmbridge.sandbox.Fault.answer(400, Map.of(), "{}");
                        default -> null;
                    });
            stage.rehearsal.byClock();
            String ofAcme = "wfm_bridge_requests_total{organization=acme, side=genesys, status_class=";
            Map<String, Double> after = scrape(stage);
            assertThat(after)
                    .containsEntry(ofAcme + "5xx}", 1.0)
                    .containsEntry(ofAcme + "4xx}", 1.0)
                    .containsKey(ofAcme + "2xx}")
                    .containsKey("wfm_bridge_requests_total{organization=zendesk, side=zendesk, status_class=2xx}");
            for (String side : List.of("genesys", "zendesk")) {
                double all = after.entrySet().stream()
                        .filter(sample -> sample.getKey().startsWith("wfm_bridge_requests_total{")
                                && sample.getKey().contains("side=" + side))
                        .mapToDouble(Map.Entry::getValue)
                        .sum();
                assertThat(after)
                        .containsEntry("wfm_bridge_request_seconds_count{side=" + side + "}", all)
                        .containsEntry("wfm_bridge_request_seconds_bucket{le=+Inf, side=" + side + "}", all);
                assertThat(after.get("wfm_bridge_request_seconds_sum{side=" + side + "}"))
                        .isPositive();
            }
            assertThat(after.get("jvm_threads_live_threads{}")).isPositive();
            assertThat(after.get("process_uptime_seconds{}")).isPositive();
        }
    }

    private static boolean isOf(Received call, String organization) {
        return organization.equals(call.account());
    }

    @Test
    @DisplayName("each thing that waits for a person is shown, and disappears with the pass that ends without it")
    void waitsForAPerson() throws Exception {
        try (Stage stage = Stage.with(folder, 8)) {
            stage.rehearsal.world().zendesk().addUserField("genesys_wfm_status", "WFM");
            stage.rehearsal
                    .with("BRIDGE_INSTANCE", "test")
                    .with("REMOVALS_POLICY", "delete")
                    .with("ZENDESK_STATUS_FIELD", "genesys_wfm_status");
            String removals = "wfm_bridge_removals_refused{organization=acme}";
            String unwritten = "wfm_bridge_write_back_failed{}";
            String credentials = "wfm_bridge_zendesk_credentials_refused{}";
            String folderFailed = "wfm_bridge_data_folder_failed{}";

            stage.zendesk(Stage.answers(call -> call.method().equals("PUT"), 403));
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).containsOnly(Map.entry(unwritten, 8.0));

            stage.zendesk(null);
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).isEmpty();

            for (int i = 1; i <= 5; i++) {
                stage.rehearsal.world().zendesk().removeMembership(Stage.AGENT + i, Stage.SUPPORT);
            }
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).containsOnly(Map.entry(removals, 5.0));
            for (int i = 1; i <= 5; i++) {
                stage.rehearsal.world().zendesk().addMembership(Stage.AGENT + i, Stage.SUPPORT);
            }
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).isEmpty();

            stage.zendesk(Stage.answers(call -> true, 401));
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).containsOnly(Map.entry(credentials, 1.0));
            stage.zendesk(null);
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).isEmpty();

            Path runs = stage.rehearsal.data().resolve("runs");
            Path aside = stage.rehearsal.data().resolve("runs-aside");
            Files.move(runs, aside);
            Files.writeString(runs, "a file where a folder should be");
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).containsOnly(Map.entry(folderFailed, 1.0));
            Files.delete(runs);
            Files.move(aside, runs);
            stage.rehearsal.byClock();
            assertThat(waiting(stage)).isEmpty();
        }
    }

    /** Those of the metrics that call for action which do so now. */
    private static Map<String, Double> waiting(Stage stage) throws Exception {
        return scrape(stage).entrySet().stream()
                .filter(sample -> sample.getKey()
                        .matches("wfm_bridge_(removals_refused|write_back_failed|zendesk_credentials_refused"
                                + "|data_folder_failed|mapping_refused)\\{.*"))
                .filter(sample -> sample.getValue() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
