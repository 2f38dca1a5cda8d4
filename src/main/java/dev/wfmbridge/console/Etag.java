package dev.wfmbridge.console;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A digest of an answer, with which a browser says which one it already has. */
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
