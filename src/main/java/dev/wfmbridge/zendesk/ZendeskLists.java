package dev.wfmbridge.zendesk;

import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import java.util.Collection;
import java.util.stream.Collectors;

/** How Zendesk is asked for many rows (contract: zendesk.md, "Reading"). */
public final class ZendeskLists {

    /** Rows of a page, and users that one call reads or writes. */
    public static final int MOST = 100;

    private ZendeskLists() {}

    /**
     * A listing, read from its first page on.
     *
     * @param rows the field of a page that holds its rows
     * @param include what is side-loaded with them
     */
    public static Pages of(Paging paging, String path, String rows, String... include) {
        String more = include.length == 0 ? "" : "&include=" + String.join("%2C", include);
        return paging.byCursor(after -> Call.list(path, "page%5Bsize%5D=" + MOST + after + more, rows));
    }

    /** All groups. */
    public static Pages groups(Paging paging) {
        return of(paging, "/api/v2/groups", "groups");
    }

    /** All user fields. */
    public static Pages userFields(Paging paging) {
        return of(paging, "/api/v2/user_fields", "user_fields");
    }

    /** @param ids at most {@link #MOST}; those that Zendesk does not know are missing in the answer */
    public static Call users(Collection<Long> ids) {
        return Call.list(
                "/api/v2/users/show_many",
                "ids=" + ids.stream().map(String::valueOf).collect(Collectors.joining("%2C")),
                "users");
    }
}
