package dev.wfmbridge.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.text.ParseException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/**
 * What {@code config/application.properties} and the environment say, checked as a whole: there is no half-valid instance. Where a property
 * is set in several places, the environment variable wins, then the Java system property, then the file, then the default; an empty
 * value counts as not set.
 */
public final class Settings {
    static final String FILE = "config/application.properties";

    /** The default interval between passes. */
    private static final Duration OF_RUN = Duration.ofMinutes(15);

    /** Longer than the first load of a large account takes, but not forever. */
    private static final Duration OF_ONCE = Duration.ofHours(6);

    private static final List<String> SECTIONS = List.of(
            "zendesk.",
            "bridge.",
            "poll.",
            "genesys.",
            "http.",
            "idempotent.",
            "kafka.",
            "removals.",
            "management.",
            "webhook.",
            "metrics.",
            "log.");
    private static final Set<String> SECRETS = Set.of(
            "zendesk.client-id",
            "zendesk.client-secret",
            "zendesk.email",
            "zendesk.api-token",
            "management.token",
            "webhook.secret");
    private static final Map<String, String> DEFAULTS = defaults();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
    private static final Pattern ENV = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?");

    private static Map<String, String> defaults() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("zendesk.url", "");
        map.put("zendesk.client-id", "");
        map.put("zendesk.client-secret", "");
        map.put("zendesk.email", "");
        map.put("zendesk.api-token", "");
        map.put("zendesk.requests-per-minute", "180");
        map.put("zendesk.status-field", "");
        map.put("bridge.mapping", "config/mapping.yaml");
        map.put("bridge.data-dir", "data");
        map.put("bridge.instance", "");
        map.put("bridge.keep-runs", "500");
        map.put("bridge.keep-letters", "90d");
        map.put("bridge.shutdown-timeout", "30s");
        map.put("poll.cron", "0 0/15 * * * ?");
        map.put("poll.timezone", "UTC");
        map.put("poll.at-start", "true");
        map.put("poll.max-pass", "");
        map.put("genesys.workers", "4");
        map.put("genesys.threads", "64");
        map.put("genesys.max-attempts", "4");
        map.put("genesys.halt-after", "10");
        map.put("genesys.conflict-wait", "2s-5s");
        map.put("genesys.pending-warn", "24h");
        map.put("genesys.users-fresh", "15m");
        map.put("http.max-attempts", "4");
        map.put("http.backoff", "1s-30s");
        map.put("http.max-quota-wait", "10m");
        map.put("http.connect-timeout", "5s");
        map.put("http.response-timeout", "30s");
        map.put("http.call-timeout", "2m");
        map.put("http.max-answer", "32MB");
        map.put("http.max-pages", "100000");
        map.put("http.proxy", "");
        map.put("http.no-proxy", "");
        map.put("http.trust-store", "");
        map.put("idempotent.max-size", "100000");
        map.put("idempotent.ttl", "60s");
        map.put("kafka.brokers", "");
        map.put("kafka.prefix", "wfm-bridge");
        map.put("kafka.group", "wfm-bridge");
        map.put("kafka.instance", "");
        map.put("removals.policy", "report");
        map.put("removals.min-count", "3");
        map.put("removals.max-share", "0.10");
        map.put("webhook.port", "");
        map.put("webhook.address", "127.0.0.1");
        map.put("webhook.path", "/zendesk/events");
        map.put("webhook.secret", "");
        map.put("webhook.debounce", "3s");
        map.put("webhook.max-age", "5m");
        map.put("management.token", "");
        map.put("management.hosts", "");
        map.put("metrics.file", "");
        map.put("metrics.file-mode", "0600");
        map.put("log.format", "text");
        map.put("log.level", "INFO");
        return map;
    }

    private final Map<String, String> texts;
    private final List<String> warnings;
    private final URI zendeskUrl;
    private final Secret zendeskClientId;
    private final Secret zendeskClientSecret;
    private final Secret zendeskEmail;
    private final Secret zendeskApiToken;
    private final int zendeskRequestsPerMinute;
    private final String zendeskStatusField;
    private final Path mapping;
    private final Path dataDir;
    private final String instance;
    private final int keepRuns;
    private final Duration keepLetters;
    private final Duration shutdownTimeout;
    private final String pollCron;
    private final ZoneId pollTimezone;
    private final boolean pollAtStart;
    private final Duration pollMaxPass;
    private final int workers;
    private final int threads;
    private final int maxAttempts;
    private final int haltAfter;
    private final DurationRange conflictWait;
    private final Duration pendingWarn;
    private final Duration usersFresh;
    private final int httpMaxAttempts;
    private final DurationRange httpBackoff;
    private final Duration httpMaxQuotaWait;
    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Duration callTimeout;
    private final int maxAnswer;
    private final int maxPages;
    private final ProxyAddress proxy;
    private final List<String> noProxy;
    private final Path trustStore;
    private final int idempotentMaxSize;
    private final Duration idempotentTtl;
    private final String kafkaBrokers;
    private final String kafkaPrefix;
    private final String kafkaGroup;
    private final String kafkaInstance;
    private final RemovalsPolicy removalsPolicy;
    private final int removalsMinCount;
    private final double removalsMaxShare;
    private final int webhookPort;
    private final String webhookAddress;
    private final String webhookPath;
    private final WebhookSecrets webhookSecrets;
    private final Duration webhookDebounce;
    private final Duration webhookMaxAge;
    private final Secret managementToken;
    private final List<String> managementHosts;
    private final Path metricsFile;
    private final Set<PosixFilePermission> metricsFileMode;

    private Settings(Reading in, Path home) {
        zendeskUrl = in.value("zendesk.url", BaseUrl::parse);
        Secret clientId = in.secret("zendesk.client-id");
        Secret clientSecret = in.secret("zendesk.client-secret");
        Secret email = in.secret("zendesk.email");
        Secret apiToken = in.secret("zendesk.api-token");
        zendeskRequestsPerMinute = in.number("zendesk.requests-per-minute", 1, 100_000);
        zendeskStatusField = in.text("zendesk.status-field");
        mapping = in.path("bridge.mapping", home);
        dataDir = in.path("bridge.data-dir", home);
        instance = in.text("bridge.instance");
        keepRuns = in.number("bridge.keep-runs", 1, 1_000_000);
        keepLetters = in.duration("bridge.keep-letters", false);
        shutdownTimeout = in.duration("bridge.shutdown-timeout", false);
        pollCron = in.value("poll.cron", Settings::cron);
        pollTimezone = in.value("poll.timezone", Settings::timezone);
        pollAtStart = Boolean.TRUE.equals(in.value("poll.at-start", Settings::yesOrNo));
        pollMaxPass = in.duration("poll.max-pass", false);
        workers = in.number("genesys.workers", 1, 64);
        threads = in.number("genesys.threads", 1, 1_000);
        maxAttempts = in.number("genesys.max-attempts", 1, 100);
        haltAfter = in.number("genesys.halt-after", 1, 1_000_000);
        conflictWait = in.value("genesys.conflict-wait", Durations::parseRange);
        pendingWarn = in.duration("genesys.pending-warn", false);
        usersFresh = in.duration("genesys.users-fresh", true);
        httpMaxAttempts = in.number("http.max-attempts", 1, 100);
        httpBackoff = in.value("http.backoff", Durations::parseRange);
        httpMaxQuotaWait = in.duration("http.max-quota-wait", true);
        connectTimeout = in.duration("http.connect-timeout", false);
        responseTimeout = in.duration("http.response-timeout", false);
        callTimeout = in.duration("http.call-timeout", false);
        Integer bytes = in.value("http.max-answer", Sizes::parse);
        maxAnswer = bytes == null ? 0 : bytes;
        maxPages = in.number("http.max-pages", 1, 100_000_000);
        proxy = in.value("http.proxy", text -> ProxyAddress.parse(text, in.environment));
        noProxy = Arrays.stream(in.text("http.no-proxy").split("[,|\\s]+"))
                .filter(host -> !host.isEmpty())
                .toList();
        trustStore = in.path("http.trust-store", home);
        idempotentMaxSize = in.number("idempotent.max-size", 1, 100_000_000);
        idempotentTtl = in.duration("idempotent.ttl", false);
        kafkaBrokers = in.text("kafka.brokers");
        kafkaPrefix = in.value("kafka.prefix", Settings::topicName);
        kafkaGroup = in.value("kafka.group", Settings::topicName);
        String named = in.text("kafka.instance");
        kafkaInstance = named.isEmpty() ? instanceOf(dataDir) : named;
        removalsPolicy = in.value("removals.policy", Settings::policy);
        removalsMinCount = in.number("removals.min-count", 0, 1_000_000);
        Double share = in.value("removals.max-share", Settings::share);
        removalsMaxShare = share == null ? 0 : share;
        metricsFile = in.path("metrics.file", home);
        Set<PosixFilePermission> mode = in.value("metrics.file-mode", Settings::mode);
        metricsFileMode = mode == null ? PosixFilePermissions.fromString("rw-------") : mode;
        webhookPort = in.number("webhook.port", 1, 65_535);
        webhookAddress = in.text("webhook.address");
        webhookPath = in.value("webhook.path", Settings::path);
        webhookSecrets = in.webhookSecrets("webhook.secret");
        webhookDebounce = in.duration("webhook.debounce", false);
        webhookMaxAge = in.duration("webhook.max-age", false);
        managementToken = in.secret("management.token");
        managementHosts = Arrays.stream(in.text("management.hosts").split("[,\\s]+"))
                .filter(host -> !host.isEmpty())
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
        in.value("log.format", text -> oneOf(text, List.of("text", "json")));
        in.value("log.level", text -> oneOf(text, List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF")));

        if (in.text("zendesk.url").isEmpty()) {
            in.problem(
                    "zendesk.url",
                    "is not set",
                    "Set it to the address of your account, like https://example.zendesk.com.");
        }
        boolean oauth = clientId != null || clientSecret != null;
        boolean legacy = email != null || apiToken != null;
        in.credentials(clientId, clientSecret, email, apiToken);
        zendeskClientId = clientId;
        zendeskClientSecret = clientSecret;
        zendeskEmail = oauth ? null : email;
        zendeskApiToken = oauth ? null : apiToken;
        in.literal("zendesk.client-secret", clientSecret);
        in.literal("zendesk.api-token", apiToken);
        in.literal("management.token", managementToken);
        if (webhookSecrets != null && webhookSecrets.literal()) {
            in.literal("webhook.secret");
        }
        if (webhookPort > 0 && in.text("webhook.secret").isEmpty()) {
            in.problem(
                    "webhook.port",
                    "is set, webhook.secret is not",
                    "Set webhook.secret (WEBHOOK_SECRET) to the webhook's signing secret; wfm-bridge check --create-webhook"
                            + " makes webhook and secret.");
        }
        if (proxy != null && proxy.password() != null && in.written("http.proxy")) {
            in.warnings.add(
                    "http.proxy has a password in it: better put {{env:NAME}} in its place, or the whole into HTTP_PROXY");
        }
        if (oauth && legacy) {
            in.warnings.add(
                    "zendesk.client-id and zendesk.api-token are both set: zendesk.client-id is used, delete the other");
        } else if (legacy) {
            in.warnings.add("zendesk.api-token is legacy: new accounts have none, none can be created since 2026-10-27,"
                    + " one unused for 30 days is deactivated, all stop on 2027-04-30;"
                    + " use zendesk.client-id and zendesk.client-secret");
        }
        if (trustStore != null) {
            in.trustStore("http.trust-store", trustStore);
        }
        if (removalsPolicy != null && removalsPolicy != RemovalsPolicy.REPORT && instance.isEmpty()) {
            in.problem(
                    "removals.policy",
                    "is " + in.text("removals.policy") + ", and bridge.instance is not set",
                    "Give this installation a name of its own in bridge.instance, or set removals.policy=report.");
        }
        texts = in.publicTexts();
        warnings = List.copyOf(in.warnings);
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

    /**
     * Where the data folder is, even if other settings are wrong: a command that only reads it needs no credentials.
     *
     * @throws ConfigurationException if {@code bridge.data-dir} itself cannot be understood
     */
    public static Path dataDir(Path home, Environment environment) throws ConfigurationException {
        Reading in = new Reading(home, environment, System.getProperties());
        in.problems.removeIf(problem -> !problem.what().startsWith("bridge.data-dir "));
        Path dir = in.path("bridge.data-dir", home);
        if (!in.problems.isEmpty()) {
            throw new ConfigurationException(in.problems);
        }
        return dir;
    }

    /**
     * How Kafka is reached, even if other settings are wrong.
     *
     * @throws ConfigurationException if {@code kafka.*} itself cannot be understood
     */
    public static KafkaAccess kafka(Path home, Environment environment) throws ConfigurationException {
        Reading in = new Reading(home, environment, System.getProperties());
        in.problems.removeIf(problem -> !problem.what().startsWith("kafka."));
        String brokers = in.text("kafka.brokers");
        String prefix = in.value("kafka.prefix", Settings::topicName);
        Map<String, String> options = new LinkedHashMap<>();
        PropertiesFile.read(home.resolve(FILE), FILE, new ArrayList<>())
                .values()
                .forEach((key, value) -> {
                    if (key.startsWith(KafkaAccess.PREFIX)) {
                        String set = environment.get(variable(key));
                        options.put(
                                key.substring(KafkaAccess.PREFIX.length()),
                                set != null
                                        ? set
                                        : in.resolved(key, value.text(), FILE, value.line(), false)
                                                .text());
                    }
                });
        for (String option : KafkaAccess.BY_VARIABLE) {
            String set = environment.get(variable(KafkaAccess.PREFIX + option));
            if (set != null && !set.isBlank()) {
                options.put(option, set.strip());
            }
        }
        if (!in.problems.isEmpty()) {
            throw new ConfigurationException(in.problems);
        }
        return new KafkaAccess(brokers, prefix, options);
    }

    static Settings load(Path home, Environment environment, Properties system) throws ConfigurationException {
        Reading in = new Reading(home, environment, system);
        Settings settings = new Settings(in, home);
        if (!in.problems.isEmpty()) {
            in.problems.sort(Comparator.comparing(Problem::file).thenComparingInt(Problem::line));
            throw new ConfigurationException(in.problems);
        }
        return settings;
    }

    /** Every property there is, with its default, in the order of the documentation. */
    static Map<String, String> knownDefaults() {
        return DEFAULTS;
    }

    /** The environment variable that overrides a property. */
    public static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String cron(String text) {
        try {
            new CronExpression(text);
            return text;
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no Quartz cron expression (" + e.getMessage()
                            + "): write it like 0 0/15 * * * ?",
                    e);
        }
    }

    /** By name only: Quartz silently accepts an offset such as +02:00, and uses GMT. */
    private static ZoneId timezone(String text) {
        Set<String> names = ZoneId.getAvailableZoneIds();
        if (names.contains(text)) {
            return ZoneId.of(text);
        }
        throw new IllegalArgumentException("\"" + text + "\" is no time zone"
                + new Spelling(names)
                        .closest(text)
                        .map(name -> " (did you mean " + name + "?)")
                        .orElse("")
                + ": write it like UTC or Europe/Berlin");
    }

    private static Boolean yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
        };
    }

    private static String topicName(String text) {
        if (!text.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no name for a topic: use letters, digits, ., _ and -, 100 at most");
        }
        return text;
    }

    private static String path(String text) {
        if (!text.matches("(/[A-Za-z0-9_.~-]+)+") || text.startsWith("/proxy")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no path of a webhook: write it like /zendesk/events");
        }
        return text;
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

    private static String oneOf(String text, List<String> known) {
        return known.stream()
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("\"" + text + "\" is none of " + String.join(", ", known)));
    }

    private static RemovalsPolicy policy(String text) {
        for (RemovalsPolicy policy : RemovalsPolicy.values()) {
            if (policy.name().equalsIgnoreCase(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is none of report, cancel, delete");
    }

    private static Double share(String text) {
        try {
            double share = Double.parseDouble(text);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no share: write a number from 0 to 1, like 0.10", e);
        }
        throw new IllegalArgumentException("\"" + text + "\" is no share: write a number from 0 to 1, like 0.10");
    }

    /** {@code zendesk.url}: where the Zendesk account is, without a slash at its end. */
    public URI zendeskUrl() {
        return zendeskUrl;
    }

    /** {@code zendesk.client-id}, or null where the legacy token is used. */
    public Secret zendeskClientId() {
        return zendeskClientId;
    }

    /** {@code zendesk.client-secret}, or null where the legacy token is used. */
    public Secret zendeskClientSecret() {
        return zendeskClientSecret;
    }

    /** {@code zendesk.email}, or null where OAuth is used. */
    public Secret zendeskEmail() {
        return zendeskEmail;
    }

    /** {@code zendesk.api-token}, or null where OAuth is used. */
    public Secret zendeskApiToken() {
        return zendeskApiToken;
    }

    /** {@code zendesk.requests-per-minute}. */
    public int zendeskRequestsPerMinute() {
        return zendeskRequestsPerMinute;
    }

    /** {@code zendesk.status-field}: the key of the user field; empty if nothing is written to Zendesk. */
    public String zendeskStatusField() {
        return zendeskStatusField;
    }

    /** {@code bridge.mapping}, absolute if the home folder is. */
    public Path mapping() {
        return mapping;
    }

    /** {@code bridge.data-dir}, absolute if the home folder is. */
    public Path dataDir() {
        return dataDir;
    }

    /** {@code bridge.instance}; may be empty. */
    public String instance() {
        return instance;
    }

    /** {@code bridge.keep-runs}: how many reports are kept. */
    public int keepRuns() {
        return keepRuns;
    }

    /** {@code bridge.keep-letters}: for how long a dead letter is kept. */
    public Duration keepLetters() {
        return keepLetters;
    }

    /** {@code bridge.shutdown-timeout}: how long work in flight may take to end. */
    public Duration shutdownTimeout() {
        return shutdownTimeout;
    }

    /** {@code poll.cron}: a valid Quartz expression. */
    public String pollCron() {
        return pollCron;
    }

    /** {@code poll.timezone}: the time zone of {@code poll.cron}. */
    public ZoneId pollTimezone() {
        return pollTimezone;
    }

    /** {@code poll.at-start}: whether {@code run} begins with a pass. */
    /** Where {@code once} writes its metrics; null = in the data folder. */
    public Path metricsFile() {
        return metricsFile;
    }

    /** That file's permissions. */
    public Set<PosixFilePermission> metricsFileMode() {
        return metricsFileMode;
    }

    /** Such as 0644: permissions of the owner, the group and all others. */
    private static Set<PosixFilePermission> mode(String text) {
        if (!text.matches("0?[46][04][04]")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no mode of a file that is read: write 0600, 0640 or 0644");
        }
        StringBuilder permissions = new StringBuilder();
        for (char figure : text.substring(text.length() - 3).toCharArray()) {
            permissions.append((figure - '0' & 4) > 0 ? "r" : "-").append((figure - '0' & 2) > 0 ? "w-" : "--");
        }
        return PosixFilePermissions.fromString(permissions.toString());
    }

    public boolean pollAtStart() {
        return pollAtStart;
    }

    /** {@code poll.max-pass}: how long a pass may take; empty if it is not set, then the command decides. */
    public Optional<Duration> pollMaxPass() {
        return Optional.ofNullable(pollMaxPass);
    }

    /** The same for a pass that the clock, a start or an operator of {@code run} begins. */
    public Duration maxPassOfRun() {
        return pollMaxPass == null ? OF_RUN : pollMaxPass;
    }

    /** The same for {@code once}, {@code plan} and a replay. */
    public Duration maxPassOfOnce() {
        return pollMaxPass == null ? OF_ONCE : pollMaxPass;
    }

    /** {@code genesys.threads}: calls on the wire at once, of all sides together. */
    public int threads() {
        return threads;
    }

    /** {@code genesys.workers}: parallel deliveries per organisation. */
    public int workers() {
        return workers;
    }

    /** {@code genesys.max-attempts}: POSTs of one message, the first one included. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** {@code genesys.halt-after}: failures in a row that end the calls to an organisation. */
    public int haltAfter() {
        return haltAfter;
    }

    /** {@code genesys.conflict-wait}: how long a message that was put aside waits at least. */
    public DurationRange conflictWait() {
        return conflictWait;
    }

    /** {@code genesys.pending-warn}: how long a segment may be PENDING without being listed. */
    public Duration pendingWarn() {
        return pendingWarn;
    }

    /** {@code genesys.users-fresh}: how long users that were read count as fresh. */
    public Duration usersFresh() {
        return usersFresh;
    }

    /** {@code http.max-attempts}: how often a call that may be repeated is sent, the first one included. */
    public int httpMaxAttempts() {
        return httpMaxAttempts;
    }

    /** {@code http.backoff}: the wait before the first retry, and the longest one. */
    public DurationRange httpBackoff() {
        return httpBackoff;
    }

    /** {@code http.max-quota-wait}: the total of the waits after 429s in a pass. */
    public Duration httpMaxQuotaWait() {
        return httpMaxQuotaWait;
    }

    /** {@code http.connect-timeout}. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** {@code http.response-timeout}. */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /** {@code http.call-timeout}: the whole time of one call, from its sending to the last byte of its answer. */
    public Duration callTimeout() {
        return callTimeout;
    }

    /** {@code http.max-answer}: bytes of one answer's body, after decompression. */
    public int maxAnswer() {
        return maxAnswer;
    }

    /** {@code http.max-pages}: pages of one listing. */
    public int maxPages() {
        return maxPages;
    }

    /** {@code http.proxy}, if one is set. */
    public Optional<ProxyAddress> proxy() {
        return Optional.ofNullable(proxy);
    }

    /** {@code http.no-proxy}: the hosts that are reached without it. */
    public List<String> noProxy() {
        return noProxy;
    }

    /** {@code http.trust-store}: a PEM file with at least one certificate, or null. */
    public Path trustStore() {
        return trustStore;
    }

    /** {@code idempotent.max-size}: how many keys are remembered. */
    public int idempotentMaxSize() {
        return idempotentMaxSize;
    }

    /** {@code idempotent.ttl}: for how long a key is remembered. */
    public Duration idempotentTtl() {
        return idempotentTtl;
    }

    /** Whether the organisations are shared with other processes over Kafka. */
    public boolean isShared() {
        return !kafkaBrokers.isEmpty();
    }

    /** {@code kafka.brokers}; empty = this process alone. */
    public String kafkaBrokers() {
        return kafkaBrokers;
    }

    /** {@code kafka.prefix} */
    public String kafkaPrefix() {
        return kafkaPrefix;
    }

    /** {@code kafka.group} */
    public String kafkaGroup() {
        return kafkaGroup;
    }

    /** Identifies this process among the others, the same after a restart. */
    public String kafkaInstance() {
        return kafkaInstance;
    }

    /** {@code removals.policy}. */
    public RemovalsPolicy removalsPolicy() {
        return removalsPolicy;
    }

    /** {@code removals.min-count}: up to this many removals in a schedule never need an approval. */
    public int removalsMinCount() {
        return removalsMinCount;
    }

    /** {@code removals.max-share}: from 0 to 1, the share of a schedule that may be removed without an approval. */
    public double removalsMaxShare() {
        return removalsMaxShare;
    }

    /** {@code webhook.port}: where events are received; 0 if they are not. */
    public int webhookPort() {
        return webhookPort;
    }

    /** {@code webhook.address}: the address of this machine to listen on. */
    public String webhookAddress() {
        return webhookAddress;
    }

    /** {@code webhook.path}. */
    public String webhookPath() {
        return webhookPath;
    }

    /** {@code webhook.secret}: one or two; null if there is none. */
    public WebhookSecrets webhookSecrets() {
        return webhookSecrets;
    }

    /** {@code webhook.debounce}: how long agents are collected before they are read again. */
    public Duration webhookDebounce() {
        return webhookDebounce;
    }

    /** {@code webhook.max-age}: how far an event's timestamp may be from now, to either side. */
    public Duration webhookMaxAge() {
        return webhookMaxAge;
    }

    /** {@code management.token}: gives access to all of a management port beyond loopback; null if nothing does. */
    public Secret managementToken() {
        return managementToken;
    }

    /** {@code management.hosts}: names, in lower case, that a request to the management port may be addressed to. */
    public List<String> managementHosts() {
        return managementHosts;
    }

    /** Whether Zendesk is called with the legacy API token, which will stop working. */
    public boolean legacyZendeskToken() {
        return zendeskApiToken != null;
    }

    /** What can be used but should be changed, a sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Every property with its effective text, for placeholders in routes. Credentials are left out,
     * including those of the proxy.
     */
    public Map<String, String> asProperties() {
        return texts;
    }

    /** No value: some of them are secrets. */
    @Override
    public String toString() {
        return "Settings of " + zendeskUrl;
    }

    /** Finds each property's text and where it comes from, and gathers what is wrong. */
    private static final class Reading {
        private final Environment environment;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final Map<String, Found> found = new LinkedHashMap<>();

        /** A property's text, and where it is; raw is what was written, before placeholders were replaced. */
        private record Found(String raw, String text, String file, int line, boolean variable) {}

        private Reading(Path home, Environment environment, Properties system) {
            this.environment = environment;
            PropertiesFile file = PropertiesFile.read(home.resolve(FILE), FILE, problems);
            unknown(file);
            for (String key : DEFAULTS.keySet()) {
                Found where = where(key, file, system);
                found.put(key, where);
            }
        }

        private Found where(String key, PropertiesFile file, Properties system) {
            String variable = variable(key);
            String override = environment.get(variable);
            if (override != null) {
                return resolved(key, override.strip(), "environment variable " + variable, 0, true);
            }
            String property = system.getProperty(key);
            if (property != null) {
                return resolved(key, property.strip(), "system property " + key, 0, false);
            }
            PropertiesFile.Value value = file.values().get(key);
            if (value != null) {
                return resolved(key, value.text(), FILE, value.line(), false);
            }
            return new Found("", DEFAULTS.get(key), FILE, 0, false);
        }

        private Found resolved(String key, String raw, String file, int line, boolean variable) {
            if (SECRETS.contains(key)) {
                return new Found(raw, raw, file, line, variable);
            }
            Matcher matcher = PLACEHOLDER.matcher(raw);
            StringBuilder text = new StringBuilder();
            while (matcher.find()) {
                matcher.appendReplacement(
                        text, Matcher.quoteReplacement(placeholder(key, matcher.group(1), file, line)));
            }
            matcher.appendTail(text);
            String whole = text.toString().strip();
            return new Found(raw, whole.isEmpty() ? DEFAULTS.get(key) : whole, file, line, variable);
        }

        private String placeholder(String key, String inner, String file, int line) {
            Matcher env = ENV.matcher(inner);
            if (!env.matches()) {
                problems.add(new Problem(
                        file,
                        line,
                        key + " has a placeholder {{" + inner + "}} that is not understood",
                        "Write {{env:NAME}} or {{env:NAME:default}}."));
                return "";
            }
            String value = environment.get(env.group(1));
            if (value == null && env.group(2) == null) {
                problems.add(new Problem(
                        file,
                        line,
                        key + " needs the environment variable " + env.group(1) + ", which is not set",
                        "Set it, or give a default as {{env:" + env.group(1) + ":default}}."));
            }
            return value != null ? value : env.group(2) != null ? env.group(2) : "";
        }

        private void unknown(PropertiesFile file) {
            Collection<String> known = DEFAULTS.keySet();
            file.values().forEach((key, value) -> {
                if (!known.contains(key) && SECTIONS.stream().anyMatch(key::startsWith)) {
                    String mend = new Spelling(known)
                            .closest(key)
                            .map(name -> "Did you mean " + name + "?")
                            .orElse("Delete it; docs/reference.md lists the properties there are.");
                    problems.add(new Problem(FILE, value.line(), key + " is no property of the bridge", mend));
                }
            });
        }

        private String text(String key) {
            return found.get(key).text();
        }

        private void problem(String key, String what, String mend) {
            Found where = found.get(key);
            problems.add(new Problem(where.file(), where.line(), key + " " + what, mend));
        }

        private <T> T value(String key, Function<String, T> parser) {
            String text = text(key);
            if (text.isEmpty()) {
                return null;
            }
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                String[] message = sentences(e.getMessage());
                String verb = message[0].startsWith("\"") ? ": " : " ";
                String mend = message.length < 2 ? "" : sentence(message[1]);
                Found where = found.get(key);
                problems.add(new Problem(where.file(), where.line(), key + verb + message[0], mend));
                return null;
            }
        }

        /** What is wrong, and after the last colon what to do; the user's own text may contain colons, too. */
        private static String[] sentences(String message) {
            int colon = message.lastIndexOf(": ");
            return colon < 0
                    ? new String[] {message}
                    : new String[] {message.substring(0, colon), message.substring(colon + 2)};
        }

        private static String sentence(String text) {
            return Character.toUpperCase(text.charAt(0)) + text.substring(1) + (text.endsWith(".") ? "" : ".");
        }

        private int number(String key, int least, int most) {
            Integer number = value(key, text -> {
                String hint = ": write a whole number from " + least + " to " + most;
                if (!text.matches("-?\\d{1,18}")) {
                    throw new IllegalArgumentException("\"" + text + "\" is no whole number" + hint);
                }
                long value = Long.parseLong(text);
                if (value < least || value > most) {
                    throw new IllegalArgumentException(
                            "\"" + text + "\" is too " + (value < least ? "small" : "large") + hint);
                }
                return (int) value;
            });
            return number == null ? 0 : number;
        }

        private Duration duration(String key, boolean mayBeZero) {
            return value(key, text -> {
                Duration duration = Durations.parse(text);
                if (duration.isZero() && !mayBeZero) {
                    throw new IllegalArgumentException("\"" + text + "\" is no time at all: it must be longer than 0");
                }
                return duration;
            });
        }

        private Path path(String key, Path home) {
            return value(key, text -> {
                try {
                    return home.resolve(text).normalize();
                } catch (InvalidPathException e) {
                    throw new IllegalArgumentException("is no path: " + e.getReason(), e);
                }
            });
        }

        private Secret secret(String key) {
            Found where = found.get(key);
            if (where.text().isEmpty()) {
                return null;
            }
            boolean plain = where.variable() && !where.text().contains("{{");
            try {
                Secret secret =
                        plain ? Secret.ofVariable(variable(key), environment) : Secret.of(where.text(), environment);
                secret.read();
                return secret;
            } catch (IllegalArgumentException e) {
                problem(key, "cannot be used: " + e.getMessage(), "");
            } catch (SecretUnavailableException e) {
                problem(key, "cannot be read: " + e.getMessage(), "Set it, or name another one.");
            }
            // Something is set: the user is told about this, not that the other half is missing.
            return Secret.ofVariable(variable(key), environment);
        }

        /** One or two, each of its own kind; null if there is none. */
        private WebhookSecrets webhookSecrets(String key) {
            Found where = found.get(key);
            if (where.text().isEmpty()) {
                return null;
            }
            List<Secret> places = new ArrayList<>();
            try {
                if (where.variable() && !where.text().contains("{{")) {
                    places.add(Secret.ofVariable(variable(key), environment));
                } else {
                    for (String part : where.text().split(",")) {
                        places.add(Secret.of(part, environment));
                    }
                }
                WebhookSecrets secrets = new WebhookSecrets(places);
                secrets.read();
                return secrets;
            } catch (IllegalArgumentException e) {
                problem(key, "cannot be used: " + e.getMessage(), "");
            } catch (SecretUnavailableException e) {
                problem(key, "cannot be used: " + e.getMessage(), "");
            }
            return null;
        }

        private void literal(String key, Secret secret) {
            if (secret != null && secret.literal()) {
                literal(key);
            }
        }

        private void literal(String key) {
            warnings.add(key + " holds the secret itself: better write {{env:NAME}} or {{file:/path}}");
        }

        private void credentials(Secret clientId, Secret clientSecret, Secret email, Secret apiToken) {
            boolean none = clientId == null && clientSecret == null && email == null && apiToken == null;
            if (none) {
                problem(
                        "zendesk.client-id",
                        "is not set, and no other credentials of Zendesk",
                        "Set zendesk.client-id and zendesk.client-secret (ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET).");
            }
            half("zendesk.client-id", clientId, "zendesk.client-secret", clientSecret);
            half("zendesk.email", email, "zendesk.api-token", apiToken);
        }

        private void half(String one, Secret first, String other, Secret second) {
            if ((first == null) != (second == null)) {
                String set = first != null ? one : other;
                String missing = first != null ? other : one;
                problem(set, "is set, " + missing + " is not", "Set " + missing + " (" + variable(missing) + ") too.");
            }
        }

        /** Whether the text itself, not just the name of a variable, is in a file or on a command line. */
        private boolean written(String key) {
            return !found.get(key).variable() && !found.get(key).raw().contains("{{env:");
        }

        private void trustStore(String key, Path file) {
            String what = null;
            try (InputStream in = Files.newInputStream(file)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(in)
                        .isEmpty()) {
                    what = "has no certificate in it";
                }
            } catch (CertificateException e) {
                what = "is no PEM file";
            } catch (IOException e) {
                what = Files.exists(file) ? "cannot be read" : "does not exist";
            }
            if (what != null) {
                problem(key, "names " + file + ", which " + what, "Name a file with certificates in PEM form.");
            }
        }

        private Map<String, String> publicTexts() {
            Map<String, String> texts = new LinkedHashMap<>();
            found.forEach((key, where) -> {
                if (!SECRETS.contains(key)) {
                    texts.put(key, where.text());
                }
            });
            if (!texts.get("http.proxy").isEmpty()) {
                texts.computeIfPresent("http.proxy", (key, text) -> text.replaceFirst("^([a-z]+://)?[^@]*@", "$1"));
            }
            return java.util.Collections.unmodifiableMap(texts);
        }
    }
}
