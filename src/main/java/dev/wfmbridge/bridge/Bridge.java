package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.decision.Decider;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.delivery.Outcomes;
import dev.wfmbridge.delivery.SegmentBatch;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.genesys.GenesysTokens;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pacing;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.operate.BridgeStatus;
import dev.wfmbridge.operate.Controls;
import dev.wfmbridge.operate.LogContext;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.operate.ReadyCheck;
import dev.wfmbridge.operate.RouteWatch;
import dev.wfmbridge.operate.StepNames;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.ReplayRequest;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.removal.Removals;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentSplit;
import dev.wfmbridge.target.managementunit.ManagementUnits;
import dev.wfmbridge.target.staffinggroup.StaffingGroups;
import dev.wfmbridge.target.userschedulesegments.UserScheduleSegments;
import dev.wfmbridge.writeback.StatusWriteBack;
import dev.wfmbridge.zendesk.ZendeskListing;
import dev.wfmbridge.zendesk.ZendeskTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running bridge: Camel with the routes of {@code routes/}, and the beans that they name. */
public final class Bridge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    /** The MBean's name. */
    public static final String MBEAN = "dev.wfmbridge:type=Bridge";

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Main main;
    private final Passes passes;
    private final Stopping stopping;
    private final ProducerTemplate template;
    private final Clients clients;
    private final DeadLetters letters;
    private final ExecutorService operator;

    private Bridge(Main main, Passes passes, Stopping stopping, Clients clients, DeadLetters letters) {
        this.main = main;
        this.letters = letters;
        this.operator = main.getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "operator");
        this.passes = passes;
        this.stopping = stopping;
        this.clients = clients;
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
     * Starts Camel and loads the routes.
     *
     * @throws Exception if a route cannot be loaded, or a port or file that the configuration names cannot be used
     */
    public static Bridge start(Start start) throws Exception {
        Settings settings = start.settings();
        Waits waits = new Waits(start.timeFactor());
        Stopping stopping = new Stopping();
        DeadLetters letters = new DeadLetters(start.folder(), LOG::warn);
        ZendeskTokens zendeskTokens = new ZendeskTokens(settings, waits);
        SegmentIds ids = new SegmentIds(settings.instance());
        SegmentKeys keys = new SegmentKeys(
                settings.idempotentMaxSize(), waits.scaled(settings.idempotentTtl()), Ticker.systemTicker());
        Deliveries deliveries = new Deliveries(
                new Decider(settings.maxAttempts()),
                keys,
                letters,
                waits,
                settings.conflictWait(),
                settings.pendingWarn());
        GenesysUsers users = new GenesysUsers(waits.nanos(settings.usersFresh()), ids);

        Main main = new Main(Bridge.class);
        main.setPropertyPlaceholderLocations("file:" + start.home().resolve("config/application.properties"));
        main.configure().withRoutesIncludePattern("file:" + start.home().resolve("routes") + "/**/*.yaml");
        main.configure().withAutoConfigurationLogSummary(false);
        main.configure().setShutdownTimeout((int) settings.shutdownTimeout().toSeconds());
        settings.asProperties().forEach(main::addOverrideProperty);
        for (String component : new String[] {"http", "https"}) {
            String prefix = "camel.component." + component + ".";
            main.addOverrideProperty(
                    prefix + "connect-timeout",
                    String.valueOf(settings.connectTimeout().toMillis()));
            main.addOverrideProperty(
                    prefix + "response-timeout",
                    String.valueOf(settings.responseTimeout().toMillis()));
        }
        // Only a bridge that stays has somebody to look at it.
        main.addOverrideProperty("camel.management.enabled", String.valueOf(start.polling()));
        for (String option : List.of("host", "port", "jolokia-enabled")) {
            String value = start.environment().get("CAMEL_MANAGEMENT_" + Settings.variable(option));
            if (value != null && !value.isBlank()) {
                main.addOverrideProperty("camel.management." + option, value.strip());
            }
        }
        ManagementPort port = new ManagementPort(
                settings.managementToken(),
                settings.managementHosts(),
                start.home().resolve("config/jolokia-access.xml"));
        main.bind("managementPort", port);
        main.bind("logContext", new LogContext());
        main.bind("stepNames", new StepNames());
        main.addOverrideProperty("camel.metrics.enabled", String.valueOf(start.polling()));
        HttpConnections connections = new HttpConnections(settings);
        main.bind("httpConnections", connections.configurer());
        SSLContextParameters trust = connections.trust();
        if (trust != null) {
            main.bind("trust", trust);
            main.addOverrideProperty("camel.component.https.ssl-context-parameters", "#bean:trust");
        }
        main.bind(
                "pacing",
                new Pacing(
                        waits,
                        settings.httpBackoff().min(),
                        settings.httpBackoff().max(),
                        settings.httpMaxQuotaWait(),
                        settings.httpMaxAttempts()));
        ZendeskListing listing = new ZendeskListing(settings.zendeskStatusField());
        main.bind("zendesk", listing);
        main.bind("statusBack", new StatusWriteBack(settings.zendeskStatusField(), waits));
        main.bind("removals", new Removals(settings, ids, listing, keys));
        main.bind("zendeskTokens", zendeskTokens);
        main.bind("genesysTokens", new GenesysTokens(waits));
        main.bind("genesysUsers", users);
        main.bind("segments", new SegmentSplit());
        main.bind("segmentKeys", keys);
        main.bind("deliveries", deliveries);
        main.bind("outcomes", new Outcomes(letters));
        main.bind("segmentBatch", new SegmentBatch());
        main.bind("staffinggroup", new StaffingGroups(ids, keys, settings.maxAttempts()));
        main.bind("managementunit", new ManagementUnits(ids, keys, deliveries));
        main.bind("userschedulesegments", new UserScheduleSegments(deliveries, users));
        LatePasses late = new LatePasses();
        main.bind("passes", late);
        LateWatch watch = new LateWatch();
        main.bind("routeWatch", new RouteWatch(watch));
        main.init();
        CamelContext context = main.getCamelContext();
        Clients clients = new Clients(context, settings, waits, zendeskTokens);
        Passes passes = new Passes(
                settings,
                start.environment(),
                start.mapping(),
                clients,
                start.folder(),
                letters,
                stopping,
                keys,
                !start.polling());
        late.passes = passes;
        watch.changed = (routeId, away) -> {
            ApiClient client = clients.routeChanged(routeId, away);
            if (client != null) {
                passes.away(client);
            }
        };
        if (start.polling()) {
            HealthCheckRegistry health = HealthCheckRegistry.get(context);
            if (health != null) {
                health.register(new ReadyCheck(passes::current, settings.pollAtStart()));
            }
        }
        if (start.polling()) {
            try {
                port.check();
            } catch (ConfigurationException | IOException refused) {
                main.stop();
                throw refused;
            }
        }
        main.start();
        if (start.polling()) {
            MeterRegistry registry = context.getRegistry().findSingleByType(MeterRegistry.class);
            if (registry != null) {
                passes.metrics().bindTo(registry);
            }
            context.getRouteController().startRoute("poll");
        }
        context.addService(keys);
        Bridge bridge = new Bridge(main, passes, stopping, clients, letters);
        bridge.register();
        return bridge;
    }

    private void register() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName(MBEAN);
        if (server.isRegistered(name)) {
            server.unregisterMBean(name);
        }
        server.registerMBean(new BridgeStatus(new ByJmx()), name);
    }

    /** What operators do by JMX. */
    private final class ByJmx implements Controls {

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
        public List<String> suspended() {
            return clients.suspended();
        }

        @Override
        public int replay(LetterFilter filter) throws Exception {
            int count = filter.select(letters, Clock.systemUTC()).count();
            if (count > 0) {
                operator.execute(() -> whenIdle(() -> {
                    ReplayRequest request = filter.select(letters, Clock.systemUTC());
                    return request.count() == 0 ? null : new PassOrder(Trigger.REPLAY, null, false, request);
                }));
            }
            return count;
        }
    }

    /** Waits for the pass under way, and begins what is ordered then; null = nothing any more. */
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
                    "What an operator started by JMX failed with {}",
                    failed.getClass().getSimpleName());
        }
    }

    /** What the routes' events are told to, once there are clients. */
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

        public PassOrder byClock() {
            return passes.byClock();
        }

        public Pass begin(Exchange exchange) throws Exception {
            return passes.begin(exchange);
        }

        public void overlapped(Exchange exchange) {
            passes.overlapped(exchange);
        }

        public void mapped(Exchange exchange) {
            passes.mapped(exchange);
        }

        public void finish(Exchange exchange) {
            passes.finish(exchange);
        }
    }

    /**
     * Runs a pass to its end.
     *
     * @return the pass, or null if another one is under way
     * @throws Exception what no route handles: an error of the bridge itself
     */
    public Pass pass(PassOrder order) throws Exception {
        Exchange exchange = template.request("direct:pass", e -> e.getMessage().setBody(order));
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getProperty(CallProperties.PASS, Pass.class);
    }

    /**
     * One reading call, outside of a pass, on the routes that a pass takes.
     *
     * @param endpoint {@code direct:zendesk-read} or {@code direct:genesys-read}
     * @throws Exception what the call ended with; its text is not for people, {@code Failures} describes it
     */
    public JsonNode read(Side side, Call call, String endpoint) throws Exception {
        Exchange exchange = template.request(endpoint, e -> {
            e.setProperty(CallProperties.SIDE, side);
            e.setProperty(CallProperties.CALL, call);
        });
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(JsonNode.class);
    }

    /** Zendesk and the organisations, as a pass would ask them, without a pass. */
    public Pass probe() throws Exception {
        return passes.probe();
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
        main.stop();
    }
}
