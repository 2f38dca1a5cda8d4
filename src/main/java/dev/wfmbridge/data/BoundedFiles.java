package dev.wfmbridge.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.camel.util.function.ThrowingConsumer;

/** Reads files of the bridge's own, none of which is longer than it writes them. */
final class BoundedFiles {

    private static final long LONGEST = 64L << 20;
    private static final int LONGEST_LINE = 1 << 16;

    private BoundedFiles() {}

    /** Line by line; a missing file counts as empty. */
    static void readLines(Path file, ThrowingConsumer<String, IOException> lines) throws IOException {
        try (InputStream in = openFile(file)) {
            byte[] line = new byte[LONGEST_LINE];
            byte[] block = new byte[1 << 16];
            int length = 0;
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                for (int i = 0; i < read; i++) {
                    if (block[i] == '\n') {
                        lines.accept(text(line, length));
                        length = 0;
                    } else if (length == LONGEST_LINE) {
                        throw new UnreadableException("has a line longer than any of the bridge's");
                    } else {
                        line[length++] = block[i];
                    }
                }
            }
            if (length > 0) {
                lines.accept(text(line, length));
            }
        } catch (NoSuchFileException e) {
            // Counts as empty.
            return;
        }
    }

    private static String text(byte[] bytes, int length) throws UnreadableException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException garbage) {
            throw new UnreadableException("is not text");
        }
    }

    /**
     * Opens a file of the bridge's own; anything that is not a file (a folder, a pipe) is not waited for.
     *
     * @throws NoSuchFileException if there is none
     */
    private static InputStream openFile(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException("is not a file");
        }
        return Files.newInputStream(file);
    }

    /** The same for a file that is read as a whole. */
    static InputStream open(Path file) throws IOException {
        InputStream in = openFile(file);
        if (Files.size(file) > LONGEST) {
            in.close();
            throw new UnreadableException("is longer than any file of the bridge");
        }
        return in;
    }
}
