package dev.wfmbridge.mapping;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A target that consists of routes alone: docs/adding-a-target.md. */
record RoutesOnly(String name) implements Target {

    static final String PREFIX = "x-";
    private static final String PLACE = "placeId";

    /** Stands for all of them in general messages. */
    static final RoutesOnly ANY = new RoutesOnly(PREFIX + "NAME");

    @Override
    public String noun() {
        return "place";
    }

    @Override
    public Set<String> keys() {
        return Set.of(PLACE, "status", "statusByTag");
    }

    @Override
    public List<Place> places(EntryNode entry) {
        String place = entry.required(PLACE, this);
        return place == null ? List.of() : List.of(new Place(name, place, null));
    }

    @Override
    public Map<String, String> named(Place place) {
        return Map.of(PLACE, place.id());
    }
}
