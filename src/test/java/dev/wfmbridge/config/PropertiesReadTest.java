package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A property that nothing reads is a promise that nobody keeps: with another value, something has to change. */
class PropertiesReadTest {

    private static final Path HOME = Path.of("").toAbsolutePath();

    /** Another value, for any kind of property: the first that is valid for it. */
    private static final List<String> OTHERS = List.of(
            "7",
            "77",
            "0.07",
            "77s",
            "76s-77s",
            "77MB",
            "false",
            "true",
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

    /** What is read not by Java code but by the log's own configuration. */
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

    static List<Property<?>> properties() {
        return Property.all();
    }

    @Test
    @DisplayName("some class asks for each property, or a route or the log's configuration names it")
    void isAskedFor() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (JavaClass one : new ClassFileImporter().importPath(Path.of("target/classes"))) {
            if (!one.isEquivalentTo(Property.class)) {
                one.getFieldAccessesFromSelf().stream()
                        .filter(access -> access.getTargetOwner().isEquivalentTo(Property.class))
                        .forEach(access -> asked.add(access.getTarget().getName()));
            }
        }
        StringBuilder texts = new StringBuilder(Files.readString(LOG));
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.append(Files.readString(file));
            }
        }
        assertThat(Property.all()).hasSizeGreaterThan(40).allSatisfy(property -> assertThat(
                        asked.contains(property.variable())
                                || texts.indexOf("{{" + property.key() + "}}") >= 0
                                || texts.indexOf("${" + property.variable()) >= 0)
                .as(property.key())
                .isTrue());
    }

    @ParameterizedTest
    @MethodSource("properties")
    @DisplayName("each property in config/ changes what the bridge reads of it, or is the log's own")
    void isRead(Property<?> property) throws Exception {
        String variable = property.variable();
        if (Files.readString(LOG).contains("${" + variable)) {
            return;
        }
        Map<String, String> base = new HashMap<>(BASE);
        if (property == Property.ZENDESK_EMAIL || property == Property.ZENDESK_API_TOKEN) {
            // They count only without an OAuth client.
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
        assertThat(changes).as("%s is read", property.key()).isTrue();
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

    /** Everything that the settings return, as text. */
    private static Map<String, String> read(Map<String, String> environment) throws Exception {
        Settings settings = Settings.load(HOME, Environment.of(environment));
        Map<String, String> told = new TreeMap<>();
        for (Property<?> property : Property.all()) {
            told.put(property.key(), text(settings.get(property)));
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
        return String.valueOf(value);
    }
}
