package dev.wfmbridge.target.notebook;

import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.mapping.EntryNode;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.segment.SegmentIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The example of docs/adding-a-target.md: a notebook on a shelf, whose keys of an entry are its own. */
public final class NotebookTarget implements Target {

    @Override
    public String name() {
        return "x-notebook";
    }

    @Override
    public String noun() {
        return "notebook";
    }

    @Override
    public Set<String> keys() {
        return Set.of("shelf", "notebook");
    }

    @Override
    public List<Place> places(EntryNode entry) {
        String shelf = entry.required("shelf", this);
        String notebook = entry.required("notebook", this);
        return shelf == null || notebook == null ? List.of() : List.of(new Place(name(), notebook, shelf));
    }

    @Override
    public Map<String, String> named(Place place) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("shelf", place.within());
        keys.put("notebook", place.id());
        return keys;
    }

    @Override
    public Probe probe(Place place) {
        return new Probe(
                "notebook " + place.id(),
                Call.list("/api/v2/notebooks/" + place.id(), null, "names").optional(),
                answer -> answer.path("names").size(),
                "names");
    }

    @Override
    public String needs() {
        return "write names: proved by the first POST; the client's role needs notebook:name:add";
    }

    @Override
    public Object bean(Parts parts) {
        return new Notebooks(parts.get(SegmentIds.class), parts.get(Deliveries.class));
    }
}
