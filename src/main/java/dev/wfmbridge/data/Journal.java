package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Also receives what is written to a data folder, so that other processes know it. */
public interface Journal {

    /** No other process needs to know. */
    Journal NONE = new Journal() {
        @Override
        public boolean isRead() {
            return false;
        }

        @Override
        public void ledger(String organization, String segmentId, JsonNode line) {}

        @Override
        public void letter(String organization, String segmentId, JsonNode letter) {}

        @Override
        public void flush() {}
    };

    /** Whether there is anybody to tell. */
    default boolean isRead() {
        return true;
    }

    /** @param line of the ledger; null if the segment no longer has one */
    void ledger(String organization, String segmentId, JsonNode line);

    /** @param letter null if the segment no longer has one */
    void letter(String organization, String segmentId, JsonNode letter);

    /**
     * Returns when everything reported so far is stored safely.
     *
     * @throws IOException if it is not; it will be reported again with the next one
     */
    void flush() throws IOException;
}
