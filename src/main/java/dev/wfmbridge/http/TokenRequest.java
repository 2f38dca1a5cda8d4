package dev.wfmbridge.http;

import dev.wfmbridge.config.Secret;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpMethods;

/** A side's request for a token: what is in it, and the secrets that go into it. */
public final class TokenRequest {

    private TokenRequest() {}

    /** Makes a message the POST of a body to the side's login address, without the headers of an earlier call. */
    public static void fill(Message request, Side side, String path, String contentType, String body) {
        request.setHeaders(new HashMap<>());
        request.setHeader(Exchange.HTTP_METHOD, HttpMethods.POST);
        request.setHeader(Exchange.HTTP_URI, side.client().login().toString());
        request.setHeader(Exchange.HTTP_PATH, path);
        request.setHeader("Accept", "application/json");
        request.setHeader(Exchange.CONTENT_TYPE, contentType);
        request.setBody(body);
    }

    /**
     * A secret as it is now: read again for each request, so that it can be rotated.
     *
     * @throws HaltedException if it cannot be read; the side is then halted
     */
    public static String read(Secret secret, Side side) throws HaltedException {
        try {
            return secret.read();
        } catch (SecretUnavailableException unavailable) {
            throw new HaltedException(side.halt(HaltReason.CONFIGURATION, unavailable.getMessage()));
        }
    }

    /** The value of {@code Authorization} for a name and a password. */
    public static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
