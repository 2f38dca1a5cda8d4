package dev.wfmbridge.compact;

import java.util.Arrays;

/** Finds the rows with a hash, the latest first. 12 to 20 bytes a row. */
final class RowIndex {

    private int[] buckets = filled(16);
    private int[] before = new int[16];
    private int[] hashes = new int[16];
    private int size;

    /** Adds the next row. */
    void add(int hash, int row) {
        if (row != size) {
            throw new IllegalArgumentException("rows come in their order: " + row + " after " + size);
        }
        if (size == before.length) {
            int capacity = size + (size >> 1) + 1;
            before = Arrays.copyOf(before, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
        }
        hashes[row] = hash;
        size++;
        if (size > buckets.length) {
            spread();
        } else {
            chain(row);
        }
    }

    /** The latest row in the hash's chain, whose other rows may have other hashes; -1 if it is empty. */
    int last(int hash) {
        return buckets[bucket(hash)];
    }

    /** The row before that one in its chain; -1 if there is none. */
    int before(int row) {
        return before[row];
    }

    int hash(int row) {
        return hashes[row];
    }

    private void spread() {
        buckets = filled(buckets.length * 2);
        for (int row = 0; row < size; row++) {
            chain(row);
        }
    }

    private void chain(int row) {
        int bucket = bucket(hashes[row]);
        before[row] = buckets[bucket];
        buckets[bucket] = row;
    }

    private int bucket(int hash) {
        int spread = hash * 0x9E3779B9;
        return (spread ^ spread >>> 16) & buckets.length - 1;
    }

    private static int[] filled(int length) {
        int[] empty = new int[length];
        Arrays.fill(empty, -1);
        return empty;
    }
}
