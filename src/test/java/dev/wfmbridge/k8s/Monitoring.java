package dev.wfmbridge.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules and the dashboard, and the names of metrics in them. */
final class Monitoring {
    static final Path FOLDER = Path.of("k8s/monitoring");
    static final Path METRICS = Path.of("docs/metrics.md");
    private static final Pattern METRIC = Pattern.compile("\\b(?:wfm_bridge|camel|jvm|process)_[a-z0-9_]+");

    private Monitoring() {}

    static final List<String> RULES = List.of("rules.yaml", "rules-cronjob.yaml");
    static final List<String> TESTS = List.of("rules.test.yaml", "rules-days.test.yaml", "rules-cronjob.test.yaml");

    /** Each rule, of both files. */
    static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (String file : RULES) {
            for (JsonNode group : Overlay.read(FOLDER.resolve(file)).path("groups")) {
                group.path("rules").forEach(rules::add);
            }
        }
        return rules;
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .readTree(FOLDER.resolve("dashboard.json").toFile());
    }

    /** The expressions of rules and dashboard. */
    static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode rule : rules()) {
            expressions.add(rule.path("expr").textValue());
        }
        expressions.addAll(dashboard().findValuesAsText("expr"));
        return expressions;
    }

    /** Every metric that rules and dashboard name. */
    static Set<String> named() throws IOException {
        return metrics(String.join("\n", expressions()));
    }

    /** Every metric that {@code docs/metrics.md} lists. Some are exposed only where they have something to say. */
    static Set<String> documented() throws IOException {
        return Files.exists(METRICS) ? metrics(Files.readString(METRICS)) : Set.of();
    }

    /** The metrics that a text names. */
    static Set<String> metrics(String text) {
        return METRIC.matcher(text)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
