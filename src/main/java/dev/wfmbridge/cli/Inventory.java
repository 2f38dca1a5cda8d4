package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.pass.OrganizationPass;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What {@code check --list} shows of an organisation: its business units, each with its management units and staffing
 * groups, with the ids that the mapping wants. Costs one call for each of both lists of units, and one a business unit.
 */
final class Inventory {

    private static final String ROOT = "/api/v2/workforcemanagement";
    private static final int PAGE = 100;

    private final Bridge bridge;
    private final OrganizationPass organization;
    private final Consumer<String> warn;

    /** @param warn takes what could not be listed, a sentence each */
    Inventory(Bridge bridge, OrganizationPass organization, Consumer<String> warn) {
        this.bridge = bridge;
        this.organization = organization;
        this.warn = warn;
    }

    /** The lists, {@code {"businessUnits": [{"id", "name", "managementUnits": […], "staffingGroups": […]}]}}. */
    ObjectNode read() {
        ObjectNode found = JsonNodeFactory.instance.objectNode();
        ArrayNode units = found.putArray("businessUnits");
        List<JsonNode> managementUnits = managementUnits();
        for (JsonNode unit : list("business units", Call.list(ROOT + "/businessunits", null, "entities"))) {
            String id = unit.path("id").asText();
            ObjectNode one = named(units, unit);
            ArrayNode inUnit = one.putArray("managementUnits");
            managementUnits.stream()
                    .filter(candidate ->
                            candidate.path("businessUnit").path("id").asText().equals(id))
                    .forEach(candidate -> named(inUnit, candidate));
            ArrayNode groups = one.putArray("staffingGroups");
            String path = ROOT + "/businessunits/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "/staffinggroups";
            for (JsonNode group : list("staffing groups of business unit " + id, Call.list(path, null, "entities"))) {
                ObjectNode named = named(groups, group);
                JsonNode of = group.path("managementUnit").path("id");
                if (of.isTextual()) {
                    named.put("managementUnitId", of.asText());
                }
            }
        }
        return found;
    }

    private List<JsonNode> managementUnits() {
        List<JsonNode> all = new ArrayList<>();
        int page = 1;
        int pages;
        do {
            Call call = Call.list(ROOT + "/managementunits", "pageSize=" + PAGE + "&pageNumber=" + page, "entities");
            JsonNode answer = answer("management units", call);
            answer.path("entities").forEach(all::add);
            pages = answer.path("pageCount").asInt(1);
            page++;
        } while (page <= pages);
        return all;
    }

    private JsonNode list(String what, Call call) {
        return answer(what, call).path("entities");
    }

    /** A list that cannot be read is no reason to show none of the others. */
    private JsonNode answer(String what, Call call) {
        try {
            return bridge.read(organization, call.optional());
        } catch (Exception failure) {
            warn.accept(what + " cannot be listed: " + Failures.describe(failure));
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static ObjectNode named(ArrayNode list, JsonNode thing) {
        return list.addObject()
                .put("id", thing.path("id").asText())
                .put("name", thing.path("name").asText());
    }

    /** One line for each, indented below what it belongs to. */
    static void print(ObjectNode found, PrintStream out) {
        for (JsonNode unit : found.path("businessUnits")) {
            out.println("    business unit " + line(unit));
            unit.path("managementUnits").forEach(one -> out.println("      management unit " + line(one)));
            unit.path("staffingGroups")
                    .forEach(one -> out.println("      staffing group " + line(one)
                            + (one.has("managementUnitId")
                                    ? ", only for management unit "
                                            + one.path("managementUnitId").asText()
                                    : "")));
        }
    }

    private static String line(JsonNode one) {
        return one.path("id").asText() + "  " + one.path("name").asText();
    }
}
