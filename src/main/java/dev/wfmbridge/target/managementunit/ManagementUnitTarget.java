package dev.wfmbridge.target.managementunit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.mapping.EntryNode;
import dev.wfmbridge.mapping.Listing;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.segment.SegmentIds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Agents of a management unit; an agent is in one unit at most. */
public final class ManagementUnitTarget implements Target {

    private static final String UNIT = "managementUnitId";
    private static final String MOVE_FROM = "moveFrom";

    @Override
    public String name() {
        return "managementunit";
    }

    @Override
    public String noun() {
        return "management unit";
    }

    @Override
    public boolean isExclusive() {
        return true;
    }

    @Override
    public Set<String> keys() {
        return Set.of(UNIT, MOVE_FROM);
    }

    @Override
    public List<Place> places(EntryNode entry) {
        String unit = entry.required(UNIT, this);
        return unit == null ? List.of() : List.of(new Place(name(), unit, null));
    }

    /** The {@link MoveFrom} of the entry. */
    @Override
    public Object options(EntryNode entry) {
        JsonNode node = entry.json().path(MOVE_FROM);
        if (node.isMissingNode() || node.asText().equals("none")) {
            return MoveFrom.NONE;
        }
        if (node.asText().equals("any")) {
            return MoveFrom.ANY;
        }
        Set<String> units = new LinkedHashSet<>();
        boolean texts = node.isArray() && !node.isEmpty();
        for (JsonNode unit : node) {
            texts = texts
                    && unit.isTextual()
                    && !unit.textValue().isBlank()
                    && units.add(unit.textValue().strip());
        }
        if (!texts) {
            entry.problem(
                    MOVE_FROM,
                    MOVE_FROM + " is neither none nor any nor a list of different unit ids",
                    "Write one of these.");
        }
        return new MoveFrom(false, units);
    }

    @Override
    public Map<String, String> named(Place place) {
        return Map.of(UNIT, place.id());
    }

    @Override
    public Probe probe(Place place) {
        return new Probe(
                noun() + " " + place.id(),
                ManagementUnits.usersOf(place.id()).optional(),
                users -> users.path("entities").size(),
                "agents");
    }

    @Override
    public String listedAs() {
        return "managementUnits";
    }

    @Override
    public void list(Listing listing) {
        listing.readAll("management units", ManagementUnits.units(listing.paging()), answer -> answer.path("entities")
                .forEach(unit -> listing.found(new Listing.Found(
                        this,
                        unit.path("id").asText(),
                        unit.path("name").asText(),
                        unit.path("businessUnit").path("id").asText(),
                        Map.of()))));
    }

    @Override
    public String needs() {
        return "move agents: proved by the first POST; the client's role needs wfm:agent:edit";
    }

    @Override
    public Object bean(Parts parts) {
        return new ManagementUnits(
                parts.get(SegmentIds.class),
                parts.get(SegmentKeys.class),
                parts.get(Deliveries.class),
                parts.get(Paging.class));
    }
}
