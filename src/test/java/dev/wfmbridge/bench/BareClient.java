package dev.wfmbridge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * The least that the same calls cost: HttpClient 5 and Jackson, without quota, retries, reports or any decision. A
 * program of its own, measured in comparison with the bridge.
 */
final class BareClient {

    private static final int WORKERS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(WORKERS)
                    .build())
            .disableAutomaticRetries()
            .build();

    private BareClient() {}

    /** A membership, a Genesys user or a segment, as small as a row can be. */
    private record Segment(String id, String status, long version) {}

    private record Membership(long id, long agent, long group) {}

    /** {@code read ZENDESK GENESYS} or {@code post GENESYS COUNT}, both for one organisation; prints how many there were. */
    public static void main(String[] arguments) throws Exception {
        BareClient client = new BareClient();
        try (client.http) {
            System.out.println(
                    arguments[0].equals("read")
                            ? client.read(arguments[1], arguments[2])
                            : client.post(arguments[1], Integer.parseInt(arguments[2])));
        }
    }

    /** Reads all pages into rows, and counts the memberships whose segment is there. */
    private int read(String zendesk, String genesys) throws IOException {
        List<Membership> memberships = new ArrayList<>();
        Map<Long, String> addresses = new HashMap<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = get(
                    zendesk + "/api/v2/group_memberships?page%5Bsize%5D=100" + cursor + "&include=users%2Cgroups",
                    "zendesk");
            for (JsonNode row : page.path("group_memberships")) {
                memberships.add(new Membership(
                        row.path("id").asLong(),
                        row.path("user_id").asLong(),
                        row.path("group_id").asLong()));
            }
            for (JsonNode user : page.path("users")) {
                addresses.put(user.path("id").asLong(), user.path("email").asText());
            }
            JsonNode meta = page.path("meta");
            cursor = meta.path("has_more").asBoolean()
                    ? "&page%5Bafter%5D=" + meta.path("after_cursor").asText()
                    : null;
        }
        Map<String, String> users = new HashMap<>();
        for (JsonNode user : pages(genesys + "/api/v2/users?state=active&pageSize=500&pageNumber=")) {
            users.put(user.path("email").asText(), user.path("id").asText());
        }
        Map<String, Segment> segments = new HashMap<>();
        String listing = genesys + "/api/v2/wfm/userschedulesegments?scheduleId=" + Load.scheduleId(0)
                + "&pageSize=100&pageNumber=";
        for (JsonNode row : pages(listing)) {
            segments.put(
                    row.path("userId").asText(),
                    new Segment(
                            row.path("id").asText(),
                            row.path("status").asText(),
                            row.path("version").asLong()));
        }
        return (int) memberships.stream()
                .filter(row -> segments.containsKey(users.get(addresses.get(row.agent()))))
                .count();
    }

    /** The entities of all pages, one page at a time. */
    private Iterable<JsonNode> pages(String address) {
        return () -> new java.util.Iterator<>() {
            private int number;
            private int last = 1;
            private java.util.Iterator<JsonNode> page = java.util.Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!page.hasNext() && number < last) {
                    try {
                        JsonNode answer = get(address + ++number, "genesys-0");
                        last = answer.path("pageCount").asInt();
                        page = answer.path("entities").iterator();
                    } catch (IOException failed) {
                        throw new java.io.UncheckedIOException(failed);
                    }
                }
                return page.hasNext();
            }

            @Override
            public JsonNode next() {
                return page.next();
            }
        };
    }

    private JsonNode get(String address, String token) throws IOException {
        ClassicHttpRequest request = ClassicRequestBuilder.get(address)
                .addHeader("Authorization", "Bearer " + token)
                .build();
        return http.execute(request, answer -> {
            if (answer.getCode() != 200) {
                throw new IOException("HTTP " + answer.getCode() + " to " + address);
            }
            return JSON.readTree(answer.getEntity().getContent());
        });
    }

    /** Posts this many segments with four workers; answers are read and dropped. */
    private int post(String genesys, int count) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int w = 0; w < WORKERS; w++) {
                ends.add(workers.submit(() -> {
                    for (int m = next.getAndIncrement(); m < count; m = next.getAndIncrement()) {
                        post(genesys, body(m));
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            workers.shutdown();
        }
        return count;
    }

    private static String body(int member) {
        return "{\"userId\":\"" + Load.userId(0, member) + "\",\"segmentId\":\"" + LoadServer.segmentId(0, member)
                + "\",\"scheduleId\":\"" + Load.scheduleId(0) + "\",\"status\":\"APPROVED\"}";
    }

    private void post(String genesys, String body) throws IOException {
        ClassicHttpRequest request = ClassicRequestBuilder.post(genesys + "/api/v2/wfm/userschedulesegments")
                .addHeader("Authorization", "Bearer genesys-0")
                .setEntity(body, ContentType.APPLICATION_JSON)
                .build();
        http.execute(request, answer -> {
            EntityUtils.consume(answer.getEntity());
            if (answer.getCode() != 201) {
                throw new IOException("HTTP " + answer.getCode() + " to a POST");
            }
            return null;
        });
    }
}
