package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Where what is written to a data folder is told too, so that other processes know it. */
public interface Journal {

    /** Nobody else needs to know. */
    Journal NONE = new Journal() {
        @Override
        public void ledger(String organization, String segmentId, JsonNode line) {}

        @Override
        public void letter(String organization, String segmentId, JsonNode letter) {}

        @Override
        public void flush() {}
    };

    /** @param line of the ledger; null if the segment has none any more */
    void ledger(String organization, String segmentId, JsonNode line);

    /** @param letter null if the segment has none any more */
    void letter(String organization, String segmentId, JsonNode letter);

    /**
     * Returns when all that was told so far is safe.
     *
     * @throws IOException if it is not; it will be told again with the next one
     */
    void flush() throws IOException;
}
