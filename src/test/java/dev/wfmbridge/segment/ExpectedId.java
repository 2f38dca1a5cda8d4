package dev.wfmbridge.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The id that a segment is to have, derived here and not by the bridge: a test that asked the bridge would agree with whatever the
 * bridge does.
 */
public final class ExpectedId {

    private ExpectedId() {}

    /** The id in a schedule, where {@code bridge.instance} is not set. */
    public static String inSchedule(String organizationId, String schedule, String user) {
        return inSchedule("", organizationId, schedule, user);
    }

    /** @param instance the value of {@code bridge.instance}; empty where it is not set */
    public static String inSchedule(String instance, String organizationId, String schedule, String user) {
        return uuid5(organizationId, (instance.isEmpty() ? "" : instance + "/") + schedule + "/" + user);
    }

    /** RFC 9562, 5.5: SHA-1 over the name space's 16 bytes and the name, with version and variant set. */
    static String uuid5(String namespace, String name) {
        UUID space = UUID.fromString(namespace);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer hashed = ByteBuffer.allocate(16 + text.length)
                .putLong(space.getMostSignificantBits())
                .putLong(space.getLeastSignificantBits())
                .put(text);
        ByteBuffer hash;
        try {
            hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(hashed.array()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each Java platform has SHA-1", impossible);
        }
        long most = hash.getLong() & ~0xF000L | 0x5000L;
        long least = hash.getLong() & ~(3L << 62) | 1L << 63;
        return new UUID(most, least).toString();
    }
}
