package dev.wfmbridge.cli;

import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Outcome;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/**
 * What people read after a pass, on standard output. With many organisations those in step are one line together, unless all are asked for.
 */
final class Summary {

    /** So many organisations are a table that one reads. */
    static final int FEW = 20;

    private final Pass pass;
    private final List<OrganizationPass> shown;
    private final List<OrganizationPass> together;

    /** @param all whether each organisation is shown, however many there are */
    Summary(Pass pass, boolean all) {
        this.pass = pass;
        if (all || pass.getOrganizations().size() <= FEW) {
            shown = List.copyOf(pass.getOrganizations());
            together = List.of();
        } else {
            shown = pass.getOrganizations().stream()
                    .filter(organization -> needsAttention(organization, pass))
                    .toList();
            together = pass.getOrganizations().stream()
                    .filter(organization -> !needsAttention(organization, pass))
                    .toList();
        }
    }

    /** Whether somebody should look at it; of a plan also whether a pass would change something. */
    private static boolean needsAttention(OrganizationPass organization, Pass pass) {
        return organization.isHalted()
                || !organization.placeHalts().isEmpty()
                || organization.count(Outcome.HELD) > 0
                || organization.count(Outcome.DEAD_LETTERED) > 0
                || organization.refusedRemovals() > 0
                || (pass.isPlanned() && PlanView.changes(organization) > 0);
    }

    /** The organisations that are shown each. */
    List<OrganizationPass> shown() {
        return shown;
    }

    /** Those that are one line together. */
    List<OrganizationPass> together() {
        return together;
    }

    void print(Path data, PrintStream out) {
        Path here = Path.of("").toAbsolutePath();
        Path dataDir = data.toAbsolutePath().startsWith(here) ? here.relativize(data.toAbsolutePath()) : data;
        out.println("Pass " + pass.getRunId() + ": " + pass.getSource().membershipCount() + " memberships, "
                + pass.getSource().requests() + " requests to Zendesk");
        out.println();
        table(out);
        out.println();
        reasons(out);
        int status = RunReport.exitCode(pass);
        out.println(
                switch (status) {
                    case 0 -> "In step.";
                    case 3 -> "Complete, with dead letters: see " + dataDir.resolve("dead-letter") + ".";
                    case 4 ->
                        "Ended by an error of the bridge itself, " + pass.brokenBy()
                                + ": what is held comes again with the next pass.";
                    default -> "Incomplete: what is held comes again with the next pass.";
                });
        out.println("Balance " + pass.balance() + ". Report: " + dataDir.resolve("runs/latest.json"));
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

    private String step() {
        StringBuilder counts = new StringBuilder();
        for (Outcome outcome : Outcome.values()) {
            long count = sum(organization -> organization.count(outcome));
            if (count > 0) {
                counts.append(counts.isEmpty() ? ": " : ", ")
                        .append(number(count))
                        .append(' ')
                        .append(outcome.text());
            }
        }
        return number(together.size()) + (together.size() == 1 ? " organisation " : " organisations ")
                // What was not read to its end is in step with nothing.
                + (pass.getSource().isComplete() ? "in step" : "without a halt") + counts + "; "
                + number(sum(OrganizationPass::requests)) + " requests. --all shows each.";
    }

    private long sum(ToLongFunction<OrganizationPass> count) {
        return together.stream().mapToLong(count).sum();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private String rows() {
        String[] heads = {
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
            "requests"
        };
        List<String[]> rows = new ArrayList<>();
        rows.add(heads);
        for (OrganizationPass organization : shown) {
            rows.add(new String[] {
                organization.getName(),
                text(organization.mapped()),
                text(organization.count(Outcome.CREATED)),
                text(organization.count(Outcome.ADOPTED)),
                text(organization.count(Outcome.PRESENT)),
                text(organization.count(Outcome.MERGED)),
                text(organization.count(Outcome.DECLINED)),
                text(organization.count(Outcome.RESTORED)),
                text(organization.count(Outcome.HELD)),
                text(organization.count(Outcome.DEAD_LETTERED)),
                text(organization.count(Outcome.SKIPPED)),
                text(organization.requests())
            });
        }
        Column[] columns = new Column[heads.length];
        for (int i = 0; i < heads.length; i++) {
            int column = i;
            int width =
                    rows.stream().mapToInt(row -> row[column].length()).max().orElse(1);
            columns[i] = new Column(width + 2, 0, Column.Overflow.SPAN);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.AUTO), columns);
        rows.forEach(row -> table.addRowValues(row));
        return table.toString();
    }

    private static String text(long number) {
        return String.valueOf(number);
    }

    void reasons(PrintStream out) {
        Map<String, Long> others = new TreeMap<>();
        together.forEach(organization ->
                organization.skipped().forEach((reason, count) -> others.merge(reason, count, Long::sum)));
        skipped("The organisations " + (pass.getSource().isComplete() ? "in step" : "without a halt"), others, out);
        for (OrganizationPass organization : shown) {
            skipped(organization.getName(), organization.skipped(), out);
            if (organization.currentHalt() != null) {
                halt(organization.getName(), organization.currentHalt(), out);
            }
            organization.placeHalts().forEach((place, halt) -> halt(organization.getName() + "/" + place, halt, out));
        }
        if (pass.getSource().currentHalt() != null) {
            halt("Zendesk", pass.getSource().currentHalt(), out);
        }
        pass.warnings().forEach(warning -> out.println("Warning: " + warning));
    }

    private static void skipped(String who, Map<String, Long> reasons, PrintStream out) {
        if (!reasons.isEmpty()) {
            out.println(who + " skipped: "
                    + reasons.toString().replaceAll("[{}]", "").replace("=", " "));
        }
    }

    private static void halt(String what, Halt halt, PrintStream out) {
        out.println(what + " halted, " + halt.reason().text() + ": " + halt.message() + " " + halt.nextStep());
    }
}
