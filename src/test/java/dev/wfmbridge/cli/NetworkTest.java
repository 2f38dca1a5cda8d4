package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.Received;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads when something between him and the two services is wrong: what, where and how to mend it, the right exit
 * status, no stack trace, no secret (the last two are seen to by {@link Terminal}).
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

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** One pass ends with this status and says all of this; check finds it too. */
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
    @DisplayName("nobody listens: at Zendesk, then at Genesys")
    void unreachable() throws Exception {
        try (Site site = site()) {
            Map<String, String> environment = new HashMap<>(site.environment());
            environment.put("ZENDESK_URL", "http://127.0.0.1:" + closedPort());
            Said once = Terminal.type(site, environment, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text()).contains("Zendesk", "the connection was refused", "check network");
            assertThat(genesys(site)).as("nobody is known who would need it").isEmpty();
            Said check = Terminal.type(site, environment, "check");
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.text()).contains("✗ Zendesk: credentials", "the connection was refused", "✓ acme: cred");

            environment = new HashMap<>(site.environment());
            environment.put("SANDBOX_GENESYS_URL", "http://127.0.0.1:" + closedPort());
            once = Terminal.type(site, environment, "once");
            assertThat(once.exit()).as(once.text()).isEqualTo(2);
            assertThat(once.text()).contains("acme halted, unavailable", "the connection was refused");
            check = Terminal.type(site, environment, "check");
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.text()).contains("✗ acme: credentials and identity", "the connection was refused");
        }
    }

    @Test
    @DisplayName("a proxy that is not there, or asks who it is; one that works; one that is not used")
    void proxy() throws Exception {
        try (Site site = site();
                ProxyServer asking = new ProxyServer().only("bridge", PASSWORD);
                ProxyServer open = new ProxyServer()) {
            site.with("HTTP_PROXY", "http://127.0.0.1:" + closedPort());
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
                    .hasSize(genesys(site).size() + zendesk(site).size());

            site.with("HTTP_PROXY", "127.0.0.1:" + open.port()).with("HTTP_NO_PROXY", "127.0.0.1");
            says(site, 0, "In step");
            assertThat(open.served()).isEmpty();
        }
    }

    @Test
    @DisplayName("a certificate that is not trusted, directly and through a proxy; the trust store mends it")
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
    @DisplayName("a trust store that is not there, or no PEM: exit 1, nothing sent")
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
    @DisplayName("an empty mapping, one that is not there, one that is no YAML")
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
    @DisplayName("a group that Zendesk lacks: a warning, and the rest goes on")
    void missingGroup() throws Exception {
        try (Site site = site()) {
            site.mapping(Site.mapping(Site.ACME, 100, "Suport"));
            says(site, 0, "Warning: ", "\"Suport\"", "mapping.yaml:10");
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
