package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Bodies of the contract's schema {@code Error}. */
final class GenesysErrors {
    private GenesysErrors() {}

    static Answer error(String correlationId, int status, String code, String message) {
        ObjectNode body = Json.object()
                .put("message", message)
                .put("code", code)
                .put("status", status)
                .put("contextId", correlationId);
        body.putArray("details");
        body.putArray("errors");
        return Answer.json(status, body);
    }
}
