package dev.wfmbridge.cli;

import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Part of a mapping to start from: an entry for each Zendesk group whose name resembles a place's, everything else as comments. It is
 * valid YAML, whatever the names contain.
 */
final class Draft {

    /** A resemblance of this share or more is proposed. */
    private static final double ENOUGH = 0.5;
    /** If two places of one kind are closer than this, neither is proposed. */
    private static final double CLOSE = 0.05;

    /** An organisation's name that needs no quotes, since YAML reads nothing else into it. */
    private static final Pattern WORD = Pattern.compile("(?!(null|true|false)$)[a-z][a-z0-9-]*");

    private final String organization;
    private final Map<String, String> groups;
    private final List<Destination> places;
    private final List<Entry> entries;
    private final Resemblance resemblance;
    private final List<String> remarks = new ArrayList<>();

    /**
     * Where agents can be put in Genesys. Nobody is put into a business unit itself; it is listed for its id.
     *
     * @param target what an entry puts people into; null for a business unit
     * @param name null for what has none
     * @param unit the business unit that it belongs to; null if that is not known
     */
    record Destination(Target target, String id, String name, Destination unit) {

        private String noun() {
            return target == null ? "business unit" : target.noun();
        }

        private String called() {
            return name == null ? id : name;
        }

        private String described() {
            String whole = noun() + " " + printable(called());
            return unit == null ? whole : whole + " of " + printable(unit.called());
        }
    }

    private record Likeness(Destination place, double share) {

        private String text() {
            return place.described() + ", " + Math.round(share * 100) + " %";
        }
    }

    /**
     * @param groups Zendesk's groups, name by id
     * @param entries what the mapping says of the organisation already
     */
    Draft(String organization, Map<String, String> groups, List<Destination> places, List<Entry> entries) {
        this.organization = organization;
        this.groups = groups;
        this.places = places;
        this.entries = entries;
        List<String> names = new ArrayList<>(groups.values());
        places.stream()
                .filter(place -> place.target != null)
                .map(Destination::called)
                .forEach(names::add);
        this.resemblance = new Resemblance(names);
    }

    /** A sentence for the head of the draft. */
    void remark(String sentence) {
        remarks.add(sentence);
    }

    void print(PrintStream out) {
        Map<String, Likeness> proposed = new LinkedHashMap<>();
        Map<String, String> left = new LinkedHashMap<>();
        groups.forEach((id, name) -> {
            String where = mapped(id, name);
            List<Likeness> best = best(name);
            if (where != null) {
                left.put(id, "has an entry already, in " + where);
            } else if (best.isEmpty()) {
                left.put(id, "");
            } else if (best.get(0).share < ENOUGH) {
                left.put(id, "nearest: " + best.get(0).text());
            } else if (best.size() > 1
                    && best.get(1).place.target == best.get(0).place.target
                    && best.get(0).share - best.get(1).share < CLOSE) {
                left.put(
                        id,
                        "choose: " + best.get(0).text() + ", or " + best.get(1).text());
            } else {
                proposed.put(id, best.get(0));
            }
        });
        head(out, proposed.size());
        if (!proposed.isEmpty()) {
            out.println("groups:");
            proposed.forEach((id, likeness) -> entry(out, id, likeness));
        }
        rest(out, proposed, left);
    }

    private void head(PrintStream out, int proposals) {
        out.println("# A draft for organisation " + organization + ": " + groups.size() + " Zendesk groups, "
                + places.stream().filter(place -> place.target != null).count()
                + " places in Genesys, " + proposals + (proposals == 1 ? " entry" : " entries") + " proposed.");
        out.println(
                "# An entry is proposed where the names resemble each other by 50 % or more: the words that both have, each counting");
        out.println(
                "# less the more names have it. Delete what is wrong. Where the mapping is a folder, this can be a file in it; where it is");
        out.println("# one file, put the entries below its groups:. Then run check, and plan.");
        remarks.forEach(remark -> out.println("# " + printable(remark)));
        out.println("version: 1");
    }

    private void entry(PrintStream out, String id, Likeness likeness) {
        Destination place = likeness.place;
        out.println("  # " + printable(groups.get(id)) + "  ~  " + likeness.text());
        out.println("  - zendeskGroup: " + (id.matches("\\d+") ? id : quoted(id)));
        out.println(
                "    organization: " + (WORD.matcher(organization).matches() ? organization : quoted(organization)));
        if (!place.target.isUsual()) {
            out.println("    target: " + place.target.name());
        }
        place.target
                .named(new Place(place.target.name(), place.id, place.unit == null ? null : place.unit.id))
                .forEach((key, value) -> out.println("    " + key + ": " + quoted(value)));
        if (place.target.hasStatus()) {
            out.println("    status: APPROVED");
        }
    }

    private void rest(PrintStream out, Map<String, Likeness> proposed, Map<String, String> left) {
        if (!left.isEmpty()) {
            out.println("#");
            out.println("# Zendesk groups without a proposal:");
            int ids = width(left.keySet());
            int names = width(left.keySet().stream().map(groups::get).toList());
            left.forEach((id, why) -> out.println(
                    ("#   " + padded(id, ids) + "  " + padded(groups.get(id), names) + "  " + why).stripTrailing()));
        }
        Set<Destination> used = new HashSet<>();
        proposed.values().forEach(likeness -> used.add(likeness.place));
        Set<String> mapped = new HashSet<>();
        entries.forEach(entry -> entry.places().forEach(place -> mapped.add(place.id())));
        List<Destination> free = places.stream()
                .filter(place -> !used.contains(place) && !mapped.contains(place.id))
                .toList();
        if (!free.isEmpty()) {
            out.println("#");
            out.println("# In Genesys, without a proposal:");
            int ids = width(free.stream().map(Destination::id).toList());
            int names = width(free.stream().map(Destination::called).toList());
            free.forEach(place -> out.println(("#   " + padded(place.noun(), 15) + "  " + padded(place.id, ids) + "  "
                            + (place.name == null ? "" : padded(place.name, names))
                            + (place.unit == null
                                    ? ""
                                    : "  of business unit " + printable(place.unit.id) + "  "
                                            + printable(place.unit.name)))
                    .stripTrailing()));
        }
    }

    /** The two places whose names resemble this one most, the better one first; fewer if nothing else resembles it. */
    private List<Likeness> best(String name) {
        return places.stream()
                .filter(place -> place.target != null)
                .map(place -> new Likeness(place, resemblance.of(name, place.called())))
                .filter(likeness -> likeness.share > 0)
                .sorted(Comparator.comparingDouble(Likeness::share)
                        .reversed()
                        .thenComparing(likeness -> Targets.installed().all().indexOf(likeness.place.target)))
                .limit(2)
                .toList();
    }

    /** Where the group has an entry already; null if it has none. */
    private String mapped(String id, String name) {
        return entries.stream()
                .filter(entry -> entry.group().toString().equals(entry.group().id() != null ? id : name))
                .map(Entry::where)
                .findFirst()
                .orElse(null);
    }

    private static int width(Collection<String> column) {
        return column.stream().mapToInt(text -> printable(text).length()).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return String.format(Locale.ROOT, "%-" + Math.max(1, width) + "s", printable(text));
    }

    /** On one line, without anything that a terminal or a YAML parser would interpret. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{C}\\p{Z}]+", " ").strip();
    }

    /** As a YAML text that is read as the same text, whatever is in it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (point >= 0x20 && point < 0x7f) {
                quoted.appendCodePoint(point);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\U%08x", point));
            }
        });
        return quoted.append('"').toString();
    }
}
