package dev.wfmbridge.compact;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
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
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

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
        return add(key(text));
    }

    /**
     * The same for a text as {@link #key(int)} returns it.
     *
     * @param key a text that is no UUID, the UUID that it writes, or null
     */
    public int add(Object key) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size + (size >> 1) + 1);
        }
        places[size] = store(key);
        if (index != null) {
            index.add();
        }
        return size++;
    }

    public int size() {
        return size;
    }

    public String get(int row) {
        Object key = key(row);
        return key == null ? null : key.toString();
    }

    /** The text of a row; if it writes a UUID, that UUID, which is smaller. Null if the row has none. */
    public Object key(int row) {
        int at = places[row];
        if (at == NULL) {
            return null;
        }
        return bytes[at] == UUID_FOLLOWS
                ? new UUID(longAt(at + 1), longAt(at + 9))
                : new String(bytes, at + 5, intAt(at + 1), StandardCharsets.UTF_8);
    }

    /** A text, or the UUID that it writes: what {@link #key(int)} returns for it. */
    public static Object key(String text) {
        UUID uuid = text == null ? null : uuid(text);
        return uuid == null ? text : uuid;
    }

    /** The row with this text that was added last; -1 if there is none. */
    public int last(String text) {
        return last(key(text));
    }

    /** The same for a text as {@link #key(String)} returns it. */
    public int last(Object key) {
        if (key instanceof UUID uuid) {
            int row = index.last(uuid.hashCode());
            while (row >= 0 && !is(row, uuid)) {
                row = index.before(row);
            }
            return row;
        }
        byte[] utf8 = key == null ? null : key.toString().getBytes(StandardCharsets.UTF_8);
        int row = index.last(utf8 == null ? 0 : hash(utf8, 0, utf8.length));
        while (row >= 0 && !is(row, utf8)) {
            row = index.before(row);
        }
        return row;
    }

    /** The row with the same text before that one; -1 if there is none. */
    public int before(int row) {
        int other = index.before(row);
        while (other >= 0 && !isSame(other, row)) {
            other = index.before(other);
        }
        return other;
    }

    /** Whether a row has this text, given as {@link #key(String)} returns it. */
    public boolean is(int row, Object key) {
        return key instanceof UUID uuid
                ? is(row, uuid)
                : is(row, key == null ? null : key.toString().getBytes(StandardCharsets.UTF_8));
    }

    private boolean is(int row, UUID uuid) {
        int at = places[row];
        return at != NULL
                && bytes[at] == UUID_FOLLOWS
                && longAt(at + 1) == uuid.getMostSignificantBits()
                && longAt(at + 9) == uuid.getLeastSignificantBits();
    }

    private boolean is(int row, byte[] utf8) {
        int at = places[row];
        if (at == NULL || utf8 == null) {
            return at == NULL && utf8 == null;
        }
        return bytes[at] == TEXT_FOLLOWS && Arrays.equals(bytes, at + 5, at + 5 + intAt(at + 1), utf8, 0, utf8.length);
    }

    private boolean isSame(int row, int other) {
        int one = places[row];
        int two = places[other];
        if (one == NULL || two == NULL) {
            return one == two;
        }
        int length = length(one);
        return length == length(two) && Arrays.equals(bytes, one, one + length, bytes, two, two + length);
    }

    /** Bytes that a stored text takes. */
    private int length(int at) {
        return bytes[at] == UUID_FOLLOWS ? 17 : 5 + intAt(at + 1);
    }

    private int hash(int row) {
        int at = places[row];
        if (at == NULL) {
            return 0;
        }
        if (bytes[at] == UUID_FOLLOWS) {
            return Long.hashCode(longAt(at + 1) ^ longAt(at + 9));
        }
        return hash(bytes, at + 5, intAt(at + 1));
    }

    private static int hash(byte[] text, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    private int store(Object key) {
        if (key == null) {
            return NULL;
        }
        int at = used;
        if (key instanceof UUID uuid) {
            reserve(17);
            bytes[at] = UUID_FOLLOWS;
            LONGS.set(bytes, at + 1, uuid.getMostSignificantBits());
            LONGS.set(bytes, at + 9, uuid.getLeastSignificantBits());
        } else {
            byte[] utf8 = key.toString().getBytes(StandardCharsets.UTF_8);
            reserve(5 + utf8.length);
            bytes[at] = TEXT_FOLLOWS;
            INTS.set(bytes, at + 1, utf8.length);
            System.arraycopy(utf8, 0, bytes, at + 5, utf8.length);
        }
        return at;
    }

    private void reserve(int length) {
        if (bytes.length - used < length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + length, bytes.length + (bytes.length >> 1)));
        }
        used += length;
    }

    private long longAt(int at) {
        return (long) LONGS.get(bytes, at);
    }

    private int intAt(int at) {
        return (int) INTS.get(bytes, at);
    }

    /** The UUID written this way; null for any other text, including a UUID in capitals. */
    public static UUID uuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return null;
                }
                continue;
            }
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return null;
            }
            int digit = HexFormat.fromHexDigit(c);
            if (i < 18) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return new UUID(high, low);
    }
}
