package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What an organisation has that an entry could refer to, as its targets find it for {@code draft} and {@code check --list}. */
public interface Listing {

    /** Whether more than a few calls are worth it: {@code draft}. */
    boolean isThorough();

    /**
     * A read that may fail.
     *
     * @throws Exception what the call ended with
     */
    JsonNode ask(Call call) throws Exception;

    /** A read whose failure is reported and yields nothing. */
    JsonNode read(String what, Call call);

    /** Starts reading a paged listing. */
    Paging paging();

    /** Reads all pages; a failure is reported, and nothing more follows. */
    void readAll(String what, Pages pages, Consumer<JsonNode> rows);

    /** The business units, read once. */
    List<JsonNode> businessUnits();

    /** A place was found. */
    void found(Found place);

    /** A sentence for people. */
    void remark(String sentence);

    /** Something could not be read, so that the list is not complete. */
    void unread(String what, Exception failure);

    /** The progress of the read. */
    void progress(String what);

    /**
     * A place of an organisation.
     *
     * @param name null if it has none
     * @param unit the id of its business unit; null if it is in none
     * @param more what else to know about it, such as the one unit that it is for
     */
    record Found(Target target, String id, String name, String unit, Map<String, String> more) {}
}
