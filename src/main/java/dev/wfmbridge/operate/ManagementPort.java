package dev.wfmbridge.operate;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Secret;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.plugin.JolokiaPlatformHttpPlugin;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationHandlerFactory;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * Creates Camel's management server, with the {@link ManagementGuard} in front of everything it serves, and the
 * webhook's server with its own guard.
 */
public final class ManagementPort extends DefaultMainHttpServerFactory {

    private final Secret token;
    private final List<String> hosts;
    private final Path jolokiaAccess;
    private final AuthenticationHandler door;
    private volatile ConfigurationException refusal;
    private volatile String host;
    private volatile int port;

    /**
     * @param token gives access to everything; null if nothing does
     * @param hosts names, in lower case, that a request may be addressed to besides those always allowed
     * @param jolokiaAccess the file that says what Jolokia may show and do
     * @param door the guard of the webhook's port
     */
    public ManagementPort(Secret token, List<String> hosts, Path jolokiaAccess, AuthenticationHandler door) {
        this.token = token;
        this.hosts = List.copyOf(hosts);
        this.jolokiaAccess = jolokiaAccess;
        this.door = door;
    }

    @Override
    public Service newHttpManagementServer(
            CamelContext context, HttpManagementServerConfigurationProperties configuration) {
        boolean loopback = isLoopback(configuration.getHost());
        ManagementHttpServer server = (ManagementHttpServer) super.newHttpManagementServer(context, configuration);
        ManagementGuard guard =
                new ManagementGuard(loopback, configuration.getHost(), hosts, token, configuration.getHealthPath());
        stand(guard, server.getConfiguration().getAuthenticationConfig());
        host = configuration.getHost();
        port = configuration.getPort();
        if (configuration.isJolokiaEnabled()) {
            try {
                JolokiaAccess.from(jolokiaAccess);
                // Found under this name, instead of Camel's own.
                context.getRegistry().bind("jolokia", JolokiaPlatformHttpPlugin.class, new JolokiaRequests());
            } catch (ConfigurationException refused) {
                server.setJolokiaEnabled(false);
                refusal = refused;
            }
        }
        return server;
    }

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties configuration) {
        MainHttpServer server = (MainHttpServer) super.newHttpServer(context, configuration);
        stand(door, server.getConfiguration().getAuthenticationConfig());
        return server;
    }

    /** Camel puts the authentication handler before everything else. */
    private static void stand(AuthenticationHandler guard, AuthenticationConfig authentication) {
        AuthenticationConfigEntry entry = new AuthenticationConfigEntry();
        entry.setPath("/*");
        entry.setAuthenticationProviderFactory(vertx -> null);
        entry.setAuthenticationHandlerFactory(new AuthenticationHandlerFactory() {
            @Override
            public <T extends AuthenticationProvider> AuthenticationHandler createAuthenticationHandler(T provider) {
                return guard;
            }
        });
        authentication.getEntries().add(entry);
        authentication.setEnabled(true);
    }

    /**
     * Checks that the port can be opened as configured. Camel itself would continue without it, and log a stack trace.
     *
     * @throws ConfigurationException if Jolokia is on, and nothing says what it may do; if the port is taken or not allowed, or its address is
     *     none of this machine's
     * @throws IOException if the network fails
     */
    public void check() throws ConfigurationException, IOException {
        if (refusal != null) {
            throw refusal;
        }
        listen("camel.management.host", host, "camel.management.port", port);
    }

    /**
     * Checks that a port can be opened.
     *
     * @param ofHost the property that names the host
     * @param ofPort the property that names the port
     * @throws ConfigurationException if there is no such host, if it is not this machine's, and if the port is taken or not allowed
     * @throws IOException if the network fails
     */
    public static void listen(String ofHost, String host, String ofPort, int port)
            throws ConfigurationException, IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException unknown) {
            throw new ConfigurationException(
                    "config/application.properties",
                    ofHost + " names " + host + ", which is not a host",
                    "Set it to 127.0.0.1, or to 0.0.0.0 to listen beyond this machine.");
        } catch (BindException refused) {
            throw new ConfigurationException(
                    "config/application.properties",
                    ofPort + " " + port + " cannot be opened at " + host + " (" + refused.getMessage() + ")",
                    "Set " + ofPort + " to a free port that this user may open, or end what has it; " + ofHost
                            + " has to be an address of this machine.");
        }
    }

    /**
     * The port that the server listens on, for the log and if 0 was configured.
     *
     * @return 0 if it does not listen
     */
    public static int of(CamelContext context) {
        // The webhook's port has a server of its own.
        return context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isManagementServer)
                .map(router -> router.getServer().getServer())
                .filter(Objects::nonNull)
                .mapToInt(server -> Math.max(0, server.actualPort()))
                .findFirst()
                .orElse(0);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            // Then it cannot be opened either; until that is reported, nothing is open.
            return false;
        }
    }
}
