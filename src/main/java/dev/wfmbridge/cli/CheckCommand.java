package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.RouteFileException;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.kafka.Shell;
import dev.wfmbridge.kafka.TopicPlan;
import dev.wfmbridge.kafka.UnreachableException;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code check}: what works and what does not, one line each, with ✓ only for what was tested. */
@Command(
        name = "check",
        description = "Mapping, credentials, identity, permissions, connectivity: each a line, with what to do.",
        footer = {
            "",
            "✓ was tried and works, ✗ does not, ? cannot be tried without writing. Exit status: 0, or 1 with any ✗.",
            "",
            "Examples:",
            "  wfm-bridge check",
            "  wfm-bridge check --list",
            "  wfm-bridge check --list --json",
            "  wfm-bridge check --create-fields",
            "  wfm-bridge check --create-webhook https://wfm-bridge.example.com/zendesk/events --secret-file /etc/wfm-bridge/webhook-secret"
        })
final class CheckCommand implements Callable<Integer> {

    private static final List<Property<?>> WEBHOOK = List.of(Property.WEBHOOK_PORT, Property.WEBHOOK_SECRET);

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--list", description = "Also lists what each side has, with ids.")
    private boolean list;

    @Option(names = "--create-fields", description = "Creates the user field named by zendesk.status-field.")
    private boolean createFields;

    @Option(
            names = "--create-webhook",
            paramLabel = "URL",
            description = "Creates the webhook in Zendesk that sends its events to this address; with --secret-file.")
    private String createWebhook;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "New file for the webhook's secret, readable only by its owner.")
    private Path secretFile;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--json", description = "Everything as one JSON object on standard output, and nothing else.")
    private boolean json;

    private Findings findings;

    @Override
    public Integer call() throws Exception {
        findings = new Findings(json);
        if ((createWebhook == null) != (secretFile == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--create-webhook URL and --secret-file FILE go together");
        }
        // Two attempts each: somebody is waiting, and one lost answer means nothing.
        Environment environment = parent.environment().with(Property.HTTP_MAX_ATTEMPTS, "2");
        if (createWebhook != null) {
            // Somebody about to create the webhook has no secret yet.
            for (Property<?> property : WEBHOOK) {
                environment = environment.with(property, "");
            }
        }
        try (Session session = open(environment)) {
            everything(session);
        } catch (ConfigurationException refused) {
            if (!json) {
                throw refused;
            }
            refused.problems().forEach(problem -> findings.no(problem.oneLine()));
        }
        return findings.end();
    }

    private void everything(Session session) throws Exception {
        findings.ok("configuration: " + session.mapping().entries().size() + " entries for "
                + session.mapping().organizations().size() + " organisations");
        session.settings().warnings().forEach(warning -> findings.warn(warning));
        session.mapping().warnings().forEach(warning -> findings.warn(warning));
        if (session.settings().isShared()) {
            topics();
        }
        Bridge bridge = routes(session);
        if (bridge != null) {
            Pass probe = bridge.probe();
            ZendeskCheck zendesk = new ZendeskCheck(bridge, probe, findings);
            zendesk.reads(list);
            zendesk.statusField(session.settings().get(Property.ZENDESK_STATUS_FIELD), createFields);
            zendesk.webhook(session.settings(), createWebhook, secretFile);
            for (OrganizationPass organization : probe.getOrganizations()) {
                organization(bridge, organization);
            }
        }
    }

    private void topics() throws Exception {
        try {
            Shell shell = Shared.shell(parent);
            for (TopicPlan.Finding finding : shell.checkTopics()) {
                if (finding.wrong() == null) {
                    findings.ok("Kafka: topic " + finding.topic());
                } else {
                    findings.no("Kafka: topic " + finding.topic() + " " + finding.wrong());
                }
            }
            List<String> processes = shell.processes();
            if (processes.isEmpty()) {
                findings.warn("Kafka: no process shares the work now");
            }
            processes.forEach(process -> findings.ok("Kafka: process " + process));
        } catch (UnreachableException silent) {
            findings.no("Kafka: " + silent.getMessage());
        }
    }

    /** Mistakes in the routes that show without settings are reported together with the settings' mistakes. */
    private Session open(Environment environment) throws Exception {
        try {
            return Session.open(parent.home(), environment, false, null);
        } catch (ConfigurationException refused) {
            List<Problem> all = new ArrayList<>(refused.problems());
            if (Files.isDirectory(parent.home().resolve("routes"))) {
                all.addAll(Bridge.misspelt(parent.home()));
            }
            throw new ConfigurationException(all);
        }
    }

    /** The bridge with its routes; null if they cannot be used as they are edited. No call is made. */
    private Bridge routes(Session session) throws Exception {
        List<Problem> misspelt = Bridge.misspelt(parent.home());
        try {
            Bridge bridge = session.start(false);
            misspelt.forEach(problem -> findings.no("routes: " + problem.oneLine()));
            if (misspelt.isEmpty()) {
                findings.ok("routes: loaded, and nothing wrong with them");
            }
            return bridge;
        } catch (RouteFileException refused) {
            refused.problems().forEach(problem -> findings.no("routes: " + problem.oneLine()));
            findings.warn("Nothing else was tried: the calls go through these routes.");
            return null;
        }
    }

    private void organization(Bridge bridge, OrganizationPass organization) {
        String name = organization.getName();
        if (organization.isHalted()) {
            findings.no(name + ": configuration: " + organization.currentHalt().message());
            return;
        }
        boolean proved = findings.line(name + ": credentials and identity", organization, () -> {
            JsonNode me = bridge.read(organization, Call.get("/api/v2/organizations/me", null, "id"));
            return "organisation " + Shape.shown(me.path("id").asText());
        });
        if (!proved) {
            return;
        }
        findings.line(name + ": read users", organization, () -> {
            JsonNode page = bridge.read(
                    organization, Call.get("/api/v2/users", "pageSize=1&pageNumber=1&state=active", "entities"));
            return (page.path("total").isIntegralNumber() ? page.get("total").asText() : "?") + " active users";
        });
        boolean served = true;
        for (Place place : organization.getPlaces()) {
            Target.Probe probe = place.kind().probe(place);
            if (probe != null && (served || probe.call().isOptional())) {
                boolean read = findings.line(name + ": read " + probe.what(), organization, () -> {
                    JsonNode answer = bridge.read(organization, probe.call());
                    int count = probe.count().applyAsInt(answer);
                    return (count < 0 ? "?" : count) + " " + probe.unit();
                });
                served &= read || probe.call().isOptional();
            }
        }
        if (served) {
            unproved(organization);
        }
        if (list) {
            Consumer<String> lacks = what -> findings.warn(name + ": " + what);
            Inventory found = new Inventory(bridge, organization, false, lacks, lacks, what -> {}).read();
            findings.list(name, found);
        }
    }

    /** What cannot be tested without writing, with the permission that it needs. */
    private void unproved(OrganizationPass organization) {
        Set<String> mapped =
                organization.getPlaces().stream().map(Place::target).collect(Collectors.toSet());
        Targets.installed().all().stream()
                .filter(target -> target.needs() != null && mapped.contains(target.name()))
                .forEach(target -> findings.untried(organization.getName() + ": " + target.needs()));
    }
}
