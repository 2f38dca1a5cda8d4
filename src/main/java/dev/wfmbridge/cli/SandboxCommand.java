package dev.wfmbridge.cli;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sandbox}: a pass against an embedded Zendesk and Genesys; no account, no network. */
@Command(
        name = "sandbox",
        description = "One pass against an embedded Zendesk and Genesys with sample data: no account, no network.",
        footer = {
            "",
            "The sample data lie in config/sandbox/, its bad weather in config/sandbox/weather.yaml.",
            "",
            "Examples:",
            "  wfm-bridge sandbox",
            "  wfm-bridge sandbox --passes 2",
            "  wfm-bridge sandbox --mapping config/sandbox/mapping-published.yaml",
            "  wfm-bridge sandbox serve"
        })
final class SandboxCommand implements Callable<Integer> {

    @ParentCommand
    private WfmBridge parent;

    @Option(names = "--passes", description = "Passes, one after the other (default: 1).", defaultValue = "1")
    private int passes;

    @Option(names = "--json", description = "The reports on standard output, and nothing else.")
    private boolean json;

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description = "A mapping onto the sandbox' organisations (default: config/sandbox/mapping.yaml).")
    private Path mapping;

    @Override
    public Integer call() throws Exception {
        try (Sandbox sandbox = start(parent.home())) {
            return OnceCommand.run(
                    parent.home(),
                    environment(sandbox),
                    json,
                    false,
                    OnceCommand.FailOn.DEAD_LETTERS,
                    passes,
                    java.util.Map.of());
        }
    }

    @Command(name = "run", description = "Passes by poll.cron against the sandbox, until stopped.")
    int run() throws Exception {
        try (Sandbox sandbox = start(parent.home())) {
            return RunCommand.run(parent.home(), environment(sandbox), false);
        }
    }

    @Command(name = "serve", description = "Serves both APIs until stopped, and prints the environment for once.")
    int serve() throws Exception {
        try (Sandbox sandbox = start(parent.home())) {
            sandbox.environment().forEach((name, value) -> System.out.println("export " + name + "=" + value));
            System.out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private static Sandbox start(Path home) throws Exception {
        return Sandbox.start(World.read(home.resolve("config/sandbox")));
    }

    /**
     * The sandbox' own variables win, so that a rehearsal never calls a real account.
     *
     * @throws ConfigurationException if the mapping leads elsewhere than to the sandbox
     */
    private Environment environment(Sandbox sandbox) throws ConfigurationException {
        Map<String, String> own = new HashMap<>(sandbox.environment());
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
