package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.network.FreePort;
import dev.wfmbridge.sandbox.Received;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads when something is wrong between them and the two services: what, where and how to mend it, the
 * right exit status, no stack trace, no secret ({@link Terminal} checks the last two).
 */
class NetworkTest {

    private static final String PASSWORD = "pass+word/of=the&proxy";

    @TempDir
    Path folder;

    private Site site() throws Exception {
        return Site.of(Site.world(2), folder)
                .with("HTTP_BACKOFF", "1ms-2ms")
                .with("HTTP_MAX_ATTEMPTS", "2")
                .with("ACME_CLIENT_SECRET", Site.SECRET);
    }

    private static List<Received> genesys(Site site) {
        return site.sandbox().genesys().received();
    }

    private static List<Received> zendesk(Site site) {
        return site.sandbox().zendesk().received();
    }

    private static Predicate<Received> isToken() {
        return Received::tokenCall;
    }

    /** A pass ends with this status and prints all of this; check finds it too. */
    private static Said says(Site site, int exit, String... fragments) throws Exception {
        Said once = Terminal.type(site, "once");
        assertThat(once.exit()).as(once.text()).isEqualTo(exit);
        assertThat(once.text()).contains(fragments);
        return once;
    }

    private static void checkSays(Site site, String... fragments) throws Exception {
        Said check = Terminal.type(site, "check");
        assertThat(check.exit()).as(check.text()).isEqualTo(1);
        assertThat(check.text()).contains(fragments);
    }

    @Test
    @DisplayName("a wrong secret of Zendesk: exit 1, and Genesys was not asked")
    void zendeskSecret() throws Exception {
        try (Site site = site().with("ZENDESK_CLIENT_SECRET", "wrong/secret+of=zendesk")) {
            says(site, 1, "Zendesk refused the credentials", "client id and secret");
            assertThat(genesys(site)).isEmpty();
            assertThat(zendesk(site)).hasSize(1).allMatch(isToken());
            checkSays(site, "✗ Zendesk: credentials", "client id and secret", "✓ acme: credentials and identity");
        }
    }

    @Test
    @DisplayName("a wrong legacy token of Zendesk: the same, and a warning that it is legacy")
    void zendeskToken() throws Exception {
        try (Site site = site().without("ZENDESK_CLIENT_ID")
                .without("ZENDESK_CLIENT_SECRET")
                .with("ZENDESK_EMAIL", "caller@example.org")
                .with("ZENDESK_API_TOKEN", "wrong/token+of=zendesk")) {
            Said said = says(site, 1, "Zendesk refused the credentials");
            assertThat(said.text() + said.log()).doesNotContain("caller@example.org");
            assertThat(genesys(site)).isEmpty();
            checkSays(site, "✗ Zendesk: credentials", "zendesk.api-token is legacy");
        }
    }

    @Test
    @DisplayName("a wrong secret of an organisation: exit 2, halted, and nothing but the token was asked for")
    void organizationSecret() throws Exception {
        try (Site site = site().with("ACME_CLIENT_SECRET", "wrong/secret+of=acme")) {
            says(site, 2, "acme halted, credentials", "client id and secret");
            assertThat(genesys(site)).isNotEmpty().allMatch(isToken());
            assertThat(site.latest()
                            .path("organizations")
                            .path("acme")
                            .path("halted")
                            .path("reason")
                            .asText())
                    .isEqualTo("credentials");
            checkSays(site, "✓ Zendesk: credentials", "✗ acme: credentials and identity", "client id and secret");
        }
    }

    @Test
    @DisplayName("the token belongs to another organisation than the mapping names")
    void wrongOrganization() throws Exception {
        try (Site site = site()) {
            site.mapping(Site.mapping("00000000-1111-4222-8333-444444444444", 100, "Support"));
            says(site, 2, "acme halted, wrong-organization", "Put the id of the client's organisation");
            assertThat(genesys(site)).filteredOn(isToken().negate()).hasSize(1).allMatch(call -> call.path()
                    .equals("/api/v2/organizations/me"));
            checkSays(site, "✗ acme: credentials and identity", "Put the id of the client's organisation");
        }
    }

