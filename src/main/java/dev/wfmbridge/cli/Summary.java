package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.report.StoredReport;
import dev.wfmbridge.segment.Outcome;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Predicate;
import picocli.CommandLine.Help.Ansi;

/**
 * The readable summary of a pass, on standard output, made from its report: at the end of the pass, and on request. With
 * many organisations, those in step share one line, unless all are requested.
 */
final class Summary {

    /** Up to this many organisations make a readable table. */
    private static final int FEW = 20;

    private final JsonNode report;
    private final Map<String, JsonNode> shown = new LinkedHashMap<>();
    private final Map<String, JsonNode> together = new LinkedHashMap<>();

    /**
     * @param all whether each organisation is shown, however many there are
     * @throws IllegalArgumentException if it is not a report of a pass
     */
    Summary(JsonNode report, boolean all) {
        this(report, all, name -> false);
    }

    /** @param changes whether a pass would change something in the organisation of this name: then it is shown too */
    Summary(JsonNode report, boolean all, Predicate<String> changes) {
        if (!report.path("runId").isTextual()
                || !report.path("exitCode").isInt()
                || !report.path("zendesk").path("default").isObject()
                || !report.path("organizations").isObject()) {
            throw new IllegalArgumentException("it is not a report of a pass");
        }
        this.report = report;
        boolean each = all || report.path("organizations").size() <= FEW;
        for (Map.Entry<String, JsonNode> organization :
                report.path("organizations").properties()) {
            (each || needsAttention(organization.getValue()) || changes.test(organization.getKey()) ? shown : together)
                    .put(organization.getKey(), organization.getValue());
        }
    }

    /**
     * Prints a report on standard output, for programs or for people.
     *
     * @param data the data folder, for what is to be done next; null if it is elsewhere
     */
    static void show(JsonNode report, boolean json, boolean all, Path data) {
        if (json) {
            System.out.println(report.toPrettyString());
        } else {
            new Summary(report, all).print(data, System.out);
        }
    }

    private static boolean needsAttention(JsonNode organization) {
        return organization.path("halted").isObject()
                || !organization.path("haltedSchedules").isEmpty()
                || organization.path("outcomes").path("held").asLong() > 0
                || organization.path("outcomes").path("dead-lettered").asLong() > 0
                || organization.path("removals").path("refused").asLong() > 0;
    }

    /** The names of the organisations that are shown each. */
    Set<String> shown() {
        return shown.keySet();
    }

    /** The names of those that are one line together. */
    Set<String> together() {
        return together.keySet();
    }

    /**
     * What may be said of organisations that need no attention: unless Zendesk was read to its end, nobody knows
     * whether they are in step.
     */
    private String inStep() {
        JsonNode zendesk = report.path("zendesk").path("default");
        return zendesk.path("incompleteBecause").isTextual()
                        || zendesk.path("halted").isObject()
                ? "without a halt"
                : "in step";
    }

    private String step() {
        StringBuilder counts = new StringBuilder();
        for (Outcome outcome : Outcome.values()) {
            long sum = together.values().stream()
                    .mapToLong(organization -> StoredReport.count(organization, outcome))
                    .sum();
            if (sum > 0) {
                counts.append(counts.isEmpty() ? ": " : ", ")
                        .append(number(sum))
                        .append(' ')
                        .append(outcome.text());
            }
        }
        long requests = together.values().stream()
                .mapToLong(organization -> organization.path("requests").asLong())
                .sum();
        return number(together.size()) + (together.size() == 1 ? " organisation " : " organisations ") + inStep()
                + counts + "; " + number(requests) + " requests. --all shows each.";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    void print(Path data, PrintStream out) {
        Path here = Path.of("").toAbsolutePath();
        Path dataDir = data == null
                ? null
                : data.toAbsolutePath().startsWith(here) ? here.relativize(data.toAbsolutePath()) : data;
        JsonNode zendesk = report.path("zendesk").path("default");
        out.println("Pass " + report.path("runId").asText() + ": "
                + zendesk.path("memberships").asLong() + " memberships, "
                + zendesk.path("requests").asLong() + " requests to Zendesk");
        out.println();
        table(out);
        out.println();
        reasons(out);
        out.println(
                switch (report.path("exitCode").asInt()) {
                    case 0 -> "In step.";
                    case 3 ->
                        "Complete, with dead letters: "
                                + (dataDir == null
                                        ? "wfm-bridge replay --dry-run lists them."
                                        : "see " + dataDir.resolve("dead-letter") + ".");
                    case 4 -> "Ended by an error of the bridge itself: what is held comes again with the next pass.";
                    default -> "Incomplete: what is held comes again with the next pass.";
                });
        out.println("Balance " + report.path("balance").asLong() + ". Report: "
                + (dataDir == null
                        ? "wfm-bridge report " + report.path("runId").asText()
                        : dataDir.resolve("runs/latest.json")));
    }

    /** The line of those in step, and the table of the others. */
    void table(PrintStream out) {
        if (!together.isEmpty()) {
            out.println(step());
        }
        if (!shown.isEmpty()) {
            out.print(rows());
        }
    }

    private Table rows() {
        List<String> heads = new ArrayList<>(List.of("organisation", "mapped"));
        for (Outcome outcome : Outcome.values()) {
            heads.add(outcome == Outcome.DEAD_LETTERED ? "dead" : outcome.text());
        }
        heads.add("requests");
        Table table = new Table(Ansi.AUTO).row(heads);
        shown.forEach((name, organization) -> {
            List<String> row =
                    new ArrayList<>(List.of(name, organization.path("mapped").asText("0")));
            for (Outcome outcome : Outcome.values()) {
                row.add(String.valueOf(StoredReport.count(organization, outcome)));
            }
            row.add(organization.path("requests").asText("0"));
            table.row(row);
        });
        return table;
    }

    void reasons(PrintStream out) {
        Map<String, Long> others = new TreeMap<>();
        together.values().forEach(organization -> organization
                .path("outcomes")
                .path("skipped")
                .properties()
                .forEach(reason ->
                        others.merge(reason.getKey(), reason.getValue().asLong(), Long::sum)));
        skipped("The organisations " + inStep(), others, out);
        for (Map.Entry<String, JsonNode> each : shown.entrySet()) {
            JsonNode organization = each.getValue();
            Map<String, Long> skipped = new LinkedHashMap<>();
            organization
                    .path("outcomes")
                    .path("skipped")
                    .properties()
                    .forEach(reason ->
                            skipped.put(reason.getKey(), reason.getValue().asLong()));
            skipped(each.getKey(), skipped, out);
            halt(each.getKey(), organization.path("halted"), out);
            for (Map.Entry<String, JsonNode> place :
                    organization.path("haltedSchedules").properties()) {
                halt(each.getKey() + "/" + place.getKey(), place.getValue(), out);
            }
        }
        halt("Zendesk", report.path("zendesk").path("default").path("halted"), out);
        report.path("warnings").forEach(warning -> out.println("Warning: " + warning.asText()));
    }

    private static void skipped(String who, Map<String, Long> reasons, PrintStream out) {
        StringJoiner counted = new StringJoiner(", ");
        reasons.forEach((reason, count) -> counted.add(reason + " " + count));
        if (counted.length() > 0) {
            out.println(who + " skipped: " + counted);
        }
    }

    private static void halt(String what, JsonNode halt, PrintStream out) {
        if (halt.isObject()) {
            out.println(what + " halted, " + halt.path("reason").asText() + ": "
                    + halt.path("message").asText() + " "
                    + halt.path("nextStep").asText());
        }
    }
}
