package dev.wfmbridge.sandbox;

import static dev.wfmbridge.sandbox.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Zendesk's side answers in the shapes that were recorded: the same keys, and types that were seen. */
class ZendeskRecordingsTest {
    private static final long ANN = 6_596_848_315_901L;
    private static final long SUPPORT = 6_130_852_536_346L;
    /** One thing, and the list of such things. */
    private static final Map<String, String> SINGULAR = Map.of(
            "groups", "group", "users", "user", "group_memberships", "group_membership", "user_fields", "user_field");
    /** Keys chosen by an account, and rows whose shapes the contract itself gives. */
    private static final Set<String> FREE = Set.of("user.user_fields", "job_status.results", "user.tags");

    private final Map<String, Set<String>> recordedKeys = new HashMap<>();
    private final Map<String, Set<JsonNodeType>> recordedTypes = new HashMap<>();
    private final List<JsonNode> recordings = recordings();

    private final World world = new World()
            .zendesk()
            .addGroup(SUPPORT, "Support")
            .addGroup(SUPPORT + 128, "Billing")
            .addUserField("genesys_wfm_status", "WFM status")
            .addAgent(ZendeskAgent.of(ANN, "Ann", "ann@acme.example").withTags("vip"))
            .addAgent(ZendeskAgent.of(ANN + 128, "Ben", null).withRole("end-user"))
            .addMembership(ANN, SUPPORT)
            .addMembership(ANN + 128, SUPPORT)
            .world();
    private final Sandbox sandbox = Sandbox.start(world);
    private final Caller caller = Caller.ofZendesk(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private static List<JsonNode> recordings() {
        try (InputStream in = ZendeskRecordingsTest.class.getResourceAsStream("/contract/zendesk-recorded.json")) {
            List<JsonNode> all = new ArrayList<>();
            new ObjectMapper().readTree(in).forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String place(String parent, String key) {
        return parent.isEmpty() ? SINGULAR.getOrDefault(key, key) : parent + "." + key;
    }

    private void learn(String place, JsonNode node) {
        recordedTypes
                .computeIfAbsent(place, unseen -> EnumSet.noneOf(JsonNodeType.class))
                .add(node.getNodeType());
        if (node.isObject()) {
            Set<String> keys = recordedKeys.computeIfAbsent(place, unseen -> new HashSet<>());
            node.properties().forEach(field -> {
                keys.add(field.getKey());
                learnField(place, field.getKey(), field.getValue());
            });
        }
    }

    private void learnField(String place, String key, JsonNode value) {
        String inner = place(place.equals("answer") ? "" : place, key);
        if (value.isArray() && place.equals("answer")) {
            value.forEach(row -> learn(inner, row));
        } else {
            learn(inner, value);
        }
    }

    private void assertShape(String place, JsonNode node) {
        Set<JsonNodeType> types = recordedTypes.getOrDefault(place, Set.of());
        assertThat(types).as("recorded types of %s", place).contains(node.getNodeType());
        if (!node.isObject() || FREE.contains(place)) {
            return;
        }
        if (!place.equals("answer")) {
            assertThat(keys(node)).as("keys of %s", place).isEqualTo(recordedKeys.get(place));
        }
        node.properties().forEach(field -> {
            String inner = place(place.equals("answer") ? "" : place, field.getKey());
            if (field.getValue().isArray() && place.equals("answer")) {
                field.getValue().forEach(row -> assertShape(inner, row));
            } else {
                assertShape(inner, field.getValue());
            }
        });
    }

    private static Set<String> keys(JsonNode node) {
        Set<String> keys = new HashSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** The answer has the recorded shape, and on the outside the very keys of that recording. */
    private void assertAsRecorded(int recording, HttpResponse<String> answer) {
        recordings.forEach(one -> learn("answer", one.path("body")));
        JsonNode recorded = recordings.get(recording);
        assertThat(answer.statusCode())
                .isEqualTo(recorded.path("status").path("code").asInt());
        assertThat(keys(json(answer))).isEqualTo(keys(recorded.path("body")));
        assertShape("answer", json(answer));
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains(recorded.path("headers").path("Content-Type").path(0).asText());
        Set<String> sent = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        sent.addAll(answer.headers().map().keySet());
        assertThat(sent).containsAll(keys(recorded.path("headers")));
    }

    @Test
    void groups() {
        assertAsRecorded(5, caller.get("/api/v2/groups.json?page%5Bsize%5D=100"));
        assertAsRecorded(7, caller.get("/api/v2/groups.json?page%5Bsize%5D=1"));
    }

    @Test
    void memberships() {
        assertAsRecorded(18, caller.get("/api/v2/group_memberships.json?page%5Bsize%5D=100"));
        assertAsRecorded(20, caller.get("/api/v2/group_memberships.json?page%5Bsize%5D=1"));
    }

    @Test
    void users() {
        assertAsRecorded(31, caller.get("/api/v2/users/show_many.json?ids=" + ANN));
        assertAsRecorded(50, caller.get("/api/v2/users.json?page%5Bsize%5D=1"));
    }

    @Test
    void userFields() {
        assertAsRecorded(
                54,
                caller.post(
                        "/api/v2/user_fields.json",
                        "{\"user_field\": {\"type\": \"text\", \"key\": \"k\", \"title\": \"K\"}}"));
    }

    @Test
    void jobs() {
        HttpResponse<String> queued = caller.put(
                "/api/v2/users/update_many.json",
                "{\"users\": [{\"id\": " + ANN + ", \"user_fields\": {\"genesys_wfm_status\": \"approved\"}}]}");
        assertAsRecorded(33, queued);
        String path =
                "/api/v2/job_statuses/" + json(queued).at("/job_status/id").asText() + ".json";
        world.advance(world.weather().jobDuration().multipliedBy(3).dividedBy(4));
        assertAsRecorded(23, caller.get(path));
        world.advance(world.weather().jobDuration());
        assertAsRecorded(24, caller.get(path));
    }

    @Test
    void notFound() {
        HttpResponse<String> answer = caller.get("/api/v2/groups/999999999999.json");
        assertThat(json(answer)).isEqualTo(recordings.get(15).path("body"));
        assertThat(answer.statusCode()).isEqualTo(404);
    }
}
