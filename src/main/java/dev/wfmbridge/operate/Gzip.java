package dev.wfmbridge.operate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Gzip: its bytes, and whether a client takes them. */
public final class Gzip {

    private Gzip() {}

    /** The bytes, compressed. */
    public static byte[] of(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /**
     * Whether gzip is among the codings that a client accepts, and not with a weight of 0.
     *
     * @param accepted {@code Accept-Encoding}; null accepts nothing
     */
    public static boolean isAccepted(String accepted) {
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = coding.strip().split("\\s*;\\s*");
            if (parts[0].equals("gzip") && !(parts.length > 1 && parts[1].matches("q=0(\\.0*)?"))) {
                return true;
            }
        }
        return false;
    }
}
