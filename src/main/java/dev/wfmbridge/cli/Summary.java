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
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/** What people read after a pass, on standard output. */
final class Summary {

    private Summary() {}

    static void print(Pass pass, Path data, PrintStream out) {
        Path here = Path.of("").toAbsolutePath();
        Path dataDir = data.toAbsolutePath().startsWith(here) ? here.relativize(data.toAbsolutePath()) : data;
        out.println("Pass " + pass.getRunId() + ": " + pass.getSource().membershipCount() + " memberships, "
                + pass.getSource().requests() + " requests to Zendesk");
        out.println();
        out.print(table(pass));
        out.println();
        reasons(pass, out);
        int status = RunReport.exitCode(pass);
        out.println(
                switch (status) {
                    case 0 -> "In step.";
                    case 3 -> "Complete, with dead letters: see " + dataDir.resolve("dead-letter") + ".";
                    default -> "Incomplete: what is held comes again with the next pass.";
                });
        out.println("Balance " + pass.balance() + ". Report: " + dataDir.resolve("runs/latest.json"));
    }

    static String table(Pass pass) {
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
        for (OrganizationPass organization : pass.getOrganizations()) {
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

    static void reasons(Pass pass, PrintStream out) {
        for (OrganizationPass organization : pass.getOrganizations()) {
            if (!organization.skipped().isEmpty()) {
                out.println(organization.getName() + " skipped: "
                        + organization
                                .skipped()
                                .toString()
                                .replaceAll("[{}]", "")
                                .replace("=", " "));
            }
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

    private static void halt(String what, Halt halt, PrintStream out) {
        out.println(what + " halted, " + halt.reason().text() + ": " + halt.message() + " " + halt.nextStep());
    }
}
