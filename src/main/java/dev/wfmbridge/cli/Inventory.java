package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.mapping.Listing;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.pass.OrganizationPass;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an organisation has that the mapping could name, with ids: its business units, and what each target finds.
 * {@code check --list} shows it, {@code draft} proposes entries from it.
 */
final class Inventory implements Listing {

    private final Bridge bridge;
    private final OrganizationPass organization;
    private final boolean thorough;
    private final Consumer<String> remark;
    private final Consumer<String> unread;
    private final Consumer<String> progress;
    private final List<Found> found = new ArrayList<>();
    private List<JsonNode> units;

    /**
     * @param remark takes what people should know of the list, a sentence each
     * @param unread takes what could not be listed
     * @param progress takes what is being read
     */
    Inventory(
            Bridge bridge,
            OrganizationPass organization,
            boolean thorough,
            Consumer<String> remark,
            Consumer<String> unread,
            Consumer<String> progress) {
        this.bridge = bridge;
        this.organization = organization;
        this.thorough = thorough;
        this.remark = remark;
        this.unread = unread;
        this.progress = progress;
    }

    /** Reads it; what cannot be read is no reason to list none of the rest. */
    Inventory read() {
        for (Target target : Targets.installed().all()) {
            progress(target.noun() + "s");
            target.list(this);
        }
        return this;
    }

    List<Found> found() {
        return found;
    }

    /** {@code {"businessUnits": [{"id", "name", "managementUnits": […], "staffingGroups": […]}]}}. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("businessUnits");
        for (JsonNode unit : businessUnits()) {
            ObjectNode one = list.addObject()
                    .put("id", unit.path("id").asText())
                    .put("name", unit.path("name").asText());
            for (Target target : Targets.installed().all()) {
                if (target.listedAs() != null) {
                    ArrayNode places = one.putArray(target.listedAs());
                    of(target, one.get("id").asText()).forEach(place -> {
                        ObjectNode named =
                                places.addObject().put("id", place.id()).put("name", place.name());
                        place.more().forEach(named::put);
                    });
                }
            }
        }
        return json;
    }

    /** One line for each, indented below what it belongs to. */
    void print(PrintStream out) {
        for (JsonNode unit : businessUnits()) {
            String id = unit.path("id").asText();
            out.println("    business unit " + Shape.printable(id) + "  "
                    + Shape.printable(unit.path("name").asText()));
            for (Target target : Targets.installed().all()) {
                of(target, id)
                        .forEach(
                                place -> out.println("      " + target.noun() + " " + Shape.printable(place.id()) + "  "
                                        + Shape.printable(String.valueOf(place.name()))
                                        + (place.more().isEmpty() ? "" : ", only for " + place.more())));
            }
        }
    }

    /** What a target found in a business unit. */
    List<Found> of(Target target, String unit) {
        return found.stream()
                .filter(place -> place.target().equals(target) && unit.equals(place.unit()))
                .toList();
    }

    @Override
    public boolean isThorough() {
        return thorough;
    }

    @Override
    public JsonNode ask(Call call) throws Exception {
        return bridge.read(organization, call.optional());
    }

    @Override
    public JsonNode read(String what, Call call) {
        try {
            return ask(call);
        } catch (Exception failure) {
            unread.accept(what + " cannot be listed: " + Failures.describe(failure));
            return JsonNodeFactory.instance.objectNode();
        }
    }

    @Override
    public Paging paging() {
        return bridge.paging();
    }

    @Override
    public void readAll(String what, Pages pages, Consumer<JsonNode> rows) {
        try {
            bridge.read(organization, pages, rows);
        } catch (Exception failure) {
            unread.accept(what + " cannot be listed: " + Failures.describe(failure));
        }
    }

    @Override
    public List<JsonNode> businessUnits() {
        if (units == null) {
            units = new ArrayList<>();
            read("business units", Call.list("/api/v2/workforcemanagement/businessunits", null, "entities"))
                    .path("entities")
                    .forEach(units::add);
        }
        return units;
    }

    @Override
    public void found(Found place) {
        found.add(place);
    }

    @Override
    public void remark(String sentence) {
        remark.accept(sentence);
    }

    @Override
    public void unread(String what, Exception failure) {
        unread.accept(what + ": " + Findings.explain(organization, failure));
    }

    @Override
    public void progress(String what) {
        progress.accept("reads " + what);
    }
}
