package dev.wfmbridge.config;

import static dev.wfmbridge.config.Property.BRIDGE_DATA_DIR;
import static dev.wfmbridge.config.Property.BRIDGE_INSTANCE;
import static dev.wfmbridge.config.Property.HTTP_PROXY;
import static dev.wfmbridge.config.Property.HTTP_TRUST_STORE;
import static dev.wfmbridge.config.Property.KAFKA_BROKERS;
import static dev.wfmbridge.config.Property.KAFKA_INSTANCE;
import static dev.wfmbridge.config.Property.MANAGEMENT_TOKEN;
import static dev.wfmbridge.config.Property.POLL_MAX_PASS;
import static dev.wfmbridge.config.Property.REMOVALS_POLICY;
import static dev.wfmbridge.config.Property.WEBHOOK_PORT;
import static dev.wfmbridge.config.Property.WEBHOOK_SECRET;
import static dev.wfmbridge.config.Property.ZENDESK_API_TOKEN;
import static dev.wfmbridge.config.Property.ZENDESK_CLIENT_ID;
import static dev.wfmbridge.config.Property.ZENDESK_CLIENT_SECRET;
import static dev.wfmbridge.config.Property.ZENDESK_EMAIL;
import static dev.wfmbridge.config.Property.ZENDESK_URL;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What {@code config/application.properties} and the environment say, checked as a whole: there is no half-valid
 * instance. {@link Property} lists the properties. Where one is set in several places, the environment variable wins,
 * then the Java system property, then the file, then the default; an empty value counts as not set.
 */
public final class Settings {

    /** The default interval between passes. */
    private static final Duration OF_RUN = Duration.ofMinutes(15);

    /** Longer than the first load of a large account takes, but not forever. */
    private static final Duration OF_ONCE = Duration.ofHours(6);

    private final Map<Property<?>, Object> values = new HashMap<>();
    private final Map<String, String> texts;
    private final List<String> warnings;

    private Settings(PropertyTexts in) {
        Property.all().forEach(property -> values.put(property, property.read(in)));
        if (in.text(ZENDESK_URL.key()).isEmpty()) {
            in.problem(
                    ZENDESK_URL.key(),
                    "is not set",
                    "Set it to the address of your account, like https://example.zendesk.com.");
        }
        credentials(in);
        webhook(in);
        network(in);
        removals(in);
        if (get(KAFKA_INSTANCE).isEmpty()) {
            values.put(KAFKA_INSTANCE, instanceOf(get(BRIDGE_DATA_DIR)));
        }
        texts = in.publicTexts();
        warnings = in.warnings();
    }

    /**
     * Reads and checks the settings.
     *
     * @param home the folder that holds {@code config/} and {@code routes/}
     * @throws ConfigurationException with every problem at once
     */
    public static Settings load(Path home, Environment environment) throws ConfigurationException {
        return load(home, environment, System.getProperties());
    }

    static Settings load(Path home, Environment environment, Properties system) throws ConfigurationException {
        PropertyTexts in = new PropertyTexts(home, environment, system);
        Settings settings = new Settings(in);
        in.refuse();
        return settings;
    }

    /**
     * Where the data folder is, even if other settings are wrong: a command that only reads it needs no credentials.
     *
     * @throws ConfigurationException if {@code bridge.data-dir} itself cannot be understood
     */
    public static Path dataDir(Path home, Environment environment) throws ConfigurationException {
        PropertyTexts in = new PropertyTexts(home, environment, System.getProperties());
        Path dir = BRIDGE_DATA_DIR.read(in);
        in.refuse(problem -> problem.what().startsWith(BRIDGE_DATA_DIR.key() + " "));
        return dir;
    }

    /** The value of a property. What is not set has its default; what has none is null, where {@link Property} says so. */
    @SuppressWarnings("unchecked")
    public <T> T get(Property<T> property) {
        return (T) values.get(property);
    }

    /** How long a pass may take. */
    public Duration maxPass(Duration unlessSet) {
        return get(POLL_MAX_PASS) == null ? unlessSet : get(POLL_MAX_PASS);
    }

    /** The same for a pass that the clock, a start or an operator of {@code run} begins. */
    public Duration maxPassOfRun() {
        return maxPass(OF_RUN);
    }

    /** The same for {@code once}, {@code plan} and a replay. */
    public Duration maxPassOfOnce() {
        return maxPass(OF_ONCE);
    }

    /** Whether the organisations are shared with other processes over Kafka. */
    public boolean isShared() {
        return !get(KAFKA_BROKERS).isEmpty();
    }

    /** Whether Zendesk is called with the legacy API token, which will stop working. */
    public boolean legacyZendeskToken() {
        return get(ZENDESK_CLIENT_ID) == null;
    }

