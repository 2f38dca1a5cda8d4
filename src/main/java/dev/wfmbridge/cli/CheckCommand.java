package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.RouteFileException;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.kafka.Shell;
import dev.wfmbridge.kafka.TopicPlan;
import dev.wfmbridge.kafka.UnreachableException;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.http.base.HttpOperationFailedException;
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

    private final ObjectNode report = JsonNodeFactory.instance.objectNode();
    // Also where no locale is set, as under cron: there ✓ and ✗ would both become the ? that means something else.
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final List<Property<?>> WEBHOOK = List.of(Property.WEBHOOK_PORT, Property.WEBHOOK_SECRET);

    private boolean failed;

    /** A reading whose failure is a line. */
    private interface Reading {
        String read() throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        // Two attempts each: somebody is waiting, and one lost answer means nothing.
        if ((createWebhook == null) != (secretFile == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--create-webhook URL and --secret-file FILE go together");
        }
        Environment environment = parent.environment().with(Property.HTTP_MAX_ATTEMPTS, "2");
        if (createWebhook != null) {
            // Somebody about to create the webhook has no secret yet.
            for (Property<?> property : WEBHOOK) {
                environment = environment.with(property, "");
            }
        }
        try (Session session = open(environment)) {
            ok("configuration: " + session.mapping().entries().size() + " entries for "
                    + session.mapping().organizations().size() + " organisations");
            session.settings().warnings().forEach(warning -> say("!", warning));
            session.mapping().warnings().forEach(warning -> say("!", warning));
            if (session.settings().isShared()) {
                topics();
            }
            Bridge bridge = routes(session);
            if (bridge != null) {
                Pass probe = bridge.probe();
                zendesk(bridge, probe);
                statusField(bridge, probe, session.settings().get(Property.ZENDESK_STATUS_FIELD));
                webhook(bridge, probe, session.settings());
                for (OrganizationPass organization : probe.getOrganizations()) {
                    organization(bridge, organization);
                }
            }
        }
        if (json) {
            report.put("failed", failed);
            out.println(report.toPrettyString());
        }
        return failed ? 1 : 0;
    }

    private void topics() throws Exception {
        try {
            Shell shell = Shared.shell(parent);
            for (TopicPlan.Finding finding : shell.checkTopics()) {
                if (finding.wrong() == null) {
                    ok("Kafka: topic " + finding.topic());
                } else {
                    no("Kafka: topic " + finding.topic() + " " + finding.wrong());
                }
            }
            List<String> processes = shell.processes();
            if (processes.isEmpty()) {
                say("!", "Kafka: no process shares the work now");
            }
            processes.forEach(process -> ok("Kafka: process " + process));
        } catch (UnreachableException silent) {
            no("Kafka: " + silent.getMessage());
        }
    }

    /** What can be told of the routes without settings is told with the settings' mistakes. */
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
            misspelt.forEach(problem -> no("routes: " + problem.oneLine()));
            if (misspelt.isEmpty()) {
                ok("routes: loaded, and nothing wrong with them");
            }
            return bridge;
        } catch (RouteFileException refused) {
            refused.problems().forEach(problem -> no("routes: " + problem.oneLine()));
            say("!", "Nothing else was tried: the calls go through these routes.");
            return null;
        }
    }

    private void zendesk(Bridge bridge, Pass probe) {
        Side zendesk = probe.getSource();
        boolean known = line("Zendesk: credentials", zendesk, () -> {
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
        boolean read = line("Zendesk: groups", zendesk, () -> {
            groups.putAll(GroupList.read(bridge, zendesk));
            return groups.size() + " readable";
        });
        if (read && !groups.isEmpty()) {
            mapped(probe, groups);
        }
        line("Zendesk: memberships", zendesk, () -> {
            bridge.read(zendesk, Call.get("/api/v2/group_memberships", "page%5Bsize%5D=1", "group_memberships"));
            return "readable";
        });
        if (list) {
            list(groups);
        }
    }

    private void statusField(Bridge bridge, Pass probe, String field) {
        if (field.isEmpty()) {
            if (createFields) {
                no("Zendesk: status field: zendesk.status-field is not set: name the field there");
            }
            return;
        }
        if (probe.getSource().isHalted()) {
            return;
        }
        line("Zendesk: user field " + field, probe.getSource(), () -> {
            if (exists(bridge, probe, field)) {
                return "exists";
            }
            if (!createFields) {
                throw new IllegalStateException("does not exist: make it with wfm-bridge check --create-fields");
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("user_field").put("type", "text").put("key", field).put("title", "Genesys WFM status");
            try {
                bridge.read(
                        probe.getSource(),
                        Call.send(Call.Kind.CHANGE, "POST", "/api/v2/user_fields", body.toString(), "user_field"));
            } catch (HttpOperationFailedException refused) {
                if (refused.getStatusCode() == 422
                        && String.valueOf(refused.getResponseBody()).contains("DuplicateValue")) {
                    return "exists";
                }
                throw refused;
            }
            return "made";
        });
    }

    private void webhook(Bridge bridge, Pass probe, Settings settings) throws Exception {
        if (probe.getSource().isHalted() || createWebhook == null && settings.get(Property.WEBHOOK_PORT) == 0) {
            return;
        }
        WebhookSetup setup = new WebhookSetup(
                bridge, settings.get(Property.WEBHOOK_PATH), probe.mapping().genesysUserIdField() != null);
        if (createWebhook != null) {
            line("webhook", probe.getSource(), () -> setup.make(createWebhook, secretFile));
            bridge.asksZendeskFor(List.of());
            return;
        }
        List<JsonNode> found = new ArrayList<>();
        boolean there = line("webhook", probe.getSource(), () -> {
            found.add(setup.find()
                    .orElseThrow(() -> new IllegalStateException("Zendesk has none whose address ends in "
                            + settings.get(Property.WEBHOOK_PATH)
                            + ": make it with wfm-bridge check --create-webhook URL --secret-file FILE")));
            return setup.look(found.get(0));
        });
        if (there) {
            line(
                    "webhook",
                    probe.getSource(),
                    () -> setup.compare(found.get(0), settings.get(Property.WEBHOOK_SECRET)));
        }
        bridge.asksZendeskFor(List.of());
    }

    private static boolean exists(Bridge bridge, Pass probe, String field) throws Exception {
        Set<String> keys = new HashSet<>();
        Pages all = bridge.paging()
                .byCursor(after -> Call.list("/api/v2/user_fields", "page%5Bsize%5D=100" + after, "user_fields"));
        bridge.read(probe.getSource(), all, page -> {
            page.path("user_fields").forEach(known -> keys.add(known.path("key").asText()));
            if (keys.contains(field)) {
                all.end();
            }
        });
        return keys.contains(field);
    }

    private void mapped(Pass probe, Map<String, String> groups) {
        Set<String> missing = new LinkedHashSet<>();
        for (Entry entry : probe.mapping().entries()) {
            boolean there = entry.group().id() != null
                    ? groups.containsKey(String.valueOf(entry.group().id()))
                    : groups.containsValue(entry.group().name());
            if (!there) {
                missing.add("\""
                        + (entry.group().id() != null
                                ? entry.group().id()
                                : entry.group().name()) + "\" (" + entry.where() + ")");
            }
        }
        missing.forEach(group ->
                say("!", "Zendesk has no group " + group + " of the mapping: correct it there, or create the group"));
    }

    private void organization(Bridge bridge, OrganizationPass organization) {
        String name = organization.getName();
        if (organization.isHalted()) {
            no(name + ": configuration: " + organization.currentHalt().message());
            return;
        }
        boolean proved = line(name + ": credentials and identity", organization, () -> {
            JsonNode me = bridge.read(organization, Call.get("/api/v2/organizations/me", null, "id"));
            return "organisation " + Shape.shown(me.path("id").asText());
        });
        if (!proved) {
            return;
        }
        line(name + ": read users", organization, () -> {
            JsonNode page = bridge.read(
                    organization, Call.get("/api/v2/users", "pageSize=1&pageNumber=1&state=active", "entities"));
            return (page.path("total").isIntegralNumber() ? page.get("total").asText() : "?") + " active users";
        });
        boolean served = true;
        for (Place place : organization.getPlaces()) {
            Target.Probe probe = place.kind().probe(place);
            if (probe != null && (served || probe.call().isOptional())) {
                boolean read = line(name + ": read " + probe.what(), organization, () -> {
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
            Consumer<String> lacks = what -> say("!", name + ": " + what);
            Inventory found = new Inventory(bridge, organization, false, lacks, lacks, what -> {}).read();
            report.withObject("/organizations").set(name, found.toJson());
            if (!json) {
                found.print(out);
            }
        }
    }

    /** What cannot be tested without writing, with the permission that it needs. */
    private void unproved(OrganizationPass organization) {
        Set<String> mapped =
                organization.getPlaces().stream().map(Place::target).collect(Collectors.toSet());
        Targets.installed().all().stream()
                .filter(target -> target.needs() != null && mapped.contains(target.name()))
                .forEach(target -> say("?", organization.getName() + ": " + target.needs()));
    }

    private void list(Map<String, String> groups) {
        groups.forEach((id, name) -> {
            report.withObject("/zendesk")
                    .withArray("/groups")
                    .addObject()
                    .put("id", id)
                    .put("name", name);
            if (!json) {
                out.println("    group " + Shape.printable(id) + "  " + Shape.printable(name));
            }
        });
    }

    private boolean line(String what, Side side, Reading reading) {
        try {
            ok(what + ": " + reading.read());
            return true;
        } catch (IllegalStateException said) {
            no(what + ": " + said.getMessage());
        } catch (Exception failure) {
            no(what + ": " + explain(side, failure));
        }
        return false;
    }

    static String explain(Side side, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HaltedException halted) {
                return halted.halt().message() + " " + halted.halt().nextStep();
            }
            if (cause instanceof HttpOperationFailedException answer) {
                return switch (answer.getStatusCode()) {
                    case 401 -> "HTTP 401, the credentials were refused: check client id and secret";
                    case 403 ->
                        side instanceof dev.wfmbridge.zendesk.Source
                                ? "HTTP 403, the OAuth client's scopes, or its role, lack the permission for this: add it there"
                                : "HTTP 403, the client's role lacks the permission for this: give it to the role";
                    case 404 -> "HTTP 404, it does not exist, or this path is not served: see docs/targets.md";
                    default -> Failures.describe(answer);
                };
            }
        }
        return side.isHalted()
                ? side.currentHalt().message() + " " + side.currentHalt().nextStep()
                : Failures.describe(failure);
    }

    private void ok(String line) {
        say("✓", line);
    }

    /** A line for users, or an item of the JSON report. */
    private void say(String mark, String text) {
        if (json) {
            report.withArray("/lines").addObject().put("mark", mark).put("text", text);
        } else {
            out.println(mark + " " + Shape.line(text));
        }
    }

    private void no(String line) {
        failed = true;
        say("✗", line);
    }
}
