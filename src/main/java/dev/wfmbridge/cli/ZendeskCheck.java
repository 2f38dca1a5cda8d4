package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What {@code check} says of Zendesk, and makes there. */
final class ZendeskCheck {

    private final Bridge bridge;
    private final Pass probe;
    private final Side zendesk;
    private final Findings findings;

    ZendeskCheck(Bridge bridge, Pass probe, Findings findings) {
        this.bridge = bridge;
        this.probe = probe;
        this.zendesk = probe.getSource();
        this.findings = findings;
    }

    /** Whether the credentials are accepted, and what they let us read. */
    void reads(boolean list) {
        boolean known = findings.line("Zendesk: credentials", zendesk, () -> {
            JsonNode me = bridge.read(zendesk, Call.get("/api/v2/users/me", null, "user"))
                    .path("user");
            String role = me.path("role").asText("");
            if (!me.path("id").isIntegralNumber() || !(role.equals("agent") || role.equals("admin"))) {
                throw new IllegalStateException(
                        "Zendesk answers, and does not know who asks: check the OAuth client or the API token");
            }
            return "user " + me.path("id").asText() + ", role " + role;
        });
        if (!known) {
            return;
        }
        Map<String, String> groups = new LinkedHashMap<>();
        boolean read = findings.line("Zendesk: groups", zendesk, () -> {
            groups.putAll(GroupList.read(bridge, zendesk));
            return groups.size() + " readable";
        });
        if (read && !groups.isEmpty()) {
            mapped(groups);
        }
        findings.line("Zendesk: memberships", zendesk, () -> {
            bridge.read(zendesk, Call.get("/api/v2/group_memberships", "page%5Bsize%5D=1", "group_memberships"));
            return "readable";
        });
        if (list) {
            groups.forEach(findings::list);
        }
    }

    /** @param create whether it is created where it is missing */
    void statusField(String field, boolean create) {
        if (field.isEmpty()) {
            if (create) {
                findings.no("Zendesk: status field: zendesk.status-field is not set: name the field there");
            }
            return;
        }
        if (zendesk.isHalted()) {
            return;
        }
        findings.line("Zendesk: user field " + field, zendesk, () -> {
            if (exists(field)) {
                return "exists";
            }
            if (!create) {
                throw new IllegalStateException("does not exist: create it with wfm-bridge check --create-fields");
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("user_field").put("type", "text").put("key", field).put("title", "Genesys WFM status");
            try {
                bridge.read(
                        zendesk,
                        Call.send(Call.Kind.CHANGE, "POST", "/api/v2/user_fields", body.toString(), "user_field"));
            } catch (HttpOperationFailedException refused) {
                if (refused.getStatusCode() == 422
                        && String.valueOf(refused.getResponseBody()).contains("DuplicateValue")) {
                    return "exists";
                }
                throw refused;
            }
            return "created";
        });
    }

    /**
     * @param create the address that a new webhook has; null to look at the one there is
     * @param secretFile where its secret goes
     */
    void webhook(Settings settings, String create, Path secretFile) throws Exception {
        if (zendesk.isHalted() || create == null && settings.get(Property.WEBHOOK_PORT) == 0) {
            return;
        }
        WebhookSetup setup = new WebhookSetup(
                bridge, settings.get(Property.WEBHOOK_PATH), probe.mapping().genesysUserIdField() != null);
        if (create != null) {
            findings.line("webhook", zendesk, () -> setup.make(create, secretFile));
            bridge.asksZendeskFor(List.of());
            return;
        }
        List<JsonNode> found = new ArrayList<>();
        boolean there = findings.line("webhook", zendesk, () -> {
            found.add(setup.find()
                    .orElseThrow(() -> new IllegalStateException("Zendesk has none whose address ends in "
                            + settings.get(Property.WEBHOOK_PATH)
                            + ": create it with wfm-bridge check --create-webhook URL --secret-file FILE")));
            return setup.look(found.get(0));
        });
        if (there) {
            findings.line("webhook", zendesk, () -> setup.compare(found.get(0), settings.get(Property.WEBHOOK_SECRET)));
        }
        bridge.asksZendeskFor(List.of());
    }

    private boolean exists(String field) throws Exception {
        Set<String> keys = new HashSet<>();
        Pages all = ZendeskLists.userFields(bridge.paging());
        bridge.read(zendesk, all, page -> {
            page.path("user_fields").forEach(known -> keys.add(known.path("key").asText()));
            if (keys.contains(field)) {
                all.end();
            }
        });
        return keys.contains(field);
    }

    private void mapped(Map<String, String> groups) {
        Set<String> names = new HashSet<>(groups.values());
        Set<String> missing = new LinkedHashSet<>();
        for (Entry entry : probe.mapping().entries()) {
            Long id = entry.group().id();
            if (id != null
                    ? !groups.containsKey(id.toString())
                    : !names.contains(entry.group().name())) {
                missing.add("\"" + entry.group() + "\" (" + entry.where() + ")");
            }
        }
        missing.forEach(group -> findings.warn(
                "Zendesk has no group " + group + " of the mapping: correct it there, or create the group"));
    }
}
