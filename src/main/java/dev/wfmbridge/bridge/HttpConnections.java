package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.ProxyAddress;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.http.BoundedCalls;
import dev.wfmbridge.http.ProxyRefusedException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/**
 * Every connection that camel-http opens, the token calls too: proxy and trust store, the limits of a call, and no cookies, through
 * which organisations at one address would share a session.
 */
final class HttpConnections implements AutoCloseable {

    /** One line of an answer's head, in characters, and how many there may be. */
    private static final int LONGEST_HEADER = 16 << 10;

    private static final int MOST_HEADERS = 200;
    private static final int MOST_EMPTY_LINES = 10;

    private static final String TUNNEL = "wfm-bridge.tunnel";

    private final Settings settings;
    private final ScheduledThreadPoolExecutor ends;
    private final BoundedCalls bounds;
    private final HttpClientConnectionManager pool;

    HttpConnections(Settings settings) throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.ends = new ScheduledThreadPoolExecutor(1, new CamelThreadFactory("#name#", "call-timeout", true));
        ends.setRemoveOnCancelPolicy(true);
        this.bounds = new BoundedCalls(
                settings.get(Property.HTTP_MAX_ANSWER), settings.get(Property.HTTP_CALL_TIMEOUT), ends);
        this.pool = pool();
    }

    /** The connections of both components, {@code http} and {@code https}. */
    HttpClientConnectionManager connections() {
        return pool;
    }

    private HttpClientConnectionManager pool() throws IOException, GeneralSecurityException {
        Http1Config head = Http1Config.custom()
                .setMaxLineLength(LONGEST_HEADER)
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxEmptyLineCount(MOST_EMPTY_LINES)
                .build();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(head)
                        .build())
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trusting()))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.get(Property.HTTP_CONNECT_TIMEOUT)))
                        .setSocketTimeout(Timeout.of(settings.get(Property.HTTP_RESPONSE_TIMEOUT)))
                        .build())
                // No more calls are on the wire than there are threads for them; as many idle connections may stay
                // for other hosts.
                .setMaxConnPerRoute(settings.get(Property.GENESYS_THREADS))
                .setMaxConnTotal(2 * settings.get(Property.GENESYS_THREADS))
                .build();
    }

    @Override
    public void close() {
        pool.close(CloseMode.GRACEFUL);
        ends.shutdownNow();
    }

    /** Limits every call; uses {@code http.proxy} except for hosts in {@code http.no-proxy}, and never for this machine. */
    HttpClientConfigurer configurer() {
        return builder -> {
            builder.addExecInterceptorFirst("bounds", bounds);
            throughProxy(builder);
        };
    }

    private void throughProxy(HttpClientBuilder builder) {
        ProxyAddress proxy = settings.get(Property.HTTP_PROXY);
        if (proxy == null) {
            return;
        }
        HttpHost host = new HttpHost("http", proxy.host(), proxy.port());
        List<String> direct = settings.get(Property.HTTP_NO_PROXY);
        builder.setRoutePlanner(new DefaultProxyRoutePlanner(host) {
            @Override
            protected HttpHost determineProxy(HttpHost target, HttpContext context) {
                String name = target.getHostName();
                // Plain http is accepted for loopback, so that a proxy would read the secrets; and its loopback is
                // another one.
                return isLoopback(name) || direct.stream().anyMatch(each -> matches(each, name)) ? null : host;
            }
        });
        // HttpClient hands on what the proxy says to CONNECT as if the other side had said it.
        builder.addExecInterceptorBefore(ChainElement.CONNECT.name(), "tunnel", (request, scope, chain) -> {
            scope.clientContext.removeAttribute(TUNNEL);
            ClassicHttpResponse response = chain.proceed(request, scope);
            if (scope.clientContext.getAttribute(TUNNEL) == null) {
                response.close();
                throw new ProxyRefusedException(response.getCode());
            }
            return response;
        });
        builder.addExecInterceptorAfter(ChainElement.CONNECT.name(), "tunnel-made", (request, scope, chain) -> {
            scope.clientContext.setAttribute(TUNNEL, true);
            return chain.proceed(request, scope);
        });
        if (proxy.user() != null) {
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    new AuthScope(host), new UsernamePasswordCredentials(proxy.user(), password(proxy)));
            builder.setDefaultCredentialsProvider(credentials);
        }
    }

    /** Trusts only the certificates of {@code http.trust-store}; if it is not set, Java's own apply. */
    private SSLContext trusting() throws IOException, GeneralSecurityException {
        if (settings.get(Property.HTTP_TRUST_STORE) == null) {
            return SSLContexts.createDefault();
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream pem = Files.newInputStream(settings.get(Property.HTTP_TRUST_STORE))) {
            for (Certificate trusted : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("trusted-" + number++, trusted);
            }
        }
        return SSLContexts.custom().loadTrustMaterial(store, null).build();
    }

    /** This machine, by name or by address; no name is resolved for it. */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$|\\.$", "");
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
        try {
            return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    private static boolean matches(String name, String host) {
        String wanted = name.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
        String asked = host.toLowerCase(Locale.ROOT);
        return wanted.equals("*") || asked.equals(wanted) || asked.endsWith("." + wanted);
    }

    private static char[] password(ProxyAddress proxy) {
        try {
            return proxy.password() == null
                    ? new char[0]
                    : proxy.password().read().toCharArray();
        } catch (SecretUnavailableException unavailable) {
            throw new IllegalStateException(unavailable.getMessage(), unavailable);
        }
    }
}
