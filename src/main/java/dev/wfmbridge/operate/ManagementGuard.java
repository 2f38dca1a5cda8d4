package dev.wfmbridge.operate;

import dev.wfmbridge.config.Secret;
import dev.wfmbridge.config.SecretUnavailableException;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the management port. A request must be addressed to a host of ours, and must not come from another site's web
 * page, including another port of this machine (421, 403): otherwise a page could reach a port on loopback through the
 * browser. Health and metrics are open, for probes and Prometheus, and so are the console's own files, which hold no
 * data. Everything else requires {@code Authorization: Bearer TOKEN} (401) wherever a token is set, and beyond loopback
 * even if none is. The console's actions require it everywhere.
 */
public final class ManagementGuard implements AuthenticationHandler {

    /** The path of the metrics; the property {@code camel.metrics.path} has the same value. */
    static final String METRICS = "/observe/metrics";

    /** Where the console is. */
    public static final String CONSOLE = "/observe/console";

    /** What the console and scripts read. */
    public static final String CONSOLE_API = CONSOLE + "/api/";

    /** Their actions. */
    public static final String CONSOLE_ACTIONS = CONSOLE_API + "do/";

    private static final Logger LOG = LoggerFactory.getLogger(ManagementGuard.class);
    private static final String SCHEME = "bearer ";

    private final boolean loopback;
    private final String listensAt;
    private final List<String> hosts;
    private final Secret token;
    private final String health;

    ManagementGuard(boolean loopback, String listensAt, List<String> hosts, Secret token, String health) {
        this.loopback = loopback;
        this.listensAt = listensAt.toLowerCase(Locale.ROOT);
        this.hosts = hosts;
        this.token = token;
        this.health = health;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HostAndPort authority = request.authority();
        if (authority == null || !isOurs(authority.host())) {
            refuse(context, 421, "This host name is not the bridge's: see management.hosts.");
        } else if (comesFromElsewhere(request.getHeader("Origin"), authority)) {
            refuse(context, 403, "Requests of other sites' pages are refused.");
        } else if (token == null && context.normalizedPath().startsWith(CONSOLE_ACTIONS)) {
            refuse(context, 403, "Nothing can be done here until management.token is set.");
        } else if (loopback && token == null || isOpen(context) || isAuthorized(request.getHeader("Authorization"))) {
            context.next();
        } else {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            refuse(context, 401, "This wants management.token, sent as Authorization: Bearer TOKEN.");
        }
    }

    private boolean isOurs(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        // A numeric address cannot be made to point to another host than the one requested.
        return name.equals("localhost")
                || name.equals(listensAt)
                || hosts.contains(name)
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name.replaceAll("^\\[|]$", ""));
    }

    /** Whether a page of another origin sent this; the origin is host and port. */
    private static boolean comesFromElsewhere(String origin, HostAndPort authority) {
        if (origin == null) {
            return false;
        }
        try {
            URI page = URI.create(origin);
            return page.getHost() == null
                    || !page.getHost().equalsIgnoreCase(authority.host())
                    || port(page.getPort()) != port(authority.port());
        } catch (IllegalArgumentException garbage) {
            return true;
        }
    }

    /** A default port is omitted; only the TLS terminator in front of us knows which of the two it is. */
    private static int port(int said) {
        return said == 80 || said == 443 ? -1 : said;
    }

    /** Health and metrics as they are; asking health for details requires the token. */
    private boolean isOpen(RoutingContext context) {
        String path = context.normalizedPath();
        return path.equals(METRICS)
                || path.equals(CONSOLE)
                || path.startsWith(CONSOLE + "/") && !(path + "/").startsWith(CONSOLE_API)
                || (path.equals(health) || path.startsWith(health + "/"))
                        && context.request().query() == null;
    }

    private boolean isAuthorized(String header) {
        if (token == null || header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        try {
            return MessageDigest.isEqual(
                    token.read().getBytes(StandardCharsets.UTF_8),
                    header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
        } catch (SecretUnavailableException unreadable) {
            LOG.warn("management.token cannot be read, so that nobody is let in: {}", unreadable.getMessage());
            return false;
        }
    }

    private static void refuse(RoutingContext context, int status, String why) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(why + "\n");
    }
}
