package dev.wfmbridge.compact;

import java.util.Arrays;

/** A column of numbers, looked up by row or by number. Not thread-safe. */
public final class LongColumn {

    private long[] values = new long[16];
    private int size;
    private final RowIndex index = new RowIndex(row -> Long.hashCode(values[row]));

    /** Adds a row and returns its number. */
    public int add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1) + 1);
        }
        values[size] = value;
        index.add();
        return size++;
    }

    public int size() {
        return size;
    }

    public long get(int row) {
        return values[row];
    }

    /** The row with this number that was added last; -1 if there is none. */
    public int last(long value) {
        return matching(index.last(Long.hashCode(value)), value);
    }

    /** The row with the same number before that one; -1 if there is none. */
    public int before(int row) {
        return matching(index.before(row), values[row]);
    }

    private int matching(int from, long value) {
        int row = from;
        while (row >= 0 && values[row] != value) {
            row = index.before(row);
        }
        return row;
    }
}
