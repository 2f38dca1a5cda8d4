package dev.wfmbridge.part;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A value in pieces that fit into a record. */
public final class Chunks {

    /** Maximum bytes in a piece. */
    public static final int LARGEST = 500_000;

    private Chunks() {}

    /** At least one. */
    public static List<byte[]> of(byte[] whole) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from == 0 || from < whole.length; from += LARGEST) {
            chunks.add(Arrays.copyOfRange(whole, from, Math.min(whole.length, from + LARGEST)));
        }
        return chunks;
    }

    /** The value made up of all pieces, in order. */
    public static byte[] whole(List<byte[]> chunks) {
        byte[] whole = new byte[chunks.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        return whole;
    }
}
