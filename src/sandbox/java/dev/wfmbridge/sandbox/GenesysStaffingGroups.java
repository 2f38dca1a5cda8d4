package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** {@code /api/v2/workforcemanagement/businessunits/{businessUnitId}/staffinggroups}. */
final class GenesysStaffingGroups {
    private static final String PATH = GenesysUnits.ROOT + "/businessunits/{businessUnitId}/staffinggroups";

    private final Guard guard;

    GenesysStaffingGroups(World world) {
        guard = new Guard(world);
    }

    void register(Routes<GenesysCall> routes) {
        routes.add(
                        "GET",
                        PATH,
                        guard.any((call, variables) -> list(call, variables.get(0)), Permission.VIEW_STAFFING_GROUPS))
                .add(
                        "GET",
                        PATH + "/{staffingGroupId}",
                        guard.any(
                                (call, variables) -> one(call, variables.get(0), variables.get(1)),
                                Permission.VIEW_STAFFING_GROUPS))
                .add(
                        "PATCH",
                        PATH + "/{staffingGroupId}",
                        guard.any(
                                (call, variables) -> change(call, variables.get(0), variables.get(1)),
                                Permission.EDIT_STAFFING_GROUPS));
    }

    private static Answer list(GenesysCall call, String businessUnitId) {
        Workforce workforce = call.organization().workforce();
        if (!workforce.hasBusinessUnit(businessUnitId)) {
            return noBusinessUnit(call);
        }
        Optional<String> unit = call.request().parameter("managementUnitId");
        if (unit.isPresent() && workforce.managementUnit(unit.get()).isEmpty()) {
            return call.error(400, "wfm.validation.management.unit.not.found", "Management unit not found");
        }
        ObjectNode body = Json.object();
        var entities = body.putArray("entities");
        workforce.staffingGroupsOf(businessUnitId).stream()
                .filter(group -> unit.isEmpty() || unit.get().equals(group.managementUnitId()))
                .forEach(group -> entities.add(json(group)));
        return Answer.json(200, body);
    }

    private static Answer one(GenesysCall call, String businessUnitId, String id) {
        Workforce workforce = call.organization().workforce();
        if (!workforce.hasBusinessUnit(businessUnitId)) {
            return noBusinessUnit(call);
        }
        return workforce
                .staffingGroup(businessUnitId, id)
                .map(group -> Answer.json(200, json(group)))
                .orElseGet(() -> noEntity(call));
    }

    private static Answer change(GenesysCall call, String businessUnitId, String id) {
        Workforce workforce = call.organization().workforce();
        if (!workforce.hasBusinessUnit(businessUnitId)) {
            return noBusinessUnit(call);
        }
        Optional<StaffingGroup> group = workforce.staffingGroup(businessUnitId, id);
        if (group.isEmpty()) {
            return noEntity(call);
        }
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty()) {
            return call.badRequest("The request body is not a JSON object");
        }
        if (!body.get().path("metadata").path("version").isInt()) {
            return invalid(call, "metadata.version is required");
        }
        if (body.get().has("planningGroupIds")) {
            return call.badRequest("The sandbox has no planning groups");
        }
        if (body.get().path("metadata").path("version").intValue()
                != group.get().version()) {
            return call.error(409, "wfm.transaction.conflict", "Entity was modified by another request");
        }
        String name = body.get().path("name").asText(group.get().name());
        if (!body.get().hasNonNull("userIds")) {
            return Answer.json(
                    200, json(workforce.replace(group.get(), name, group.get().users())));
        }
        Optional<List<String>> users = ids(body.get().path("userIds").path("values"));
        if (users.isEmpty()) {
            return invalid(call, "userIds.values must be a list of different ids");
        }
        return refusal(call, group.get(), users.get())
                .orElseGet(() -> Answer.json(200, json(workforce.replace(group.get(), name, users.get()))));
    }

    private static Optional<List<String>> ids(JsonNode values) {
        if (!values.isArray()) {
            return Optional.empty();
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.isTextual() || value.textValue().isBlank()) {
                return Optional.empty();
            }
            ids.add(value.textValue());
        }
        return new HashSet<>(ids).size() < ids.size() ? Optional.empty() : Optional.of(ids);
    }

    /** One user who cannot join causes all to be refused, and the answer does not say which. */
    private static Optional<Answer> refusal(GenesysCall call, StaffingGroup group, Collection<String> users) {
        Workforce workforce = call.organization().workforce();
        for (String user : users) {
            if (group.users().contains(user)) {
                continue;
            }
            Optional<Workforce.Refusal> scripted = workforce.refusal(user);
            if (scripted.isPresent()) {
                return Optional.of(call.error(
                        scripted.get().status(), scripted.get().code(), "The request could not be carried out"));
            }
            if (!call.organization().hasUser(user)) {
                return Optional.of(noEntity(call));
            }
            if (!workforce.fits(group, user)) {
                return Optional.of(invalid(call, "A user is not in the group's management unit or business unit"));
            }
        }
        return Optional.empty();
    }

    private static Answer invalid(GenesysCall call, String message) {
        return call.error(400, "wfm.validation.failure", message);
    }

    private static Answer noBusinessUnit(GenesysCall call) {
        return call.error(404, "wfm.business.unit.not.found", "Business unit not found");
    }

    private static Answer noEntity(GenesysCall call) {
        return call.error(
                404,
                "wfm.entity.not.found",
                "One of the requested resources in the path variables was not found, please check the error details for"
                        + " more information");
    }

    private static ObjectNode json(StaffingGroup group) {
        ObjectNode json = Json.object().put("id", group.id()).put("name", group.name());
        var users = json.putArray("users");
        group.users().forEach(user -> users.add(GenesysUnits.user(user)));
        if (group.managementUnitId() != null) {
            json.set("managementUnit", GenesysUnits.managementUnit(group.managementUnitId()));
        }
        json.putArray("planningGroups");
        json.set(
                "metadata",
                Json.object()
                        .put("version", group.version())
                        .put("dateModified", group.dateModified().toString()));
        return json.put(
                "selfUri",
                GenesysUnits.ROOT + "/businessunits/" + group.businessUnitId() + "/staffinggroups/" + group.id());
    }
}
