package dev.wfmbridge.console;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** By what a browser says which answer it has already: a digest of it. */
final class Etag {

    private static final int LENGTH = 16;

    private Etag() {}

    /** Weak, since the same answer goes out gzipped and not. */
    static String of(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + HexFormat.of().formatHex(digest, 0, LENGTH) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
