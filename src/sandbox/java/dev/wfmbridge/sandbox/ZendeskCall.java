package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A Zendesk call.
 *
 * @param path without the {@code .json} that each path may end in
 * @param callerId the user whom the credentials belong to; {@code null}: there are none
 * @param mayWrite whether the token's scope covers it
 */
record ZendeskCall(Request request, String path, Long callerId, boolean mayWrite, String publicHost) {
    private static final int LARGEST_PAGE = 100;
    private static final int LAST_OFFSET_PAGE = 100;

    static Answer error(int status, String error, String description) {
        return Answer.json(status, Json.object().put("error", error).put("description", description));
    }

    static Answer notFound() {
        return error(404, "RecordNotFound", "Not found");
    }

    /**
     * A listing (contract, Reading): paged by cursor if {@code page[size]} is sent, else by offset.
     *
     * @param name of the field that holds the rows
     * @param order what the cursors say they are ordered by
     * @param rows all rows, ordered by their keys
     * @param sideLoad adds to the body what the page's rows name
     */
    <T> Answer list(
            String name,
            String order,
            List<T> rows,
            Function<T, Cursor> key,
            Function<T, ObjectNode> json,
            boolean repeatLastRow,
            SideLoad<T> sideLoad) {
        if (request.parameters().containsKey("page[size]")) {
            return byCursor(name, order, rows, key, json, repeatLastRow, sideLoad);
        }
        return byOffset(name, rows, json, sideLoad);
    }

    /** Adds side-loaded lists to a page's body. */
    @FunctionalInterface
    interface SideLoad<T> {
        void add(ObjectNode body, List<T> page);
    }

    private <T> Answer byCursor(
            String name,
            String order,
            List<T> rows,
            Function<T, Cursor> key,
            Function<T, ObjectNode> json,
            boolean repeatLastRow,
            SideLoad<T> sideLoad) {
        OptionalInt size = request.number("page[size]", LARGEST_PAGE, 1, LARGEST_PAGE);
        if (size.isEmpty()) {
            return error(400, "InvalidPaginationParameter", "page[size] must be between 1 and " + LARGEST_PAGE);
        }
        int from = 0;
        String after = request.parameters().get("page[after]");
        if (after != null) {
            Cursor cursor = Cursor.parse(order, after).orElse(null);
            if (cursor == null) {
                return error(400, "InvalidPaginationParameter", "page[after] is not valid");
            }
            while (from < rows.size() && key.apply(rows.get(from)).compareTo(cursor) <= 0) {
                from++;
            }
        }
        int to = Math.min(rows.size(), from + size.getAsInt());
        List<T> page = rows.subList(repeatLastRow && from > 0 ? from - 1 : from, to);
        ObjectNode body = Json.object();
        var array = body.putArray(name);
        page.forEach(row -> array.add(json.apply(row)));
        sideLoad.add(body, page);
        String first = page.isEmpty() ? null : key.apply(page.get(0)).text(order);
        String last =
                page.isEmpty() ? null : key.apply(page.get(page.size() - 1)).text(order);
        body.putObject("meta")
                .put("has_more", to < rows.size())
                .put("after_cursor", last)
                .put("before_cursor", first);
        body.putObject("links").put("prev", link("before", first)).put("next", link("after", last));
        return Answer.json(200, body);
    }

    private String link(String direction, String cursor) {
        if (cursor == null) {
            return null;
        }
        StringBuilder query = new StringBuilder();
        Consumer<String> add = pair -> query.append(query.isEmpty() ? "?" : "&").append(pair);
        request.parameters().forEach((name, value) -> {
            if (!name.equals("page[after]") && !name.equals("page[before]") && !name.equals("page[size]")) {
                add.accept(encode(name) + "=" + encode(value));
            }
        });
        add.accept(encode("page[" + direction + "]") + "=" + encode(cursor));
        add.accept(encode("page[size]") + "=" + request.parameters().get("page[size]"));
        return publicHost + path + ".json" + query;
    }

    /** Offset paging: {@code page} and {@code per_page}, and no deeper than page 100. */
    <T> Answer byOffset(String name, List<T> rows, Function<T, ObjectNode> json, SideLoad<T> sideLoad) {
        OptionalInt page = request.number("page", 1, 1, Integer.MAX_VALUE);
        OptionalInt size = request.number("per_page", LARGEST_PAGE, 1, LARGEST_PAGE);
        if (page.isEmpty() || size.isEmpty()) {
            return error(400, "InvalidPaginationParameter", "page and per_page must be positive numbers");
        }
        if (page.getAsInt() > LAST_OFFSET_PAGE) {
            return error(
                    400,
                    "InvalidPaginationDepth",
                    "Page request exceeds the maximum depth. Use cursor pagination to read on");
        }
        int from = Math.min(rows.size(), (page.getAsInt() - 1) * size.getAsInt());
        int to = Math.min(rows.size(), from + size.getAsInt());
        ObjectNode body = Json.object();
        var array = body.putArray(name);
        rows.subList(from, to).forEach(row -> array.add(json.apply(row)));
        sideLoad.add(body, rows.subList(from, to));
        body.put("next_page", to < rows.size() ? offsetLink(page.getAsInt() + 1, size.getAsInt()) : null);
        body.put("previous_page", page.getAsInt() > 1 ? offsetLink(page.getAsInt() - 1, size.getAsInt()) : null);
        body.put("count", rows.size());
        return Answer.json(200, body);
    }

    private String offsetLink(int page, int size) {
        return publicHost + path + ".json?page=" + page + "&per_page=" + size;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
