package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final String HUSH = "hush-hush";
    private static final List<String> LOGIN = List.of(
            "zendesk.url=https://example.zendesk.com",
            "zendesk.client-id=bridge",
            "zendesk.client-secret={{env:Z_SECRET}}");

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>(Map.of("Z_SECRET", HUSH));
    private final Properties system = new Properties();

    @BeforeEach
    void configFolder() throws IOException {
        Files.createDirectory(home.resolve("config"));
    }

    private void file(List<String> start, String... lines) throws IOException {
        String text = Stream.concat(start.stream(), Stream.of(lines)).collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(home.resolve("config/application.properties"), text);
    }

    private Settings load() throws ConfigurationException {
        return Settings.load(home, environment::get, system);
    }

    private List<String> problems() {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, this::load);
        assertThat(e).as("a configuration that was to be refused").isNotNull();
        assertThat(e.getMessage()).doesNotContain(HUSH);
        return e.problems().stream().map(Problem::oneLine).toList();
    }

    @Test
    void takesTheDefaultsOfTheContract() throws Exception {
        file(LOGIN);

        Settings settings = load();

        assertThat(settings.get(Property.ZENDESK_URL)).hasToString("https://example.zendesk.com");
        assertThat(settings.get(Property.ZENDESK_CLIENT_SECRET).read()).isEqualTo(HUSH);
        assertThat(settings.get(Property.ZENDESK_API_TOKEN)).isNull();
        assertThat(settings.get(Property.ZENDESK_REQUESTS_PER_MINUTE)).isEqualTo(180);
        assertThat(settings.get(Property.ZENDESK_STATUS_FIELD)).isEmpty();
        assertThat(settings.get(Property.BRIDGE_MAPPING)).isEqualTo(home.resolve("config/mapping.yaml"));
        assertThat(settings.get(Property.BRIDGE_DATA_DIR)).isEqualTo(home.resolve("data"));
        assertThat(settings.get(Property.BRIDGE_INSTANCE)).isEmpty();
        assertThat(settings.get(Property.BRIDGE_KEEP_RUNS)).isEqualTo(500);
        assertThat(settings.get(Property.BRIDGE_KEEP_LETTERS)).isEqualTo(Duration.ofDays(90));
        assertThat(settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.get(Property.POLL_CRON)).isEqualTo("0 0/15 * * * ?");
        assertThat(settings.get(Property.POLL_TIMEZONE)).hasToString("UTC");
        assertThat(settings.get(Property.POLL_AT_START)).isTrue();
        assertThat(settings.get(Property.POLL_MAX_PASS)).isNull();
        assertThat(settings.get(Property.GENESYS_WORKERS)).isEqualTo(4);
        assertThat(settings.get(Property.GENESYS_MAX_ATTEMPTS)).isEqualTo(4);
        assertThat(settings.get(Property.GENESYS_HALT_AFTER)).isEqualTo(10);
        assertThat(settings.get(Property.GENESYS_CONFLICT_WAIT)).isEqualTo(Durations.parseRange("2s-5s"));
        assertThat(settings.get(Property.GENESYS_PENDING_WARN)).isEqualTo(Duration.ofHours(24));
        assertThat(settings.get(Property.GENESYS_USERS_FRESH)).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.get(Property.HTTP_MAX_ATTEMPTS)).isEqualTo(4);
        assertThat(settings.get(Property.HTTP_BACKOFF)).isEqualTo(Durations.parseRange("1s-30s"));
        assertThat(settings.get(Property.HTTP_MAX_QUOTA_WAIT)).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.get(Property.HTTP_CONNECT_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.get(Property.HTTP_RESPONSE_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.get(Property.HTTP_PROXY)).isNull();
        assertThat(settings.get(Property.HTTP_NO_PROXY)).isEmpty();
        assertThat(settings.get(Property.HTTP_TRUST_STORE)).isNull();
        assertThat(settings.get(Property.IDEMPOTENT_MAX_SIZE)).isEqualTo(100_000);
        assertThat(settings.get(Property.IDEMPOTENT_TTL)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.get(Property.REMOVALS_POLICY)).isEqualTo(RemovalsPolicy.REPORT);
        assertThat(settings.get(Property.REMOVALS_MIN_COUNT)).isEqualTo(3);
        assertThat(settings.get(Property.REMOVALS_MAX_SHARE)).isEqualTo(0.10);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void shipsAFileWithEveryPropertyItsDefaultAndAReason() throws Exception {
        Path shipped = Path.of("config/application.properties");
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(shipped)) {
            properties.load(reader);
        }
        Map<String, String> ours = new HashMap<>();
        properties.stringPropertyNames().stream()
                .filter(key -> !key.startsWith("camel."))
                .forEach(key -> ours.put(key, properties.getProperty(key)));

        assertThat(ours)
                .isEqualTo(Property.all().stream().collect(Collectors.toMap(Property::key, Property::otherwise)));
        String text = Files.readString(shipped);
        for (String key : ours.keySet()) {
            assertThat(text)
                    .as("a comment above " + key)
                    .containsPattern("(# [^\\n]+|zendesk\\.(client-id|email)=)\\n" + key.replace(".", "\\.") + "=");
        }
    }

    @Test
    void letsTheEnvironmentWinOverSystemPropertiesAndTheseOverTheFile() throws Exception {
        file(LOGIN, "genesys.workers=1", "genesys.halt-after=1", "genesys.max-attempts=1");
        system.setProperty("genesys.workers", "2");
        system.setProperty("genesys.halt-after", "2");
        environment.put("GENESYS_WORKERS", "3");

        Settings settings = load();

        assertThat(settings.get(Property.GENESYS_WORKERS)).isEqualTo(3);
        assertThat(settings.get(Property.GENESYS_HALT_AFTER)).isEqualTo(2);
        assertThat(settings.get(Property.GENESYS_MAX_ATTEMPTS)).isEqualTo(1);
    }

    @Test
    void putsVariablesInPlaceOfPlaceholders() throws Exception {
        file(LOGIN, "bridge.instance=site-{{env:SITE}}-{{env:COLOUR:blue}}", "poll.max-pass={{env:UNSET:}}");
        environment.put("SITE", "a");

        assertThat(load().get(Property.BRIDGE_INSTANCE)).isEqualTo("site-a-blue");
        assertThat(load().get(Property.POLL_MAX_PASS)).isNull();
    }

    @Test
    void tellsAllProblemsAtOnceEachWithItsLine() throws Exception {
        file(
                List.of(),
                "zendesk.url=http://example.zendesk.com",
                "zendesk.client-id=bridge",
                "# a comment, and a property over two lines",
                "http.no-proxy=a,\\",
                "  b",
                "genesys.workers=many",
                "genesys.conflict-wait=5s-2s",
                "http.backof=1s-2s",
                "removals.policy=cancel",
                "poll.cron=every minute",
                "poll.timezone=+02:00",
                "poll.at-start=yes",
                "bridge.instance={{env:UNSET_ONE}}",
                "http.trust-store=none.pem",
                "removals.max-share=10",
                "genesys.workers=2",
                "camel.main.name=not ours");
        environment.put("IDEMPOTENT_TTL", "60");

        assertThat(problems())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("config/application.properties:1: zendesk.url is not encrypted. "),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "config/application.properties:2: zendesk.client-id is set, zendesk.client-secret"
                                                + " is not. Set zendesk.client-secret (ZENDESK_CLIENT_SECRET) too."),
                        line -> assertThat(line)
                                .startsWith("config/application.properties:7: genesys.conflict-wait: \"5s-2s\""),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "config/application.properties:8: http.backof is not a property of the bridge."
                                                + " Did you mean http.backoff?"),
                        line -> assertThat(line)
                                .startsWith(
                                        "config/application.properties:9: removals.policy is cancel, and bridge.instance"),
                        line -> assertThat(line)
                                .startsWith("config/application.properties:10: poll.cron: \"every minute\""),
                        line -> assertThat(line)
                                .startsWith("config/application.properties:11: poll.timezone: \"+02:00\""),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "config/application.properties:12: poll.at-start: \"yes\" is neither true nor false."),
                        line -> assertThat(line)
                                .startsWith("config/application.properties:13: bridge.instance needs the environment"
                                        + " variable UNSET_ONE, which is not set"),
                        line -> assertThat(line)
                                .contains(":14: http.trust-store names")
                                .contains("does not exist"),
                        line -> assertThat(line)
                                .contains(":15: removals.max-share: \"10\" is not a share. Write a number from 0 to 1"),
                        line -> assertThat(line)
                                .contains(":16: genesys.workers appears here a second time, first on line 6"),
                        line -> assertThat(line)
                                .startsWith(
                                        "environment variable IDEMPOTENT_TTL: idempotent.ttl: \"60\" is not a duration. Write a"));
    }

    @ParameterizedTest
    @CsvSource({
        "zendesk.requests-per-minute, 0",
        "genesys.workers, 65",
        "genesys.workers, 1.5",
        "bridge.keep-letters, 0s",
        "bridge.keep-runs, -1",
        "http.backoff, fast",
        "removals.policy, remove",
        "removals.max-share, NaN",
        "http.proxy, proxy.example.com",
        "http.proxy, https://proxy.example.com:443",
        "http.proxy, socks5://proxy.example.com:1080",
        "poll.timezone, Europe/Berlni",
    })
    void refuses(String key, String text) throws Exception {
        file(LOGIN, key + "=" + text);

        assertThat(problems()).singleElement().asString().startsWith("config/application.properties:4: " + key);
    }

    @Test
    void wantsTheUrlAndSomeCredentials() throws Exception {
        file(List.of());

        assertThat(problems())
                .satisfiesExactly(line -> assertThat(line).contains("zendesk.url is not set"), line -> assertThat(line)
                        .contains("zendesk.client-id is not set, and no other credentials"));
    }

    @Test
    void tellsAnUnsetSecretOnceAndBothHalvesOnly() throws Exception {
        file(
                List.of("zendesk.url=https://example.zendesk.com"),
                "zendesk.client-id=bridge",
                "zendesk.client-secret={{env:UNSET_ONE}}",
                "zendesk.email=",
                "zendesk.api-token=" + HUSH);

        assertThat(problems())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains(":3: zendesk.client-secret cannot be read: environment variable UNSET_ONE"),
                        line -> assertThat(line).contains(":5: zendesk.api-token is set, zendesk.email is not"));
    }

    @Test
    void saysWhereAMissingFileWasLookedFor() {
        assertThat(problems())
                .first()
                .asString()
                .contains("does not exist in " + home.resolve("config"))
                .contains("--home");
    }

    @Test
    void warnsOfTheLegacyTokenAndOfLiteralSecrets() throws Exception {
        file(
                List.of("zendesk.url=https://example.zendesk.com"),
                "zendesk.email=bot@example.com",
                "zendesk.api-token=" + HUSH);

        Settings settings = load();

        assertThat(settings.get(Property.ZENDESK_EMAIL).read()).isEqualTo("bot@example.com");
        assertThat(settings.warnings())
                .satisfiesExactly(
                        warning -> assertThat(warning).startsWith("zendesk.api-token holds the secret itself"),
                        warning -> assertThat(warning)
                                .isEqualTo(
                                        "zendesk.api-token is legacy: new accounts have none, none can be created since"
                                                + " 2026-10-27, one unused for 30 days is deactivated, all stop on 2027-04-30; use"
                                                + " zendesk.client-id and zendesk.client-secret"));
    }

    @Test
    void prefersOAuthToTheLegacyToken() throws Exception {
        file(LOGIN);
        environment.put("ZENDESK_EMAIL", "bot@example.com");
        environment.put("ZENDESK_API_TOKEN", HUSH);

        Settings settings = load();

        assertThat(settings.get(Property.ZENDESK_CLIENT_ID)).isNotNull();
        assertThat(settings.get(Property.ZENDESK_API_TOKEN)).isNull();
        assertThat(settings.get(Property.ZENDESK_EMAIL)).isNull();
        assertThat(settings.warnings()).singleElement().asString().contains("both set");
    }

    @Test
    void readsASecretFromItsVariableEachTimeWithoutAWarning() throws Exception {
        file(LOGIN);
        environment.put("ZENDESK_CLIENT_SECRET", "first");
        Settings settings = load();

        environment.put("ZENDESK_CLIENT_SECRET", "rotated");

        assertThat(settings.get(Property.ZENDESK_CLIENT_SECRET).read()).isEqualTo("rotated");
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.example.com:3128, proxy.example.com, 3128,,",
        "http://proxy.example.com:3128/, proxy.example.com, 3128,,",
        "http://me:p%40ss+@10.0.0.1:80, 10.0.0.1, 80, me, p@ss+",
    })
    void readsProxies(String text, String host, int port, String user, String password) throws Exception {
        file(LOGIN);
        environment.put("HTTP_PROXY", text);

        ProxyAddress proxy = load().get(Property.HTTP_PROXY);

        assertThat(proxy.host()).isEqualTo(host);
        assertThat(proxy.port()).isEqualTo(port);
        assertThat(proxy.user()).isEqualTo(user);
        assertThat(proxy.password() == null ? null : proxy.password().read()).isEqualTo(password);
        assertThat(proxy.toString()).doesNotContain("p%40ss", "p@ss");
    }

    @Test
    void keepsSecretsOutOfWhatItTells() throws Exception {
        file(
                List.of("zendesk.url=https://example.zendesk.com"),
                "zendesk.client-id=id-" + HUSH,
                "zendesk.client-secret=" + HUSH,
                "http.proxy=http://me:" + HUSH + "@proxy:3128");

        Settings settings = load();

        assertThat(settings.asProperties())
                .doesNotContainKeys("zendesk.client-id", "zendesk.client-secret", "zendesk.email", "zendesk.api-token")
                .containsEntry("http.proxy", "http://proxy:3128")
                .containsEntry("genesys.workers", "4");
        assertThat(settings.asProperties().toString()
                        + settings
                        + settings.warnings()
                        + settings.get(Property.HTTP_PROXY))
                .doesNotContain(HUSH);
    }

    @Test
    void neverRepeatsAProxyThatItRefuses() throws Exception {
        file(LOGIN, "http.proxy=http://me:" + HUSH + "@proxy");

        assertThat(problems()).singleElement().asString().contains(":4: http.proxy is not a proxy address");
    }

    @Test
    void wantsCertificatesInTheTrustStore() throws Exception {
        Files.writeString(home.resolve("empty.pem"), "");
        file(LOGIN, "http.trust-store=empty.pem");
        assertThat(problems()).singleElement().asString().contains("has no certificate in it");

        Files.writeString(
                home.resolve("empty.pem"), "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n");
        assertThat(problems()).singleElement().asString().contains("is not a PEM file");
    }
}
