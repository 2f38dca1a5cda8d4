package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What an organisation has that an entry could name, as its targets find it for {@code draft} and {@code check --list}. */
public interface Listing {

    /** Whether more than a few calls are worth it: {@code draft}. */
    boolean isThorough();

    /**
     * A reading that may fail.
     *
     * @throws Exception what the call ended with
     */
    JsonNode ask(Call call) throws Exception;

    /** A reading whose failure is said, and which tells nothing then. */
    JsonNode read(String what, Call call);

    /** Begins the reading of what comes page by page. */
    Paging paging();

    /** Reads all pages to their end; a failure is said, and nothing more is told then. */
    void readAll(String what, Pages pages, Consumer<JsonNode> rows);

    /** The business units, read once. */
    List<JsonNode> businessUnits();

    /** A place was found. */
    void found(Found place);

    /** A sentence for people. */
    void remark(String sentence);

    /** Something could not be read, so that the list is not complete. */
    void unread(String what, Exception failure);

    /** What the reading is at. */
    void progress(String what);

    /**
     * A place of an organisation.
     *
     * @param name null for what has none
     * @param unit the id of its business unit; null if it lies in none
     * @param more what else is to be known of it, such as the one unit that it is for
     */
    record Found(Target target, String id, String name, String unit, Map<String, String> more) {}
}
