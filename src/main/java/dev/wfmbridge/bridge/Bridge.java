package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Tokens;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.operate.AliveCheck;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.operate.MetricsPage;
import dev.wfmbridge.operate.ReadyCheck;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
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

    /** The longest that Camel may take to stop the routes once the work is done. */
    private static final Duration ROUTES_STOP = Duration.ofSeconds(15);

    private final Main main;
    private final Beans beans;
    private final ExitHook exit;
    private final RouteFiles routes;
    private final Controls controls;
    private final ProducerTemplate template;
    private List<String> scopesOfZendesk = List.of();

    private Bridge(Main main, Beans beans, ExitHook exit, RouteFiles routes) {
        this.main = main;
        this.beans = beans;
        this.exit = exit;
        this.routes = routes;
        this.controls = new Controls(
                beans, this::pass, context().getExecutorServiceManager().newCachedThreadPool(this, "operator"));
        this.template = context().createProducerTemplate();
    }

    /** How a bridge is started. */
    public record Start(
            Path home,
            Settings settings,
            Environment environment,
            Mapping mapping,
            DataFolder folder,
            boolean polling,
            double timeFactor) {

        /** Whether the organisations are shared with other processes over Kafka. */
        boolean isShared() {
            return polling && settings.isShared();
        }

        /** Whether Zendesk's webhook is received. */
        boolean takesEvents() {
            return polling && settings.get(Property.WEBHOOK_PORT) > 0;
        }
    }

    /**
     * Starts Camel and loads the routes. Makes no call.
     *
     * @throws RouteFileException if the routes cannot be used as they are, with all that is wrong with them
     * @throws Exception if a port or file that the configuration names cannot be used
     */
    public static Bridge start(Start start) throws Exception {
        // Camel reads the files again in the meantime.
        FutureTask<RouteFiles> reading = new FutureTask<>(() -> RouteFiles.read(start.home(), start.isShared()));
        Thread reader = new Thread(reading, "route-files");
        reader.setDaemon(true);
        reader.start();
        Beans beans = new Beans(start);
        Main main = CamelOptions.main(start, beans);
        Duration most = start.settings().get(Property.BRIDGE_SHUTDOWN_TIMEOUT).plus(ROUTES_STOP);
        ExitHook exit = new ExitHook(
                "exit", () -> {}, most, () -> LOG.warn("the routes did not stop within {} s", most.toSeconds()));
        try {
            main.init();
            // It caches what it learns of a class only once it is started; until then each step of each route inspects
            // it anew.
            main.getCamelContext().getComponent("bean").start();
            RouteFiles routes = read(reading);
            if (start.isShared()) {
                beans.connect(main.getCamelContext());
            }
            routes.refuse(main.getCamelContext(), beans.ofRoutes());
            Bridge bridge = new Bridge(main, beans, exit, routes);
            bridge.go(start);
            return bridge;
        } catch (Exception failure) {
            try {
                throw explained(failure, main, read(reading), beans);
            } finally {
                close(main, beans, exit);
            }
        }
    }

    private void go(Start start) throws Exception {
        Settings settings = start.settings();
        CamelContext context = context();
        context.addService(beans.keys);
        if (start.polling()) {
            HealthCheckRegistry health = HealthCheckRegistry.get(context);
            if (health != null) {
                health.register(
                        new ReadyCheck(passes()::current, settings.get(Property.POLL_AT_START) && !start.isShared()));
                // No pass that still makes progress takes longer than that.
                health.register(new AliveCheck(
                        passes()::current, settings.maxPassOfRun().plus(MOST_OVER)));
            }
            beans.port.check();
        }
        if (start.takesEvents()) {
            ManagementPort.listen(
                    Property.WEBHOOK_ADDRESS.key(),
                    settings.get(Property.WEBHOOK_ADDRESS),
                    Property.WEBHOOK_PORT.key(),
                    settings.get(Property.WEBHOOK_PORT));
        }
        main.start();
        if (start.polling()) {
            MetricsPage.serve(context, passes().metrics());
            LOG.info("metrics and health: port {}, /observe/metrics and /observe/health", ManagementPort.of(context));
            if (!start.isShared()) {
                context.getRouteController().startRoute(POLL);
            }
        }
        register();
        if (start.isShared()) {
            beans.cluster.start(this::pass, passes()::isBusy, this::poll);
        }
    }

    /** The clock of this process starts or stops, as it becomes the reader or another one does. */
    private void poll(boolean starts) {
        if (beans.stopping.begun()) {
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
        return beans.folder;
    }

    /** Brings the folder up to what all processes know; what cannot be read now is shown as it was. */
    public void catchUp() {
        try {
            if (isShared()) {
                beans.cluster.catchUp();
            }
        } catch (IOException silent) {
            LOG.warn("what the other processes know cannot be read at the moment: {}", silent.getMessage());
        }
    }

    /** Whether this is one process of several, which share the organisations over Kafka. */
    public boolean isShared() {
        return beans.cluster != null;
    }

    private static RouteFiles read(FutureTask<RouteFiles> reading) throws Exception {
        try {
            return reading.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    private static Exception explained(Exception failure, Main main, RouteFiles routes, Beans beans) {
        return routes.explain(failure, main.getCamelContext(), beans.ofRoutes())
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

    /**
     * Runs a pass, or a plan, to its end.
     *
     * @return the pass, or null if another one, or for a plan another plan, is under way
     * @throws Exception what no route handles: an error of the bridge itself
     */
    public Pass pass(PassOrder order) throws Exception {
        Entrance entrance = order.trigger() == Trigger.PLAN ? Entrance.PLAN : Entrance.PASS;
        // One way, as by the clock: an exchange that is due an answer copies its headers after each sequence of steps.
        Exchange exchange = template.send(entrance.uri(), e -> e.getMessage().setBody(order));
        if (exchange.getException() != null) {
            throw explained(exchange.getException(), main, routes, beans);
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
        return beans.paging;
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
            beans.zendeskTokens.asksFor(scopes);
            Tokens tokens = clients().zendesk().tokens();
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
            return passes().probe();
        } catch (Exception failure) {
            throw explained(failure, main, routes, beans);
        }
    }

    /** What broke the bridge, so that the process has to end; null if nothing did. */
    public String brokenBy() {
        return beans.stopping.brokenBy();
    }

    public Passes passes() {
        return beans.passes;
    }

    public Clients clients() {
        return beans.clients;
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    /** What is on the wire ends, nothing new starts; the pass under way ends with a report. */
    public void stop() {
        beans.stopping.begin();
    }

    @Override
    public void close() {
        beans.stopping.begin();
        close(main, beans, exit);
    }

    private static void close(Main main, Beans beans, ExitHook exit) {
        try {
            main.stop();
        } finally {
            beans.close();
            exit.close();
        }
    }
}
