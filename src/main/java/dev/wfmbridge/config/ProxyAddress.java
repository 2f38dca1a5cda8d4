package dev.wfmbridge.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The proxy that all calls go through ({@code http.proxy}).
 *
 * @param host its name or address
 * @param port its port
 * @param user the user that logs in to it, or null
 * @param password the user's password, or null
 */
public record ProxyAddress(String host, int port, String user, Secret password) {

    /**
     * Reads {@code host:port}, {@code http://host:port} or {@code http://user:password@host:port}, user and password percent-encoded.
     *
     * @throws IllegalArgumentException if it is none of these; the message does not repeat it
     */
    static ProxyAddress parse(String text, Environment environment) {
        String stripped = text.strip();
        URI uri;
        try {
            uri = new URI(stripped.contains("://") ? stripped : "http://" + stripped);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a proxy address (what it holds is not repeated here)");
        }
        boolean bare = uri.getRawPath() == null
                || uri.getRawPath().isEmpty()
                || uri.getRawPath().equals("/");
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("is not an http proxy: others cannot be used");
        }
        if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65535 || !bare) {
            throw new IllegalArgumentException(
                    "is not a proxy address with host and port (what it holds is not repeated here)");
        }
        if (uri.getRawUserInfo() == null) {
            return new ProxyAddress(uri.getHost(), uri.getPort(), null, null);
        }
        String[] login = uri.getRawUserInfo().split(":", 2);
        Secret password = login.length < 2 ? null : Secret.of(decoded(login[1]), environment);
        return new ProxyAddress(uri.getHost(), uri.getPort(), decoded(login[0]), password);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** {@code http://host:port}, without credentials. */
    @Override
    public String toString() {
        return "http://" + host + ":" + port;
    }
}