    /** What can be used but should be changed, a sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** Every property with its effective text, for placeholders in routes. Credentials are left out, including those of the proxy. */
    public Map<String, String> asProperties() {
        return texts;
    }

    private void credentials(PropertyTexts in) {
        boolean oauth = get(ZENDESK_CLIENT_ID) != null || get(ZENDESK_CLIENT_SECRET) != null;
        boolean legacy = get(ZENDESK_EMAIL) != null || get(ZENDESK_API_TOKEN) != null;
        if (!oauth && !legacy) {
            in.problem(
                    ZENDESK_CLIENT_ID.key(),
                    "is not set, and no other credentials of Zendesk",
                    "Set zendesk.client-id and zendesk.client-secret (ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET).");
        }
        half(in, ZENDESK_CLIENT_ID, ZENDESK_CLIENT_SECRET);
        half(in, ZENDESK_EMAIL, ZENDESK_API_TOKEN);
        for (Property<Secret> secret : List.of(ZENDESK_CLIENT_SECRET, ZENDESK_API_TOKEN, MANAGEMENT_TOKEN)) {
            if (get(secret) != null && get(secret).literal()) {
                literal(in, secret);
            }
        }
        if (oauth && legacy) {
            in.warn(
                    "zendesk.client-id and zendesk.api-token are both set: zendesk.client-id is used, delete the other");
            values.put(ZENDESK_EMAIL, null);
            values.put(ZENDESK_API_TOKEN, null);
        } else if (legacy) {
            in.warn("zendesk.api-token is legacy: new accounts have none, none can be created since 2026-10-27,"
                    + " one unused for 30 days is deactivated, all stop on 2027-04-30;"
                    + " use zendesk.client-id and zendesk.client-secret");
        }
    }

    private void half(PropertyTexts in, Property<Secret> one, Property<Secret> other) {
        if ((get(one) == null) != (get(other) == null)) {
            Property<Secret> set = get(one) != null ? one : other;
            Property<Secret> missing = set == one ? other : one;
            in.problem(
                    set.key(),
                    "is set, " + missing.key() + " is not",
                    "Set " + missing.key() + " (" + missing.variable() + ") too.");
        }
    }

    private static void literal(PropertyTexts in, Property<?> secret) {
        in.warn(secret.key() + " holds the secret itself: better write {{env:NAME}} or {{file:/path}}");
    }

    private void webhook(PropertyTexts in) {
        if (get(WEBHOOK_SECRET) != null && get(WEBHOOK_SECRET).literal()) {
            literal(in, WEBHOOK_SECRET);
        }
        if (get(WEBHOOK_PORT) > 0 && in.text(WEBHOOK_SECRET.key()).isEmpty()) {
            in.problem(
                    WEBHOOK_PORT.key(),
                    "is set, webhook.secret is not",
                    "Set webhook.secret (WEBHOOK_SECRET) to the webhook's signing secret; wfm-bridge check --create-webhook"
                            + " makes webhook and secret.");
        }
    }

    private void network(PropertyTexts in) {
        ProxyAddress proxy = get(HTTP_PROXY);
        if (proxy != null && proxy.password() != null && in.isWritten(HTTP_PROXY.key())) {
            in.warn(
                    "http.proxy has a password in it: better put {{env:NAME}} in its place, or the whole into HTTP_PROXY");
        }
        Path file = get(HTTP_TRUST_STORE);
        String what = file == null ? null : whyNoCertificates(file);
        if (what != null) {
            in.problem(
                    HTTP_TRUST_STORE.key(),
                    "names " + file + ", which " + what,
                    "Name a file with certificates in PEM form.");
        }
    }

    private static String whyNoCertificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509")
                            .generateCertificates(in)
                            .isEmpty()
                    ? "has no certificate in it"
                    : null;
        } catch (CertificateException e) {
            return "is not a PEM file";
        } catch (IOException e) {
            return Files.exists(file) ? "cannot be read" : "does not exist";
        }
    }

    private void removals(PropertyTexts in) {
        RemovalsPolicy policy = get(REMOVALS_POLICY);
        if (policy != null
                && policy != RemovalsPolicy.REPORT
                && get(BRIDGE_INSTANCE).isEmpty()) {
            in.problem(
                    REMOVALS_POLICY.key(),
                    "is " + in.text(REMOVALS_POLICY.key()) + ", and bridge.instance is not set",
                    "Give this installation a name of its own in bridge.instance, or set removals.policy=report.");
        }
    }

    /** The same after a restart on this machine, and different for another data folder. */
    private static String instanceOf(Path folder) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "host";
        }
        String name = host.replaceAll("[^A-Za-z0-9._-]", "-");
        return folder == null
                ? name
                : name + "-" + Integer.toHexString(folder.toString().hashCode());
    }

    /** No value: some of them are secrets. */
    @Override
    public String toString() {
        return "Settings of " + get(ZENDESK_URL);
    }
}
