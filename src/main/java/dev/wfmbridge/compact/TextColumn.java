package dev.wfmbridge.compact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * A column of texts, looked up by row and, if indexed, by text. A UUID takes 17 bytes, other text its UTF-8 plus 5; its
 * position takes 4, its index entry 8 to 14. Null is a value of its own. Not thread-safe.
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
    private final RowIndex index;

    private TextColumn(boolean indexed) {
        index = indexed ? new RowIndex(this::hash) : null;
    }

    /** A column whose texts are looked up only by row. */
    public static TextColumn plain() {
        return new TextColumn(false);
    }

    /** A column in which texts are looked up. */
    public static TextColumn indexed() {
        return new TextColumn(true);
    }

    /** Adds a row and returns its number. */
    public int add(String text) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size + (size >> 1) + 1);
        }
        places[size] = store(text);
        if (index != null) {
            index.add();
        }
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
            return new UUID(longAt(at + 1), longAt(at + 9)).toString();
        }
        return new String(bytes, at + 5, intAt(at + 1), StandardCharsets.UTF_8);
    }

    /** The row with this text that was added last; -1 if there is none. */
    public int last(String text) {
        Sought sought = new Sought(text);
        return sought.matching(index.last(sought.hash));
    }

    /** The row with this text before that one; -1 if there is none. */
    public int before(int row, String text) {
        return new Sought(text).matching(index.before(row));
    }

    /** A text as it would be stored. */
    private final class Sought {
        private final UUID uuid;
        private final byte[] utf8;
        private final int hash;

        Sought(String text) {
            uuid = text == null ? null : uuid(text);
            utf8 = text == null || uuid != null ? null : text.getBytes(StandardCharsets.UTF_8);
            hash = uuid != null ? uuid.hashCode() : utf8 != null ? hash(utf8, 0, utf8.length) : 0;
        }

        int matching(int from) {
            int row = from;
            while (row >= 0 && !is(row)) {
                row = index.before(row);
            }
            return row;
        }

        private boolean is(int row) {
            int at = places[row];
            if (at == NULL) {
                return uuid == null && utf8 == null;
            }
            if (bytes[at] == UUID_FOLLOWS) {
                return uuid != null
                        && longAt(at + 1) == uuid.getMostSignificantBits()
                        && longAt(at + 9) == uuid.getLeastSignificantBits();
            }
            return utf8 != null && Arrays.equals(bytes, at + 5, at + 5 + intAt(at + 1), utf8, 0, utf8.length);
        }
    }

    private int hash(int row) {
        int at = places[row];
        if (at == NULL) {
            return 0;
        }
        return bytes[at] == UUID_FOLLOWS
                ? new UUID(longAt(at + 1), longAt(at + 9)).hashCode()
                : hash(bytes, at + 5, intAt(at + 1));
    }

    private static int hash(byte[] text, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
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

    private long longAt(int at) {
        return ByteBuffer.wrap(bytes, at, 8).getLong();
    }

    private int intAt(int at) {
        return ByteBuffer.wrap(bytes, at, 4).getInt();
    }

    /** The UUID written this way; null for any other text, including a UUID in capitals. */
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
}
