package dev.wfmbridge.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.wfmbridge.halt.HaltReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules, dashboard and runbook: what they say, and that they agree. */
class MonitoringTest {
    private static final Path RUNBOOK = Path.of("docs/runbook.md");

    /** Set by .ci/run, which installs promtool: there a skipped test is a failure. */
    private static final boolean PROMTOOL_REQUIRED = "true".equals(System.getenv("PROMTOOL_REQUIRED"));

    @Test
    void eachRuleFiresAndClears(@TempDir Path temp) throws Exception {
        for (String file : Monitoring.RULES) {
            promtool(temp, "check", "rules", Monitoring.FOLDER.resolve(file).toString());
        }
        for (String file : Monitoring.TESTS) {
            promtool(temp, "test", "rules", Monitoring.FOLDER.resolve(file).toString());
        }
    }

    private static void promtool(Path temp, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Tool.Result result = Tool.run(temp, command);
        if (result.status() == 127) {
            String missing = "There is no promtool, so the rules were not tested: install Debian's package prometheus.";
            if (PROMTOOL_REQUIRED) {
                fail(missing);
            }
            abort(missing);
        }
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("SUCCESS");
    }

    /** Without promtool this still finds a rule that has no test. */
    @Test
    void eachAlertHasATestThatFiresItAndOneThatDoesNot() throws Exception {
        Map<String, TreeSet<Boolean>> seen = new TreeMap<>();
        List<JsonNode> tests = new java.util.ArrayList<>();
        for (String file : Monitoring.TESTS) {
            Overlay.read(Monitoring.FOLDER.resolve(file)).path("tests").forEach(tests::add);
        }
        for (JsonNode test : tests) {
            boolean fired = false;
            for (JsonNode step : test.path("promql_expr_test")) {
                Matcher alert = Pattern.compile("alertname=\"(\\w+)\"")
                        .matcher(step.path("expr").textValue());
                assertThat(alert.find()).isTrue();
                boolean fires = step.path("exp_samples").size() > 0;
                if (fires) {
                    fired = true;
                    seen.computeIfAbsent(alert.group(1), name -> new TreeSet<>())
                            .add(true);
                } else if (fired) {
                    seen.get(alert.group(1)).add(false);
                }
            }
        }

        assertThat(seen.keySet()).isEqualTo(alerts());
        assertThat(seen).allSatisfy((alert, results) -> assertThat(results)
                .as("%s fires, and clears after it has fired", alert)
                .hasSize(2));
    }

    @Test
    void theAlertsAreThoseThatOperationsWereTold() throws Exception {
        assertThat(alerts())
                .containsExactlyInAnyOrder(
                        "PassOverdue",
                        "OrganizationNotInStep",
                        "Halted",
                        "DeadLettersGrowing",
                        "RemovalsBlocked",
                        "MappingRefused",
                        "CredentialsRefused",
                        "WriteBackFailing",
                        "DataFolderUnwritable",
                        "ConservationBroken",
                        "ZendeskApiTokenEnds",
                        "BridgeGone",
                        "MissingGroups",
                        "StuckPending",
                        "LedgerLost",
                        "DataFolderFilling",
                        "Unattended",
                        "EventsSilent",
                        "EventsRefused",
                        "EventsFull",
                        "NoReader",
                        "TwoReaders",
                        "PartitionsUnowned",
                        "RecordsUnusable",
                        "PartsRefused",
                        "PartAwaitedTooLong",
                        "CronJobOverdue",
                        "CronJobFailing");
    }

    @Test
    void eachAlertSaysWhatUsersFeelAndLinksToItsPartOfTheRunbook() throws Exception {
        Map<String, String> parts = runbook();

        for (JsonNode rule : Monitoring.rules()) {
            String alert = rule.path("alert").textValue();
            assertThat(rule.at("/labels/severity").textValue()).as(alert).isIn("warning", "critical");
            assertThat(rule.at("/annotations/summary").textValue()).as(alert).endsWith(".");
            assertThat(rule.at("/annotations/description").textValue())
                    .as(alert)
                    .endsWith(".");
            assertThat(rule.at("/annotations/runbook_url").textValue())
                    .isEqualTo("docs/runbook.md#" + alert.toLowerCase(java.util.Locale.ROOT));
        }
        assertThat(parts.keySet()).isEqualTo(alerts());
        assertThat(parts).allSatisfy((alert, text) -> assertThat(text)
                .as(alert)
                .containsSubsequence("**What it means.**", "**How to see it.**", "**What to do.**"));
    }

