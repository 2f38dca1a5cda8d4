package dev.wfmbridge.part;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.util.function.ThrowingConsumer;

/** Lines of JSON, compressed: the first one says what follows. Sizes are checked before anything is read. */
final class PackedLines {

    /** Maximum bytes that a value may unpack to. */
    private static final long LARGEST = 1L << 30;

    private static final int LONGEST_TEXT = 1 << 20;
    private static final int DEEPEST = 10;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(DEEPEST)
                    .build())
            .build());

    private PackedLines() {}

    /** @param lines writes them, one by one */
    static byte[] pack(ThrowingConsumer<JsonGenerator, IOException> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(new GZIPOutputStream(bytes))) {
            json.setRootValueSeparator(new SerializedString("\n"));
            lines.accept(json);
        }
        return bytes.toByteArray();
    }

    /**
     * The lines one after the other.
     *
     * @throws IOException if it is not compressed
     */
    static MappingIterator<JsonNode> unpack(byte[] bytes) throws IOException {
        InputStream bounded = new FilterInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            private long read;

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int got = super.read(into, from, length);
                read += Math.max(0, got);
                if (read > LARGEST) {
                    throw new IOException("it unpacks to more than " + LARGEST + " bytes");
                }
                return got;
            }
        };
        return JSON.readerFor(JsonNode.class).readValues(bounded);
    }
}
