package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * {@code /api/v2/workforcemanagement/businessunits} and {@code …/managementunits}: the lists, and a unit's users. None of
 * them has pages.
 */
final class GenesysUnits {
    static final String ROOT = "/api/v2/workforcemanagement";

    private final Guard guard;

    GenesysUnits(World world) {
        guard = new Guard(world);
    }

    void register(Routes<GenesysCall> routes) {
        routes.add("GET", ROOT + "/businessunits", guard.any((call, variables) -> businessUnits(call)))
                .add("GET", ROOT + "/managementunits", guard.any((call, variables) -> managementUnits(call)))
                .add(
                        "GET",
                        ROOT + "/managementunits/{managementUnitId}/users",
                        guard.any(
                                (call, variables) -> users(call, variables.get(0)),
                                Permission.VIEW_AGENTS,
                                Permission.VIEW_STAFFING_GROUPS));
    }

    private static Answer businessUnits(GenesysCall call) {
        ObjectNode body = Json.object();
        var entities = body.putArray("entities");
        for (Workforce.BusinessUnit unit : call.organization().workforce().businessUnits()) {
            entities.add(businessUnit(unit.id()).put("name", unit.name()).put("authorized", true));
        }
        return Answer.json(200, body);
    }

    private static Answer managementUnits(GenesysCall call) {
        ObjectNode body = Json.object();
        var entities = body.putArray("entities");
        for (Workforce.ManagementUnit unit : call.organization().workforce().managementUnits()) {
            ObjectNode entity = managementUnit(unit.id()).put("name", unit.name());
            entity.set("businessUnit", businessUnit(unit.businessUnitId()));
            entities.add(entity);
        }
        return Answer.json(200, body);
    }

    private static Answer users(GenesysCall call, String unitId) {
        Workforce workforce = call.organization().workforce();
        if (workforce.managementUnit(unitId).isEmpty()) {
            return call.error(404, "wfm.management.unit.not.found", "Management unit not found");
        }
        if (workforce.forbidden(unitId)) {
            return call.error(
                    403,
                    "missing.division.permission",
                    "Unable to perform the requested action. You are missing the following permission '"
                            + Permission.VIEW_AGENTS.published() + "' in the provided division(s).");
        }
        ObjectNode body = Json.object();
        var entities = body.putArray("entities");
        workforce.usersOf(unitId).forEach(user -> entities.add(user(user)));
        return Answer.json(200, body);
    }

    static ObjectNode businessUnit(String id) {
        return Json.object().put("id", id).put("selfUri", ROOT + "/businessunits/" + id);
    }

    static ObjectNode managementUnit(String id) {
        return Json.object().put("id", id).put("selfUri", ROOT + "/managementunits/" + id);
    }

    static ObjectNode user(String id) {
        return Json.object().put("id", id).put("selfUri", "/api/v2/users/" + id);
    }
}
