package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A call on its way through a server.
 *
 * @param commitLag how much later than its POST a segment is to become visible; {@code null}: at once
 */
record Request(
        String method,
        String path,
        String query,
        Map<String, String> parameters,
        Map<String, String> headers,
        String body,
        Duration commitLag) {

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    /** A user name and a password. */
    record Credentials(String name, String password) {}

    static Request read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                query,
                form(query),
                Map.copyOf(headers),
                body,
                null);
    }

    static Map<String, String> form(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return values;
        }
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.put(decode(name), decode(value));
        }
        return values;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Request committingLate(Duration lag) {
        return new Request(method, path, query, parameters, headers, body, lag);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** A whole number between the bounds; empty if it is something else. */
    OptionalInt number(String name, int standard, int least, int most) {
        String text = parameters.get(name);
        if (text == null) {
            return OptionalInt.of(standard);
        }
        if (!text.matches("\\d{1,9}")) {
            return OptionalInt.empty();
        }
        int value = Integer.parseInt(text);
        return value < least || value > most ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** The values of a comma-separated parameter, none if it is missing. */
    List<String> list(String name) {
        String text = parameters.getOrDefault(name, "");
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    /** The body, if it is a JSON object. */
    Optional<JsonNode> json() {
        try {
            JsonNode node = Json.read(body);
            return node != null && node.isObject() ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException malformed) {
            return Optional.empty();
        }
    }

    Optional<String> bearer() {
        return authorization(BEARER);
    }

    Optional<Credentials> basic() {
        return authorization(BASIC).flatMap(encoded -> {
            String text;
            try {
                text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
        });
    }

    boolean anonymous() {
        return !headers.containsKey("authorization");
    }

    private Optional<String> authorization(String scheme) {
        String header = headers.getOrDefault("authorization", "");
        return header.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? Optional.of(header.substring(scheme.length()).trim())
                : Optional.empty();
    }
}
