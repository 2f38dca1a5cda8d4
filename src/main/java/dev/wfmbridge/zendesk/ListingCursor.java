package dev.wfmbridge.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.UnexpectedAnswerException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Where the reading of a Zendesk listing stands. A listing is read to its end or fails: none is followed for ever. */
public final class ListingCursor {

    private final Set<String> seen = new HashSet<>();
    private String next = "";

    /** The part of the next page's query that names its place; empty for the first page. */
    public String query() {
        return next.isEmpty() ? "" : "&page%5Bafter%5D=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }

    /**
     * Takes what a page says of the next one.
     *
     * @return whether there is one
     * @throws UnexpectedAnswerException if the page does not say, or names a place that was read already or none
     */
    public boolean follow(JsonNode page) throws UnexpectedAnswerException {
        JsonNode more = page.path("meta").path("has_more");
        if (!more.isBoolean()) {
            throw new UnexpectedAnswerException("a page does not say whether there are more");
        }
        if (!more.asBoolean()) {
            return false;
        }
        next = page.path("meta").path("after_cursor").asText("");
        if (next.isEmpty()) {
            throw new UnexpectedAnswerException("a page says that there are more, and has no cursor");
        }
        if (!seen.add(next)) {
            throw new UnexpectedAnswerException("a page's cursor came before, so the listing would never end");
        }
        return true;
    }
}
