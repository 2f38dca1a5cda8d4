package dev.wfmbridge.compact;

import java.util.function.IntUnaryOperator;

/** Finds the rows with a hash, the latest first. 8 to 12 bytes a row. */
final class RowIndex {

    private final IntUnaryOperator hashOf;
    /** As many as a power of two. */
    private Ints buckets = Ints.filled(16, -1);

    private final Ints before = new Ints();

    /** @param hashOf the hash of a row */
    RowIndex(IntUnaryOperator hashOf) {
        this.hashOf = hashOf;
    }

    /** Adds the next row. */
    void add() {
        int row = before.add(-1);
        if (row < buckets.size()) {
            chain(row);
            return;
        }
        buckets = Ints.filled(buckets.size() * 2, -1);
        for (int i = 0; i <= row; i++) {
            chain(i);
        }
    }

    /** The latest row in the hash's chain, whose other rows may have other hashes; -1 if it is empty. */
    int last(int hash) {
        return buckets.get(bucket(hash));
    }

    /** The row before that one in its chain; -1 if there is none. */
    int before(int row) {
        return before.get(row);
    }

    private void chain(int row) {
        int bucket = bucket(hashOf.applyAsInt(row));
        before.set(row, buckets.get(bucket));
        buckets.set(bucket, row);
    }

    private int bucket(int hash) {
        int spread = hash * 0x9E3779B9;
        return (spread ^ spread >>> 16) & buckets.size() - 1;
    }
}
