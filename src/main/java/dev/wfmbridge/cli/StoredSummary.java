package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/** What {@link Summary} said after a pass, word for word, made of the report that the pass left behind. */
final class StoredSummary {

    /** The columns, each with the outcome that it counts; the others stand in the report itself. */
    private static final List<String> OUTCOMES =
            List.of("created", "adopted", "present", "merged", "declined", "restored", "held", "dead-lettered");

    private static final List<String> HEADS = List.of(
            "organisation",
            "mapped",
            "created",
            "adopted",
            "present",
            "merged",
            "declined",
            "restored",
            "held",
            "dead",
            "skipped",
            "requests");

    private final JsonNode report;

    /** @throws IllegalArgumentException if it is no report of a pass */
    StoredSummary(JsonNode report) {
        if (!report.path("runId").isTextual()
                || !report.path("exitCode").isInt()
                || !report.path("zendesk").path("default").isObject()
                || !report.path("organizations").isObject()) {
            throw new IllegalArgumentException("it is no report of a pass");
        }
        this.report = report;
    }

    void print(Path data, PrintStream out) {
        Path here = Path.of("").toAbsolutePath();
        Path dataDir = data.toAbsolutePath().startsWith(here) ? here.relativize(data.toAbsolutePath()) : data;
        JsonNode zendesk = report.path("zendesk").path("default");
        out.println("Pass " + report.path("runId").asText() + ": "
                + zendesk.path("memberships").asLong() + " memberships, "
                + zendesk.path("requests").asLong() + " requests to Zendesk");
        out.println();
        out.print(table());
        out.println();
        reasons(out);
        out.println(
                switch (report.path("exitCode").asInt()) {
                    case 0 -> "In step.";
                    case 3 -> "Complete, with dead letters: see " + dataDir.resolve("dead-letter") + ".";
                    default -> "Incomplete: what is held comes again with the next pass.";
                });
        out.println("Balance " + report.path("balance").asLong() + ". Report: " + dataDir.resolve("runs/latest.json"));
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADS);
        for (Map.Entry<String, JsonNode> each : report.path("organizations").properties()) {
            JsonNode organization = each.getValue();
            List<String> row = new ArrayList<>();
            row.add(each.getKey());
            row.add(organization.path("mapped").asText("0"));
            OUTCOMES.forEach(outcome ->
                    row.add(organization.path("outcomes").path(outcome).asText("0")));
            row.add(String.valueOf(count(organization.path("outcomes"), "skipped")));
            row.add(organization.path("requests").asText("0"));
            rows.add(row);
        }
        Column[] columns = new Column[HEADS.size()];
        for (int i = 0; i < columns.length; i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(1);
            columns[i] = new Column(width + 2, 0, Column.Overflow.SPAN);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.AUTO), columns);
        rows.forEach(row -> table.addRowValues(row.toArray(String[]::new)));
        return table.toString();
    }

    /** How many ended so; skipped ones are counted by their reasons. */
    static long count(JsonNode outcomes, String outcome) {
        JsonNode counted = outcomes.path(outcome);
        long sum = counted.asLong();
        for (JsonNode reason : counted) {
            sum += reason.asLong();
        }
        return sum;
    }

    private void reasons(PrintStream out) {
        for (Map.Entry<String, JsonNode> each : report.path("organizations").properties()) {
            JsonNode organization = each.getValue();
            StringJoiner skipped = new StringJoiner(", ");
            for (Map.Entry<String, JsonNode> reason :
                    organization.path("outcomes").path("skipped").properties()) {
                skipped.add(reason.getKey() + " " + reason.getValue().asLong());
            }
            if (skipped.length() > 0) {
                out.println(each.getKey() + " skipped: " + skipped);
            }
            halt(each.getKey(), organization.path("halted"), out);
            for (Map.Entry<String, JsonNode> place :
                    organization.path("haltedSchedules").properties()) {
                halt(each.getKey() + "/" + place.getKey(), place.getValue(), out);
            }
        }
        halt("Zendesk", report.path("zendesk").path("default").path("halted"), out);
        report.path("warnings").forEach(warning -> out.println("Warning: " + warning.asText()));
    }

    private static void halt(String what, JsonNode halt, PrintStream out) {
        if (halt.isObject()) {
            out.println(what + " halted, " + halt.path("reason").asText() + ": "
                    + halt.path("message").asText() + " "
                    + halt.path("nextStep").asText());
        }
    }
}
