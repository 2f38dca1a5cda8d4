package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Webhooks (contract, Webhooks): making and listing them, their secrets, and events sent to those that are subscribed. */
public final class ZendeskWebhooks {

    private static final String PATH = "/api/v2/webhooks";
    private static final String TYPE = "zen:event-type:";
    private static final int ATTEMPTS = 6;
    private static final Duration TIME_OUT = Duration.ofSeconds(12);

    private final World world;
    private final List<Webhook> webhooks = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIME_OUT).build();

    private static final class Webhook {
        private final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 26);
        private final String name;
        private final String endpoint;
        private final Set<String> subscriptions;
        private volatile String status;
        private volatile String secret = newSecret();

        private Webhook(String name, String endpoint, String status, Set<String> subscriptions) {
            this.name = name;
            this.endpoint = endpoint;
            this.status = status;
            this.subscriptions = subscriptions;
        }
    }

    ZendeskWebhooks(World world) {
        this.world = world;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("GET", PATH, (call, variables) -> list(call))
                .add("POST", PATH, (call, variables) -> create(call))
                .add("GET", PATH + "/{id}", (call, variables) -> one(variables.get(0)))
                .add("GET", PATH + "/{id}/signing_secret", (call, variables) -> secret(variables.get(0), false))
                .add("POST", PATH + "/{id}/signing_secret", (call, variables) -> secret(variables.get(0), true));
    }

    private static String newSecret() {
        return Base64.getEncoder().encodeToString((UUID.randomUUID() + "sandbox").getBytes(StandardCharsets.UTF_8));
    }

    private Answer list(ZendeskCall call) {
        String contains = call.request().parameter("filter[name_contains]").orElse("");
        return call.list(
                "webhooks",
                "id",
                webhooks.stream()
                        .filter(webhook -> webhook.name.contains(contains))
                        .toList(),
                webhook -> Cursor.of(webhooks.indexOf(webhook)),
                ZendeskWebhooks::json,
                false,
                (body, page) -> {});
    }

    private Answer create(ZendeskCall call) {
        JsonNode webhook =
                call.request().json().map(body -> body.path("webhook")).orElse(Json.object());
        for (String needed : List.of("name", "endpoint", "http_method", "request_format", "status")) {
            if (webhook.path(needed).asText("").isEmpty()) {
                return ZendeskCall.error(400, "InvalidRequest", needed + " is required");
            }
        }
        Set<String> subscriptions = new TreeSet<>();
        webhook.path("subscriptions").forEach(type -> subscriptions.add(type.asText()));
        if (subscriptions.stream().anyMatch(type -> !type.startsWith(TYPE))) {
            return ZendeskCall.error(400, "InvalidRequest", "subscriptions are event types");
        }
        Webhook made = new Webhook(
                webhook.path("name").asText(),
                webhook.path("endpoint").asText(),
                webhook.path("status").asText(),
                subscriptions);
        webhooks.add(made);
        return Answer.json(201, Json.object().set("webhook", json(made)));
    }

    private Answer one(String id) {
        return found(id)
                .map(webhook -> Answer.json(200, Json.object().set("webhook", json(webhook))))
                .orElseGet(ZendeskCall::notFound);
    }

    private Answer secret(String id, boolean anew) {
        Optional<Webhook> found = found(id);
        if (found.isEmpty()) {
            return ZendeskCall.notFound();
        }
        if (anew) {
            found.get().secret = newSecret();
        }
        ObjectNode body = Json.object();
        body.putObject("signing_secret").put("algorithm", "SHA256").put("secret", found.get().secret);
        return Answer.json(anew ? 201 : 200, body);
    }

    private Optional<Webhook> found(String id) {
        return webhooks.stream().filter(webhook -> webhook.id.equals(id)).findFirst();
    }

    private static ObjectNode json(Webhook webhook) {
        ObjectNode json = Json.object()
                .put("id", webhook.id)
                .put("name", webhook.name)
                .put("status", webhook.status)
                .put("endpoint", webhook.endpoint)
                .put("http_method", "POST")
                .put("request_format", "json")
                .put("created_at", ZendeskAccount.createdAt().toString())
                .put("updated_at", ZendeskAccount.createdAt().toString());
        var types = json.putArray("subscriptions");
        webhook.subscriptions.forEach(types::add);
        return json;
    }

    /**
     * A webhook from the beginning, subscribed to all events of users.
     *
     * @return its signing secret
     */
    public String add(String name, URI endpoint) {
        Webhook webhook = new Webhook(name, endpoint.toString(), "active", Set.of());
        webhooks.add(webhook);
        return webhook.secret;
    }

    /** Switches webhooks off, as the breaker or a person does, or on again. */
    public void activate(boolean active) {
        webhooks.forEach(webhook -> webhook.status = active ? "active" : "inactive");
    }

    /**
     * The body of an event about an agent as the world has them now.
     *
     * @param type without its prefix: {@code user.group_membership_created}
     * @param event what is peculiar to the type; null if there is nothing
     */
    public String event(String type, long agentId, ObjectNode event) {
        ObjectNode body = Json.object()
                .put("type", TYPE + type)
                .put("account_id", 22129848)
                .put("id", UUID.randomUUID().toString())
                .put("time", Instant.now().toString())
                .put("zendesk_event_version", "2022-06-20")
                .put("subject", "zen:user:" + agentId);
        ObjectNode detail = body.putObject("detail").put("id", String.valueOf(agentId));
        world.zendesk().findAgent(agentId).ifPresent(agent -> detail.put("email", agent.email())
                .put("role", agent.role()));
        body.set("event", event == null ? Json.object() : event);
        return body.toString();
    }

    /** A membership came or went; the event is sent to whoever is subscribed. */
    public void membership(boolean created, long agentId, long groupId) {
        ObjectNode event = Json.object();
        event.putObject("group").put("id", String.valueOf(groupId));
        send(event(created ? "user.group_membership_created" : "user.group_membership_deleted", agentId, event));
    }

    /** Sends a body to every active webhook that is subscribed to its type; repeated as Zendesk does, and then given up. */
    public CompletableFuture<Void> send(String body) {
        String type;
        try {
            type = Json.read(body).path("type").asText();
        } catch (com.fasterxml.jackson.core.JsonProcessingException garbage) {
            throw new IllegalArgumentException("an event is JSON", garbage);
        }
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (Webhook webhook : webhooks) {
            if (webhook.status.equals("active")
                    && (webhook.subscriptions.isEmpty() || webhook.subscriptions.contains(type))) {
                sent.add(attempt(webhook, body, 1));
            }
        }
        return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> attempt(Webhook webhook, String body, int number) {
        String timestamp = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook.endpoint))
                .timeout(TIME_OUT)
                .header("Content-Type", "application/json")
                .header("X-Zendesk-Webhook-Id", webhook.id)
                .header("X-Zendesk-Webhook-Invocation-Id", UUID.randomUUID().toString())
                .header("X-Zendesk-Account-Id", "22129848")
                .header("X-Zendesk-Webhook-Signature", signature(webhook.secret, timestamp, body))
                .header("X-Zendesk-Webhook-Signature-Timestamp", timestamp)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failed) -> failed != null || isRepeated(answer))
                .thenCompose(again -> again && number < ATTEMPTS
                        ? CompletableFuture.supplyAsync(
                                        () -> null, CompletableFuture.delayedExecutor(number, TimeUnit.SECONDS))
                                .thenCompose(waited -> attempt(webhook, body, number + 1))
                        : CompletableFuture.completedFuture(null));
    }

    /** 409, and what names a time below a minute. */
    private static boolean isRepeated(HttpResponse<Void> answer) {
        boolean later = answer.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[1-5]?[0-9]"))
                .isPresent();
        return answer.statusCode() == 409 || (answer.statusCode() == 429 || answer.statusCode() == 503) && later;
    }

    static String signature(String secret, String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal((timestamp + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
