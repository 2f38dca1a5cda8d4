package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A property that nothing reads is a promise that nobody keeps: with another value, something must be otherwise. */
class PropertiesReadTest {

    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final String FILE = "config/application.properties";

    /** Another value for whichever kind of property: the first that is valid there. */
    private static final List<String> OTHERS = List.of(
            "7",
            "77",
            "0.07",
            "77s",
            "76s-77s",
            "77MB",
            "false",
            "http://127.0.0.1:77",
            "cancel",
            "0640",
            "0 7 7 * * ?",
            "Europe/Paris",
            "/other",
            "other.example",
            "127.0.0.7",
            "other@example.com",
            "other");

    /** What is read beside Java: by the log's own configuration. */
    private static final Path LOG = HOME.resolve("config/logback.xml");

    @TempDir
    static Path folder;

    private static final Map<String, String> BASE = new HashMap<>();

    @BeforeAll
    static void base() throws Exception {
        BASE.put("ZENDESK_URL", "http://127.0.0.1:1");
        BASE.put("ZENDESK_CLIENT_ID", "client");
        BASE.put("ZENDESK_CLIENT_SECRET", "secret");
        BASE.put("BRIDGE_INSTANCE", "one");
        BASE.put("KAFKA_BROKERS", "127.0.0.1:1");
        BASE.put("WEBHOOK_PORT", "1");
        BASE.put("WEBHOOK_SECRET", "secret-of-the-webhook");
    }

    static List<String> keys() throws Exception {
        try (Stream<String> lines = Files.lines(HOME.resolve(FILE))) {
            return lines.filter(line -> line.matches("[a-z][^=]*=.*"))
                    .map(line -> line.substring(0, line.indexOf('=')))
                    .filter(key -> !key.startsWith("camel."))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("each property in config/ changes what the bridge reads of it, or is the log's own")
    void isRead(String key) throws Exception {
        String variable =
                key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
        if (Files.readString(LOG).contains("${" + variable)) {
            return;
        }
        Map<String, String> base = new HashMap<>(BASE);
        if (key.equals("zendesk.email") || key.equals("zendesk.api-token")) {
            // They count only where there is no client of OAuth.
            base.remove("ZENDESK_CLIENT_ID");
            base.remove("ZENDESK_CLIENT_SECRET");
            base.put("ZENDESK_EMAIL", "one@example.com");
            base.put("ZENDESK_API_TOKEN", "one");
        }
        Map<String, String> plain = read(base);
        assertThat(read(base)).isEqualTo(plain);
        boolean changes = false;
        for (String other :
                Stream.concat(OTHERS.stream(), Stream.of(certificate())).toList()) {
            Map<String, String> environment = new HashMap<>(base);
            environment.put(variable, other);
            try {
                changes |= !read(environment).equals(plain);
            } catch (ConfigurationException notOfThisKind) {
                assertThat(notOfThisKind.problems()).isNotEmpty();
            }
        }
        assertThat(changes).as("%s is read", key).isTrue();
    }

    /** A file with one of the certificates that Java trusts. */
    private static String certificate() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        byte[] one = ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers()[0].getEncoded();
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(one)
                + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(folder.resolve("one.pem"), pem).toString();
    }

    /** All that the settings tell, as text. */
    private static Map<String, String> read(Map<String, String> environment) throws Exception {
        Settings settings = Settings.load(HOME, Environment.of(environment));
        Map<String, String> told = new TreeMap<>();
        for (Method accessor : Settings.class.getMethods()) {
            if (accessor.getDeclaringClass() == Settings.class
                    && accessor.getParameterCount() == 0
                    && !accessor.getName().equals("toString")
                    && !accessor.getName().equals("warnings")
                    && !Modifier.isStatic(accessor.getModifiers())) {
                told.put(accessor.getName(), text(accessor.invoke(settings)));
            }
        }
        return told;
    }

    private static String text(Object value) throws Exception {
        if (value instanceof Secret secret) {
            return secret.read();
        }
        if (value instanceof WebhookSecrets secrets) {
            return String.valueOf(secrets.read());
        }
        return value instanceof java.util.Optional<?> optional && optional.isPresent()
                ? text(optional.get())
                : String.valueOf(value);
    }
}
