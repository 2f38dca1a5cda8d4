package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;

/** @param status 200, or 202 for what has only begun */
record Reply(int status, JsonNode body) {

    static Reply of(JsonNode body) {
        return new Reply(200, body);
    }

    static Reply begun(JsonNode body) {
        return new Reply(202, body);
    }
}
