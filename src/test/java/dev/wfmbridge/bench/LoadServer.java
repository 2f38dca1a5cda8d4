package dev.wfmbridge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Zendesk and all organisations of a {@link Load} at two addresses of this machine: what a pass reads and posts,
 * correct and as cheap as possible, so that the bridge is what is measured. It never misbehaves; the sandbox does that.
 */
final class LoadServer implements AutoCloseable {

    private static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    private static final String LONG_AGO = "2026-01-05T08:00:00Z";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Load load;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1));
    private final HttpServer zendesk = vertx.createHttpServer();
    private final HttpServer genesys = vertx.createHttpServer();
    private final BitSet[] present;
    private final long[] windowStart;
    private final int[] windowCount;
    private final AtomicLongArray lastAt;
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private volatile long firstAt;

    private LoadServer(Load load) {
        this.load = load;
        this.present = new BitSet[load.organizations];
        this.windowStart = new long[load.organizations];
        this.windowCount = new int[load.organizations];
        this.lastAt = new AtomicLongArray(load.organizations);
        for (int o = 0; o < load.organizations; o++) {
            present[o] = new BitSet(load.members);
            present[o].set(0, load.post ? 0 : load.members);
        }
    }

    static LoadServer start(Load load) throws Exception {
        LoadServer server = new LoadServer(load);
        listen(server.zendesk.requestHandler(server::zendesk));
        listen(server.genesys.requestHandler(server::genesys));
        return server;
    }

    private static void listen(HttpServer server) throws Exception {
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    }

    String zendeskUrl() {
        return "http://127.0.0.1:" + zendesk.actualPort();
    }

    String genesysUrl() {
        return "http://127.0.0.1:" + genesys.actualPort();
    }

    /** How many requests of each kind there were. */
    Map<String, Long> requests() {
        Map<String, Long> counts = new TreeMap<>();
        requests.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    long requestsOf(String kind) {
        return requests.getOrDefault(kind, new LongAdder()).sum();
    }

    /** When the very first request came, as {@link System#nanoTime()}; 0 before it. */
    long firstAt() {
        return firstAt;
    }

    /** When the last request of an organisation came that is neither slow nor out of quota, as {@link System#nanoTime()}. */
    long lastOfTheOthers() {
        long last = firstAt;
        for (int o = load.troubled(); o < load.organizations; o++) {
            last = Math.max(last, lastAt.get(o));
        }
        return last;
    }

    /** The segments that are there, of all organisations. */
    long segments() {
        long all = 0;
        for (BitSet of : present) {
            synchronized (of) {
                all += of.cardinality();
            }
        }
        return all;
    }

    private void count(String kind) {
        requests.computeIfAbsent(kind, k -> new LongAdder()).increment();
        if (firstAt == 0) {
            firstAt = System.nanoTime();
        }
    }

    private void zendesk(HttpServerRequest request) {
        HttpServerResponse response = request.response()
                .putHeader("x-rate-limit", "100000")
                .putHeader("x-rate-limit-remaining", "99999")
                .putHeader("ratelimit-limit", "100000")
                .putHeader("ratelimit-remaining", "99999")
                .putHeader("ratelimit-reset", "60");
        switch (request.path()) {
            case "/oauth/tokens" ->
                answer(
                        response,
                        "zendesk token",
                        "{\"access_token\":\"zendesk\",\"token_type\":\"bearer\",\"scope\":\"read\",\"expires_in\":172000}");
            case "/api/v2/group_memberships" -> answer(response, "memberships", memberships(request));
            case "/api/v2/groups" -> answer(response, "groups", groups(request));
            case "/api/v2/users/me" -> answer(response, "me", "{\"user\":" + agent(0) + "}");
            default -> notFound(response);
        }
    }

    private String memberships(HttpServerRequest request) {
        int size = number(request, "page[size]", 100);
        long from = number(request, "page[after]", 0);
        long to = Math.min(load.memberships(), from + size);
        StringBuilder rows = new StringBuilder();
        StringBuilder users = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        for (long m = from; m < to; m++) {
            int organization = (int) (m / load.members);
            comma(rows)
                    .append("{\"url\":\"https://example.zendesk.com/api/v2/group_memberships/")
                    .append(m + 1)
                    .append(".json\",\"id\":")
                    .append(m + 1)
                    .append(",\"user_id\":")
                    .append(Load.agentId(m))
                    .append(",\"group_id\":")
                    .append(Load.groupId(organization))
                    .append(",\"default\":true,\"created_at\":\"" + LONG_AGO + "\",\"updated_at\":\"" + LONG_AGO
                            + "\"}");
            comma(users).append(agent(m));
            if (m == from || m % load.members == 0) {
                comma(groups).append(group(organization));
            }
        }
        return "{\"group_memberships\":[" + rows + "],\"users\":[" + users + "],\"groups\":[" + groups + "]"
                + cursor(to, load.memberships()) + "}";
    }

    private String groups(HttpServerRequest request) {
        int from = number(request, "page[after]", 0);
        int to = Math.min(load.organizations, from + number(request, "page[size]", 100));
        StringBuilder groups = new StringBuilder();
        for (int o = from; o < to; o++) {
            comma(groups).append(group(o));
        }
        return "{\"groups\":[" + groups + "]" + cursor(to, load.organizations) + "}";
    }

    private static String cursor(long to, long all) {
        return ",\"meta\":{\"has_more\":" + (to < all) + ",\"after_cursor\":\"" + to
                + "\",\"before_cursor\":\"0\"},\"links\":{\"prev\":null,\"next\":null}";
    }

    private static String group(int organization) {
        return "{\"url\":\"https://example.zendesk.com/api/v2/groups/" + Load.groupId(organization) + ".json\",\"id\":"
                + Load.groupId(organization) + ",\"is_public\":true,\"name\":\"Group " + organization
                + "\",\"description\":\"\",\"default\":false,\"deleted\":false,\"created_at\":\"" + LONG_AGO
                + "\",\"updated_at\":\"" + LONG_AGO + "\"}";
    }

    /** With all the fields that Zendesk sends. */
    private String agent(long membership) {
        long id = Load.agentId(membership);
        int organization = (int) (membership / load.members);
        int member = (int) (membership % load.members);
        return "{\"id\":" + id + ",\"url\":\"https://example.zendesk.com/api/v2/users/" + id
                + ".json\",\"name\":\"Agent " + membership + "\",\"email\":\"" + Load.email(organization, member)
                + "\",\"created_at\":\"" + LONG_AGO + "\",\"updated_at\":\"" + LONG_AGO
                + "\",\"time_zone\":\"America/New_York\",\"iana_time_zone\":\"America/New_York\",\"phone\":null"
                + ",\"shared_phone_number\":null,\"photo\":null,\"locale_id\":1,\"locale\":\"en-US\""
                + ",\"organization_id\":null,\"role\":\"agent\",\"verified\":true,\"external_id\":null,\"tags\":[]"
                + ",\"alias\":null,\"active\":true,\"shared\":false,\"shared_agent\":false,\"last_login_at\":null"
                + ",\"two_factor_auth_enabled\":false,\"signature\":null,\"details\":null,\"notes\":null"
                + ",\"role_type\":null,\"custom_role_id\":null,\"moderator\":true,\"ticket_restriction\":null"
                + ",\"only_private_comments\":false,\"restricted_agent\":false,\"suspended\":false"
                + ",\"default_group_id\":null,\"report_csv\":false,\"user_fields\":{}}";
    }

    private void genesys(HttpServerRequest request) {
        String authorization = String.valueOf(request.getHeader("Authorization"));
        boolean token = request.path().equals("/oauth/token");
        int organization = token ? client(authorization) : bearer(authorization);
        if (organization < 0 || organization >= load.organizations) {
            request.response()
                    .setStatusCode(401)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"status\":401,\"code\":\"bad.credentials\",\"message\":\"Invalid login credentials.\"}");
            return;
        }
        lastAt.set(organization, System.nanoTime());
        Duration latency = organization < load.slow ? load.latency : Duration.ZERO;
        if (request.path().equals("/api/v2/organizations/me")) {
            latency = latency.plus(load.identityLatency);
        }
        long millis = latency.toMillis();
        request.body().onSuccess(body -> {
            Runnable work = () -> genesys(request, organization, token, body.toString(StandardCharsets.UTF_8));
            if (millis == 0) {
                work.run();
            } else {
                vertx.setTimer(millis, timer -> work.run());
            }
        });
    }

    private void genesys(HttpServerRequest request, int organization, boolean token, String body) {
        HttpServerResponse response = request.response();
        if (token) {
            answer(
                    response,
                    "token",
                    "{\"access_token\":\"genesys-" + organization
                            + "\",\"token_type\":\"bearer\",\"expires_in\":86400}");
            return;
        }
        quota(response, organization);
        if (organization < load.outOfQuota) {
            response.setStatusCode(429).putHeader("Retry-After", Integer.toString(load.retryAfter));
            answer(response, "429", "{\"code\":\"too.many.requests.retry.after\",\"status\":429,\"message\":\"\"}");
            return;
        }
        String path = request.path();
        boolean get = request.method() == HttpMethod.GET;
        if (path.equals("/api/v2/organizations/me") && get) {
            answer(
                    response,
                    "identity",
                    "{\"id\":\"" + Load.organizationId(organization) + "\",\"name\":\"" + Load.name(organization)
                            + "\",\"state\":\"active\"}");
        } else if (path.equals("/api/v2/users") && get) {
            answer(response, "users", users(request, organization));
        } else if (path.equals("/api/v2/users/search")) {
            answer(response, "searches", search(organization, json(body)));
        } else if (path.equals(SEGMENTS) && get) {
            answer(response, "segments", segments(request, organization));
        } else if (path.equals(SEGMENTS) && request.method() == HttpMethod.POST) {
            insert(response, organization, json(body));
        } else if (path.startsWith(SEGMENTS + "/")) {
            one(request, organization, path.substring(SEGMENTS.length() + 1), json(body));
        } else if (path.startsWith("/api/v2/users/") && get) {
            int member = load.member(organization, path.substring("/api/v2/users/".length()));
            if (member < 0) {
                notFound(response);
            } else {
                answer(response, "user", user(organization, member));
            }
        } else {
            notFound(response);
        }
    }

    /** A window of a minute from its first call, as Genesys describes it. */
    private void quota(HttpServerResponse response, int organization) {
        long second = System.nanoTime() / 1_000_000_000;
        if (windowCount[organization] == 0 || second - windowStart[organization] >= 60) {
            windowStart[organization] = second;
            windowCount[organization] = 0;
        }
        windowCount[organization]++;
        response.putHeader("inin-ratelimit-allowed", Integer.toString(load.quota()))
                .putHeader("inin-ratelimit-count", Integer.toString(windowCount[organization]))
                .putHeader("inin-ratelimit-reset", Long.toString(60 - (second - windowStart[organization])));
    }

    private String users(HttpServerRequest request, int organization) {
        int size = number(request, "pageSize", 25);
        int page = number(request, "pageNumber", 1);
        StringBuilder rows = new StringBuilder();
        for (int m = (page - 1) * size; m < Math.min(load.members, page * size); m++) {
            comma(rows).append(user(organization, m));
        }
        return page(rows, size, page, load.members);
    }

    private static String user(int organization, int member) {
        String id = Load.userId(organization, member);
        return "{\"id\":\"" + id + "\",\"name\":\"Agent " + member + "\",\"email\":\""
                + Load.email(organization, member)
                + "\",\"state\":\"active\",\"version\":1,\"selfUri\":\"/api/v2/users/" + id + "\"}";
    }

    private String search(int organization, JsonNode body) {
        StringBuilder rows = new StringBuilder();
        int found = 0;
        for (JsonNode value : body.path("query").path(0).path("values")) {
            String[] parts = value.asText().split("[-@]");
            int member = parts.length == 4 && parts[1].equals(Integer.toString(organization))
                    ? Integer.parseInt(parts[2])
                    : -1;
            if (member >= 0 && member < load.members) {
                comma(rows).append(user(organization, member));
                found++;
            }
        }
        return "{\"results\":[" + rows + "],\"total\":" + found + ",\"pageCount\":1,\"pageSize\":100,\"pageNumber\":1}";
    }

    private String segments(HttpServerRequest request, int organization) {
        int size = number(request, "pageSize", 25);
        int page = number(request, "pageNumber", 1);
        String user = request.getParam("userId");
        String schedule = request.getParam("scheduleId");
        StringBuilder rows = new StringBuilder();
        if (schedule != null && !schedule.equals(Load.scheduleId(organization))) {
            return page(rows, size, page, 0);
        }
        BitSet there = present[organization];
        synchronized (there) {
            if (user != null) {
                int member = load.member(organization, user);
                boolean has = member >= 0 && there.get(member);
                return page(has ? rows.append(segment(organization, member)) : rows, size, page, has ? 1 : 0);
            }
            int all = there.cardinality();
            int skipped = (page - 1) * size;
            int member = all == load.members ? skipped : 0;
            for (int rank = member;
                    (member = there.nextSetBit(member)) >= 0 && rank < skipped + size;
                    member++, rank++) {
                if (rank >= skipped) {
                    comma(rows).append(segment(organization, member));
                }
            }
            return page(rows, size, page, all);
        }
    }

    /** The id that the bridge derives, as long as {@code bridge.instance} is empty. */
    static String segmentId(int organization, int member) {
        return Generators.nameBasedGenerator(UUID.fromString(Load.organizationId(organization)))
                .generate(Load.scheduleId(organization) + "/" + Load.userId(organization, member))
                .toString();
    }

    private static String segment(int organization, int member) {
        String id = segmentId(organization, member);
        return "{\"id\":\"" + id + "\",\"userId\":\"" + Load.userId(organization, member) + "\",\"scheduleId\":\""
                + Load.scheduleId(organization) + "\",\"status\":\"APPROVED\",\"version\":1,\"dateCreated\":\""
                + LONG_AGO
                + "\",\"dateModified\":\"" + LONG_AGO + "\",\"selfUri\":\"" + SEGMENTS + "/" + id + "\"}";
    }

    private void insert(HttpServerResponse response, int organization, JsonNode body) {
        int member = load.member(organization, body.path("userId").asText());
        boolean right = member >= 0
                && body.path("scheduleId").asText().equals(Load.scheduleId(organization))
                && body.path("segmentId").asText().equals(segmentId(organization, member));
        if (!right) {
            response.setStatusCode(400);
            answer(response, "wrong insert", "{\"code\":\"invalid.value\",\"status\":400,\"message\":\"\"}");
            return;
        }
        BitSet there = present[organization];
        boolean fresh;
        synchronized (there) {
            fresh = !there.get(member);
            there.set(member);
        }
        response.setStatusCode(fresh ? 201 : 409);
        answer(
                response,
                fresh ? "insert" : "409",
                fresh
                        ? segment(organization, member)
                        : "{\"code\":\"conflict\",\"status\":409,\"message\":\"duplicate key\"}");
    }

    private void one(HttpServerRequest request, int organization, String id, JsonNode body) {
        BitSet there = present[organization];
        synchronized (there) {
            for (int m = there.nextSetBit(0); m >= 0; m = there.nextSetBit(m + 1)) {
                if (segmentId(organization, m).equals(id)) {
                    boolean get = request.method() == HttpMethod.GET;
                    if (!get && body.path("version").asInt() != 1) {
                        request.response().setStatusCode(409);
                        answer(request.response(), "change", "{\"code\":\"version.conflict\",\"status\":409}");
                    } else {
                        answer(request.response(), get ? "segment" : "change", segment(organization, m));
                    }
                    return;
                }
            }
        }
        notFound(request.response());
    }

    private static String page(StringBuilder rows, int size, int page, int all) {
        return "{\"entities\":[" + rows + "],\"pageSize\":" + size + ",\"pageNumber\":" + page + ",\"total\":" + all
                + ",\"pageCount\":" + (all + size - 1) / size + "}";
    }

    private void answer(HttpServerResponse response, String kind, String json) {
        count(kind);
        response.putHeader("Content-Type", "application/json").end(json);
    }

    private void notFound(HttpServerResponse response) {
        response.setStatusCode(404);
        answer(response, "404", "{\"code\":\"not.found\",\"status\":404,\"message\":\"HTTP 404 Not Found\"}");
    }

    private static StringBuilder comma(StringBuilder rows) {
        return rows.isEmpty() ? rows : rows.append(',');
    }

    private static int number(HttpServerRequest request, String name, int otherwise) {
        String value = request.getParam(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    private static int client(String basic) {
        if (!basic.startsWith("Basic ")) {
            return -1;
        }
        String pair = new String(Base64.getDecoder().decode(basic.substring(6)), StandardCharsets.UTF_8);
        return numberBehind("client-", pair.substring(0, Math.max(0, pair.indexOf(':'))));
    }

    private static int bearer(String bearer) {
        return numberBehind("Bearer genesys-", bearer);
    }

    private static int numberBehind(String prefix, String text) {
        return text.startsWith(prefix) ? Integer.parseInt(text.substring(prefix.length())) : -1;
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (com.fasterxml.jackson.core.JsonProcessingException garbage) {
            throw new IllegalArgumentException("a body that is not JSON", garbage);
        }
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }
}
