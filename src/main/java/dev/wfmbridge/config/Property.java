package dev.wfmbridge.config;

import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A property of {@code config/application.properties}: its name, its default, the {@link Form} of its values with their
 * limits, and what it is. To declare it here is all that it takes; the tests then ask for its line in the properties
 * file and in {@code docs/reference.md}. A constant has the name of its environment variable.
 *
 * @param <T> what {@link Settings#get} returns
 */
public final class Property<T> {

    private static final List<Property<?>> DECLARED = new ArrayList<>();

    public static final Property<URI> ZENDESK_URL =
            new Property<>("zendesk.url", "", Form.of(BaseUrl::parse), "address of the account");
    public static final Property<Secret> ZENDESK_CLIENT_ID =
            new Property<>("zendesk.client-id", "", Form.SECRET, "OAuth client, grant type client credentials");
    public static final Property<Secret> ZENDESK_CLIENT_SECRET =
            new Property<>("zendesk.client-secret", "", Form.SECRET, "its secret");
    /** Null where OAuth is used, as is the token. */
    public static final Property<Secret> ZENDESK_EMAIL =
            new Property<>("zendesk.email", "", Form.SECRET, "legacy: agent of the API token");

    public static final Property<Secret> ZENDESK_API_TOKEN =
            new Property<>("zendesk.api-token", "", Form.SECRET, "legacy: API token");
    public static final Property<Integer> ZENDESK_REQUESTS_PER_MINUTE = new Property<>(
            "zendesk.requests-per-minute", "180", Form.number(1, 100_000), "quota of all calls to Zendesk");
    public static final Property<String> ZENDESK_STATUS_FIELD = new Property<>(
            "zendesk.status-field",
            "",
            Form.TEXT,
            "key of the user field that shows the segment's status; empty writes nothing to Zendesk");

    public static final Property<Path> BRIDGE_MAPPING =
            new Property<>("bridge.mapping", "config/mapping.yaml", Form.PATH, "the mapping, a file or a folder");
    public static final Property<Path> BRIDGE_DATA_DIR =
            new Property<>("bridge.data-dir", "data", Form.PATH, "reports, letters, ledger");
    public static final Property<String> BRIDGE_INSTANCE =
            new Property<>("bridge.instance", "", Form.TEXT, "name of this installation, part of each segment's id");
    public static final Property<Integer> BRIDGE_KEEP_RUNS =
            new Property<>("bridge.keep-runs", "500", Form.number(1, 1_000_000), "reports kept");
    public static final Property<Duration> BRIDGE_KEEP_LETTERS =
            new Property<>("bridge.keep-letters", "90d", Form.TIME, "age up to which a dead letter is kept");
    public static final Property<Duration> BRIDGE_SHUTDOWN_TIMEOUT =
            new Property<>("bridge.shutdown-timeout", "30s", Form.TIME, "time for what is in flight after a signal");

    public static final Property<String> POLL_CRON =
            new Property<>("poll.cron", "0 0/15 * * * ?", Form.of(Form::cron), "when `run` begins a pass");
    public static final Property<ZoneId> POLL_TIMEZONE =
            new Property<>("poll.timezone", "UTC", Form.of(Form::timezone), "time zone of that expression");
    public static final Property<Boolean> POLL_AT_START =
            new Property<>("poll.at-start", "true", Form.of(Form::yesOrNo), "whether `run` begins with a pass");
    /** Null where the command decides; {@link Settings#maxPass} knows. */
    public static final Property<Duration> POLL_MAX_PASS = new Property<>(
            "poll.max-pass",
            "",
            Form.TIME,
            "how long a pass may take: 15m for `run`, 6h for `once`, `plan` and `replay`");

    public static final Property<Integer> GENESYS_WORKERS =
            new Property<>("genesys.workers", "4", Form.number(1, 64), "parallel deliveries for each organisation");
    public static final Property<Integer> GENESYS_THREADS = new Property<>(
            "genesys.threads", "64", Form.number(1, 1_000), "calls on the wire at once, all organisations together");
    public static final Property<Integer> GENESYS_MAX_ATTEMPTS =
            new Property<>("genesys.max-attempts", "4", Form.number(1, 100), "POSTs of one message in a pass");
    public static final Property<Integer> GENESYS_HALT_AFTER = new Property<>(
            "genesys.halt-after", "10", Form.number(1, 1_000_000), "failures in a row that halt an organisation");
    public static final Property<DurationRange> GENESYS_CONFLICT_WAIT = new Property<>(
            "genesys.conflict-wait",
            "2s-5s",
            Form.of(Durations::parseRange),
            "wait before what was put aside is read again");
    public static final Property<Duration> GENESYS_PENDING_WARN =
            new Property<>("genesys.pending-warn", "24h", Form.TIME, "age from which PENDING counts as stuck");
    public static final Property<Duration> GENESYS_USERS_FRESH = new Property<>(
            "genesys.users-fresh", "15m", Form.TIME_OR_NONE, "how long users that were read count as current");

    public static final Property<Integer> HTTP_MAX_ATTEMPTS =
            new Property<>("http.max-attempts", "4", Form.number(1, 100), "sendings of a call that may be repeated");
    public static final Property<DurationRange> HTTP_BACKOFF =
            new Property<>("http.backoff", "1s-30s", Form.of(Durations::parseRange), "waits between them");
    public static final Property<Duration> HTTP_MAX_QUOTA_WAIT = new Property<>(
            "http.max-quota-wait", "10m", Form.TIME_OR_NONE, "waits after 429s in a pass, for each side");
    public static final Property<Duration> HTTP_CONNECT_TIMEOUT =
            new Property<>("http.connect-timeout", "5s", Form.TIME, "time to open a connection");
    public static final Property<Duration> HTTP_RESPONSE_TIMEOUT =
            new Property<>("http.response-timeout", "30s", Form.TIME, "time to wait for bytes of an answer");
    public static final Property<Duration> HTTP_CALL_TIMEOUT = new Property<>(
            "http.call-timeout", "2m", Form.TIME, "time for the whole of one call; never beyond the pass");
    /** Bytes. */
    public static final Property<Integer> HTTP_MAX_ANSWER = new Property<>(
            "http.max-answer",
            "32MB",
            Form.of(Sizes::parse),
            "size of one answer, after decompression; errors and tokens 1 MB");

    public static final Property<Integer> HTTP_MAX_PAGES =
            new Property<>("http.max-pages", "100000", Form.number(1, 100_000_000), "pages of one listing");
    /** Null if there is none. */
    public static final Property<ProxyAddress> HTTP_PROXY =
            new Property<>("http.proxy", "", Form.PROXY, "proxy for every call except those to this machine");

    public static final Property<List<String>> HTTP_NO_PROXY =
            new Property<>("http.no-proxy", "", Form.hosts("[,|\\s]+"), "hosts reached without it");
    /** Holds a certificate at least; null if none is set. */
    public static final Property<Path> HTTP_TRUST_STORE =
            new Property<>("http.trust-store", "", Form.PATH, "PEM file that replaces Java's own authorities");

    public static final Property<Integer> IDEMPOTENT_MAX_SIZE = new Property<>(
            "idempotent.max-size", "100000", Form.number(1, 100_000_000), "delivered segment ids remembered");
    public static final Property<Duration> IDEMPOTENT_TTL =
            new Property<>("idempotent.ttl", "60s", Form.TIME, "how long, from the end of the delivery");

    public static final Property<String> KAFKA_BROKERS = new Property<>(
            "kafka.brokers", "", Form.TEXT, "`host:port`, separated by commas; empty: this process alone");
    public static final Property<String> KAFKA_PREFIX =
            new Property<>("kafka.prefix", "wfm-bridge", Form.of(Form::topicName), "before the names of the topics");
    public static final Property<String> KAFKA_GROUP =
            new Property<>("kafka.group", "wfm-bridge", Form.of(Form::topicName), "the processes that share the work");
    /** Never empty; the same after a restart. */
    public static final Property<String> KAFKA_INSTANCE = new Property<>(
            "kafka.instance",
            "",
            Form.TEXT,
            "what tells this process from the others; empty: of the host's name and the data folder");

    public static final Property<Boolean> KAFKA_COMES_BACK = new Property<>(
            "kafka.comes-back",
            "false",
            Form.of(Form::yesOrNo),
            "whether this process, when it is stopped, is soon started again under the same name");

    public static final Property<RemovalsPolicy> REMOVALS_POLICY =
            new Property<>("removals.policy", "report", Form.of(Form::policy), "`report`, `cancel` or `delete`");
    public static final Property<Integer> REMOVALS_MIN_COUNT = new Property<>(
            "removals.min-count", "3", Form.number(0, 1_000_000), "removals in a schedule that need no approval");
    /** From 0 to 1. */
    public static final Property<Double> REMOVALS_MAX_SHARE = new Property<>(
            "removals.max-share",
            "0.10",
            Form.of(Form::share),
            "the same as a share of its own segments; the greater counts");

    /** 0 if no events are taken. */
    public static final Property<Integer> WEBHOOK_PORT = new Property<>(
            "webhook.port", "", Form.number(1, 65_535), "where `run` takes Zendesk's events; empty takes none");

    public static final Property<String> WEBHOOK_ADDRESS =
            new Property<>("webhook.address", "127.0.0.1", Form.TEXT, "address of this machine that is listened at");
    public static final Property<String> WEBHOOK_PATH =
            new Property<>("webhook.path", "/zendesk/events", Form.of(Form::webhookPath), "path of the endpoint");
    /** Null if there is none. */
    public static final Property<WebhookSecrets> WEBHOOK_SECRET = new Property<>(
            "webhook.secret", "", Form.WEBHOOK_SECRETS, "the webhook's signing secret, or two while it is rotated");

    public static final Property<Duration> WEBHOOK_DEBOUNCE = new Property<>(
            "webhook.debounce", "3s", Form.TIME, "how long agents are collected before they are read again");
    public static final Property<Duration> WEBHOOK_MAX_AGE =
            new Property<>("webhook.max-age", "5m", Form.TIME, "how far an event's timestamp may be from now");

    /** Null if nothing but loopback gets in. */
    public static final Property<Secret> MANAGEMENT_TOKEN = new Property<>(
            "management.token",
            "",
            Form.SECRET,
            "what opens the management port beyond health, metrics and the console's own files; without it nothing can be done on the console");
    /** In lower case. */
    public static final Property<List<String>> MANAGEMENT_HOSTS =
            new Property<>("management.hosts", "", Form.hosts("[,\\s]+"), "further host names it may be addressed by");
    /** Null: in the data folder. */
    public static final Property<Path> METRICS_FILE = new Property<>(
            "metrics.file", "", Form.PATH, "where `once` writes its metrics; `metrics.prom` in the data folder");

    public static final Property<Set<PosixFilePermission>> METRICS_FILE_MODE =
            new Property<>("metrics.file-mode", "0600", Form.of(Form::mode), "mode of that file");
    public static final Property<String> LOG_FORMAT =
            new Property<>("log.format", "text", Form.oneOf("text", "json"), "`text` or `json`");
    public static final Property<String> LOG_LEVEL = new Property<>(
            "log.level",
            "INFO",
            Form.oneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"),
            "level of the bridge's own messages");

    private final String key;
    private final String otherwise;
    private final Form<T> form;
    private final String meaning;

    private Property(String key, String otherwise, Form<T> form, String meaning) {
        this.key = key;
        this.otherwise = otherwise;
        this.form = form;
        this.meaning = meaning;
        DECLARED.add(this);
    }

    /** Every property there is, in the order of the documentation. */
    public static List<Property<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /** Such as {@code genesys.workers}. */
    public String key() {
        return key;
    }

    /** The text that counts where none is set; may be empty. */
    public String otherwise() {
        return otherwise;
    }

    /** Half a sentence, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** Whether its text is never shown. */
    boolean isSecret() {
        return form == Form.SECRET || form == Form.WEBHOOK_SECRETS;
    }

    T read(PropertyTexts in) {
        return form.read(key, in);
    }

    /** The environment variable that overrides it. */
    public String variable() {
        return variable(key);
    }

    /** The environment variable that overrides a property, Camel's own included. */
    public static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
