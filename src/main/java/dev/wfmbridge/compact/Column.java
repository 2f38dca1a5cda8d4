package dev.wfmbridge.compact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A column of values of which few are distinct, such as a status or a schedule: 4 bytes a row. Null is a value like any other. Not
 * safe for use by several threads.
 */
public final class Column<T> {

    private final List<T> distinct = new ArrayList<>();
    private final Map<T, Integer> numbers = new HashMap<>();
    private int[] rows = new int[16];
    private int size;

    /** Adds a row and returns its number. */
    public int add(T value) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size + (size >> 1) + 1);
        }
        rows[size] = number(value);
        return size++;
    }

    public T get(int row) {
        return distinct.get(rows[row]);
    }

    public void set(int row, T value) {
        rows[row] = number(value);
    }

    private int number(T value) {
        Integer known = numbers.get(value);
        if (known == null) {
            known = distinct.size();
            numbers.put(value, known);
            distinct.add(value);
        }
        return known;
    }
}
