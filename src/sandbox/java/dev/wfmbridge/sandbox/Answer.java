package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What a server sends back. */
record Answer(int status, Map<String, String> headers, byte[] body) {

    static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.bytes(body));
    }

    static Answer text(int status, Map<String, String> headers, String body) {
        return new Answer(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }

    static Answer gatewayPage(int status) {
        String page = "<html>\n<head><title>%d</title></head>\n<body><center><h1>%d</h1></center>\n</body>\n</html>\n"
                .formatted(status, status);
        return text(status, Map.of("Content-Type", "text/html"), page);
    }

    /** 32 hexadecimal digits that tell this body from others. */
    String bodyDigest() {
        return UUID.nameUUIDFromBytes(body).toString().replace("-", "");
    }

    /** The same answer with further headers; its own win. */
    Answer with(Map<String, String> further) {
        Map<String, String> all = new LinkedHashMap<>(further);
        all.keySet().removeIf(name -> headers.keySet().stream().anyMatch(name::equalsIgnoreCase));
        all.putAll(headers);
        return new Answer(status, all, body);
    }
}
