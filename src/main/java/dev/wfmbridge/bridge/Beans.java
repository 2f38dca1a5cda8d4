package dev.wfmbridge.bridge;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.wfmbridge.config.DurationRange;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DataFolderException;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.decision.Decider;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.delivery.Outcomes;
import dev.wfmbridge.delivery.SegmentBatch;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.events.EventIds;
import dev.wfmbridge.events.Hints;
import dev.wfmbridge.events.WebhookDoor;
import dev.wfmbridge.events.WebhookEvents;
import dev.wfmbridge.genesys.GenesysTokens;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.http.Pacing;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.http.Workers;
import dev.wfmbridge.kafka.Cluster;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.operate.BridgeMetrics;
import dev.wfmbridge.operate.ErrorWatch;
import dev.wfmbridge.operate.LogContext;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.operate.RouteWatch;
import dev.wfmbridge.operate.StepNames;
import dev.wfmbridge.part.Parts;
import dev.wfmbridge.pass.CurrentPass;
import dev.wfmbridge.pass.PassTurns;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.poll.SegmentSplit;
import dev.wfmbridge.poll.ZendeskListing;
import dev.wfmbridge.removal.Removals;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.writeback.StatusWriteBack;
import dev.wfmbridge.zendesk.UserFields;
import dev.wfmbridge.zendesk.ZendeskTokens;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a bridge consists of, and the names by which the routes and Camel know it. Made before Camel's context; makes no call. */
final class Beans implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Beans.class);

    /** They only wake up what waits, and hand it to the workers. */
    private static final int TIMER_THREADS = 2;

    private final Bridge.Start start;
    private final Settings settings;
    private final Map<String, Object> ofRoutes = new LinkedHashMap<>();
    private final Map<String, Object> ofCamel = new LinkedHashMap<>();
    private final HttpConnections connections;
    private final ScheduledThreadPoolExecutor timer;
    private final Breakdown breakdown;
    private final Parts parts;

    final Stopping stopping = new Stopping();
    /** What this process knows: the data folder, or what it holds of Kafka. */
    final DataFolder folder;

    final Paging paging;
    final DeadLetters letters;
    final Clients clients;
    final Passes passes;
    final ManagementPort port;
    final ZendeskTokens zendeskTokens;
    /** Null if this process serves all organisations by itself. */
    final Cluster cluster;

    /** A service of its own: Camel registers no MBean for one that comes after the start. */
    final SegmentKeys keys;

    Beans(Bridge.Start start) throws IOException, GeneralSecurityException, DataFolderException {
        this.start = start;
        this.settings = start.settings();
        connections = new HttpConnections(settings);
        Waits waits = new Waits(start.timeFactor());
        DataFolder view = start.isShared() ? start.folder().view("kafka") : null;
        cluster = start.isShared() ? new Cluster(settings, view) : null;
        folder = start.isShared() ? view.toldTo(cluster) : start.folder();
        letters = new DeadLetters(folder, LOG::warn);
        clients = new Clients(
                settings,
                waits,
                start.isShared()
                        ? Suspensions.shared((name, suspended, all) -> cluster.suspend(name, suspended))
                        : Suspensions.of(folder, start.polling()));
        keys = new SegmentKeys(
                settings.get(Property.IDEMPOTENT_MAX_SIZE),
                waits.scaled(settings.get(Property.IDEMPOTENT_TTL)),
                Ticker.systemTicker());
        paging = new Paging(settings.get(Property.HTTP_MAX_PAGES));
        zendeskTokens = new ZendeskTokens(settings, waits);

        CurrentPass current = new CurrentPass();
        PassTurns turns = new PassTurns(current, settings.maxPassOfRun());
        MappingInForce mapping =
                new MappingInForce(settings.get(Property.BRIDGE_MAPPING), start.environment(), start.mapping());
        BridgeMetrics metrics = new BridgeMetrics(current, keys, letters, folder, settings.legacyZendeskToken());
        PassRecords records = new PassRecords(settings, folder, letters, metrics, !start.polling());
        passes = new Passes(settings, mapping, clients, folder, stopping, current, turns, metrics, records);
        parts = new Parts(passes);
        if (start.isShared()) {
            metrics.showsShare(cluster, () -> mapping.get().organizations().keySet());
            cluster.tells(
                    metrics::states,
                    record -> metrics.heard(record.path("report"), record.path("states")),
                    clients::suspendedElsewhere);
            passes.goBy("parts", new Stopping(() -> stopping.begun() || !cluster.isReader()), cluster);
        }

        UserFields userFields = new UserFields();
        EventCounts eventCounts = new EventCounts();
        flow(waits, userFields);
        events(waits, userFields, eventCounts, mapping, turns, metrics);
        ofRoutes.put("passes", passes);
        ofRoutes.put("passTurn", turns);
        ofRoutes.put("parts", parts);

        breakdown = new Breakdown(passes, stopping, settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT));
        timer = new ScheduledThreadPoolExecutor(TIMER_THREADS, new CamelThreadFactory("#name#", "waits", true));
        timer.setRemoveOnCancelPolicy(true);
        port = new ManagementPort(
                settings.get(Property.MANAGEMENT_TOKEN),
                settings.get(Property.MANAGEMENT_HOSTS),
                start.home().resolve("config/jolokia-access.xml"),
                new WebhookDoor(eventCounts));
        ofCamel.put("waits", timer);
        ofCamel.put("clients", clients);
        ofCamel.put("managementPort", port);
        ofCamel.put("logContext", new LogContext());
        ofCamel.put("errorWatch", new ErrorWatch(breakdown::of));
        ofCamel.put("stepNames", new StepNames());
        ofCamel.put("routeWatch", new RouteWatch(clients::routeChanged));
        ofCamel.put("eventCounts", eventCounts);
        ofCamel.put("httpConnections", connections.configurer());
        ofCamel.put("connections", connections.connections());
    }

    /** From Zendesk's pages to the outcomes, and back. */
    private void flow(Waits waits, UserFields userFields) {
        DurationRange backoff = settings.get(Property.HTTP_BACKOFF);
        String statusField = settings.get(Property.ZENDESK_STATUS_FIELD);
        SegmentIds ids = new SegmentIds(settings.get(Property.BRIDGE_INSTANCE));
        GenesysUsers users = new GenesysUsers(waits.nanos(settings.get(Property.GENESYS_USERS_FRESH)), ids, paging);
        ZendeskListing listing = new ZendeskListing(statusField, paging);
        Deliveries deliveries = new Deliveries(
                new Decider(settings.get(Property.GENESYS_MAX_ATTEMPTS)),
                keys,
                letters,
                waits,
                settings.get(Property.GENESYS_CONFLICT_WAIT),
                settings.get(Property.GENESYS_PENDING_WARN),
                settings.get(Property.GENESYS_WORKERS));
        ofRoutes.put(
                "pacing",
                new Pacing(
                        waits,
                        backoff.min(),
                        backoff.max(),
                        settings.get(Property.HTTP_MAX_QUOTA_WAIT),
                        settings.get(Property.HTTP_MAX_ATTEMPTS)));
        ofRoutes.put("zendesk", listing);
        ofRoutes.put("writeBack", new StatusWriteBack(statusField, waits, paging, userFields));
        ofRoutes.put("removals", new Removals(settings, ids, listing, paging, keys, users));
        ofRoutes.put("zendeskTokens", zendeskTokens);
        ofRoutes.put("genesysTokens", new GenesysTokens(waits));
        ofRoutes.put("genesysUsers", users);
        ofRoutes.put("segments", new SegmentSplit());
        ofRoutes.put("segmentIds", ids);
        ofRoutes.put("segmentKeys", keys);
        ofRoutes.put("deliveries", deliveries);
        ofRoutes.put("outcomes", new Outcomes(letters));
        ofRoutes.put("segmentBatch", new SegmentBatch());
        ofRoutes.put("workers", new Workers(settings.get(Property.GENESYS_THREADS)));
        targets(List.of(settings, ids, keys, deliveries, users, waits, paging));
    }

    private void targets(List<Object> bridge) {
        Map<Class<?>, Object> byType = new HashMap<>();
        bridge.forEach(part -> byType.put(part.getClass(), part));
        for (Target target : Targets.installed().all()) {
            Object bean = target.bean(new Target.Parts() {
                @Override
                public <T> T get(Class<T> type) {
                    return type.cast(byType.get(type));
                }
            });
            if (bean != null) {
                ofRoutes.put(target.name(), bean);
            }
        }
    }

    /** Zendesk's webhook. The routes name its beans also where none is received. */
    private void events(
            Waits waits,
            UserFields userFields,
            EventCounts counts,
            MappingInForce mapping,
            PassTurns turns,
            BridgeMetrics metrics) {
        EventIds ids = new EventIds(
                settings.get(Property.IDEMPOTENT_MAX_SIZE),
                settings.get(Property.WEBHOOK_MAX_AGE),
                counts,
                Ticker.systemTicker());
        Hints hints = new Hints(settings.get(Property.WEBHOOK_DEBOUNCE), waits, turns, stopping, ids, counts);
        ofRoutes.put("eventIds", ids);
        ofRoutes.put(
                "events",
                new WebhookEvents(
                        settings.get(Property.WEBHOOK_SECRET),
                        settings.get(Property.WEBHOOK_MAX_AGE),
                        () -> mapping.get().genesysUserIdField(),
                        userFields,
                        counts,
                        Clock.systemUTC()));
        ofRoutes.put("hints", hints);
        if (start.takesEvents()) {
            metrics.showsEvents(counts, hints);
        }
    }

    /** What the routes name. */
    Map<String, Object> ofRoutes() {
        return ofRoutes;
    }

    void bindTo(Registry registry) {
        ofCamel.forEach(registry::bind);
        ofRoutes.forEach(registry::bind);
    }

    /** The beans of {@code routes/kafka}, once the brokers have answered. */
    void connect(CamelContext context) throws Exception {
        Map<String, Object> ofKafka = cluster.connect(context, parts, stopping);
        if (!cluster.suspended().isEmpty()) {
            LOG.warn(
                    "still suspended by an operator, until resumed: {}",
                    String.join(", ", new TreeSet<>(cluster.suspended())));
        }
        ofKafka.forEach(context.getRegistry()::bind);
        ofRoutes.putAll(ofKafka);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        connections.close();
        try {
            if (cluster != null) {
                cluster.close();
            }
        } finally {
            breakdown.letGo();
        }
    }
}
