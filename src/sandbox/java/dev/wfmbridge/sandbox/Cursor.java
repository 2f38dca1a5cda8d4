package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;

/** A place in a Zendesk listing: behind the row of this name and id. */
record Cursor(String name, long id) implements Comparable<Cursor> {
    private static final Comparator<Cursor> ORDER =
            Comparator.comparing(Cursor::name).thenComparingLong(Cursor::id);

    static Cursor of(long id) {
        return new Cursor("", id);
    }

    /** The outer form of recorded cursors: base64 of JSON with the order and an opaque value. */
    String text(String order) {
        String value = base64(id + " " + name);
        return base64(new String(Json.bytes(Json.object().put("o", order).put("v", value)), StandardCharsets.UTF_8));
    }

    static Optional<Cursor> parse(String order, String text) {
        try {
            JsonNode node = Json.read(decode(text));
            if (!node.path("o").asText().equals(order)) {
                return Optional.empty();
            }
            String value = decode(node.path("v").asText());
            int blank = value.indexOf(' ');
            return Optional.of(new Cursor(value.substring(blank + 1), Long.parseLong(value.substring(0, blank))));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | JsonProcessingException garbage) {
            return Optional.empty();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }
}
