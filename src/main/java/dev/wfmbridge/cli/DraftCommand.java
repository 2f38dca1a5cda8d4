package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code draft}: a part of a mapping to start from; it reads both sides and writes nothing. */
@Command(
        name = "draft",
        description = "Part of a mapping to start from, on standard output: reads both sides, writes nothing.",
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
            "  wfm-bridge draft acme-emea > acme-emea-groups.yaml"
        })
final class DraftCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @Parameters(paramLabel = "ORGANIZATION", description = "Its name in the mapping.")
    private String name;

    private final PrintStream out = System.out;
    private final List<String> remarks = new ArrayList<>();
    private final WaitLine line = WaitLine.show();
    private boolean incomplete;

    @Override
    public Integer call() throws Exception {
        // Two attempts each: somebody is waiting, and one lost answer means nothing.
        Environment environment = parent.environment().with(Property.HTTP_MAX_ATTEMPTS, "2");
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
            List<Draft.Destination> places =
                    places(bridge, organization, session.mapping().entries());
            if (organization.isHalted()) {
                return refused(name, organization, new IllegalStateException(name + " was halted"));
            }
            line.close();
            Draft draft = new Draft(name, groups, places, session.mapping().entries());
            remarks.forEach(draft::remark);
            draft.print(out);
        }
        return incomplete ? 2 : 0;
    }

    /** One line; Zendesk's refusal of the credentials is a matter of the configuration. */
    private int refused(String what, Side side, Exception failure) {
        line.close();
        System.err.println(what + ": " + Findings.explain(side, failure));
        boolean credentials = side.isHalted() && side.currentHalt().reason() == HaltReason.CREDENTIALS;
        return credentials && side.getName().equals("zendesk") ? 1 : 2;
    }

    private List<Draft.Destination> places(Bridge bridge, OrganizationPass organization, List<Entry> entries) {
        Inventory inventory =
                new Inventory(bridge, organization, true, remarks::add, this::unread, this::progress).read();
        List<Draft.Destination> places = new ArrayList<>();
        for (Target target : Targets.installed().all()) {
            // Where places lie in no unit, there is no list of them, so that those of the mapping may be missing.
            if (target.listedAs() == null) {
                Set<String> ids = new TreeSet<>();
                inventory.found().stream()
                        .filter(found -> found.target().equals(target))
                        .forEach(found -> ids.add(found.id()));
                entries.stream()
                        .filter(entry -> entry.target().equals(target.name()))
                        .flatMap(entry -> entry.places().stream())
                        .forEach(place -> ids.add(place.id()));
                ids.forEach(id -> places.add(new Draft.Destination(target, id, null, null)));
            }
        }
        for (JsonNode unit : inventory.businessUnits()) {
            String id = unit.path("id").asText();
            Draft.Destination whole =
                    new Draft.Destination(null, id, unit.path("name").asText(), null);
            places.add(whole);
            for (Target target : Targets.installed().all()) {
                inventory
                        .of(target, id)
                        .forEach(found -> places.add(new Draft.Destination(target, found.id(), found.name(), whole)));
            }
        }
        return places;
    }

    private void unread(String what) {
        incomplete = true;
        remarks.add("Incomplete: " + what);
        System.err.println(name + ": " + what);
    }

    private void progress(String step) {
        line.of("draft " + step + " …");
    }
}
