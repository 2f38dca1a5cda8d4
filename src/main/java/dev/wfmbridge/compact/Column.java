package dev.wfmbridge.compact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A column with few distinct values, such as a status or a schedule: 1 byte per row for up to 128 of them, else 4. Null
 * is a value like any other. Not thread-safe.
 */
public final class Column<T> {

    private final List<T> distinct = new ArrayList<>();
    private final Map<T, Integer> numbers = new HashMap<>();
    private Bytes few = new Bytes();
    /** Replaces {@link #few} from the 129th value on. */
    private Ints many;

    /** Adds a row and returns its number. */
    public int add(T value) {
        int number = number(value);
        return many == null ? few.add((byte) number) : many.add(number);
    }

    public T get(int row) {
        return distinct.get(many == null ? few.get(row) : many.get(row));
    }

    public void set(int row, T value) {
        int number = number(value);
        if (many == null) {
            few.set(row, (byte) number);
        } else {
            many.set(row, number);
        }
    }

    private int number(T value) {
        Integer known = numbers.get(value);
        if (known == null) {
            known = distinct.size();
            numbers.put(value, known);
            distinct.add(value);
            if (many == null && known > Byte.MAX_VALUE) {
                widen();
            }
        }
        return known;
    }

    private void widen() {
        many = new Ints();
        for (int row = 0; row < few.size(); row++) {
            many.add(few.get(row));
        }
        few = null;
    }
}
