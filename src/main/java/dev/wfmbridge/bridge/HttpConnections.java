package dev.wfmbridge.bridge;

import dev.wfmbridge.config.ProxyAddress;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.Settings;
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
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Proxy and trust store, for every connection that camel-http opens, the token calls too. */
final class HttpConnections {

    private static final String TUNNEL = "wfm-bridge.tunnel";

    private final Settings settings;

    HttpConnections(Settings settings) {
        this.settings = settings;
    }

    /** Sends what {@code http.no-proxy} does not name through {@code http.proxy}, but never what is meant for this machine. */
    HttpClientConfigurer configurer() {
        return builder -> settings.proxy().ifPresent(proxy -> {
            HttpHost host = new HttpHost("http", proxy.host(), proxy.port());
            List<String> direct = settings.noProxy();
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
        });
    }

    /** Trusts the certificates of {@code http.trust-store} and no others; null where none is set: then Java's own hold. */
    SSLContextParameters trust() throws IOException, GeneralSecurityException {
        if (settings.trustStore() == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream pem = Files.newInputStream(settings.trustStore())) {
            for (Certificate trusted : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("trusted-" + number++, trusted);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        TrustManagersParameters managers = new TrustManagersParameters();
        managers.setTrustManager(factory.getTrustManagers()[0]);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(managers);
        return parameters;
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