    @Test
    @DisplayName("nothing listens at Zendesk's address, then at Genesys'")
    void unreachable() throws Exception {
        try (Site site = site()) {
            Map<String, String> environment = new HashMap<>(site.environment());
            environment.put("ZENDESK_URL", "http://127.0.0.1:" + FreePort.any());
            Said once = Terminal.type(site, environment, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text()).contains("Zendesk", "the connection was refused", "check network");
            assertThat(genesys(site)).as("nobody is known who would need it").isEmpty();
            Said check = Terminal.type(site, environment, "check");
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.text()).contains("✗ Zendesk: credentials", "the connection was refused", "✓ acme: cred");

            environment = new HashMap<>(site.environment());
            environment.put("SANDBOX_GENESYS_URL", "http://127.0.0.1:" + FreePort.any());
            once = Terminal.type(site, environment, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text()).contains("acme halted, unavailable", "the connection was refused");
            check = Terminal.type(site, environment, "check");
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.text()).contains("✗ acme: credentials and identity", "the connection was refused");
        }
    }

    @Test
    @DisplayName("a proxy that is down, or wants a password; one that works")
    void proxy() throws Exception {
        try (Site site = site();
                TlsServer zendesk = new TlsServer(site.sandbox().zendesk().url(), folder);
                TlsServer genesys = new TlsServer(site.sandbox().genesys().url(), folder);
                ProxyServer asking = new ProxyServer().only("bridge", PASSWORD)) {
            site.with("ZENDESK_URL", zendesk.url("zendesk.example"))
                    .with("SANDBOX_GENESYS_URL", genesys.url("genesys.example"))
                    .with("HTTP_TRUST_STORE", zendesk.certificate().toString());
            site.with("HTTP_PROXY", "http://127.0.0.1:" + FreePort.any());
            says(site, 2, "Zendesk", "http.proxy");
            checkSays(site, "✗ Zendesk: credentials", "✗ acme: credentials and identity", "http.proxy");

            site.with("HTTP_PROXY", "http://127.0.0.1:" + asking.port());
            says(site, 2, "the proxy refused with HTTP 407", "USER:PASSWORD@HOST:PORT");
            checkSays(site, "✗ Zendesk: credentials", "USER:PASSWORD@HOST:PORT");
            assertThat(genesys(site)).isEmpty();
            assertThat(zendesk(site)).isEmpty();

            site.with("TEST_PROXY_PASSWORD", PASSWORD)
                    .with("HTTP_PROXY", "http://bridge:pass%2Bword%2Fof%3Dthe%26proxy@127.0.0.1:" + asking.port());
            says(site, 0, "In step");
            assertThat(asking.served())
                    .as("every call goes through it, the token calls too")
                    .isNotEmpty()
                    .allMatch(line ->
                            line.startsWith("CONNECT zendesk.example:") || line.startsWith("CONNECT genesys.example:"));
        }
    }

    @Test
    @DisplayName("calls to this machine never go through a proxy, whatever http.no-proxy says")
    void loopbackPastTheProxy() throws Exception {
        try (Site site = site();
                ProxyServer proxy = new ProxyServer()) {
            String zendesk = site.sandbox().zendesk().url().toString();
            String genesys = site.sandbox().genesys().url().toString();
            site.with("HTTP_PROXY", "127.0.0.1:" + proxy.port()).with("HTTP_NO_PROXY", "elsewhere.example");
            for (String host : List.of("127.0.0.1", "localhost", "127.1.2.3")) {
                site.with("ZENDESK_URL", zendesk.replace("127.0.0.1", host))
                        .with("SANDBOX_GENESYS_URL", genesys.replace("127.0.0.1", host));
                Said once = Terminal.type(site, "once");
                assertThat(proxy.served()).as(host).isEmpty();
                if (!host.equals("127.1.2.3")) {
                    assertThat(once.exit()).as(once.text()).isZero();
                }
            }
        }
    }

    @Test
    @DisplayName("a certificate that is not trusted, directly and through a proxy; the trust store fixes it")
    void certificate() throws Exception {
        try (Site site = site();
                TlsServer zendesk = new TlsServer(site.sandbox().zendesk().url(), folder);
                TlsServer genesys = new TlsServer(site.sandbox().genesys().url(), folder);
                ProxyServer refusing = new ProxyServer().refuse(403);
                ProxyServer asking = new ProxyServer().only("bridge", PASSWORD)) {
            site.with("ZENDESK_URL", zendesk.url()).with("SANDBOX_GENESYS_URL", genesys.url());
            says(site, 2, "Zendesk", "the certificate is not trusted", "http.trust-store");
            checkSays(site, "✗ Zendesk: credentials", "✗ acme: credentials", "http.trust-store");
            assertThat(genesys(site)).isEmpty();
            assertThat(zendesk(site)).isEmpty();

            site.with("HTTP_TRUST_STORE", zendesk.certificate().toString());
            says(site, 0, "In step");
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(2);
            int direct = genesys(site).size() + zendesk(site).size();

            site.with("ZENDESK_URL", zendesk.url("zendesk.example"))
                    .with("SANDBOX_GENESYS_URL", genesys.url("genesys.example"));
            site.with("HTTP_PROXY", "http://127.0.0.1:" + refusing.port());
            says(site, 2, "the proxy refused", "http.proxy");
            site.with("HTTP_PROXY", "http://127.0.0.1:" + asking.port());
            says(site, 2, "the proxy refused", "http.proxy");
            assertThat(genesys(site).size() + zendesk(site).size()).isEqualTo(direct);

            site.with("TEST_PROXY_PASSWORD", PASSWORD)
                    .with("HTTP_PROXY", "http://bridge:pass%2Bword%2Fof%3Dthe%26proxy@127.0.0.1:" + asking.port());
            says(site, 0, "In step");
            assertThat(asking.served()).isNotEmpty().allMatch(line -> line.startsWith("CONNECT "));
        }
    }

    @Test
    @DisplayName("a trust store replaces Java's authorities: a server that only those vouch for gets no credentials")
    void trustStoreAlone() throws Exception {
        Path others = Files.createDirectory(folder.resolve("others"));
        try (Site site = site();
                TlsServer zendesk = new TlsServer(site.sandbox().zendesk().url(), folder);
                TlsServer genesys = new TlsServer(site.sandbox().genesys().url(), folder);
                TlsServer other = new TlsServer(site.sandbox().genesys().url(), others)) {
            // Java's own authorities, as this process is configured: this one server.
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            try (InputStream pem = Files.newInputStream(zendesk.certificate())) {
                own.setCertificateEntry(
                        "own", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            }
            Path store = folder.resolve("own.p12");
            try (OutputStream out = Files.newOutputStream(store)) {
                own.store(out, "of-the-test".toCharArray());
            }
            site.with("ZENDESK_URL", zendesk.url())
                    .with("SANDBOX_GENESYS_URL", genesys.url())
                    .with(
                            "JAVA_TOOL_OPTIONS",
                            "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword=of-the-test");
            Child trusting = site.start("once");
            assertThat(trusting.exit()).as(trusting.output()).isZero();
            int before = genesys(site).size() + zendesk(site).size();

            site.with("HTTP_TRUST_STORE", other.certificate().toString());
            Child refusing = site.start("once");
            assertThat(refusing.exit()).as(refusing.output()).isEqualTo(2);
            assertThat(refusing.output()).contains("the certificate is not trusted", "http.trust-store");
            assertThat(genesys(site).size() + zendesk(site).size()).isEqualTo(before);
        }
    }

    @Test
    @DisplayName("a trust store that is missing or not a PEM file: exit 1, nothing sent")
    void trustStore() throws Exception {
        try (Site site = site()) {
            site.with("HTTP_TRUST_STORE", folder.resolve("missing.pem").toString());
            says(site, 1, "http.trust-store", "missing.pem");
            site.with("HTTP_TRUST_STORE", folder.resolve("mapping.yaml").toString());
            says(site, 1, "http.trust-store", "mapping.yaml");
            assertThat(zendesk(site)).isEmpty();
        }
    }

    @Test
    @DisplayName("variables that are not set, in properties and mapping: one line each, exit 1, nothing sent")
    void unset() throws Exception {
        try (Site site = site().without("ZENDESK_CLIENT_SECRET").without("ACME_CLIENT_SECRET")) {
            Said said = says(site, 1, "ZENDESK_CLIENT_SECRET", "ACME_CLIENT_SECRET", "mapping.yaml:");
            assertThat(said.text().lines().filter(line -> line.contains("_CLIENT_SECRET")))
                    .hasSize(2);
            assertThat(zendesk(site)).isEmpty();
            assertThat(genesys(site)).isEmpty();
        }
    }

    @Test
    @DisplayName("an empty mapping, a missing one, one that is not YAML")
    void noMapping() throws Exception {
        try (Site site = site()) {
            for (String yaml : List.of("", "organizations: {}\ngroups: []\n", "groups: [\n")) {
                site.mapping(yaml);
                says(site, 1, "mapping.yaml");
            }
            site.with("BRIDGE_MAPPING", folder.resolve("nowhere.yaml").toString());
            says(site, 1, "nowhere.yaml");
            assertThat(zendesk(site)).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "a group that Zendesk lacks: incomplete, with a warning that names file and line, and the rest goes on")
    void missingGroup() throws Exception {
        try (Site site = site()) {
            site.mapping(Site.mapping(Site.ACME, 100, "Suport"));
            says(site, 2, "Warning: ", "\"Suport\"", "mapping.yaml:10");
            assertThat(site.latest()
                            .path("zendesk")
                            .path("default")
                            .path("missingGroups")
                            .toString())
                    .isEqualTo("[\"Suport\"]");
            Said check = Terminal.type(site, "check");
            assertThat(check.exit()).isZero();
            assertThat(check.text()).contains("Zendesk has no group \"Suport\"", "mapping.yaml:10");
        }
    }

    @Test
    @DisplayName("an organisation that does not serve the path: halted, with a pointer to the targets that it has")
    void pathNotServed() throws Exception {
        try (Site site = site()) {
            site.world().servesSegments("acme", false);
            says(site, 2, "acme halted, target-not-available", "docs/targets.md");
            assertThat(site.posts()).isEmpty();
            checkSays(site, "✗ acme: read segments", "docs/targets.md");
        }
    }
}
