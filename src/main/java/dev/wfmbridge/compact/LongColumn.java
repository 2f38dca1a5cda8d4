package dev.wfmbridge.compact;

/** A column of numbers, looked up by row or by number. Not thread-safe. */
public final class LongColumn {

    private final Longs values = new Longs();
    private final RowIndex index = new RowIndex(row -> Long.hashCode(values.get(row)));

    /** Adds a row and returns its number. */
    public int add(long value) {
        int row = values.add(value);
        index.add();
        return row;
    }

    public int size() {
        return values.size();
    }

    public long get(int row) {
        return values.get(row);
    }

    /** The row with this number that was added last; -1 if there is none. */
    public int last(long value) {
        return matching(index.last(Long.hashCode(value)), value);
    }

    /** The row with the same number before that one; -1 if there is none. */
    public int before(int row) {
        return matching(index.before(row), values.get(row));
    }

    private int matching(int from, long value) {
        int row = from;
        while (row >= 0 && values.get(row) != value) {
            row = index.before(row);
        }
        return row;
    }
}
