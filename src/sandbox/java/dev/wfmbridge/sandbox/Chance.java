package dev.wfmbridge.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chance that depends on what is asked and not on when: the same seed and the same calls meet the same weather, however
 * their threads are scheduled.
 */
final class Chance {
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    /** The draws of one call. */
    final class Draw {
        private final String identity;

        private Draw(String identity) {
            this.identity = identity;
        }

        /** A number in [0, 1), the same for the same call and purpose. */
        double of(String purpose) {
            long bits = ByteBuffer.wrap(sha256(purpose + '\n' + identity)).getLong();
            return (bits >>> 11) * 0x1.0p-53;
        }
    }

    /** The random draws of a call; a repeated call draws again. */
    Draw draw(long seed, String side, Request request) {
        String call = String.join(
                "\n",
                Long.toString(seed),
                side,
                request.method(),
                request.path(),
                String.valueOf(request.query()),
                request.body());
        int attempt = attempts.merge(call, 1, Integer::sum);
        return new Draw(call + '\n' + attempt);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
