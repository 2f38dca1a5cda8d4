package dev.wfmbridge.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * JSON from outside: one value with nothing after it, no duplicate keys, and no more of anything than an API's answer has. Anything else fails,
 * since nobody knows which half of it was meant.
 */
final class StrictJson {

    private static final int MOST_DEPTH = 64;
    private static final int MOST_TOKENS = 1_000_000;
    private static final int LONGEST_TEXT = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxTokenCount(MOST_TOKENS)
                            .maxStringLength(LONGEST_TEXT)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Costs nothing here, unlike the parser's own check for such keys.
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /** A tree is larger than its text: large ones are built one at a time. */
    private final ReentrantLock large = new ReentrantLock();

    /**
     * The value; a missing node if there is none.
     *
     * @throws IOException if it is not JSON, or more than JSON
     */
    JsonNode read(InputStream body) throws IOException {
        if (!(body instanceof AnswerBody answer)) {
            return MAPPER.readTree(body);
        }
        if (!answer.isLarge()) {
            return MAPPER.readTree(answer.bytes(), 0, answer.size());
        }
        large.lock();
        try {
            return MAPPER.readTree(answer.bytes(), 0, answer.size());
        } finally {
            large.unlock();
        }
    }

    /** The same for a string. */
    JsonNode read(String text) throws IOException {
        return MAPPER.readTree(text);
    }
}
