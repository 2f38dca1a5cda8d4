package dev.wfmbridge.cli;

import dev.wfmbridge.config.Environment;
import dev.wfmbridge.operate.LogSettings;
import dev.wfmbridge.report.RunReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line (docs/reference.md, "Commands"). */
@Command(
        name = "wfm-bridge",
        description = "Keeps Genesys Workforce Management segments in step with Zendesk's agent groups.",
        mixinStandardHelpOptions = true,
        versionProvider = WfmBridge.Version.class,
        exitCodeOnInvalidInput = 1,
        scope = ScopeType.INHERIT,
        subcommands = {
            RunCommand.class,
            OnceCommand.class,
            PlanCommand.class,
            CheckCommand.class,
            DraftCommand.class,
            WhyCommand.class,
            ReplayCommand.class,
            ReportCommand.class,
            KafkaCommand.class
        })
public final class WfmBridge implements Runnable {

    @Option(
            names = "--home",
            description = "Folder that holds routes/ and config/ (default: the working directory).",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR")
    private Path home = Path.of("");

    private final Environment environment;

    WfmBridge(Environment environment) {
        this.environment = environment;
    }

    /** The folder that holds {@code routes/} and {@code config/}, absolute. */
    public Path home() {
        return home.toAbsolutePath().normalize();
    }

    Environment environment() {
        return environment;
    }

    /**
     * Passes one after the other, as {@code once} does them, in another environment than the process's.
     *
     * @param json the reports on standard output, and nothing else
     * @return the highest exit status among them
     * @throws Exception whatever keeps a pass from beginning; {@link Mistakes} reports it
     */
    public int once(Environment elsewhere, boolean json, int passes) throws Exception {
        return OnceCommand.run(home(), elsewhere, json, false, OnceCommand.FailOn.DEAD_LETTERS, passes, Map.of());
    }

    /**
     * Passes by {@code poll.cron} until stopped, as {@code run} does them, in another environment than the process's.
     *
     * @throws Exception whatever keeps the bridge from starting; {@link Mistakes} reports it
     */
    public int run(Environment elsewhere) throws Exception {
        return RunCommand.run(home(), elsewhere, false);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** What {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"wfm-bridge " + RunReport.version()};
        }
    }

    /** Starts the program; the process ends with the command's exit status. */
    public static void main(String[] args) {
        // Where memory runs out, it may be in any thread, and Java's own way is a stack trace.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> System.err.println("An error of the bridge itself, in " + thread.getName() + ": "
                        + thrown.getClass().getSimpleName() + "."));
        StandardOutput output = StandardOutput.replace();
        int status;
        try {
            status = execute(Environment.system(), () -> QuickCompiler.choose(args), args);
            String failure = output.failure();
            if (failure != null) {
                System.err.println("Standard output could not be written: " + failure + ".");
                status = status == 0 ? 1 : status;
            }
        } catch (Error broken) {
            // Also where memory ran out: the JVM's own way is a stack trace and status 1, which says that nothing was
            // sent.
            System.err.println(
                    "An error of the bridge itself: " + broken.getClass().getSimpleName() + ".");
            status = 4;
        }
        System.exit(status);
    }

    static int execute(Environment environment, String... args) {
        return execute(environment, () -> {}, args);
    }

    /** @param forProcess what the process needs beyond the command, once something may be logged */
    private static int execute(Environment environment, Runnable forProcess, String... args) {
        String noLog = quietBeforeLogging(args);
        if (noLog == null) {
            HeadStart.take();
            forProcess.run();
        }
        CommandLine line = new CommandLine(new WfmBridge(environment));
        ServiceLoader.load(AddedCommand.class).forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine.HelpCommand());
        line.setExecutionExceptionHandler(new Mistakes());
        if (noLog != null) {
            line.setExecutionStrategy(parsed -> {
                Integer help = CommandLine.executeHelpRequest(parsed);
                if (help == null) {
                    line.getErr().println(noLog);
                    return 1;
                }
                return help;
            });
        }
        return line.execute(args);
    }

    /**
     * The log's configuration lies in {@code config/}, and has to be named before the first logger is made.
     *
     * @return what is wrong with it, for people, since logback would say so with a stack trace; null if it is well-formed
     */
    private static String quietBeforeLogging(String[] args) {
        Path home = Path.of("");
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--home") && i + 1 < args.length) {
                home = Path.of(args[i + 1]);
            } else if (args[i].startsWith("--home=")) {
                home = Path.of(args[i].substring("--home=".length()));
            }
        }
        Path config = home.toAbsolutePath().resolve("config");
        LogSettings.apply(config.resolve("application.properties"), System.getenv());
        Path file = config.resolve("logback.xml");
        if (System.getProperty("logback.configurationFile") == null && Files.isReadable(file)) {
            String wrong = LogSettings.malformed(file);
            if (wrong != null) {
                return wrong;
            }
            System.setProperty("logback.configurationFile", file.toString());
        }
        return null;
    }
}
