package dev.wfmbridge.events;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What Zendesk signs: base64(HMAC-SHA256(secret, timestamp + raw body)), nothing between the two (contract: zendesk.md, "Webhooks"). */
public final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** The signature of a body, as the header has it. */
    public static String of(String secret, String timestamp, byte[] body) {
        return Base64.getEncoder().encodeToString(digest(secret, timestamp, body));
    }

    /** Whether one of the secrets made this signature. Takes the same time whichever it is, and wherever the first difference is. */
    static boolean isBy(List<String> secrets, String timestamp, byte[] body, String signature) {
        byte[] told;
        try {
            told = Base64.getDecoder().decode(signature.strip());
        } catch (IllegalArgumentException noBase64) {
            told = new byte[0];
        }
        boolean fits = false;
        for (String secret : secrets) {
            fits |= MessageDigest.isEqual(digest(secret, timestamp, body), told);
        }
        return fits;
    }

    /** Whether the timestamp is a time, and no further from now than that, in either direction. */
    static boolean isFresh(String timestamp, Instant now, Duration maxAge) {
        return time(timestamp)
                .map(time -> Duration.between(time, now).abs().compareTo(maxAge) <= 0)
                .orElse(false);
    }

    /** An ISO time, or seconds since 1970. */
    static Optional<Instant> time(String text) {
        try {
            return Optional.of(
                    text.matches("[0-9]{1,11}")
                            ? Instant.ofEpochSecond(Long.parseLong(text))
                            : OffsetDateTime.parse(text.strip()).toInstant());
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static byte[] digest(String secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update(timestamp.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
        }
    }
}
