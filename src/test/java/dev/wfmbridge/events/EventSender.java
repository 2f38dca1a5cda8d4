package dev.wfmbridge.events;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Sends events as Zendesk does: signed over timestamp and raw body. */
public final class EventSender {

    private static final AtomicLong NUMBER = new AtomicLong();

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI endpoint;
    private final String secret;

    public EventSender(int port, String secret) {
        this.endpoint = URI.create("http://127.0.0.1:" + port + "/zendesk/events");
        this.secret = secret;
    }

    /** An event of this type about this agent, with an id of its own. */
    public static String event(String type, long agent) {
        return event("01KBE" + NUMBER.incrementAndGet(), type, agent, "agent", "{}");
    }

    public static String event(String id, String type, long agent, String role, String event) {
        return "{\"type\":\"zen:event-type:user." + type + "\",\"account_id\":22129848,\"id\":\"" + id
                + "\",\"time\":\""
                + Instant.now() + "\",\"zendesk_event_version\":\"2022-06-20\",\"subject\":\"zen:user:" + agent
                + "\",\"detail\":{\"id\":\"" + agent + "\",\"email\":\"a@example.com\",\"role\":\"" + role
                + "\"},\"event\":" + event + "}";
    }

    public int send(String body) throws Exception {
        return send(body, Instant.now().toString());
    }

    public int send(String body, String timestamp) throws Exception {
        return send(body, timestamp, Signature.of(secret, timestamp, body.getBytes(StandardCharsets.UTF_8)))
                .statusCode();
    }

    public HttpResponse<String> send(String body, String timestamp, String signature) throws Exception {
        return client.send(
                HttpRequest.newBuilder(endpoint)
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .header("X-Zendesk-Webhook-Signature", signature)
                        .header("X-Zendesk-Webhook-Signature-Timestamp", timestamp)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The status of any other request to the endpoint's server. */
    public int ask(String method, String path, String contentType, String body) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(endpoint.resolve(path))
                                .timeout(Duration.ofSeconds(20))
                                .header("Content-Type", contentType)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
