package dev.wfmbridge.operate;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.net.URIAuthority;

/** Two organisations, acme with agents and globex with one, and a bridge as {@code run} starts it, seen from outside. */
final class Stage implements AutoCloseable {

    static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    private static final double FACTOR = 50;
    static final long SUPPORT = Sample.SUPPORT;
    static final long SALES = 6130852536474L;
    static final long AGENT = Sample.FIRST_AGENT;

    static final String ACME = Sample.organization("acme", Sample.ACME, 100_000, "60s");
    static final String GLOBEX = Sample.organization("globex", Sample.GLOBEX, 100_000, "60s");
    static final String BOTH = Sample.mapping(ACME, GLOBEX)
            + Sample.entry("Support", "acme", "sched-1")
            + Sample.entry("Sales", "globex", "sched-g");
    static final String ACME_ALONE = Sample.mapping(ACME) + Sample.entry("Support", "acme", "sched-1");
    static final String GLOBEX_ALONE = Sample.mapping(GLOBEX) + Sample.entry("Sales", "globex", "sched-g");

    final Rehearsal rehearsal;
    private final CloseableHttpClient http = HttpClients.createDefault();

    private Stage(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    static Stage with(Path folder, int agents) throws Exception {
        Stage stage = once(folder, agents);
        stage.rehearsal.polling();
        return stage;
    }

    /** The same for a bridge as {@code once} starts it. */
    static Stage once(Path folder, int agents) throws Exception {
        World world = Sample.acme(agents)
                .zendesk()
                .addGroup(SALES, "Sales")
                .world()
                .addOrganization("globex", Sample.GLOBEX, "client-of-globex", "secret-of-globex", 100_000)
                .addSchedule("globex", "sched-g");
        for (int i = 0; i < agents; i++) {
            world.addUser("globex", "globex-user-" + i, Sample.address(i), "Agent " + i, "active");
        }
        world.zendesk().addMembership(AGENT, SALES);
        return new Stage(
                Rehearsal.of(world, folder, FACTOR).mapping(BOTH).with("ZENDESK_REQUESTS_PER_MINUTE", "100000"));
    }

    /** What goes wrong at Genesys' servers; null = nothing. */
    Stage genesys(Interceptor interceptor) {
        rehearsal.sandbox().genesys().interceptor(interceptor);
        return this;
    }

    /** What goes wrong at Zendesk's server; null = nothing. */
    Stage zendesk(Interceptor interceptor) {
        rehearsal.sandbox().zendesk().interceptor(interceptor);
        return this;
    }

    static Interceptor answers(Predicate<Received> which, int status) {
        return call -> which.test(call)
                ? Fault.answer(
                        status,
                        Map.of("Content-Type", "application/json"),
                        "{\"code\":\"some.code\",\"status\":" + status + ",\"message\":\"no matter\"}")
                : null;
    }

    static boolean isPost(Received call) {
        return call.method().equals("POST") && call.path().equals(SEGMENTS);
    }

    /** @param length of the body as it came, compressed or not */
    record Reply(int status, String body, int length, Map<String, String> headers) {
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    int port() throws Exception {
        return ManagementPort.of(rehearsal.bridge().context());
    }

    Reply get(String path, String... headers) throws Exception {
        return call("GET", path, null, null, headers);
    }

    /** The CORS headers that a browser of that page would obey. */
    java.util.List<String> corsHeaders(String method, String path, String host, String origin) throws Exception {
        HttpUriRequestBase request = new HttpUriRequestBase(method, java.net.URI.create(path));
        request.setAuthority(URIAuthority.create(host));
        request.addHeader("Origin", origin);
        request.addHeader("Access-Control-Request-Method", "POST");
        return http.execute(new HttpHost("http", "127.0.0.1", port()), request, answer -> {
            EntityUtils.consume(answer.getEntity());
            return java.util.Arrays.stream(answer.getHeaders())
                    .map(header -> header.getName().toLowerCase(java.util.Locale.ROOT))
                    .filter(name -> name.startsWith("access-control-"))
                    .toList();
        });
    }

    Reply getAs(String host, String path, String... headers) throws Exception {
        return call("GET", path, host, null, headers);
    }

    Reply post(String path, String json, String... headers) throws Exception {
        return call("POST", path, null, json, headers);
    }

    /** As it is sent, where other replies are unpacked. */
    Reply getRaw(String path, String... headers) throws Exception {
        try (CloseableHttpClient raw =
                HttpClients.custom().disableContentCompression().build()) {
            return call(raw, "GET", path, null, null, headers);
        }
    }

    private Reply call(String method, String path, String host, String json, String... headers) throws Exception {
        return call(http, method, path, host, json, headers);
    }

    private Reply call(
            CloseableHttpClient client, String method, String path, String host, String json, String... headers)
            throws Exception {
        HttpHost target = new HttpHost("http", "127.0.0.1", port());
        HttpUriRequestBase request = new HttpUriRequestBase(method, java.net.URI.create(path));
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        if (json != null) {
            request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
        }
        if (host != null) {
            request.setAuthority(URIAuthority.create(host));
        }
        return client.execute(target, request, answer -> {
            byte[] body = answer.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(answer.getEntity());
            Map<String, String> told = new TreeMap<>();
            for (Header header : answer.getHeaders()) {
                told.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
            }
            return new Reply(answer.getCode(), new String(body, StandardCharsets.UTF_8), body.length, told);
        });
    }

    static Object attribute(String name) throws Exception {
        return JMX.getAttribute(new ObjectName("dev.wfmbridge:type=Bridge"), name);
    }

    static Object operation(String name, Object... arguments) throws Exception {
        String[] types = java.util.Arrays.stream(arguments)
                .map(argument -> argument instanceof Integer ? "int" : String.class.getName())
                .toArray(String[]::new);
        return JMX.invoke(new ObjectName("dev.wfmbridge:type=Bridge"), name, arguments, types);
    }

    @Override
    public void close() throws Exception {
        http.close();
        rehearsal.close();
    }
}
