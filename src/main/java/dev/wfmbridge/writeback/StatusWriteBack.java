package dev.wfmbridge.writeback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.UserFields;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code writeBack} of zendesk-write-back: writes the status that Genesys gives an agent's segments into one Zendesk
 * user field (docs/removals.md, "The status in Zendesk"). Only what differs is written, and never a tag or another field.
 */
public final class StatusWriteBack {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriteBack.class);
    private static final Duration JOB_POLL = Duration.ofSeconds(1);
    /** If a job is not over after this many looks, the next pass sees its outcome. */
    private static final int LOOKS = 300;
    /** The one that needs attention wins. */
    private static final List<String> PRECEDENCE = List.of("rejected", "cancelled", "pending", "approved");

    private final String field;
    private final Waits waits;
    private final Paging paging;
    private final UserFields fields;

    /** @param field {@code zendesk.status-field}; empty = nothing is written */
    public StatusWriteBack(String field, Waits waits, Paging paging, UserFields fields) {
        this.paging = paging;
        this.field = field == null ? "" : field;
        this.waits = waits;
        this.fields = fields;
    }

    /** Whether this pass writes anything at all. */
    public boolean isOn(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        return !field.isEmpty() && !pass.isPartial() && !pass.getSource().isHalted();
    }

    /** The account's user fields. */
    public Pages fields() {
        return ZendeskLists.userFields(paging);
    }

    public void takeFieldsPage(Exchange exchange) throws UnexpectedAnswerException {
        JsonNode page = exchange.getMessage().getBody(JsonNode.class);
        for (JsonNode known : page.path("user_fields")) {
            fields.tell(known.path("id").asText(""), known.path("key").asText(""));
            if (field.equals(known.path("key").asText())) {
                exchange.setProperty(CallProperties.READING, true);
            }
        }
        Pages pages = exchange.getProperty(CallProperties.PAGES, Pages.class);
        if (exchange.getProperty(CallProperties.READING, Boolean.class)) {
            pages.end();
        } else {
            pages.follow(page);
        }
    }

    /** What differs, 100 agents at a time; nothing if the field does not exist. */
    public List<Map<Long, String>> batches(
            @ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeProperty(CallProperties.READING) Boolean found) {
        if (!found) {
            pass.warn("Zendesk has no user field \"" + field
                    + "\", so no status is written: create it with wfm-bridge check --create-fields.");
            return List.of();
        }
        NavigableMap<Long, String> changes = changes(pass);
        pass.writesBack(changes);
        if (pass.isPlanned()) {
            return List.of();
        }
        return Batches.of(List.copyOf(changes.keySet()), ZendeskLists.MOST).stream()
                .<Map<Long, String>>map(
                        agents -> changes.subMap(agents.get(0), true, agents.get(agents.size() - 1), true))
                .toList();
    }

    /** Zendesk user → what the field is to hold; empty text = nothing. Only what differs. */
    private NavigableMap<Long, String> changes(Pass pass) {
        Map<Long, String> wanted = new HashMap<>();
        Set<Long> paired = new HashSet<>();
        Set<Long> unclear = new HashSet<>();
        for (OrganizationPass organization : pass.getOrganizations()) {
            for (SegmentMessage message : organization.getMessages()) {
                long agent = message.agentId();
                paired.add(agent);
                if (message.ending() == Outcome.SKIPPED) {
                    continue;
                }
                String place = message.getPlace().id();
                if (organization.isHalted()
                        || organization.haltOf(place) != null
                        || !organization.snapshot().wasRead(place)
                        || message.ending() == Outcome.HELD) {
                    unclear.add(agent);
                    continue;
                }
                String status = seen(organization, message);
                if (status != null) {
                    wanted.merge(agent, status, StatusWriteBack::moreUrgent);
                }
            }
        }
        NavigableMap<Long, String> changes = new TreeMap<>();
        wanted.forEach((id, status) -> {
            Agent agent = pass.getSource().agent(id);
            if (agent != null && !unclear.contains(id) && !status.equals(agent.statusField())) {
                changes.put(id, status);
            }
        });
        if (pass.getSource().isComplete()) {
            emptied(pass, paired, changes);
        }
        return changes;
    }

    private static void emptied(Pass pass, Set<Long> paired, Map<Long, String> changes) {
        for (OrganizationPass organization : pass.getOrganizations()) {
            // The members of a missing group are unknown, so no agent counts as gone.
            if (organization.ledger() == null || pass.missingGroups(organization.getName()) > 0) {
                continue;
            }
            List<LedgerLine> gone = organization
                    .ledger()
                    .lines(row -> row.statusWritten() != null && !paired.contains(row.zendeskUserId()));
            for (LedgerLine line : gone) {
                Agent agent = pass.getSource().agent(line.zendeskUserId());
                if (agent == null || !agent.statusField().isEmpty()) {
                    changes.put(line.zendeskUserId(), "");
                } else {
                    organization.ledger().noteWritten(line.zendeskUserId(), null);
                }
            }
        }
    }

    /** The status that Genesys gives the agent's segment of a message, as far as this pass saw it; null if it did not. */
    public static String seen(OrganizationPass organization, SegmentMessage message) {
        String seen = message.observedStatus();
        if (seen == null && message.ending() == Outcome.CREATED) {
            seen = message.wantedStatus();
        }
        if (seen == null && message.genesysUserId() != null) {
            seen = organization.snapshot().concerning(message).stream()
                    .filter(row -> row.userId().equals(message.genesysUserId())
                            && row.placeId().equals(message.getPlace().id()))
                    .map(SegmentRow::status)
                    .map(StatusWriteBack::lower)
                    .reduce(StatusWriteBack::moreUrgent)
                    .orElse(null);
        }
        return seen == null ? null : lower(seen);
    }

    private static String lower(String status) {
        return status.toLowerCase(Locale.ROOT);
    }

    private static String moreUrgent(String one, String other) {
        int first = PRECEDENCE.indexOf(one);
        int second = PRECEDENCE.indexOf(other);
        if (first < 0 || second < 0) {
            return first < 0 ? other : one;
        }
        return first <= second ? one : other;
    }

    /** The call that writes a batch. */
    public Call updateCall(Map<Long, String> batch) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode users = body.putArray("users");
        batch.forEach((id, status) -> {
            ObjectNode user = users.addObject();
            user.put("id", id);
            user.putObject("user_fields").put(field, status.isEmpty() ? null : status);
        });
        return Call.send(Call.Kind.CHANGE, "PUT", "/api/v2/users/update_many.json", body.toString(), "job_status");
    }

    /**
     * The job that writes a batch, as of the last look.
     *
     * @param due {@link System#nanoTime()} before which it is too early to look again
     * @param looks looks so far, including the answer that started it
     * @param over whether it has ended
     */
    public record Job(String id, long due, int looks, boolean over) {

        /** Whether it is worth another look. */
        public boolean isOpen() {
            return !over && looks < LOOKS;
        }
    }

    /** Takes an answer that names the job that writes the batch and its progress; at its end, the result of each row. */
    public Job takeJob(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.ASKED) Map<Long, String> batch,
            @ExchangeProperty(CallProperties.JOB) Job before,
            @Body JsonNode body)
            throws UnexpectedAnswerException {
        JsonNode answer = body.path("job_status");
        String status = answer.path("status").asText("");
        String id = Shape.idOrNull(answer.get("id"));
        if (id == null) {
            throw new UnexpectedAnswerException("the answer names no job");
        }
        Job job = new Job(
                id,
                System.nanoTime() + waits.nanos(JOB_POLL),
                before == null ? 1 : before.looks() + 1,
                status.equals("completed") || status.equals("failed") || status.equals("killed"));
        if (job.over()) {
            results(pass, batch, answer, status);
        }
        return job;
    }

    /** Whether it is too early to look again; a stop ends the wait. */
    public boolean isJobTooEarly(
            @ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeProperty(CallProperties.JOB) Job job)
            throws HaltedException {
        pass.getSource().proceed(Call.Kind.READ);
        return System.nanoTime() - job.due() < 0;
    }

    /** Milliseconds until the next look. */
    public long untilJobDue(@ExchangeProperty(CallProperties.JOB) Job job) {
        long left = (job.due() - System.nanoTime()) / 1_000_000 + 1;
        return Math.max(1, left);
    }

    /** The call that looks at the job. */
    public Call jobCall(@ExchangeProperty(CallProperties.JOB) Job job) {
        return Call.get("/api/v2/job_statuses/" + job.id(), null, "job_status");
    }

    private static void results(Pass pass, Map<Long, String> batch, JsonNode job, String status) {
        List<Long> ids = List.copyOf(batch.keySet());
        Set<Long> failed = new HashSet<>();
        if (!status.equals("completed")) {
            failed.addAll(ids);
        }
        for (JsonNode row : job.path("results")) {
            boolean bad = (row.has("success") && !row.path("success").asBoolean(true))
                    || "Failed".equalsIgnoreCase(row.path("status").asText(""))
                    || row.has("errors")
                    || (row.has("error") && !row.path("success").asBoolean(false));
            if (bad) {
                Long agent = agentOf(row, ids);
                if (agent == null) {
                    pass.countNotWrittenBack(1);
                } else if (batch.get(agent).isEmpty()
                        && row.path("error").asText("").endsWith("NotFound")) {
                    // A deleted user has no field to empty: it counts as done, or it would be tried forever.
                    continue;
                } else {
                    failed.add(agent);
                }
            }
        }
        written(batch, failed, pass);
    }

    /** The agent of a result row, by their id or by their position in the batch; null if it gives neither. */
    private static Long agentOf(JsonNode row, List<Long> ids) {
        long id = row.path("id").asLong();
        if (ids.contains(id)) {
            return id;
        }
        int index = row.path("index").asInt(-1);
        return index >= 0 && index < ids.size() ? ids.get(index) : null;
    }

    private static void written(Map<Long, String> batch, Set<Long> failed, Pass pass) {
        for (Map.Entry<Long, String> change : batch.entrySet()) {
            if (failed.contains(change.getKey())) {
                continue;
            }
            for (OrganizationPass organization : pass.getOrganizations()) {
                if (organization.ledger() != null) {
                    organization
                            .ledger()
                            .noteWritten(change.getKey(), change.getValue().isEmpty() ? null : change.getValue());
                }
            }
        }
        pass.countNotWrittenBack(failed.size());
        pass.wroteBack(batch.keySet(), failed);
        if (!failed.isEmpty()) {
            pass.warn(failed.size() + " statuses could not be written to Zendesk; the next pass tries again.");
        }
    }

    /** The batch could not be written, or its outcome is unknown: the next pass will see it when it reads. */
    public void failed(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.ASKED) Map<Long, String> batch,
            @ExchangeException Exception failure) {
        pass.countNotWrittenBack(batch.size());
        pass.wroteBack(batch.keySet(), batch.keySet());
        pass.warn(batch.size() + " statuses could not be written to Zendesk (" + Failures.describe(failure)
                + "); the next pass tries again.");
        LOG.warn("{} statuses could not be written to Zendesk: {}", batch.size(), Failures.describe(failure));
    }

    /** It could not be determined whether the field exists. */
    public void fieldsUnread(@ExchangeProperty(CallProperties.PASS) Pass pass, @ExchangeException Exception failure) {
        pass.warn("Zendesk's user fields could not be read (" + Failures.describe(failure)
                + "), so no status is written.");
    }

    /** Keeps in the ledger what was written. */
    public void keep(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (pass.isPlanned()) {
            return;
        }
        for (OrganizationPass organization : pass.getOrganizations()) {
            try {
                if (organization.ledger() != null) {
                    organization.ledger().save();
                }
            } catch (IOException full) {
                pass.dataFolderFails(
                        "The ledger could not be written: free disk space, or fix the folder's permissions.");
            }
        }
    }
}
