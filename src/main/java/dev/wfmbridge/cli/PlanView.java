package dev.wfmbridge.cli;

import dev.wfmbridge.http.Call;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.Prediction;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Help.Ansi;

/** A readable plan: segment by segment, grouped by organisation and schedule, and what it would cost. Ids, and names only if given. */
final class PlanView {

    private static final Map<String, String> COLOURS = Map.of(
            "create", "green",
            "adopt", "cyan",
            "restore", "blue",
            "remove", "red",
            "write back", "magenta",
            "skip", "faint",
            "differs", "yellow");

    private final Pass plan;
    private final Summary summary;
    private final Ansi ansi;
    private final PrintStream out;
    private final Map<Long, String> names;

    /**
     * @param names of agents by Zendesk id; empty for ids only
     * @param all whether each organisation is shown, however many there are
     * @param ansi whether colours are wanted; AUTO: on a terminal only
     */
    PlanView(Pass plan, boolean all, Map<Long, String> names, Ansi ansi, PrintStream out) {
        this.plan = plan;
        this.summary = new Summary(RunReport.counts(plan), all, name -> changes(plan.organization(name)) > 0);
        this.ansi = ansi;
        this.out = out;
        this.names = names;
    }

    /** The agents that are listed. */
    static Set<Long> agents(Pass plan) {
        Set<Long> agents = new HashSet<>(plan.writtenBack().keySet());
        for (OrganizationPass organization : plan.getOrganizations()) {
            organization.getMessages().stream()
                    .filter(message -> action(message) != null)
                    .forEach(message -> agents.add(message.agentId()));
            organization
                    .removals()
                    .forEach(candidate -> agents.add(candidate.line().zendeskUserId()));
        }
        return agents;
    }

    /** What a pass would change. */
    static long changes(Pass plan) {
        long segments =
                plan.getOrganizations().stream().mapToLong(PlanView::changes).sum();
        return segments + plan.writtenBack().size();
    }

    /** What a pass would change in an organisation. */
    static long changes(OrganizationPass organization) {
        return organization.removals().size()
                + organization.getMessages().stream()
                        .filter(message -> message.decision() != Action.CONCLUDE)
                        .count();
    }

    void print() {
        summary.shown().forEach(name -> segments(plan.organization(name)));
        writtenBack();
        summary.table(out);
        out.println();
        summary.reasons(out);
        requests();
        long changes = changes(plan);
        out.println(
                changes == 0
                        ? "Nothing was written. A pass would change nothing."
                        : "Nothing was written. A pass would change " + changes
                                + (changes == 1 ? " thing." : " things."));
    }

    private void segments(OrganizationPass organization) {
        Map<String, List<List<String>>> byPlace = new TreeMap<>();
        for (SegmentMessage message : organization.getMessages()) {
            String action = action(message);
            if (action != null) {
                add(
                        byPlace,
                        message.getPlace().id(),
                        List.of(
                                action,
                                agent(message.agentId()),
                                text(message.genesysUserId()),
                                text(message.id()),
                                why(message, action)));
            }
        }
        for (Candidate candidate : organization.removals()) {
            add(
                    byPlace,
                    candidate.line().placeId(),
                    List.of(
                            "remove",
                            agent(candidate.line().zendeskUserId()),
                            candidate.line().userId(),
                            candidate.line().segmentId(),
                            (candidate.deletes() ? "deleted" : "CANCELLED") + ": no entry has the agent any more"));
        }
        byPlace.forEach((place, rows) -> {
            out.println(ansi.string("@|bold " + organization.getName() + " / " + place + "|@"));
            Table table = new Table(ansi).row(List.of("", "Zendesk user", "Genesys user", "segment", ""));
            rows.stream().sorted(Comparator.comparing(row -> row.get(0))).forEach(row -> add(table, row));
            out.println(table);
        });
    }

    private String agent(Long id) {
        String name = names.get(id);
        return name == null ? String.valueOf(id) : id + " " + name;
    }

    private static void add(Map<String, List<List<String>>> byPlace, String place, List<String> row) {
        byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(row);
    }

    private static void add(Table table, List<String> row) {
        table.row(COLOURS.get(row.get(0)), row);
    }

    /** What is listed of a message; null if its segment is there and as the mapping wants it. */
    private static String action(SegmentMessage message) {
        String action = RunReport.action(message);
        return action == null && differs(message) ? "differs" : action;
    }

    private static boolean differs(SegmentMessage message) {
        return message.ending() == Outcome.PRESENT
                && message.getPlace().kind().hasStatus()
                && message.observedStatus() != null
                && !message.observedStatus().equals(message.wantedStatus());
    }

    private static String why(SegmentMessage message, String action) {
        return switch (action) {
            case "create", "restore" -> text(message.wantedStatus());
            case "differs" -> "stays " + message.observedStatus() + "; a new one would be " + message.wantedStatus();
            case "skip" -> message.getOutcome() + (message.reason() == null ? "" : ": " + message.reason());
            default -> text(message.reason());
        };
    }

    private void writtenBack() {
        if (plan.writtenBack().isEmpty()) {
            return;
        }
        out.println(ansi.string("@|bold Zendesk|@"));
        Table table = new Table(ansi).row(List.of("", "Zendesk user", "status"));
        new TreeMap<>(plan.writtenBack())
                .forEach((agent, status) ->
                        add(table, List.of("write back", agent(agent), status.isEmpty() ? "(emptied)" : status)));
        out.println(table);
    }

    private void requests() {
        out.println("Requests that a pass would take, with those that this plan took, and minutes of the quota:");
        Table table = new Table(ansi).row(List.of("", "read", "insert", "change", "remove", "all", "minutes"));
        table.row(row("Zendesk", Prediction.ofZendesk(plan)));
        for (String name : summary.shown()) {
            table.row(row(name, Prediction.of(plan.organization(name))));
        }
        if (!summary.together().isEmpty()) {
            table.row(together());
        }
        out.println(table);
    }

    /** Side by side, so they take as long as the one that takes longest. */
    private List<String> together() {
        Map<Call.Kind, Long> kinds = new EnumMap<>(Call.Kind.class);
        double longest = 0;
        for (String name : summary.together()) {
            Prediction prediction = Prediction.of(plan.organization(name));
            prediction.byKind().forEach((kind, calls) -> kinds.merge(kind, calls, Long::sum));
            longest = Math.max(longest, prediction.minutes());
        }
        long all = kinds.values().stream().mapToLong(Long::longValue).sum();
        return row(summary.together().size() + " others, the longest", kinds, all, longest);
    }

    private static List<String> row(String name, Prediction prediction) {
        return row(name, prediction.byKind(), prediction.total(), prediction.minutes());
    }

    private static List<String> row(String name, Map<Call.Kind, Long> kinds, long all, double minutes) {
        List<String> row = new ArrayList<>(List.of(name));
        for (Call.Kind kind : List.of(Call.Kind.READ, Call.Kind.INSERT, Call.Kind.CHANGE, Call.Kind.REMOVE)) {
            row.add(String.valueOf(kinds.get(kind)));
        }
        row.add(String.valueOf(all));
        row.add(String.format(Locale.ROOT, "%.1f", minutes));
        return row;
    }

    private static String text(String mayBeNull) {
        return mayBeNull == null ? "" : mayBeNull;
    }
}
