package dev.wfmbridge.target.staffinggroup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.mapping.EntryNode;
import dev.wfmbridge.mapping.Listing;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.segment.SegmentIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Members of a staffing group. */
public final class StaffingGroupTarget implements Target {

    private static final String UNIT = "businessUnitId";
    private static final String GROUP = "staffingGroupId";

    @Override
    public String name() {
        return "staffinggroup";
    }

    @Override
    public String noun() {
        return "staffing group";
    }

    @Override
    public Set<String> keys() {
        return Set.of(UNIT, GROUP);
    }

    @Override
    public List<Place> places(EntryNode entry) {
        String unit = entry.required(UNIT, this);
        String group = entry.required(GROUP, this);
        return unit == null || group == null ? List.of() : List.of(new Place(name(), group, unit));
    }

    @Override
    public Map<String, String> named(Place place) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(UNIT, place.within());
        keys.put(GROUP, place.id());
        return keys;
    }

    @Override
    public Probe probe(Place place) {
        return new Probe(
                noun() + " " + place.id(),
                Call.get(StaffingGroups.path(place), null, "id").optional(),
                group -> group.path("users").size(),
                "members");
    }

    @Override
    public String listedAs() {
        return "staffingGroups";
    }

    @Override
    public void list(Listing listing) {
        for (JsonNode unit : listing.businessUnits()) {
            String in = unit.path("id").asText();
            Call call = Call.list(StaffingGroups.of(in), null, "entities");
            listing.read("staffing groups of business unit " + in, call)
                    .path("entities")
                    .forEach(group -> listing.found(new Listing.Found(
                            this,
                            group.path("id").asText(),
                            group.path("name").asText(),
                            in,
                            group.at("/managementUnit/id").isTextual()
                                    ? Map.of(
                                            "managementUnitId",
                                            group.at("/managementUnit/id").asText())
                                    : Map.of())));
        }
    }

    @Override
    public String needs() {
        return "change staffing groups: proved by the first PATCH; the client's role needs wfm:staffingGroup:edit";
    }

    @Override
    public Object bean(Parts parts) {
        return new StaffingGroups(
                parts.get(SegmentIds.class),
                parts.get(SegmentKeys.class),
                parts.get(Settings.class).get(Property.GENESYS_MAX_ATTEMPTS));
    }
}
