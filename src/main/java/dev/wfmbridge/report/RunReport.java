package dev.wfmbridge.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.pass.Candidate;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Action;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Source;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The report of a pass as scripts read it (docs/reference.md, "Report"): ids and counts, no personal data. */
public final class RunReport {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RunReport() {}

    /** The version in the jar's manifest. */
    public static String version() {
        String version = RunReport.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** 0 in step, 2 incomplete, 3 with dead letters, 1 refused, 4 if the bridge itself broke. */
    public static int exitCode(Pass pass) {
        if (pass.isRefused()) {
            return 1;
        }
        if (pass.brokenBy() != null) {
            return 4;
        }
        if (!pass.isComplete() || pass.isDataFolderFailed()) {
            return 2;
        }
        boolean letters = pass.getOrganizations().stream()
                .anyMatch(organization -> organization.count(Outcome.DEAD_LETTERED) > 0);
        return letters ? 3 : 0;
    }

    /** Which of two passes' statuses the command exits with: the larger one, but incomplete (2) wins over dead letters (3). */
    public static int worse(int one, int other) {
        boolean incomplete = one == 2 && other == 3 || one == 3 && other == 2;
        return incomplete ? 2 : Math.max(one, other);
    }

    public static ObjectNode of(Pass pass) {
        return of(pass, Integer.MAX_VALUE);
    }

    /**
     * The same with at most this many segments of a plan. All are counted, by what would be done with them, and each organisation says
     * how many of its segments are omitted.
     */
    public static ObjectNode of(Pass pass, int mostSegments) {
        ObjectNode report = counts(pass);
        if (pass.isPlanned()) {
            predicted(report.withObject("/zendesk/default"), Prediction.ofZendesk(pass));
            int room = mostSegments;
            for (OrganizationPass organization : pass.getOrganizations()) {
                room -= plan(
                        (ObjectNode) report.path("organizations").path(organization.getName()),
                        organization,
                        pass,
                        room);
            }
        }
        return report;
    }

    /** The same without what a plan adds, which grows with what it would change. */
    public static ObjectNode counts(Pass pass) {
        ObjectNode report = JSON.objectNode();
        report.put("schema", 1);
        report.put("bridgeVersion", version());
        report.put("runId", pass.getRunId());
        report.put("trigger", pass.trigger().text());
        report.put("mappingSha256", pass.mapping().sha256());
        report.put("startedAt", pass.startedAt().toString());
        report.put("finishedAt", Objects.toString(pass.finishedAt(), null));
        report.put("complete", pass.isComplete());
        report.put("exitCode", exitCode(pass));
        report.put("balance", pass.balance());
        if (pass.isPlanned()) {
            report.put("planned", true);
        }
        if (pass.isHinted()) {
            ArrayNode agents = report.putArray("agents");
            pass.agents().forEach(agents::add);
        }
        ArrayNode warnings = report.putArray("warnings");
        pass.warnings().forEach(warnings::add);
        zendesk(report.putObject("zendesk").putObject("default"), pass);
        ObjectNode organizations = report.putObject("organizations");
        for (OrganizationPass organization : pass.getOrganizations()) {
            organization(organizations.putObject(organization.getName()), organization, pass);
        }
        return report;
    }

    private static void zendesk(ObjectNode node, Pass pass) {
        Source source = pass.getSource();
        node.put("requests", source.requests());
        node.put("throttled", source.throttled());
        node.put("memberships", source.membershipCount());
        node.put("groups", source.groupCount());
        node.put("malformedRows", source.malformedRows());
        ArrayNode unmapped = node.putArray("unmappedGroups");
        source.unmappedGroups().forEach(unmapped::add);
        ArrayNode missing = node.putArray("missingGroups");
        source.missingGroups().forEach(missing::add);
        ArrayNode entries = node.putArray("missingEntries");
        pass.missingGroups().forEach(entry -> entries.addObject()
                .put("zendeskGroup", entry.group().toString())
                .put("organization", entry.organization())
                .put("line", entry.line()));
        node.put("incompleteBecause", source.incompleteBecause());
        node.set("halted", halt(source.currentHalt()));
    }

    private static void organization(ObjectNode node, OrganizationPass organization, Pass pass) {
        if (organization.servedBy() != null) {
            node.put("process", organization.servedBy());
        }
        node.put("requests", organization.requests());
        node.put("throttled", organization.throttled());
        node.put("mapped", organization.mapped());
        node.set("halted", halt(organization.currentHalt()));
        ObjectNode halts = node.putObject("haltedSchedules");
        organization.placeHalts().forEach((place, halt) -> halts.set(place, halt(halt)));
        node.put("stuckPending", organization.stuckPending());
        ObjectNode outcomes = node.putObject("outcomes");
        for (Outcome outcome : Outcome.values()) {
            if (outcome == Outcome.SKIPPED) {
                ObjectNode skipped = outcomes.putObject("skipped");
                for (Map.Entry<String, Long> reason : organization.skipped().entrySet()) {
                    skipped.put(reason.getKey(), reason.getValue());
                }
            } else {
                outcomes.put(outcome.text(), organization.count(outcome));
            }
        }
        node.putObject("removals")
                .put("candidates", organization.candidates())
                .put("removed", organization.removed())
                .put("refused", organization.refusedRemovals());
        Set<Long> agents = agentsOf(organization, pass);
        node.putObject("writtenBack")
                .put("changed", agents.stream().filter(pass::wrote).count())
                .put("failed", agents.stream().filter(pass::failedToWrite).count());
    }

    /** The Zendesk users whose status this organisation contributes to. */
    private static Set<Long> agentsOf(OrganizationPass organization, Pass pass) {
        if (!pass.triedToWriteBack() && pass.writtenBack().isEmpty()) {
            return Set.of();
        }
        Set<Long> agents = new HashSet<>();
        organization.getMessages().forEach(message -> agents.add(message.agentId()));
        if (organization.ledger() != null) {
            organization.ledger().lines().forEach(line -> agents.add(line.zendeskUserId()));
        }
        return agents;
    }

    /** What a plan lists for an organisation, as far as there is room for it. */
    private static final class Listed {
        private final ArrayNode segments;
        private final int room;
        private final Map<String, Long> counts = new TreeMap<>();
        private long leftOut;

        Listed(ArrayNode segments, int room) {
            this.segments = segments;
            this.room = room;
        }

        /** Counts an action; returns whether it is to be listed. */
        boolean counts(String action) {
            counts.merge(action, 1L, Long::sum);
            if (segments.size() < room) {
                return true;
            }
            leftOut++;
            return false;
        }
    }

    /** @return how many segments were listed */
    private static int plan(ObjectNode node, OrganizationPass organization, Pass pass, int room) {
        ArrayNode segments = node.putArray("segments");
        Listed listed = new Listed(segments, room);
        for (SegmentMessage message : organization.getMessages()) {
            String action = action(message);
            if (action != null && listed.counts(action)) {
                segments.addObject()
                        .put("segmentId", message.id())
                        .put("userId", message.genesysUserId())
                        .put("scheduleId", message.getPlace().id())
                        .put("zendeskUserId", message.agentId())
                        .put("status", message.wantedStatus())
                        .put("action", action)
                        .put("reason", message.reason())
                        .put("detail", message.evidence().detail());
            }
        }
        for (Candidate candidate : organization.removals()) {
            if (listed.counts("remove")) {
                segments.addObject()
                        .put("segmentId", candidate.line().segmentId())
                        .put("userId", candidate.line().userId())
                        .put("scheduleId", candidate.line().placeId())
                        .put("zendeskUserId", candidate.line().zendeskUserId())
                        .put("action", "remove")
                        .put("reason", "no entry of the schedule has the agent any more");
            }
        }
        for (Long agent : agentsOf(organization, pass)) {
            if (pass.writtenBack().containsKey(agent) && listed.counts("write-back")) {
                segments.addObject()
                        .putNull("segmentId")
                        .putNull("userId")
                        .putNull("scheduleId")
                        .put("zendeskUserId", agent)
                        .put("action", "write-back")
                        .put("reason", pass.writtenBack().get(agent));
            }
        }
        ObjectNode actions = node.putObject("actions");
        listed.counts.forEach(actions::put);
        if (listed.leftOut > 0) {
            node.put("segmentsLeftOut", listed.leftOut);
        }
        predicted(node, Prediction.of(organization));
        return segments.size();
    }

    private static void predicted(ObjectNode node, Prediction prediction) {
        node.put("predictedRequests", prediction.total());
        ObjectNode kinds = node.putObject("predictedByKind");
        prediction.byKind().forEach((kind, count) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), count));
        node.put("predictedMinutes", Math.round(prediction.minutes() * 10) / 10.0);
    }

    /** What a plan says about a message; null if it is not listed. */
    public static String action(SegmentMessage message) {
        if (message.decision() == Action.INSERT) {
            return "create";
        }
        if (message.decision() == Action.RESTORE) {
            return "restore";
        }
        if (message.ending() == null) {
            // The pass was refused before anything was decided.
            return null;
        }
        return switch (message.ending()) {
            case ADOPTED -> "adopt";
            case SKIPPED, DECLINED, HELD, MERGED, DEAD_LETTERED -> "skip";
            default -> null;
        };
    }

    private static ObjectNode halt(Halt halt) {
        return halt == null
                ? null
                : JSON.objectNode()
                        .put("reason", halt.reason().text())
                        .put("since", halt.since().toString())
                        .put("message", halt.message())
                        .put("nextStep", halt.nextStep());
    }
}
