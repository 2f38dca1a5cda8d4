package dev.wfmbridge.compact;

import java.util.ArrayList;
import java.util.Arrays;
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
    private byte[] few = new byte[16];
    /** Replaces {@link #few} from the 129th value on. */
    private int[] many;

    private int size;

    /** Adds a row and returns its number. */
    public int add(T value) {
        if (size == capacity()) {
            int capacity = size + (size >> 1) + 1;
            if (many == null) {
                few = Arrays.copyOf(few, capacity);
            } else {
                many = Arrays.copyOf(many, capacity);
            }
        }
        size++;
        set(size - 1, value);
        return size - 1;
    }

    public T get(int row) {
        return distinct.get(many == null ? few[row] : many[row]);
    }

    public void set(int row, T value) {
        int number = number(value);
        if (many == null && number > Byte.MAX_VALUE) {
            many = new int[few.length];
            for (int i = 0; i < few.length; i++) {
                many[i] = few[i];
            }
            few = null;
        }
        if (many == null) {
            few[row] = (byte) number;
        } else {
            many[row] = number;
        }
    }

    private int capacity() {
        return many == null ? few.length : many.length;
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
