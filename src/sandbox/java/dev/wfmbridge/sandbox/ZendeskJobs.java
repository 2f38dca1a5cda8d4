package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /api/v2/users/update_many} and {@code /api/v2/job_statuses}. A job is carried out when its time is over, even if
 * nobody polls it. Guarded by the world's monitor.
 */
final class ZendeskJobs {
    private static final int MOST_USERS = 100;
    private static final int MOST_JOBS = 30;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** A job; its results are {@code null} until it has been carried out. */
    private static final class Job {
        private final String id;
        private final JsonNode users;
        private final long startsAt;
        private final long endsAt;
        private ArrayNode results;
        private Instant completedAt;

        Job(String id, JsonNode users, long startsAt, long endsAt) {
            this.id = id;
            this.users = users;
            this.startsAt = startsAt;
            this.endsAt = endsAt;
        }
    }

    private final World world;
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    ZendeskJobs(World world) {
        this.world = world;
    }

    void register(Routes<ZendeskCall> routes) {
        routes.add("PUT", "/api/v2/users/update_many", (call, variables) -> update(call))
                .add("GET", "/api/v2/job_statuses/{jobId}", (call, variables) -> status(call, variables.get(0)));
    }

    /** Carries out the jobs whose time is over. */
    void settle() {
        synchronized (world) {
            long now = world.now();
            for (Job job : jobs.values()) {
                if (job.results == null && job.endsAt <= now) {
                    carryOut(job);
                }
            }
        }
    }

    /** Forgets the jobs that are completed. */
    void forget() {
        synchronized (world) {
            settle();
            jobs.values().removeIf(job -> job.results != null);
        }
    }

    private Answer update(ZendeskCall call) {
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty() || !body.get().path("users").isArray()) {
            return ZendeskCall.error(400, "BadRequest", "users must be an array");
        }
        JsonNode users = body.get().path("users");
        if (users.size() > MOST_USERS) {
            return ZendeskCall.error(400, "TooManyValues", "users must have at most " + MOST_USERS + " values");
        }
        synchronized (world) {
            settle();
            long underWay =
                    jobs.values().stream().filter(job -> job.results == null).count();
            if (underWay >= MOST_JOBS) {
                return ZendeskCall.error(429, "TooManyJobs", "The maximum number of jobs queued has been reached")
                        .with(Map.of("Retry-After", "60"));
            }
            long now = world.now();
            long duration = world.weather().jobDuration().toNanos();
            Job job = new Job(
                    "V3-" + UUID.randomUUID().toString().replace("-", ""), users, now + duration / 2, now + duration);
            jobs.put(job.id, job);
            return Answer.json(200, Json.object().set("job_status", json(job, call.publicHost(), now)));
        }
    }

    private Answer status(ZendeskCall call, String id) {
        synchronized (world) {
            settle();
            Job job = jobs.get(id);
            return job == null
                    ? ZendeskCall.notFound()
                    : Answer.json(200, Json.object().set("job_status", json(job, call.publicHost(), world.now())));
        }
    }

    private static ObjectNode json(Job job, String publicHost, long now) {
        int total = job.users.size();
        ObjectNode json = Json.object()
                .put("id", job.id)
                .put("url", publicHost + "/api/v2/job_statuses/" + job.id + ".json")
                .put("total", total);
        if (job.results != null) {
            json.put("progress", total)
                    .put("status", "completed")
                    .put("message", "Completed at " + TIME.format(job.completedAt));
            return json.set("results", job.results.deepCopy());
        }
        if (now < job.startsAt) {
            return json.putNull("progress")
                    .put("status", "queued")
                    .putNull("message")
                    .putNull("results");
        }
        int progress = (total + 1) / 2;
        return json.put("progress", progress)
                .put("status", "working")
                .put("message", "Updating User #" + progress)
                .putNull("results");
    }

    private void carryOut(Job job) {
        job.results = Json.object().arrayNode();
        job.completedAt = Instant.now();
        int index = 0;
        for (JsonNode row : job.users) {
            job.results.add(carryOut(row, index++));
        }
    }

    /** One row, in one of the shapes that rows come in. */
    private ObjectNode carryOut(JsonNode row, int index) {
        long id = row.path("id").asLong();
        Optional<ZendeskAgent> agent = world.zendesk().findAgent(id).filter(ZendeskAgent::active);
        if (agent.isEmpty()) {
            return Json.object()
                    .put("index", index)
                    .put("error", "UserNotFound")
                    .put("details", "User " + id + " does not exist")
                    .put("success", false);
        }
        if (world.zendesk().jobsFailFor(agent.get())) {
            return index % 2 == 0
                    ? Json.object()
                            .put("id", id)
                            .put("action", "update")
                            .put("success", false)
                            .put("status", "Failed")
                            .put("error", "UserUpdateError")
                            .put("details", "The user could not be updated")
                    : Json.object().put("id", id).put("status", "Failed").put("errors", "Database error");
        }
        world.zendesk().updateAgent(id, old -> changed(old, row));
        ObjectNode done = Json.object().put("id", id).put("status", "Updated");
        return index % 2 == 0 ? done.put("action", "update").put("success", true) : done;
    }

    /** Tags replace the whole list; a field that the account does not have is ignored without a word. */
    private ZendeskAgent changed(ZendeskAgent old, JsonNode row) {
        ZendeskAgent agent = old;
        if (row.path("tags").isArray()) {
            List<String> tags = new ArrayList<>();
            row.path("tags").forEach(tag -> tags.add(tag.asText()));
            agent = agent.withTags(tags.toArray(String[]::new));
        }
        for (ZendeskAccount.UserField field : world.zendesk().userFields()) {
            JsonNode value = row.path("user_fields").path(field.key());
            if (!value.isMissingNode()) {
                String text = value.isNull() || value.asText().isEmpty() ? null : value.asText();
                agent = agent.withUserField(field.key(), text);
            }
        }
        return agent;
    }
}
