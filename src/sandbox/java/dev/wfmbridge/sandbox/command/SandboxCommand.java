package dev.wfmbridge.sandbox.command;

import dev.wfmbridge.cli.AddedCommand;
import dev.wfmbridge.cli.WfmBridge;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.data.DataFolderException;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.sandbox.Outage;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.Turnover;
import dev.wfmbridge.sandbox.World;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/** {@code sandbox}: a pass against an embedded Zendesk and Genesys; no account, no network. */
@Command(
        name = "sandbox",
        description = "One pass against an embedded Zendesk and Genesys with sample data: no account, no network.",
        footer = {
            "",
            "The sample data lie in config/sandbox/, its bad weather in config/sandbox/weather.yaml. While it serves, one side goes down",
            "and comes back by PUT and DELETE of /sandbox/fail/NAME at either of its addresses.",
            "",
            "Examples:",
            "  wfm-bridge sandbox",
            "  wfm-bridge sandbox --passes 2",
            "  wfm-bridge sandbox --mapping config/sandbox/mapping-published.yaml",
            "  wfm-bridge sandbox --fail acme-apac=500",
            "  wfm-bridge sandbox serve"
        })
public final class SandboxCommand implements AddedCommand, Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--passes", description = "Passes, one after the other (default: 1).", defaultValue = "1")
    private int passes;

    @Option(names = "--json", description = "The reports on standard output, and nothing else.")
    private boolean json;

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description = "A mapping onto the sandbox' organisations (default: config/sandbox/mapping.yaml).")
    private Path mapping;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The sandbox' data folder (default: data/sandbox in the home folder).")
    private Path dataDir;

    @Option(
            names = "--fail",
            paramLabel = "NAME=HOW",
            scope = ScopeType.INHERIT,
            description = "An organisation, or zendesk, that is down: 401, 429, 500 or timeout. May be repeated.")
    private Map<String, String> outages = Map.of();

    @Override
    public Integer call() throws Exception {
        ownVariablesWin();
        try (Sandbox sandbox = start()) {
            return parent.once(environment(sandbox, Map.of()), json, passes);
        } catch (DataFolderException unusable) {
            throw readOnly(unusable);
        }
    }

    @Command(
            name = "run",
            description =
                    "Passes by poll.cron against the sandbox, until stopped. Agents come and go, and Zendesk's events report it.")
    int run() throws Exception {
        ownVariablesWin();
        World world = world();
        try (Sandbox sandbox = Sandbox.start(world);
                Turnover turnover = Turnover.begin(world, sandbox, System.out)) {
            return parent.run(environment(sandbox, webhook(sandbox)));
        } catch (DataFolderException unusable) {
            throw readOnly(unusable);
        }
    }

    /** A webhook that sends its events to the bridge beside it. */
    private static Map<String, String> webhook(Sandbox sandbox) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String secret = sandbox.zendesk()
                .webhooks()
                .add("wfm-bridge", URI.create("http://127.0.0.1:" + port + "/zendesk/events"));
        return Map.of(
                "WEBHOOK_PORT",
                String.valueOf(port),
                "WEBHOOK_SECRET",
                secret,
                "WEBHOOK_ADDRESS",
                "127.0.0.1",
                "WEBHOOK_PATH",
                "/zendesk/events");
    }

    @Command(name = "serve", description = "Serves both APIs until stopped, and prints the environment for once.")
    int serve() throws Exception {
        try (Sandbox sandbox = start()) {
            variables(sandbox).forEach((name, value) -> System.out.println("export " + name + "=" + value));
            System.out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    /**
     * Camel puts a variable of the process before any property that it is given: with ZENDESK_URL exported for an account, the rehearsal
     * would call that account.
     */
    private static void ownVariablesWin() {
        System.setProperty("camel.component.properties.environment-variable-mode", "0");
    }

    private Sandbox start() throws Exception {
        return Sandbox.start(world());
    }

    private World world() throws Exception {
        World world = World.read(parent.home().resolve("config/sandbox"));
        for (Map.Entry<String, String> outage : outages.entrySet()) {
            try {
                world.outage(outage.getKey(), Outage.of(outage.getValue()));
            } catch (IllegalArgumentException | NoSuchElementException wrong) {
                throw new CommandLine.ParameterException(spec.commandLine(), "--fail: " + wrong.getMessage());
            }
        }
        return world;
    }

    private Map<String, String> variables(Sandbox sandbox) {
        Map<String, String> variables = new LinkedHashMap<>(sandbox.environment());
        if (dataDir != null) {
            variables.put(
                    "BRIDGE_DATA_DIR", dataDir.toAbsolutePath().normalize().toString());
        }
        return variables;
    }

    /** bridge.data-dir does not apply here, so the advice differs from everywhere else. */
    private DataFolderException readOnly(DataFolderException unusable) {
        if (dataDir != null) {
            return unusable;
        }
        return new DataFolderException(
                "The sandbox keeps its data in "
                        + parent.home().resolve("data/sandbox")
                        + ", which cannot be written here: name another folder with --data-dir DIR.",
                unusable);
    }

    /**
     * The sandbox' own variables win, so that a rehearsal never calls a real account.
     *
     * @throws ConfigurationException if the mapping leads elsewhere than to the sandbox
     */
    private Environment environment(Sandbox sandbox, Map<String, String> further) throws ConfigurationException {
        Map<String, String> own = variables(sandbox);
        own.putAll(further);
        Environment environment = name -> own.containsKey(name)
                ? own.get(name)
                : name.startsWith("ZENDESK_") || name.startsWith("HTTP_") ? null : System.getenv(name);
        if (mapping != null) {
            Path file = parent.home().resolve(mapping);
            own.put("BRIDGE_MAPPING", file.toString());
            for (Organization organization :
                    MappingFile.load(file, environment).organizations().values()) {
                boolean here = sandbox.genesys().url().equals(organization.apiUrl())
                        && sandbox.genesys().url().equals(organization.loginUrl());
                if (organization.usable() && !here) {
                    throw new ConfigurationException(List.of(new Problem(
                            mapping.toString(),
                            0,
                            "organisation " + organization.name() + " is none of the sandbox",
                            "Write {{env:SANDBOX_GENESYS_URL}} as its apiUrl and its loginUrl.")));
                }
            }
        }
        return environment;
    }
}
