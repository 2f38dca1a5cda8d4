package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Also receives what is written to a data folder, so that other processes know it. */
public interface Journal {

    /** No other process needs to know. */
    Journal NONE = new Journal() {};

    /** Whether there is anybody to tell. */
    default boolean isRead() {
        return this != NONE;
    }

    /** @param line of the ledger; null if the segment no longer has one */
    default void ledger(String organization, String segmentId, JsonNode line) {}

    /** @param letter null if the segment no longer has one */
    default void letter(String organization, String segmentId, JsonNode letter) {}

    /**
     * Returns when everything reported so far is stored safely.
     *
     * @throws IOException if it is not; it will be reported again with the next one
     */
    default void flush() throws IOException {}
}
