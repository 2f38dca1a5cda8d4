package dev.wfmbridge.compact;

import java.util.Arrays;

/**
 * Numbers of 4 bytes, in pieces of at most 64 KB: they grow without being copied, and the garbage collector never has to find
 * room for one large array. Not thread-safe.
 */
public final class Ints {

    private static final int BITS = 14;
    private static final int PIECE = 1 << BITS;
    private static final int FIRST = 16;

    private int[][] pieces = {new int[FIRST]};
    private int size;

    public int size() {
        return size;
    }

    public int get(int row) {
        return pieces[row >> BITS][row & PIECE - 1];
    }

    public void set(int row, int value) {
        pieces[row >> BITS][row & PIECE - 1] = value;
    }

    /** Adds a row and returns its number. */
    public int add(int value) {
        int piece = size >> BITS;
        int at = size & PIECE - 1;
        if (piece == pieces.length) {
            pieces = Arrays.copyOf(pieces, piece + 1);
            pieces[piece] = new int[PIECE];
        } else if (at == pieces[piece].length) {
            // Only the first piece begins small: most organisations have few rows.
            pieces[piece] = Arrays.copyOf(pieces[piece], Math.min(PIECE, at * 2));
        }
        pieces[piece][at] = value;
        return size++;
    }

    /** So many rows with the same value. */
    static Ints filled(int rows, int value) {
        Ints filled = new Ints();
        int pieces = Math.max(1, rows >> BITS);
        filled.pieces = new int[pieces][Math.min(rows, PIECE)];
        for (int[] piece : filled.pieces) {
            Arrays.fill(piece, value);
        }
        filled.size = rows;
        return filled;
    }
}
