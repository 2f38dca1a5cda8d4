package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
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
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pacing;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Tokens;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.http.Workers;
import dev.wfmbridge.kafka.Cluster;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.operate.AliveCheck;
import dev.wfmbridge.operate.BridgeStatus;
import dev.wfmbridge.operate.Controls;
import dev.wfmbridge.operate.ErrorWatch;
import dev.wfmbridge.operate.LogContext;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.operate.MetricsPage;
import dev.wfmbridge.operate.ReadyCheck;
import dev.wfmbridge.operate.RouteWatch;
import dev.wfmbridge.operate.StepNames;
import dev.wfmbridge.operate.UnhandledFailures;
import dev.wfmbridge.part.Part;
import dev.wfmbridge.part.PartPasses;
import dev.wfmbridge.part.Parts;
import dev.wfmbridge.part.UnusableException;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.poll.SegmentSplit;
import dev.wfmbridge.poll.ZendeskListing;
import dev.wfmbridge.removal.Removals;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.writeback.StatusWriteBack;
import dev.wfmbridge.zendesk.UserFields;
import dev.wfmbridge.zendesk.ZendeskTokens;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running bridge: Camel with the routes of {@code routes/}, and the beans that they name. */
public final class Bridge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    /** The MBean's name. */
    public static final String MBEAN = "dev.wfmbridge:type=Bridge";

    private static final Duration MOST_OVER = Duration.ofMinutes(5);

    /** The route that {@code run} starts. */
    static final String POLL = "poll";

    private static final Duration LOOK = Duration.ofMillis(100);

    /** They only wake up what waits, and hand it to the workers. */
    private static final int TIMER_THREADS = 2;

    /** What Camel takes to stop the routes at most, once the work is done. */
    private static final Duration ROUTES_STOP = Duration.ofSeconds(15);

    private final Main main;
    private final ExitHook exit;
    private final ExecutorService timer;
    private final HttpConnections connections;
    private final Breakdown breakdown;
    private final Paging paging;
    private final Passes passes;
    private final Stopping stopping;
    private final ProducerTemplate template;
    private final Clients clients;
    private final DataFolder folder;
    private final DeadLetters letters;
    private final ExecutorService operator;
    private final UnaryOperator<Exception> explained;
    private List<String> scopesOfZendesk = List.of();
    /** Null if this process serves all organisations by itself. */
    private final Cluster cluster;

    private final Controls controls = new ByOperator();

    private Bridge(
            Main main,
            ExitHook exit,
            ExecutorService timer,
            HttpConnections connections,
            Breakdown breakdown,
            Paging paging,
            Passes passes,
            Stopping stopping,
            Clients clients,
            DataFolder folder,
            DeadLetters letters,
            Cluster cluster,
            UnaryOperator<Exception> explained) {
        this.cluster = cluster;
        this.main = main;
        this.exit = exit;
        this.timer = timer;
        this.connections = connections;
        this.breakdown = breakdown;
        this.paging = paging;
        this.folder = folder;
        this.letters = letters;
        this.operator = main.getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "operator");
        this.passes = passes;
        this.stopping = stopping;
        this.clients = clients;
        this.explained = explained;
        this.template = main.getCamelContext().createProducerTemplate();
    }

    /** How a bridge is started. */
    public record Start(
            Path home,
            Settings settings,
            Environment environment,
            Mapping mapping,
            DataFolder folder,
            boolean polling,
            double timeFactor) {}

    /**
     * Starts Camel and loads the routes. Makes no call.
     *
     * @throws RouteFileException if the routes cannot be used as they are, with all that is wrong with them
     * @throws Exception if a port or file that the configuration names cannot be used
     */
    public static Bridge start(Start start) throws Exception {
        Settings settings = start.settings();
        // Camel reads the files again in the meantime.
        FutureTask<RouteFiles> reading =
                new FutureTask<>(() -> RouteFiles.read(start.home(), start.polling() && settings.isShared()));
        Thread reader = new Thread(reading, "route-files");
        reader.setDaemon(true);
        reader.start();
        Waits waits = new Waits(start.timeFactor());
        Stopping stopping = new Stopping();
        boolean shared = start.polling() && settings.isShared();
        DataFolder view = shared ? start.folder().view("kafka") : null;
        Cluster cluster = shared
                ? new Cluster(
                        settings.get(Property.KAFKA_BROKERS),
                        settings.get(Property.KAFKA_PREFIX),
                        settings.get(Property.KAFKA_GROUP),
                        settings.get(Property.KAFKA_INSTANCE),
                        settings.get(Property.BRIDGE_KEEP_RUNS),
                        view)
                : null;
        DataFolder folder = shared ? view.toldTo(cluster) : start.folder();
        DeadLetters letters = new DeadLetters(folder, LOG::warn);
        ZendeskTokens zendeskTokens = new ZendeskTokens(settings, waits);
        SegmentIds ids = new SegmentIds(settings.get(Property.BRIDGE_INSTANCE));
        SegmentKeys keys = new SegmentKeys(
                settings.get(Property.IDEMPOTENT_MAX_SIZE),
                waits.scaled(settings.get(Property.IDEMPOTENT_TTL)),
                Ticker.systemTicker());
        Deliveries deliveries = new Deliveries(
                new Decider(settings.get(Property.GENESYS_MAX_ATTEMPTS)),
                keys,
                letters,
                waits,
                settings.get(Property.GENESYS_CONFLICT_WAIT),
                settings.get(Property.GENESYS_PENDING_WARN),
                settings.get(Property.GENESYS_WORKERS));
        Paging paging = new Paging(settings.get(Property.HTTP_MAX_PAGES));
        GenesysUsers users = new GenesysUsers(waits.nanos(settings.get(Property.GENESYS_USERS_FRESH)), ids, paging);

        Main main = new Main(Bridge.class);
        main.setPropertyPlaceholderLocations("file:" + start.home().resolve("config/application.properties"));
        main.configure().withRoutesIncludePattern("file:" + start.home().resolve("routes") + "/**/*.yaml");
        if (shared) {
            main.addInitialProperty("camel.component.kafka.brokers", settings.get(Property.KAFKA_BROKERS));
            main.addOverrideProperty("kafka.instance", settings.get(Property.KAFKA_INSTANCE));
            KafkaAccess.byVariable(start.environment())
                    .forEach((option, value) -> main.addOverrideProperty(KafkaAccess.PREFIX + option, value));
        } else {
            main.configure().withRoutesExcludePattern("**/routes/kafka/**,**/routes/kafka-*.yaml");
        }
        main.configure().withAutoConfigurationLogSummary(false);
        // The logger of log steps that name none.
        main.configure().withLogName("routes.${routeId}");
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport before) {
                CamelContext context = before.getCamelContext();
                context.getCamelContextExtension()
                        .setErrorHandlerFactory(new UnhandledFailures().errorHandler(context));
            }
        });
        main.configure().setShutdownTimeout((int)
                settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT).toSeconds());
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        settings.asProperties().forEach(main::addOverrideProperty);
        for (String component : new String[] {"http", "https"}) {
            String prefix = "camel.component." + component + ".";
            main.addOverrideProperty(
                    prefix + "connect-timeout",
                    String.valueOf(settings.get(Property.HTTP_CONNECT_TIMEOUT).toMillis()));
            main.addOverrideProperty(
                    prefix + "response-timeout",
                    String.valueOf(settings.get(Property.HTTP_RESPONSE_TIMEOUT).toMillis()));
            main.addOverrideProperty(prefix + "client-connection-manager", "#bean:connections");
        }
        // Only a bridge that keeps running is looked at.
        main.addOverrideProperty("camel.management.enabled", String.valueOf(start.polling()));
        if (!start.polling()) {
            // An MBean for each step of the routes would be a fifth of such a start.
            main.addOverrideProperty("camel.main.jmx-management-m-beans-level", "RoutesOnly");
        }
        for (String option : List.of("main.name", "management.host", "management.port", "management.jolokia-enabled")) {
            String value = start.environment().get("CAMEL_" + Property.variable(option));
            if (value != null && !value.isBlank()) {
                main.addOverrideProperty("camel." + option, value.strip());
            }
        }
        boolean events = start.polling() && settings.get(Property.WEBHOOK_PORT) > 0;
        EventCounts eventCounts = new EventCounts();
        main.addOverrideProperty("webhook.enabled", String.valueOf(events));
        if (events) {
            main.addOverrideProperty("camel.server.enabled", "true");
            main.addOverrideProperty("camel.server.host", settings.get(Property.WEBHOOK_ADDRESS));
            main.addOverrideProperty("camel.server.port", String.valueOf(settings.get(Property.WEBHOOK_PORT)));
            main.addOverrideProperty("camel.server.max-body-size", String.valueOf(WebhookDoor.MOST_BYTES));
        }
        ManagementPort port = new ManagementPort(
                settings.get(Property.MANAGEMENT_TOKEN),
                settings.get(Property.MANAGEMENT_HOSTS),
                start.home().resolve("config/jolokia-access.xml"),
                new WebhookDoor(eventCounts));
        main.bind("managementPort", port);
        main.bind("logContext", new LogContext());
        Breakdown breakdown = new Breakdown(stopping, settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT));
        main.bind("errorWatch", new ErrorWatch(breakdown::of));
        main.bind("stepNames", new StepNames());
        main.addOverrideProperty("camel.metrics.enabled", String.valueOf(start.polling()));
        HttpConnections connections = new HttpConnections(settings);
        main.bind("httpConnections", connections.configurer());
        main.bind("connections", connections.connections());
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put(
                "pacing",
                new Pacing(
                        waits,
                        settings.get(Property.HTTP_BACKOFF).min(),
                        settings.get(Property.HTTP_BACKOFF).max(),
                        settings.get(Property.HTTP_MAX_QUOTA_WAIT),
                        settings.get(Property.HTTP_MAX_ATTEMPTS)));
        UserFields userFields = new UserFields();
        ZendeskListing listing = new ZendeskListing(settings.get(Property.ZENDESK_STATUS_FIELD), paging);
        beans.put("zendesk", listing);
        beans.put(
                "writeBack",
                new StatusWriteBack(settings.get(Property.ZENDESK_STATUS_FIELD), waits, paging, userFields));
        beans.put("removals", new Removals(settings, ids, listing, paging, keys, users));
        beans.put("zendeskTokens", zendeskTokens);
        beans.put("genesysTokens", new GenesysTokens(waits));
        beans.put("genesysUsers", users);
        beans.put("segments", new SegmentSplit());
        beans.put("segmentIds", ids);
        beans.put("segmentKeys", keys);
        beans.put("deliveries", deliveries);
        beans.put("outcomes", new Outcomes(letters));
        beans.put("segmentBatch", new SegmentBatch());
        beans.put("workers", new Workers(settings.get(Property.GENESYS_THREADS)));
        Map<Class<?>, Object> parts = new HashMap<>();
        List.of(settings, ids, keys, deliveries, users, waits, paging)
                .forEach(part -> parts.put(part.getClass(), part));
        for (Target target : Targets.installed().all()) {
            Object bean = target.bean(new Target.Parts() {
                @Override
                public <T> T get(Class<T> type) {
                    return type.cast(parts.get(type));
                }
            });
            if (bean != null) {
                beans.put(target.name(), bean);
            }
        }
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(TIMER_THREADS, daemon());
        timer.setRemoveOnCancelPolicy(true);
        main.bind("waits", timer);
        LatePasses late = new LatePasses();
        EventIds eventIds = new EventIds(
                settings.get(Property.IDEMPOTENT_MAX_SIZE),
                settings.get(Property.WEBHOOK_MAX_AGE),
                eventCounts,
                Ticker.systemTicker());
        beans.put("eventIds", eventIds);
        beans.put(
                "events",
                new WebhookEvents(
                        settings.get(Property.WEBHOOK_SECRET),
                        settings.get(Property.WEBHOOK_MAX_AGE),
                        () -> late.passes.genesysUserIdField(),
                        userFields,
                        eventCounts,
                        Clock.systemUTC()));
        Hints hints = new Hints(
                settings.get(Property.WEBHOOK_DEBOUNCE), waits, () -> late.passes, stopping, eventIds, eventCounts);
        beans.put("hints", hints);
        beans.put("passes", late);
        beans.put("parts", late.parts);
        beans.forEach(main::bind);
        LateWatch watch = new LateWatch();
        main.bind("routeWatch", new RouteWatch(watch));
        ExitHook exit =
                ExitHook.waiting(settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT).plus(ROUTES_STOP));
        try {
            main.init();
            CamelContext context = main.getCamelContext();
            RouteFiles routes = read(reading);
            if (shared) {
                Map<String, Object> theirs = cluster.connect(
                        context,
                        late.parts,
                        new DeadLetters(view, LOG::warn),
                        stopping,
                        settings.maxPassOfRun(),
                        settings.get(Property.POLL_AT_START));
                theirs.forEach(context.getRegistry()::bind);
                beans.putAll(theirs);
            }
            routes.refuse(context, beans);
            Suspensions suspensions = shared
                    ? Suspensions.shared(
                            (name, suspended, all) -> cluster.suspend(name, suspended), cluster.suspended())
                    : Suspensions.of(folder, start.polling());
            Clients clients = new Clients(context, settings, waits, suspensions);
            Passes passes = new Passes(
                    settings,
                    start.environment(),
                    start.mapping(),
                    clients,
                    folder,
                    letters,
                    stopping,
                    keys,
                    events ? eventCounts : null,
                    hints::waiting,
                    !start.polling());
            late.passes = passes;
            if (shared) {
                passes.metrics().shares(cluster, passes::organizations);
                cluster.hearsReports(record -> passes.metrics().heard(record.path("report"), record.path("states")));
                cluster.hearsSuspensions(clients::suspendedElsewhere);
                passes.goBy("parts", new Stopping(() -> stopping.begun() || !cluster.isReader()), new PassWitness() {
                    @Override
                    public void begins(Pass pass) throws IOException {
                        if (pass.isPlanned()) {
                            cluster.catchUp();
                        } else {
                            cluster.begins(pass);
                        }
                    }

                    @Override
                    public boolean takes(PassOrder order) throws IOException {
                        return order.trigger() != Trigger.PLAN && !cluster.isReader() && cluster.order(order);
                    }

                    @Override
                    public boolean isElsewhere() {
                        return !cluster.isReader();
                    }

                    @Override
                    public void ended(Pass pass) {
                        cluster.ended(pass, passes.metrics().states());
                    }
                });
            }
            breakdown.endsWith(passes);
            watch.changed = clients::routeChanged;
            if (start.polling()) {
                HealthCheckRegistry health = HealthCheckRegistry.get(context);
                if (health != null) {
                    health.register(new ReadyCheck(passes::current, settings.get(Property.POLL_AT_START) && !shared));
                    health.register(new AliveCheck(passes::current, longOver(settings.maxPassOfRun())));
                }
            }
            // Camel registers no MBean for a service that comes after the start.
            context.addService(keys);
            if (start.polling()) {
                port.check();
            }
            if (events) {
                ManagementPort.listen(
                        Property.WEBHOOK_ADDRESS.key(),
                        settings.get(Property.WEBHOOK_ADDRESS),
                        settings.get(Property.WEBHOOK_PORT));
            }
            main.start();
            if (start.polling()) {
                MetricsPage.serve(context, passes.metrics());
                LOG.info(
                        "metrics and health: port {}, /observe/metrics and /observe/health",
                        ManagementPort.of(context));
                if (!shared) {
                    context.getRouteController().startRoute(POLL);
                }
            }
            Bridge bridge = new Bridge(
                    main,
                    exit,
                    timer,
                    connections,
                    breakdown,
                    paging,
                    passes,
                    stopping,
                    clients,
                    folder,
                    letters,
                    cluster,
                    failure -> explained(failure, main, routes, beans));
            bridge.register();
            if (shared) {
                cluster.start(bridge::pass, passes::isUnderWay, bridge::poll, stopping::begun);
            }
            return bridge;
        } catch (Exception failure) {
            try {
                throw explained(failure, main, read(reading), beans);
            } finally {
                main.stop();
                timer.shutdownNow();
                connections.close();
                if (cluster != null) {
                    cluster.close();
                }
                breakdown.letGo();
                exit.letGo();
            }
        }
    }

    /** The clock of this process starts or stops, as it becomes the reader or another one does. */
    private void poll(boolean starts) {
        if (stopping.begun()) {
            return;
        }
        try {
            if (starts) {
                context().getRouteController().startRoute(POLL);
            } else {
                context().getRouteController().stopRoute(POLL);
            }
        } catch (Exception failed) {
            LOG.error(
                    "the clock of this process could not be {}: {}",
                    starts ? "started" : "stopped",
                    failed.getClass().getSimpleName());
        }
    }

    /** The folder with what this process knows: the data folder, or what it holds of Kafka. */
    public DataFolder folder() {
        return folder;
    }

    /** Brings the folder up to what all processes know; what cannot be read now is shown as it was. */
    public void catchUp() {
        try {
            if (cluster != null) {
                cluster.catchUp();
            }
        } catch (IOException silent) {
            LOG.warn("what the other processes know cannot be read at the moment: {}", silent.getMessage());
        }
    }

    /** Whether this is one process of several, which share the organisations over Kafka. */
    public boolean isShared() {
        return cluster != null;
    }

    /** No pass that still makes progress takes longer than this: twice its limit, plus five minutes. */
    private static Duration longOver(Duration maxPass) {
        return maxPass.plus(MOST_OVER);
    }

    private static ThreadFactory daemon() {
        return task -> {
            Thread thread = new Thread(task, "waits");
            thread.setDaemon(true);
            return thread;
        };
    }

    private static RouteFiles read(FutureTask<RouteFiles> reading) throws Exception {
        try {
            return reading.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    private static Exception explained(Exception failure, Main main, RouteFiles routes, Map<String, Object> beans) {
        return routes.explain(failure, main.getCamelContext(), beans)
                .map(Exception.class::cast)
                .orElse(failure);
    }

    private void register() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName(MBEAN);
        // Several bridges of one JVM may start at once; the last one is shown.
        synchronized (Bridge.class) {
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(new BridgeStatus(controls), name);
        }
    }

    /** Operators' actions, through JMX and the console. */
    public Controls controls() {
        return controls;
    }

    private final class ByOperator implements Controls {

        @Override
        public Pass current() {
            return passes.current();
        }

        @Override
        public Instant lastComplete() {
            return passes.metrics().lastComplete();
        }

        @Override
        public boolean startPass() {
            if (passes.isUnderWay()) {
                return false;
            }
            operator.execute(() -> whenIdle(passes::byOperator));
            return true;
        }

        @Override
        public ApiClient client(String organization) throws Exception {
            return passes.client(organization);
        }

        @Override
        public boolean suspend(String organization) throws Exception {
            return suspend(organization, true);
        }

        @Override
        public boolean resume(String organization) throws Exception {
            return suspend(organization, false);
        }

        private boolean suspend(String organization, boolean suspended) throws Exception {
            ApiClient client = client(organization);
            if (client != null) {
                clients.suspend(client, suspended);
            }
            return client != null;
        }

        @Override
        public List<String> suspended() {
            return clients.suspended();
        }

        @Override
        public int replay(LetterFilter filter) throws Exception {
            if (cluster != null) {
                cluster.catchUp();
            }
            int count = filter.select(letters, Clock.systemUTC()).count();
            if (count > 0 && cluster != null) {
                cluster.orderReplay(filter.toJson());
            } else if (count > 0) {
                operator.execute(() -> whenIdle(() -> {
                    ReplayRequest request = filter.select(letters, Clock.systemUTC());
                    return request.count() == 0 ? null : passes.replay(request, false);
                }));
            }
            return count;
        }
    }

    /** Waits for the pass under way, and then begins what is ordered; null = no longer possible. */
    private void whenIdle(Callable<PassOrder> order) {
        try {
            while (!stopping.begun()) {
                if (!passes.isUnderWay()) {
                    PassOrder next = order.call();
                    if (next == null || pass(next) != null) {
                        return;
                    }
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (Exception failed) {
            LOG.error(
                    "What an operator started failed with {}", failed.getClass().getSimpleName());
        }
    }

    /** Receives the routes' events, once there are clients. */
    private static final class LateWatch implements BiConsumer<String, Boolean> {
        private volatile BiConsumer<String, Boolean> changed = (routeId, away) -> {};

        @Override
        public void accept(String routeId, Boolean away) {
            changed.accept(routeId, away);
        }
    }

    /** The bean that the routes name, which needs the context that loads them. */
    public static final class LatePasses {
        private volatile Passes passes;
        private final Parts parts = new Parts(new PartPasses() {
            @Override
            public Pass of(Part part, Stopping guard) throws UnusableException {
                return passes.of(part, guard);
            }

            @Override
            public void conclude(Pass part) {
                passes.conclude(part);
            }
        });

        /** Whether a pass that the clock was to begin waits for one that looks at some agents only. */
        public boolean isDue() {
            return passes.isDue();
        }

        public PassOrder byClock() {
            return passes.byClock();
        }

        public Pass begin(PassOrder order) throws Exception {
            return passes.begin(order);
        }

        public void overlapped(@Body PassOrder order) {
            passes.overlapped(order);
        }

        public void refuseOrHalt(@ExchangeProperty(CallProperties.PASS) Pass pass) {
            passes.refuseOrHalt(pass);
        }

        public void broken(@ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeException Exception failure)
                throws Exception {
            passes.broken(pass, failure);
        }

        public void finish(@ExchangeProperty(CallProperties.PASS) Pass pass) {
            passes.finish(pass);
        }
    }

    /**
     * Runs a pass, or a plan, to its end.
     *
     * @return the pass, or null if another one, or for a plan another plan, is under way
     * @throws Exception what no route handles: an error of the bridge itself
     */
    public Pass pass(PassOrder order) throws Exception {
        Entrance entrance = order.trigger() == Trigger.PLAN ? Entrance.PLAN : Entrance.PASS;
        Exchange exchange = template.request(entrance.uri(), e -> e.getMessage().setBody(order));
        if (exchange.getException() != null) {
            throw explained.apply(exchange.getException());
        }
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
        if (pass != null && pass.brokenBy() != null) {
            throw RouteMistakeException.of(pass.brokenBy());
        }
        return pass;
    }

    /**
     * One call outside a pass, on the routes of a pass; organisations are only read.
     *
     * @throws Exception what the call ended with; its text is not for users, {@code Failures} describes it
     */
    public JsonNode read(Side side, Call call) throws Exception {
        Exchange exchange = template.request(Entrance.of(side, call).uri(), e -> {
            e.setProperty(CallProperties.SIDE, side);
            e.setProperty(CallProperties.CALL, call);
        });
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(JsonNode.class);
    }

    /** Starts reading listings outside a pass. */
    public Paging paging() {
        return paging;
    }

    /**
     * Reads a listing to its end, outside of a pass.
     *
     * @param rows takes each page
     * @throws Exception what a call ended with, or why the listing has no end
     */
    public void read(Side side, Pages pages, Consumer<JsonNode> rows) throws Exception {
        while (pages.isMore()) {
            JsonNode page = read(side, pages.getCall());
            rows.accept(page);
            if (pages.isMore()) {
                pages.follow(page);
            }
        }
    }

    /** Zendesk's tokens are requested with these scopes in addition to those of a pass, from the next one on. */
    public void asksZendeskFor(List<String> scopes) throws Exception {
        if (!scopes.equals(scopesOfZendesk)) {
            scopesOfZendesk = List.copyOf(scopes);
            context()
                    .getRegistry()
                    .lookupByNameAndType("zendeskTokens", ZendeskTokens.class)
                    .asksFor(scopes);
            Tokens tokens = clients.zendesk().tokens();
            tokens.drop(tokens.fresh(System.nanoTime()));
        }
    }

    /**
     * What Camel's schema refuses in the route files, such as a key that is silently accepted and does nothing. Takes a
     * second or two, so that only {@code check} asks.
     */
    public static List<Problem> misspelt(Path home) throws IOException {
        return RouteFiles.read(home, true).misspelt();
    }

    /** Zendesk and the organisations, as a pass would ask them, without a pass. */
    public Pass probe() throws Exception {
        try {
            return passes.probe();
        } catch (Exception failure) {
            throw explained.apply(failure);
        }
    }

    /** What broke the bridge, so that the process has to end; null if nothing did. */
    public String brokenBy() {
        return stopping.brokenBy();
    }

    public Passes passes() {
        return passes;
    }

    public Clients clients() {
        return clients;
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    /** What is on the wire ends, nothing new starts; the pass under way ends with a report. */
    public void stop() {
        stopping.begin();
    }

    @Override
    public void close() {
        stopping.begin();
        try {
            main.stop();
        } finally {
            timer.shutdownNow();
            connections.close();
            if (cluster != null) {
                cluster.close();
            }
            breakdown.letGo();
            exit.letGo();
        }
    }
}
