package dev.wfmbridge.http;

import java.io.ByteArrayInputStream;
import java.lang.ref.Cleaner;

/** The whole body of an answer, in memory. If it is large, that memory is accounted for until it is closed. */
final class AnswerBody extends ByteArrayInputStream {

    /** For a body that a step of an edited route forgot to close. */
    private static final Cleaner FORGOTTEN = Cleaner.create();

    private final Cleaner.Cleanable counted;

    /** @param counted bytes that {@code memory} counts for it; 0 if it is small */
    AnswerBody(byte[] bytes, int size, AnswerMemory memory, long counted) {
        super(bytes, 0, size);
        this.counted = counted == 0 ? null : FORGOTTEN.register(this, () -> memory.giveBack(counted));
    }

    /** The bytes; the first {@link #size()} of them are the body. */
    byte[] bytes() {
        return buf;
    }

    int size() {
        return count;
    }

    boolean isLarge() {
        return counted != null;
    }

    @Override
    public void close() {
        if (counted != null) {
            counted.clean();
        }
    }
}
