package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** {@code /api/v2/workforcemanagement/agents}: moves between management units, and which unit an agent is in. */
final class GenesysAgents {
    private static final String PATH = GenesysUnits.ROOT + "/agents";

    private final Guard guard;

    GenesysAgents(World world) {
        guard = new Guard(world);
    }

    void register(Routes<GenesysCall> routes) {
        routes.add("POST", PATH, guard.any((call, variables) -> move(call), Permission.EDIT_AGENTS))
                .add(
                        "GET",
                        PATH + "/{agentId}/managementunit",
                        guard.any((call, variables) -> unit(call, variables.get(0)), Permission.VIEW_AGENTS));
    }

    /** The business unit is returned only on request, as the vendor's definition says. */
    private static Answer unit(GenesysCall call, String userId) {
        Optional<Workforce.ManagementUnit> unit =
                call.organization().workforce().unitOf(userId);
        if (unit.isEmpty()) {
            return call.error(404, "wfm.entity.not.found", "The requested agent is not in a management unit");
        }
        ObjectNode body = Json.object();
        body.set("user", GenesysUnits.user(userId));
        body.set("managementUnit", GenesysUnits.managementUnit(unit.get().id()));
        if (call.request().list("expand").contains("businessUnit")) {
            body.set("businessUnit", GenesysUnits.businessUnit(unit.get().businessUnitId()));
        }
        return Answer.json(200, body);
    }

    /** Results do not come in the order of the request. A destination that is left out is one that is null. */
    private static Answer move(GenesysCall call) {
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty()) {
            return call.badRequest("The request body is not a JSON object");
        }
        JsonNode destination = body.get().path("destinationManagementUnitId");
        boolean out = destination.isMissingNode() || destination.isNull();
        if (!out && !destination.isTextual()) {
            return call.badRequest("destinationManagementUnitId must be a string or null");
        }
        JsonNode asked = body.get().path("userIds");
        List<String> users = new ArrayList<>();
        asked.forEach(user -> users.add(user.isTextual() ? user.textValue() : ""));
        if (!asked.isArray() || users.isEmpty() || new HashSet<>(users).size() < users.size()) {
            return call.error(400, "constraint.validation", "userIds must hold different ids, one at least");
        }
        if (users.stream().anyMatch(String::isBlank)) {
            return call.error(400, "wfm.ids.may.not.be.blank", "One or more user IDs was passed in as a blank value");
        }
        return move(call, users, out ? null : destination.textValue());
    }

    private static Answer move(GenesysCall call, List<String> users, String destination) {
        GenesysTenant organization = call.organization();
        Workforce workforce = organization.workforce();
        if (destination != null && workforce.forbidden(destination)) {
            return call.error(
                    403,
                    "wfm.permission.failure",
                    "The user is not authorized to make the request because they are not authorized for the division of"
                            + " the business unit nor for the requested management units");
        }
        boolean noSuchUnit =
                destination != null && workforce.managementUnit(destination).isEmpty();
        if (noSuchUnit && workforce.unknownUnitRefusesCall()) {
            return call.error(404, "wfm.management.unit.not.found", "Management unit not found");
        }
        if (users.stream().anyMatch(user -> !organization.hasUser(user))) {
            return call.error(
                    404,
                    "user.ids.not.found",
                    "One of the requested resources in the request body was not found, please check the error details for"
                            + " more information");
        }
        List<ObjectNode> results = new ArrayList<>();
        for (String user : users) {
            workforce.move(user, destination).ifPresent(result -> results.add(result(user, result)));
        }
        Collections.reverse(results);
        ObjectNode answer = Json.object();
        if (destination != null) {
            answer.set("destinationManagementUnit", GenesysUnits.managementUnit(destination));
        }
        answer.putArray("results").addAll(results);
        return Answer.json(202, answer);
    }

    private static ObjectNode result(String userId, MoveResult result) {
        ObjectNode json = Json.object();
        json.set("user", GenesysUnits.user(userId));
        return json.put("result", result.published());
    }
}