    @Test
    void everyReasonOfAHaltIsInTheRunbookAndInExactlyOneRule() throws Exception {
        String part = runbook().get("Halted");

        for (HaltReason reason : HaltReason.values()) {
            assertThat(part).contains("`" + reason.text() + "`");
            long rules = Monitoring.rules().stream()
                    .filter(rule -> matches(rule.path("expr").textValue(), reason.text()))
                    .count();
            // A stop needs no rule.
            assertThat(rules).as(reason.text()).isEqualTo(reason == HaltReason.STOPPING ? 0 : 1);
        }
    }

    private static boolean matches(String expression, String reason) {
        return Pattern.compile("reason=~?\"([^\"]+)\"")
                .matcher(expression)
                .results()
                .anyMatch(match -> List.of(match.group(1).split("\\|")).contains(reason));
    }

    @Test
    void whatTheRunbookNamesIsThere() throws Exception {
        String text = Files.readString(RUNBOOK);
        TreeSet<String> anchors = new TreeSet<>();
        for (String alert : runbook().keySet()) {
            anchors.add("#" + alert.toLowerCase(java.util.Locale.ROOT));
        }

        List<String> links = Pattern.compile("]\\(([^)]+)\\)")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(links).isNotEmpty().allSatisfy(link -> {
            if (link.startsWith("#")) {
                assertThat(anchors).contains(link);
            } else {
                assertThat(Path.of("docs").resolve(link.replaceFirst("#.*", "")))
                        .isRegularFile();
            }
        });
        assertThat(Monitoring.named())
                .containsAll(Monitoring.metrics(text).stream()
                        .filter(name -> !name.equals("wfm_bridge_halted_since_timestamp_seconds"))
                        .toList());
    }

    @Test
    void theRulesMakeAPrometheusRule() throws Exception {
        StringBuilder object =
                new StringBuilder(Files.readString(Monitoring.FOLDER.resolve("prometheus-rule.head.yaml")));
        // As docs/deploy.md does with sed.
        Files.readAllLines(Monitoring.FOLDER.resolve("rules.yaml"))
                .forEach(line -> object.append("  ").append(line).append('\n'));
        JsonNode rule = new ObjectMapper(new YAMLFactory()).readTree(object.toString());

        assertThatCode(() -> Strictly.check(rule)).doesNotThrowAnyException();
        assertThat(rule.at("/spec/groups"))
                .isEqualTo(Overlay.read(Monitoring.FOLDER.resolve("rules.yaml")).path("groups"));
    }

    @Test
    void theDashboardIsOneThatGrafanaTakes() throws Exception {
        JsonNode dashboard = Monitoring.dashboard();
        TreeSet<Integer> ids = new TreeSet<>();

        assertThat(dashboard.path("title").textValue()).isEqualTo("wfm-bridge");
        assertThat(dashboard.path("schemaVersion").isInt()).isTrue();
        assertThat(dashboard.path("panels").size()).isPositive();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").intValue())).isTrue();
            assertThat(panel.path("title").textValue()).isNotBlank();
            assertThat(panel.path("description").textValue()).endsWith(".");
            assertThat(panel.path("targets").size()).isPositive();
            for (String side : List.of("h", "w", "x", "y")) {
                assertThat(panel.at("/gridPos/" + side).isInt()).isTrue();
            }
        }
        for (String variable : List.of("datasource", "namespace", "organization")) {
            assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
                    .contains(variable);
        }
        assertThat(dashboard.findValuesAsText("expr"))
                .allSatisfy(expression -> assertThat(expression).contains("$namespace"));
    }

    /** With a thousand organisations, a line for each would be a page that no browser can draw. */
    @Test
    void noPanelDrawsALineForEachOrganisation() throws Exception {
        for (JsonNode panel : Monitoring.dashboard().path("panels")) {
            for (String expression : panel.path("targets").findValuesAsText("expr")) {
                if (expression.contains("by (organization")) {
                    assertThat(expression)
                            .as(panel.path("title").textValue())
                            .matches(
                                    panel.path("type").textValue().equals("table") ? "topk\\(50, .*" : "topk\\(10, .*");
                }
            }
        }
    }

    private static TreeSet<String> alerts() throws IOException {
        TreeSet<String> alerts = new TreeSet<>();
        for (JsonNode rule : Monitoring.rules()) {
            alerts.add(rule.path("alert").textValue());
        }
        return alerts;
    }

    /** Heading → text of each part. */
    private static Map<String, String> runbook() throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        String[] pieces = Files.readString(RUNBOOK).split("(?m)^## ");
        for (int i = 1; i < pieces.length; i++) {
            int end = pieces[i].indexOf('\n');
            parts.put(pieces[i].substring(0, end).strip(), pieces[i].substring(end));
        }
        return parts;
    }
}
