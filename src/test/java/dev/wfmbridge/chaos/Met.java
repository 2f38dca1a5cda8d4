package dev.wfmbridge.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what the schedules met: a kind of fault that no call ran into proves nothing. */
final class Met {

    /** What is neither a fault nor an event of a schedule, and has to be met all the same. */
    enum Situation {
        NO_INSTANCE,
        INSTANCE,
        TWO_SCHEDULES_FOR_ONE_ENTRY,
        TWO_AGENTS_ONE_GENESYS_USER,
        ANOTHER_AGENT_JOINED_WHILE_READING,
        SEGMENT_OF_AN_ADDRESS_HANDED_ON,
        GROUP_READ_ANEW_TO_ITS_SECOND_PAGE,
        LISTING_OF_SEVERAL_PAGES,
        REMOVED,
        AS_MANY_REMOVED_AS_MAY_BE,
        REMOVALS_REFUSED,
        RESTORED,
        ADOPTED,
        DECLINED,
        DEAD_LETTERED,
        HELD,
        STATUS_WRITTEN,
        STAYED_UP_FOR_THE_CALM_PASS,
        EVENT_LOST,
        EVENT_TWICE,
        EVENT_TOO_EARLY,
        CREATED_FOR_AN_EVENT
    }

    private final Map<Enum<?>, Integer> counts =
            new TreeMap<>((one, other) -> name(one).compareTo(name(other)));

    synchronized void met(Enum<?> what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** What was met not once. */
    synchronized List<String> missing() {
        List<Enum<?>> all = new ArrayList<>(List.of(Woe.values()));
        all.addAll(List.of(Schedule.What.values()));
        all.addAll(List.of(Situation.values()));
        return missing(all);
    }

    /** Which kind of fault, of event and of what happens to processes was met not once. */
    synchronized List<String> missingOfProcesses() {
        List<Enum<?>> all = new ArrayList<>(List.of(Woe.values()));
        all.addAll(List.of(Schedule.What.values()));
        all.addAll(List.of(ThreeProcesses.Blow.values()));
        return missing(all);
    }

    private List<String> missing(List<Enum<?>> all) {
        return all.stream()
                .filter(what -> !counts.containsKey(what))
                .map(Met::name)
                .toList();
    }

    synchronized String text() {
        StringBuilder text = new StringBuilder();
        String kind = "";
        for (Map.Entry<Enum<?>, Integer> count : counts.entrySet()) {
            String of = kind(count.getKey());
            text.append(of.equals(kind) ? ", " : "\n  " + of + ": ")
                    .append(count.getKey())
                    .append(' ')
                    .append(count.getValue());
            kind = of;
        }
        return text.toString();
    }

    private static String kind(Enum<?> what) {
        return what instanceof Woe
                ? "faults"
                : what instanceof Schedule.What
                        ? "events"
                        : what instanceof ThreeProcesses.Blow ? "blows" : "situations";
    }

    private static String name(Enum<?> what) {
        return kind(what) + " " + what.name();
    }
}
