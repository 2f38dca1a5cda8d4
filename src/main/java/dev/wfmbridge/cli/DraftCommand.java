package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.camel.http.base.HttpOperationFailedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code draft}: a part of a mapping to start from; it reads both sides and writes nothing. */
@Command(
        name = "draft",
        description = "A part of a mapping to start from, on standard output: reads both sides, writes nothing.",
        footer = {
            "",
            "Proposes an entry for each Zendesk group whose name resembles a schedule's, a staffing group's or a management unit's; the",
            "others stand there as comments, with their ids. The organisation must be defined under organizations: in the mapping; groups:",
            "may be missing. Of schedules only those are known that hold a segment: the API has no list of them.",
            "",
            "Exit status: 0, 1 usage or configuration, 2 something could not be read.",
            "",
            "Examples:",
            "  wfm-bridge draft acme-emea",
            "  wfm-bridge draft acme-emea > config/mapping.d/acme-emea-groups.yaml"
        })
final class DraftCommand implements Callable<Integer> {

    /** Pages of segments that are looked at for schedules: 2,000 segments. */
    private static final int PAGES = 20;

    @ParentCommand
    private WfmBridge parent;

    @Parameters(paramLabel = "ORGANIZATION", description = "Its name in the mapping.")
    private String name;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<String> remarks = new ArrayList<>();
    private boolean incomplete;

    @Override
    public Integer call() throws Exception {
        // Two attempts each: somebody waits for the answer, and one lost answer says nothing.
        Environment environment = variable -> variable.equals("HTTP_MAX_ATTEMPTS")
                ? "2"
                : parent.environment().get(variable);
        try (Session session = Session.openFor(name, parent.home(), environment)) {
            progress("starts");
            Bridge bridge = session.start(false);
            Pass probe = bridge.probe();
            Side zendesk = probe.getSource();
            OrganizationPass organization = probe.organization(name);
            progress("reads Zendesk's groups");
            Map<String, String> groups;
            try {
                groups = GroupList.read(bridge, zendesk);
            } catch (Exception failure) {
                return refused("Zendesk: groups", zendesk, failure);
            }
            progress("reads the organisation");
            try {
                bridge.read(organization, Call.get("/api/v2/organizations/me", null, "id"));
            } catch (Exception failure) {
                return refused(name + ": credentials and identity", organization, failure);
            }
            List<Draft.Place> places =
                    places(bridge, organization, session.mapping().entries());
            if (organization.isHalted()) {
                return refused(name, organization, new IllegalStateException(name + " was halted"));
            }
            progress(null);
            Draft draft = new Draft(name, groups, places, session.mapping().entries());
            remarks.forEach(draft::remark);
            draft.print(out);
        }
        return incomplete ? 2 : 0;
    }

    /** One line; Zendesk's refusal of the credentials is a matter of the configuration. */
    private static int refused(String what, Side side, Exception failure) {
        progress(null);
        System.err.println(what + ": " + CheckCommand.explain(side, failure));
        boolean credentials = side.isHalted() && side.currentHalt().reason() == HaltReason.CREDENTIALS;
        return credentials && side.getName().equals("zendesk") ? 1 : 2;
    }

    private List<Draft.Place> places(Bridge bridge, OrganizationPass organization, List<Entry> entries) {
        List<Draft.Place> places = new ArrayList<>();
        TreeSet<String> schedules = new TreeSet<>();
        entries.stream()
                .flatMap(entry -> entry.places().stream())
                .filter(place -> place.target().equals("userschedulesegments"))
                .forEach(place -> schedules.add(place.id()));
        schedules(bridge, organization, schedules);
        schedules.forEach(id -> places.add(new Draft.Place(Draft.Kind.SCHEDULE, id, id, null)));
        progress("reads business units, management units and staffing groups");
        ObjectNode found = new Inventory(bridge, organization, this::unread).read();
        for (JsonNode unit : found.path("businessUnits")) {
            Draft.Place whole = place(Draft.Kind.BUSINESS_UNIT, unit, null);
            places.add(whole);
            unit.path("managementUnits").forEach(one -> places.add(place(Draft.Kind.MANAGEMENT_UNIT, one, whole)));
            unit.path("staffingGroups").forEach(one -> places.add(place(Draft.Kind.STAFFING_GROUP, one, whole)));
        }
        return places;
    }

    private static Draft.Place place(Draft.Kind kind, JsonNode one, Draft.Place unit) {
        return new Draft.Place(kind, one.path("id").asText(), one.path("name").asText(), unit);
    }

    /** The schedules that segments name. */
    private void schedules(Bridge bridge, OrganizationPass organization, TreeSet<String> schedules) {
        int page = 1;
        int pages;
        do {
            progress("reads segments, page " + page);
            JsonNode answer;
            try {
                answer = bridge.read(
                        organization,
                        Call.get("/api/v2/wfm/userschedulesegments", "pageSize=100&pageNumber=" + page, "entities")
                                .optional());
            } catch (Exception failure) {
                if (status(failure) == 404) {
                    remarks.add("The organisation does not serve schedule segments, so no schedule is known.");
                } else {
                    unread("segments, which name the schedules, cannot be read: "
                            + CheckCommand.explain(organization, failure));
                }
                return;
            }
            answer.path("entities").forEach(segment -> {
                if (segment.path("scheduleId").isTextual()) {
                    schedules.add(segment.path("scheduleId").asText());
                }
            });
            pages = answer.path("pageCount").asInt(1);
            page++;
        } while (page <= Math.min(pages, PAGES));
        if (pages > PAGES) {
            remarks.add("Only the first " + PAGES * 100 + " segments were looked at for schedules.");
        }
    }

    private void unread(String what) {
        incomplete = true;
        remarks.add("Incomplete: " + what);
        System.err.println(name + ": " + what);
    }

    private static int status(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpOperationFailedException answer) {
                return answer.getStatusCode();
            }
        }
        return 0;
    }

    /** What it is at, on a terminal only; null: nothing any more. */
    private static void progress(String what) {
        if (System.console() != null) {
            System.err.print("\r\u001b[K" + (what == null ? "" : "draft " + what + " …"));
            System.err.flush();
        }
    }
}
