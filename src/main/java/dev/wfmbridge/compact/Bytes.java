package dev.wfmbridge.compact;

import java.util.Arrays;

/**
 * Single bytes, in pieces of at most 64 KB: they grow without being copied, and the garbage collector never has to find
 * room for one large array. Not thread-safe.
 */
public final class Bytes {

    private static final int BITS = 16;
    private static final int PIECE = 1 << BITS;
    private static final int FIRST = 16;

    private byte[][] pieces = {new byte[FIRST]};
    private int size;

    public int size() {
        return size;
    }

    public byte get(int row) {
        return pieces[row >> BITS][row & PIECE - 1];
    }

    public void set(int row, byte value) {
        pieces[row >> BITS][row & PIECE - 1] = value;
    }

    /** Adds a row and returns its number. */
    public int add(byte value) {
        int piece = size >> BITS;
        int at = size & PIECE - 1;
        if (piece == pieces.length) {
            pieces = Arrays.copyOf(pieces, piece + 1);
            pieces[piece] = new byte[PIECE];
        } else if (at == pieces[piece].length) {
            // Only the first piece begins small: most organisations have few rows.
            pieces[piece] = Arrays.copyOf(pieces[piece], Math.min(PIECE, at * 2));
        }
        pieces[piece][at] = value;
        return size++;
    }
}
