package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.WebhookSecrets;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * The webhook in Zendesk: found, checked, created (contract: zendesk.md, "Webhooks"). The webhooks' own scopes are requested only
 * if Zendesk refuses the token.
 */
final class WebhookSetup {

    private static final String PATH = "/api/v2/webhooks";
    private static final String NAME = "wfm-bridge";
    private static final String PREFIX = "zen:event-type:user.";
    private static final List<String> NEEDED = List.of(
            "group_membership_created",
            "group_membership_deleted",
            "active_changed",
            "suspended_changed",
            "tags_changed",
            "deleted",
            "merged",
            "role_changed",
            "custom_role_changed",
            "identity_changed");
    private static final String FIELD_CHANGED = "custom_field_changed";

    /** What a token may ask for, one after the other: what it has; what webhooks need; what some accounts want on top. */
    private static final List<List<String>> READ = List.of(List.of(), List.of("webhooks:read"));

    private static final List<List<String>> WRITE =
            List.of(List.of("webhooks:read", "webhooks:write"), List.of("webhooks:read", "webhooks:write", "write"));

    private final Bridge bridge;
    private final String path;
    private final boolean fieldToo;

    /**
     * @param path {@code webhook.path}
     * @param fieldToo whether the mapping has {@code genesysUserIdField}, so that changes of user fields matter
     */
    WebhookSetup(Bridge bridge, String path, boolean fieldToo) {
        this.bridge = bridge;
        this.path = path;
        this.fieldToo = fieldToo;
    }

    /** The event types that are needed, without their prefix. */
    private List<String> needed() {
        List<String> types = new ArrayList<>(NEEDED);
        if (fieldToo) {
            types.add(FIELD_CHANGED);
        }
        return types;
    }

    /** The webhook whose endpoint ends in our path, an active one first; empty if there is none. */
    Optional<JsonNode> find() throws Exception {
        JsonNode first = null;
        Pages all = ZendeskLists.of(bridge.paging(), PATH, "webhooks");
        while (all.isMore()) {
            JsonNode page = send(READ, all.getCall());
            for (JsonNode webhook : page.path("webhooks")) {
                if (path.equals(pathOf(webhook.path("endpoint").asText("")))) {
                    if (isActive(webhook)) {
                        return Optional.of(webhook);
                    }
                    first = first == null ? webhook : first;
                }
            }
            if (page.has("meta")) {
                all.follow(page);
            } else {
                // The contract shows no cursor for this listing: a page without one is the whole.
                all.end();
            }
        }
        return Optional.ofNullable(first);
    }

    /** What is as it should be; what is not is the message of the exception. */
    String look(JsonNode webhook) {
        String endpoint = webhook.path("endpoint").asText();
        if (!isActive(webhook)) {
            throw new IllegalStateException(
                    "webhook " + id(webhook) + " is not active: activate it in the admin centre");
        }
        if (!isAllowed(endpoint)) {
            throw new IllegalStateException(
                    "webhook " + id(webhook) + " points at a plain http address: give it one that begins with https");
        }
        Set<String> missing = new TreeSet<>(needed());
        for (JsonNode type : webhook.path("subscriptions")) {
            missing.remove(type.asText().replaceFirst("^zen:event-type[:/]user\\.", ""));
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException("webhook " + id(webhook) + " is not subscribed to "
                    + String.join(", ", missing) + ": add these event types in the admin centre");
        }
        return "active, points at " + endpoint + ", subscribed to all that is needed";
    }

    /** Whether the webhook's secret is one of ours; the message of the exception says what to do if not. */
    String compare(JsonNode webhook, WebhookSecrets ours) throws Exception {
        String theirs = secretOf(webhook);
        try {
            if (!ours.read().contains(theirs)) {
                throw new IllegalStateException(
                        "Zendesk signs with another secret than webhook.secret has: put it there too,"
                                + " see docs/webhooks.md");
            }
        } catch (SecretUnavailableException unavailable) {
            throw new IllegalStateException("webhook.secret cannot be used: " + unavailable.getMessage());
        }
        return "its secret is ours";
    }

