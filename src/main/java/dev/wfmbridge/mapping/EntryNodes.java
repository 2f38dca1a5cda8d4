package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Spelling;
import dev.wfmbridge.mapping.MappingPart.Spot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The entries of all files, in their order; whatever must be unique across files is kept with the place where it first appeared. */
final class EntryNodes {

    private final List<Entry> entries = new ArrayList<>();
    private final Map<List<Object>, Spot> seen = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<Object, Object> shared = new HashMap<>();

    /** An entry's organisation, which may be defined in a later file. */
    private record Reference(String organization, Spot spot) {}

    List<Entry> all() {
        return entries;
    }

    /** When all files are read: entries of organisations that none of them defines. */
    List<Problem> undefined(Set<String> organizations) {
        List<Problem> problems = new ArrayList<>();
        for (Reference reference : references) {
            if (!organizations.contains(reference.organization())) {
                problems.add(new Problem(
                        reference.spot().file(),
                        reference.spot().line(),
                        "organisation \"" + reference.organization() + "\" is not defined",
                        new Spelling(organizations)
                                .question(reference.organization())
                                .orElse("Define it under organizations:, or correct the name.")));
            }
        }
        return problems;
    }

    /** Takes the entries of a file; an organisation not known yet may be defined in a later one. */
    void take(MappingPart part, JsonNode node, Map<String, Organization> organizations) {
        int[] lines = part.tree().linesIn(node);
        int before = entries.size();
        for (int i = 0; i < node.size(); i++) {
            JsonNode json = node.get(i);
            String pointer = "/groups/" + i;
            if (!json.isObject()) {
                continue;
            }
            String organization = MappingPart.text(json, "organization");
            Organization defined = organization == null ? null : organizations.get(organization);
            if (defined != null) {
                // One string shared by all entries of an organisation.
                organization = defined.name();
            } else if (organization != null) {
                references.add(new Reference(organization, part.spot(part.line(pointer + "/organization"))));
            }
            EntryNode entry = new EntryNode(part, pointer, json);
            Target target = target(json);
            String status = entry.text("status");
            List<Place> places = target == null ? List.of() : places(entry, target);
            GroupRef group = group(json.path("zendeskGroup"));
            if (group == null || organization == null || places.isEmpty()) {
                continue;
            }
            for (Place place : places) {
                Spot first =
                        seen.putIfAbsent(List.of(group, organization, target.name(), place.id()), part.spot(lines[i]));
                if (first != null) {
                    entry.problem(
                            "zendeskGroup",
                            "group \"" + group + "\" is mapped to \"" + place.id() + "\" of organisation \""
                                    + organization + "\" a second time, first " + first.seenFrom(part.name()),
                            "Delete one of the two entries.");
                }
            }
            Object options = target.options(entry);
            entries.add(new Entry(
                    before + i,
                    part.name(),
                    lines[i],
                    group,
                    organization,
                    target.name(),
                    places,
                    status == null ? null : shared(status, status),
                    statusByTag(json.path("statusByTag")),
                    tags(json.path("withTags")),
                    tags(json.path("withoutTags")),
                    json.path("absent").asBoolean(),
                    options == null ? null : shared(options, options)));
        }
    }

    private static GroupRef group(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? new GroupRef(node.longValue(), null) : null;
        }
        if (!node.isTextual() || node.textValue().isBlank()) {
            return null;
        }
        return GroupRef.of(node.textValue().strip());
    }

    /** The target that the entry names or implies; null if there is none of this name, which the schema reports. */
    private Target target(JsonNode json) {
        String named = json.has("target")
                ? MappingPart.text(json, "target")
                : Targets.installed().usual().name();
        return named == null ? null : Targets.installed().of(shared(named, named));
    }

    private static List<Place> places(EntryNode entry, Target target) {
        foreignKeys(entry, target);
        return target.places(entry);
    }

    private static void foreignKeys(EntryNode entry, Target target) {
        List<Target> all = new ArrayList<>(Targets.installed().all());
        all.add(RoutesOnly.ANY);
        Set<String> told = new HashSet<>(target.keys());
        for (Target other : all) {
            other.keys().stream()
                    .filter(entry.json()::has)
                    .sorted()
                    .filter(told::add)
                    .forEach(key -> entry.problem(
                            key,
                            key + " belongs to target " + other.name() + ", and this entry's target is "
                                    + target.name(),
                            "Delete it, or write target: " + other.name() + "."));
        }
    }

    /** There are many entries, most of them alike: one object for all that are equal. */
    @SuppressWarnings("unchecked")
    private <T> T shared(Object key, T value) {
        T first = (T) shared.putIfAbsent(key, value);
        return first == null ? value : first;
    }

    private Map<String, String> statusByTag(JsonNode node) {
        Map<String, String> statuses = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> statuses.putIfAbsent(
                        field.getKey().strip().toLowerCase(Locale.ROOT),
                        field.getValue().asText()));
        return statuses.isEmpty()
                ? Map.of()
                : shared(List.copyOf(statuses.entrySet()), Collections.unmodifiableMap(statuses));
    }

    private Set<String> tags(JsonNode node) {
        Set<String> tags = new LinkedHashSet<>();
        node.forEach(tag -> tags.add(tag.asText().strip().toLowerCase(Locale.ROOT)));
        return tags.isEmpty() ? Set.of() : shared(List.copyOf(tags), Collections.unmodifiableSet(tags));
    }
}
