package dev.wfmbridge.compact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * A column of texts, to be looked up by row, and by text. A UUID takes 17 bytes, another text its UTF-8; with its place and its
 * entry in the index about 20 more. Null is a text of its own. Not safe for use by several threads.
 */
public final class TextColumn {

    private static final byte UUID_FOLLOWS = 1;
    private static final byte TEXT_FOLLOWS = 2;
    private static final int NULL = -1;
    private static final int UUID_LENGTH = 36;

    private byte[] bytes = new byte[256];
    private int used;
    private int[] places = new int[16];
    private int size;
    private final RowIndex index = new RowIndex();

    /** Adds a row and returns its number. */
    public int add(String text) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size + (size >> 1) + 1);
        }
        places[size] = store(text);
        index.add(hash(text), size);
        return size++;
    }

    public int size() {
        return size;
    }

    public String get(int row) {
        int at = places[row];
        if (at == NULL) {
            return null;
        }
        if (bytes[at] == UUID_FOLLOWS) {
            ByteBuffer two = ByteBuffer.wrap(bytes, at + 1, 16);
            return new UUID(two.getLong(), two.getLong()).toString();
        }
        int length = ByteBuffer.wrap(bytes, at + 1, 4).getInt();
        return new String(bytes, at + 5, length, StandardCharsets.UTF_8);
    }

    /** The row with this text that was added last; -1 if there is none. */
    public int last(String text) {
        return matching(index.last(hash(text)), text);
    }

    /** The row with this text before that one; -1 if there is none. */
    public int before(int row, String text) {
        return matching(index.before(row), text);
    }

    private int matching(int from, String text) {
        int row = from;
        int hash = hash(text);
        while (row >= 0 && !(index.hash(row) == hash && is(row, text))) {
            row = index.before(row);
        }
        return row;
    }

    private boolean is(int row, String text) {
        String own = get(row);
        return own == null ? text == null : own.equals(text);
    }

    private int store(String text) {
        if (text == null) {
            return NULL;
        }
        UUID uuid = uuid(text);
        byte[] utf8 = uuid == null ? text.getBytes(StandardCharsets.UTF_8) : null;
        int length = uuid == null ? 5 + utf8.length : 17;
        if (bytes.length - used < length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + length, bytes.length + (bytes.length >> 1)));
        }
        ByteBuffer target = ByteBuffer.wrap(bytes, used, length);
        if (uuid == null) {
            target.put(TEXT_FOLLOWS).putInt(utf8.length).put(utf8);
        } else {
            target.put(UUID_FOLLOWS).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        }
        int at = used;
        used += length;
        return at;
    }

    /** The UUID that is written so; null for any other text, a UUID in capitals too. */
    public static UUID uuid(String text) {
        if (text.length() != UUID_LENGTH || text.charAt(8) != '-' || text.charAt(13) != '-') {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equals(text) ? uuid : null;
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private static int hash(String text) {
        return text == null ? 0 : text.hashCode();
    }
}
