package dev.wfmbridge.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server on loopback that records each call and can be made to fail. */
final class RecordingServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RecordingServer.class.getName());
    private static final String LOOPBACK = "127.0.0.1";
    /** Longer than a client keeps a connection: the servers lose calls on purpose only. */
    private static final String IDLE_SECONDS = "600";

    static {
        setIfUnset("sun.net.httpserver.nodelay", "true");
        setIfUnset("sun.net.httpserver.idleInterval", IDLE_SECONDS);
        setIfUnset("sun.net.httpserver.maxIdleConnections", "2000");
    }

    private final String name;
    private final World world;
    private final Api api;
    private final OutageCalls outages;
    private final HttpServer server;
    private final ExecutorService executor;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Entry> entries = new ArrayList<>();
    private volatile Interceptor interceptor = request -> null;

    /** A call's place in the order of arrival. */
    private static final class Entry {
        private volatile Received received;

        Entry(Received received) {
            this.received = received;
        }

        void answered(int status) {
            received = received.answered(status);
        }
    }

    RecordingServer(String name, World world, Api api, int port) {
        this.name = name;
        this.world = world;
        this.api = api;
        this.outages = new OutageCalls(world);
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + LOOPBACK + ":" + port, e);
        }
        AtomicInteger number = new AtomicInteger();
        this.executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sandbox-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", this::serve);
        server.start();
    }

    private static void setIfUnset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    URI url() {
        return URI.create("http://" + LOOPBACK + ":" + server.getAddress().getPort());
    }

    List<Received> received() {
        synchronized (entries) {
            return entries.stream().map(entry -> entry.received).toList();
        }
    }

    void clearReceived() {
        synchronized (entries) {
            entries.clear();
        }
    }

    void interceptor(Interceptor newInterceptor) {
        interceptor = newInterceptor == null ? request -> null : newInterceptor;
    }

    private void serve(HttpExchange exchange) {
        try {
            Request request = Request.read(exchange);
            if (outages.concern(request)) {
                send(exchange, outages.carryOut(request));
                return;
            }
            Admission admission = api.admit(request);
            Entry entry = record(request, admission);
            Answer answer = answer(request, admission, entry);
            if (answer == null) {
                entry.answered(Received.LOST);
            } else {
                entry.answered(answer.status());
                send(exchange, answer.with(admission.headers()));
            }
        } catch (IOException clientLeft) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: the caller closed the connection: {1}", name, clientLeft);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private Entry record(Request request, Admission admission) {
        synchronized (entries) {
            Entry entry = new Entry(new Received(
                    request.method(),
                    request.path(),
                    request.query(),
                    request.headers(),
                    request.body(),
                    System.nanoTime(),
                    Instant.now(),
                    admission.account(),
                    admission.clientId(),
                    admission.tokenCall(),
                    Received.PENDING));
            entries.add(entry);
            return entry;
        }
    }

    private Answer answer(Request request, Admission admission, Entry entry) throws InterruptedException {
        if (admission.refusal() != null) {
            return admission.refusal();
        }
        try {
            Fault fault = interceptor.on(entry.received);
            if (fault == null) {
                fault = api.weather(request, admission);
            }
            if (fault == null) {
                return api.carryOut(request, admission);
            }
            pause(fault.delay());
            if (!fault.carriedOut()) {
                return fault.outcome(Answer.empty(200));
            }
            return fault.outcome(api.carryOut(request.committingLate(fault.commitLag()), admission));
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, name + ": " + request.method() + " " + request.path(), bug);
            return Answer.text(500, Map.of("Content-Type", "text/plain"), "The sandbox itself failed: " + bug);
        }
    }

    /** Waits, but no longer than the server lives. */
    private void pause(Duration nominal) throws InterruptedException {
        if (!nominal.isZero()) {
            closing.await(world.realNanos(nominal), TimeUnit.NANOSECONDS);
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers()
                .forEach((header, value) -> exchange.getResponseHeaders().set(header, value));
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        executor.shutdownNow();
    }
}
