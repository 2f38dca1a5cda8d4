package dev.wfmbridge.compact;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Finds the rows with a hash, the latest first. 8 to 14 bytes a row. */
final class RowIndex {

    private final IntUnaryOperator hashOf;
    private int[] buckets = filled(16);
    private int[] before = new int[16];
    private int size;

    /** @param hashOf the hash of a row */
    RowIndex(IntUnaryOperator hashOf) {
        this.hashOf = hashOf;
    }

    /** Adds the next row. */
    void add() {
        int row = size++;
        if (row == before.length) {
            before = Arrays.copyOf(before, row + (row >> 1) + 1);
        }
        if (size > buckets.length) {
            buckets = filled(buckets.length * 2);
            for (int i = 0; i < size; i++) {
                chain(i);
            }
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

    private void chain(int row) {
        int bucket = bucket(hashOf.applyAsInt(row));
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
