package dev.wfmbridge.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The address of an API's host, as given in the configuration. */
public final class BaseUrl {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|\\[::1]|\\[(0{1,4}:){7}0{0,3}1]|127(\\.\\d{1,3}){3}");

    private BaseUrl() {}

    /**
     * Reads an {@code https:} address, or an {@code http:} one of a loopback host. A slash at its end is dropped.
     *
     * @throws IllegalArgumentException if it is not usable; the message says why, and repeats no user, password or query
     */
    public static URI parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "is not a URL (" + e.getReason() + "): write it like https://example.com", e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("is not a URL of a web server: write it like https://example.com");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("names no host: write it like https://example.com");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("has an impossible port: write one from 1 to 65535");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "has a user or a password in it: credentials have properties of their own");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("has a ? or a # in it: only the address of the host is wanted");
        }
        if (scheme.equals("http") && !isLoopback(uri.getHost())) {
            throw new IllegalArgumentException(
                    "is not encrypted: use https, since http is accepted only for this machine itself");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.startsWith("/api") || path.startsWith("/agent") || path.startsWith("/oauth")) {
            throw new IllegalArgumentException("ends in " + path + ": only the address of the host is wanted");
        }
        return URI.create(scheme + "://" + uri.getRawAuthority() + path);
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
