package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/**
 * A Genesys call whose token has proved to be good.
 *
 * @param organization the one that the token belongs to
 * @param correlationId what the answer's ININ-Correlation-Id and an error's contextId say
 */
record GenesysCall(GenesysTenant organization, Request request, String correlationId) {

    /** A page that was asked for. */
    record Page(int size, int number) {
        <T> List<T> cut(List<T> all) {
            long from = Math.min((long) (number - 1) * size, all.size());
            return all.subList((int) from, (int) Math.min(from + size, all.size()));
        }

        int count(int total) {
            return (total + size - 1) / size;
        }
    }

    Answer error(int status, String code, String message) {
        return GenesysErrors.error(correlationId, status, code, message);
    }

    Answer badRequest(String message) {
        return error(400, "bad.request", message);
    }

    Answer invalidValue(String message) {
        return error(400, "invalid.value", message);
    }

    Answer notFound(String message) {
        return error(404, "not.found", message);
    }

    Answer forbidden(String permission) {
        return error(
                403,
                "missing.any.permissions",
                "Unable to perform the requested action. You are missing the following permission(s): " + permission);
    }

    /** The page of a listing: its entities, the counts, and nextUri on each page but the last. */
    <T> Answer page(Page page, List<T> all, Function<T, ObjectNode> json) {
        ObjectNode body = Json.object();
        var entities = body.putArray("entities");
        page.cut(all).forEach(entity -> entities.add(json.apply(entity)));
        body.put("pageSize", page.size());
        body.put("pageNumber", page.number());
        body.put("total", all.size());
        body.put("pageCount", page.count(all.size()));
        if (page.number() < page.count(all.size())) {
            body.put("nextUri", nextUri(page));
        }
        return Answer.json(200, body);
    }

    private String nextUri(Page page) {
        String query = request.query() == null ? "" : request.query();
        String rest = List.of(query.split("&")).stream()
                .filter(pair -> !pair.isEmpty() && !pair.startsWith("pageNumber="))
                .reduce("", (all, pair) -> all + pair + "&");
        return request.path() + "?" + rest + "pageNumber=" + (page.number() + 1);
    }
}
