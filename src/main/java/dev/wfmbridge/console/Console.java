package dev.wfmbridge.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.AgentLookup;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.Controls;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.console.ConsoleFiles.ConsoleFile;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DataFolderException;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.operate.Gzip;
import dev.wfmbridge.operate.ManagementGuard;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.quartz.CronExpression;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the console on the management port, behind its guard. Its own reads use two threads, calls to Zendesk one, and
 * a plan one; requests that arrive while all are busy and their short queues are full are turned away (503), so that a
 * pass never waits for a viewer.
 */
public final class Console {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final String API = ManagementGuard.CONSOLE_API;
    private static final long LONGEST_BODY = 64 * 1024L;
    private static final Duration PLAN_LIMIT = Duration.ofMinutes(15);

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin");

    /** How one request is answered. */
    private interface Endpoint {
        Reply answer(Ask ask) throws Exception;
    }

    private record Served(Endpoint endpoint, ExecutorService by) {}

    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final ConsoleFiles files;
    private final Map<String, Served> endpoints = new HashMap<>();

    private Console(Bridge bridge, Settings settings) throws IOException {
        this.files = new ConsoleFiles();
        json.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(20).build());
        ExecutorService own = pool("console", 2, 16);
        ExecutorService asking = pool("console-asks", 1, 4);
        ExecutorService plans = pool("console-plan", 1, 0);
        CamelContext context = bridge.context();
        endWith(context, List.of(own, asking, plans));
        Controls controls = bridge.controls();
        DataFolder folder = bridge.folder();
        Runs runs = new Runs(folder);
        PassHistory history = new PassHistory(runs);
        Glance glance = new Glance(
                controls,
                bridge.passes().metrics(),
                runs,
                history,
                () -> nextPass(context, settings),
                settings.get(Property.MANAGEMENT_TOKEN) != null);
        Planning planning = new Planning(bridge, settings.maxPass(PLAN_LIMIT), plans);
        Questions questions = new Questions(new AgentLookup(bridge), runs, planning);
        LetterPages letters = new LetterPages(
                new DeadLetters(folder, LOG::warn), bridge.passes().metrics());
        Actions actions = new Actions(controls, glance);
        get("overview", own, ask -> Reply.of(glance.look()));
        get("passes", own, ask -> {
            ObjectNode passes = JsonNodeFactory.instance.objectNode();
            passes.set("passes", history.passes());
            return Reply.of(passes);
        });
        get("letters", own, ask -> {
            bridge.catchUp();
            return letters.page(ask);
        });
        get("plan", own, ask -> Reply.of(planning.plan()));
        get("why", own, ask -> Reply.of(planning.answer()));
        post("plan", own, ask -> Reply.begun(planning.startPlan()));
        post("why", asking, questions::why);
        post("do/name", asking, questions::name);
        post("do/pass", own, actions::startPass);
        post("do/suspend", own, actions::suspend);
        post("do/resume", own, actions::resume);
        post("do/replay", own, actions::replay);
    }

    private void get(String path, ExecutorService by, Endpoint endpoint) {
        endpoints.put("GET " + API + path, new Served(endpoint, by));
    }

    private void post(String path, ExecutorService by, Endpoint endpoint) {
        endpoints.put("POST " + API + path, new Served(endpoint, by));
    }

    /**
     * Serves the console until the bridge stops; does nothing if there is no management port.
     *
     * @throws IOException if a file of the page is not on the class path
     */
    public static void serve(Bridge bridge, Settings settings) throws IOException {
        ManagementHttpServer server = bridge.context().hasService(ManagementHttpServer.class);
        if (server == null || server.getRouter() == null) {
            return;
        }
        Console console = new Console(bridge, settings);
        server.getRouter().get(ManagementGuard.CONSOLE).handler(console::file);
        server.getRouter().get(ManagementGuard.CONSOLE + "/*").handler(console::fileOrNext);
        server.getRouter()
                .post(API + "*")
                .handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY))
                .handler(console::api)
                .failureHandler(console::failed);
        server.getRouter().route(API + "*").handler(console::api);
        LOG.info("console: {} on the same port", ManagementGuard.CONSOLE);
    }

    private static ExecutorService pool(String name, int threads, int queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                queue == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(queue),
                new CamelThreadFactory("#name#", name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static void endWith(CamelContext context, List<ExecutorService> pools) throws IOException {
        try {
            context.addService(new ServiceSupport() {
                @Override
                protected void doStop() {
                    pools.forEach(ExecutorService::shutdownNow);
                }
            });
        } catch (Exception failed) {
            throw new IOException("the console cannot be bound to the bridge's end", failed);
        }
    }

    /** When the clock starts the next pass; null while its route is out of service. */
    private static Instant nextPass(CamelContext context, Settings settings) {
        if (!context.getRouteController().getRouteStatus("poll").isStarted()) {
            return null;
        }
        try {
            CronExpression cron = new CronExpression(settings.get(Property.POLL_CRON));
            cron.setTimeZone(TimeZone.getTimeZone(settings.get(Property.POLL_TIMEZONE)));
            Date next = cron.getNextValidTimeAfter(new Date());
            return next == null ? null : next.toInstant();
        } catch (ParseException impossible) {
            throw new IllegalStateException("the settings let no other expression through", impossible);
        }
    }

    private void file(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.endsWith("/")) {
            // The page names its files relative to its own address.
            headers(context.response())
                    .putHeader("Location", ManagementGuard.CONSOLE)
                    .setStatusCode(308)
                    .end();
            return;
        }
        send(
                context,
                files.find(
                        path.equals(ManagementGuard.CONSOLE)
                                ? ""
                                : path.substring(ManagementGuard.CONSOLE.length() + 1)));
    }

    private void fileOrNext(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.startsWith(API)) {
            context.next();
        } else {
            file(context);
        }
    }

    private static void send(RoutingContext context, ConsoleFile file) {
        if (file == null) {
            headers(context.response())
                    .setStatusCode(404)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("The console has no such file.\n");
            return;
        }
        send(context, 200, file.type(), file.bytes(), file.gzipped(), file.etag());
    }

    private static void send(
            RoutingContext context, int status, String type, byte[] bytes, byte[] gzipped, String etag) {
        HttpServerResponse response = headers(context.response())
                .putHeader("Content-Type", type)
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("Cache-Control", etag == null ? "no-store" : "no-cache");
        if (etag != null) {
            response.putHeader("ETag", etag);
            if (etag.equals(context.request().getHeader("If-None-Match"))) {
                response.setStatusCode(304).end();
                return;
            }
        }
        response.setStatusCode(status);
        String accepted = context.request().getHeader("Accept-Encoding");
        if (gzipped != null && Gzip.isAccepted(accepted)) {
            response.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(gzipped));
        } else {
            response.end(Buffer.buffer(bytes));
        }
    }

    private static HttpServerResponse headers(HttpServerResponse response) {
        HEADERS.forEach(response::putHeader);
        return response;
    }

    private void api(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.normalizedPath();
        Served served = endpoints.get(method.name() + " " + path);
        if (served == null) {
            boolean known = endpoints.containsKey("GET " + path) || endpoints.containsKey("POST " + path);
            refuse(
                    context,
                    new Refusal(known ? 405 : 404, known ? "Not by " + method + "." : "There is no such thing."));
            return;
        }
        Ask ask;
        try {
            ask = new Ask(method == HttpMethod.POST ? body(context) : parameters(context));
        } catch (Refusal refusal) {
            refuse(context, refusal);
            return;
        }
        // The server's own thread does not wait for a disk.
        Context loop = context.vertx().getOrCreateContext();
        try {
            served.by().execute(() -> answer(served.endpoint(), ask, context, loop));
        } catch (RejectedExecutionException busy) {
            context.response().putHeader("Retry-After", "5");
            refuse(context, new Refusal(503, "Too many ask at once: try again in a few seconds."));
        }
    }

    private void answer(Endpoint endpoint, Ask ask, RoutingContext context, Context loop) {
        boolean reads = context.request().method() == HttpMethod.GET;
        try {
            Reply reply = endpoint.answer(ask);
            byte[] bytes = json.writeValueAsBytes(reply.body());
            byte[] gzipped = bytes.length < 1_000 ? null : Gzip.of(bytes);
            String etag = reads ? Etag.of(bytes) : null;
            loop.runOnContext(
                    done -> send(context, reply.status(), "application/json; charset=utf-8", bytes, gzipped, etag));
        } catch (Refusal refusal) {
            loop.runOnContext(done -> refuse(context, refusal));
        } catch (DataFolderException unreadable) {
            loop.runOnContext(done -> refuse(context, new Refusal(500, unreadable.getMessage())));
        } catch (Exception failed) {
            LOG.error(
                    "console: {} failed with {}",
                    context.normalizedPath(),
                    failed.getClass().getSimpleName());
            loop.runOnContext(done -> refuse(context, new Refusal(500, "That failed; the log says more.")));
        }
    }

    /** Before any handler: the server itself rejected the request, or failed. */
    private void failed(RoutingContext context) {
        if (context.statusCode() >= 400 && context.statusCode() < 500) {
            refuse(context, new Refusal(context.statusCode(), "A body of this size, or of this form, is not taken."));
        } else {
            LOG.error("console: {} failed", context.normalizedPath(), context.failure());
            refuse(context, new Refusal(500, "That failed; the log says more."));
        }
    }

    private static JsonNode parameters(RoutingContext context) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        context.queryParams().forEach(each -> fields.put(each.getKey(), each.getValue()));
        return fields;
    }

    private JsonNode body(RoutingContext context) throws Refusal {
        String type = context.request().getHeader("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new Refusal(415, "Content-Type has to be application/json.");
        }
        Buffer body = context.body().buffer();
        try {
            JsonNode fields = body == null ? null : json.readTree(body.getBytes());
            if (fields != null && fields.isObject()) {
                return fields;
            }
        } catch (JsonProcessingException garbage) {
            LOG.debug("console: a body that is not JSON");
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory", impossible);
        }
        throw new Refusal(400, "The body has to be a JSON object.");
    }

    private void refuse(RoutingContext context, Refusal refusal) {
        headers(context.response())
                .setStatusCode(refusal.status())
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(JsonNodeFactory.instance
                                .objectNode()
                                .put("message", refusal.getMessage())
                                .toString()
                        + "\n");
    }
}