    /**
     * Creates the webhook, or uses the one that already has this endpoint, and writes its secret to a new file that only its owner reads.
     *
     * @return what was done
     */
    String make(String endpoint, Path file) throws Exception {
        if (!path.equals(pathOf(endpoint)) || !isAllowed(endpoint)) {
            throw new IllegalStateException("the address must begin with https:// and end in " + path
                    + " (webhook.path): " + (isAllowed(endpoint) ? "its path is another" : "it does not begin so"));
        }
        // Before anything is made in Zendesk.
        reserve(file);
        boolean written = false;
        try {
            Optional<JsonNode> there = find().filter(
                            webhook -> endpoint.equals(webhook.path("endpoint").asText()));
            JsonNode webhook = there.isPresent() ? there.get() : create(endpoint);
            Files.writeString(file, secretOf(webhook) + System.lineSeparator());
            written = true;
            return (there.isPresent() ? "it was there already, webhook " : "created, webhook ") + id(webhook)
                    + "; its secret is in " + file
                    + ". Set webhook.port, and webhook.secret={{file:…}} with the path of that file";
        } finally {
            if (!written) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void reserve(Path file) {
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    .close();
        } catch (FileAlreadyExistsException there) {
            throw new IllegalStateException(file + " is there already: name another file, or move it away");
        } catch (IOException failed) {
            throw new IllegalStateException(
                    file + " cannot be written: " + failed.getClass().getSimpleName());
        }
    }

    private JsonNode create(String endpoint) throws Exception {
        ObjectNode webhook = JsonNodeFactory.instance.objectNode();
        ArrayNode types = webhook.putObject("webhook")
                .put("name", NAME)
                .put("status", "active")
                .put("endpoint", endpoint)
                .put("http_method", "POST")
                .put("request_format", "json")
                .putArray("subscriptions");
        needed().forEach(type -> types.add(PREFIX + type));
        return send(WRITE, Call.send(Call.Kind.CHANGE, "POST", PATH, webhook.toString(), "webhook"))
                .path("webhook");
    }

    private String secretOf(JsonNode webhook) throws Exception {
        String secret = send(READ, Call.get(PATH + "/" + id(webhook) + "/signing_secret", null, "signing_secret"))
                .path("signing_secret")
                .path("secret")
                .asText("");
        if (secret.isEmpty() || WebhookSecrets.isTestSecret(secret)) {
            throw new IllegalStateException("Zendesk gives no secret for webhook " + id(webhook)
                    + " but the one for testing, which everybody knows: activate the webhook first");
        }
        return secret;
    }

    /** Sends a call with what the token may do; where that is refused, with more. */
    private JsonNode send(List<List<String>> scopes, Call call) throws Exception {
        for (int i = 0; ; i++) {
            bridge.asksZendeskFor(scopes.get(i));
            // A side of its own: an earlier refusal says nothing about the next token.
            Side zendesk = bridge.probe().getSource();
            try {
                return bridge.read(zendesk, call);
            } catch (HttpOperationFailedException refused) {
                if (refused.getStatusCode() != 403 || i == scopes.size() - 1) {
                    throw refused;
                }
            } catch (HaltedException halted) {
                if (halted.halt().reason() != HaltReason.FORBIDDEN || i == scopes.size() - 1) {
                    throw halted;
                }
            }
        }
    }

    /** Its id, which must look like one. */
    private static String id(JsonNode webhook) {
        String id = webhook.path("id").asText("");
        if (!id.matches("[A-Za-z0-9_-]{1,128}")) {
            throw new IllegalStateException("Zendesk returned a webhook without an id");
        }
        return id;
    }

    private static boolean isActive(JsonNode webhook) {
        return "active".equals(webhook.path("status").asText());
    }

    private static boolean isAllowed(String endpoint) {
        try {
            URI uri = URI.create(endpoint);
            return "https".equals(uri.getScheme())
                    || "http".equals(uri.getScheme())
                            && Set.of("127.0.0.1", "localhost").contains(uri.getHost());
        } catch (IllegalArgumentException garbage) {
            return false;
        }
    }

    private static String pathOf(String endpoint) {
        try {
            return URI.create(endpoint).getPath();
        } catch (IllegalArgumentException garbage) {
            return null;
        }
    }
}
