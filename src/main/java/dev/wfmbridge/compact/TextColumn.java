package dev.wfmbridge.compact;

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
    private static final int UUID_STORED = 17;

    /** A text lies in one piece; one that is longer than a piece has one of its own. */
    private static final int BITS = 16;

    private static final int PIECE = 1 << BITS;
    private static final int FIRST = 256;

    private byte[][] pieces = {new byte[FIRST]};
    private int used;
    /** Piece and position in it; {@link #NULL} for none. */
    private final Ints places = new Ints();

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
     * @param key a text that is not a UUID, the UUID that it writes, or null
     */
    public int add(Object key) {
        int row = places.add(store(key));
        if (index != null) {
            index.add();
        }
        return row;
    }

    public int size() {
        return places.size();
    }

    public String get(int row) {
        Object key = key(row);
        return key == null ? null : key.toString();
    }

    /** The text of a row; if it writes a UUID, that UUID, which is smaller. Null if the row has none. */
    public Object key(int row) {
        int place = places.get(row);
        if (place == NULL) {
            return null;
        }
        byte[] bytes = pieces[place >> BITS];
        int at = place & PIECE - 1;
        return bytes[at] == UUID_FOLLOWS
                ? new UUID(longAt(bytes, at + 1), longAt(bytes, at + 9))
                : new String(bytes, at + 5, intAt(bytes, at + 1), StandardCharsets.UTF_8);
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
        int place = places.get(row);
        if (place == NULL) {
            return false;
        }
        byte[] bytes = pieces[place >> BITS];
        int at = place & PIECE - 1;
        return bytes[at] == UUID_FOLLOWS
                && longAt(bytes, at + 1) == uuid.getMostSignificantBits()
                && longAt(bytes, at + 9) == uuid.getLeastSignificantBits();
    }

    private boolean is(int row, byte[] utf8) {
        int place = places.get(row);
        if (place == NULL || utf8 == null) {
            return place == NULL && utf8 == null;
        }
        byte[] bytes = pieces[place >> BITS];
        int at = place & PIECE - 1;
        return bytes[at] == TEXT_FOLLOWS
                && Arrays.equals(bytes, at + 5, at + 5 + intAt(bytes, at + 1), utf8, 0, utf8.length);
    }

    private boolean isSame(int row, int other) {
        int one = places.get(row);
        int two = places.get(other);
        if (one == NULL || two == NULL) {
            return one == two;
        }
        byte[] first = pieces[one >> BITS];
        byte[] second = pieces[two >> BITS];
        int from = one & PIECE - 1;
        int to = from + length(first, from);
        int otherFrom = two & PIECE - 1;
        return Arrays.equals(first, from, to, second, otherFrom, otherFrom + length(second, otherFrom));
    }

    /** Bytes that a stored text takes. */
    private static int length(byte[] bytes, int at) {
        return bytes[at] == UUID_FOLLOWS ? UUID_STORED : 5 + intAt(bytes, at + 1);
    }

    private int hash(int row) {
        int place = places.get(row);
        if (place == NULL) {
            return 0;
        }
        byte[] bytes = pieces[place >> BITS];
        int at = place & PIECE - 1;
        if (bytes[at] == UUID_FOLLOWS) {
            return Long.hashCode(longAt(bytes, at + 1) ^ longAt(bytes, at + 9));
        }
        return hash(bytes, at + 5, intAt(bytes, at + 1));
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
        if (key instanceof UUID uuid) {
            int place = reserve(UUID_STORED);
            byte[] bytes = pieces[place >> BITS];
            int at = place & PIECE - 1;
            bytes[at] = UUID_FOLLOWS;
            put(bytes, at + 1, uuid.getMostSignificantBits(), Long.BYTES);
            put(bytes, at + 9, uuid.getLeastSignificantBits(), Long.BYTES);
            return place;
        }
        byte[] utf8 = key.toString().getBytes(StandardCharsets.UTF_8);
        int place = reserve(5 + utf8.length);
        byte[] bytes = pieces[place >> BITS];
        int at = place & PIECE - 1;
        bytes[at] = TEXT_FOLLOWS;
        put(bytes, at + 1, utf8.length, Integer.BYTES);
        System.arraycopy(utf8, 0, bytes, at + 5, utf8.length);
        return place;
    }

    /** Makes room, and returns where. */
    private int reserve(int length) {
        int last = pieces.length - 1;
        if (used + length > pieces[last].length) {
            if (used + length <= PIECE) {
                // Only the first piece begins small: most organisations have few rows.
                pieces[last] = Arrays.copyOf(pieces[last], Math.min(PIECE, Math.max(used + length, used * 2)));
            } else {
                last++;
                pieces = Arrays.copyOf(pieces, last + 1);
                pieces[last] = new byte[Math.max(PIECE, length)];
                used = 0;
            }
        }
        int at = used;
        used += length;
        return last << BITS | at;
    }

    /** By hand, since a look by way of a VarHandle costs many times as much until Java has optimised it. */
    private static long longAt(byte[] bytes, int at) {
        return (long) intAt(bytes, at) << 32 | intAt(bytes, at + 4) & 0xFFFFFFFFL;
    }

    private static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 255) << 16 | (bytes[at + 2] & 255) << 8 | bytes[at + 3] & 255;
    }

    private static void put(byte[] bytes, int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >> 8 * (width - 1 - i));
        }
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
