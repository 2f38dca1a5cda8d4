package dev.wfmbridge.privacy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.wfmbridge.sandbox.People;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Sandbox;
import dev.wfmbridge.sandbox.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * The promise that no secret and no person's data leaves the servers: no e-mail address at all, no name of a person and no secret or
 * token of the test's world in the log, the report, the outcomes, the letters, the ledger, the metrics, nor in the path or query of a
 * call.
 *
 * <p>Who runs a pass watches with one of these from its start, checks at the end of each pass, and closes it. The log is looked at as
 * it is written: the bridge's own lines of every level, as an operator may turn on any of them, the others as far as they are printed.
 */
public final class NoPersonalData implements AutoCloseable {

    private static final String OWN = "dev.wfmbridge";
    private static final String SEARCH = "/api/v2/users/search";
    private static final int MOST_TOLD = 10;

    private final World world;
    private final Sandbox sandbox;
    private final Path data;
    private final Sensitive sensitive = new Sensitive();
    private final List<String> found = new CopyOnWriteArrayList<>();
    private final Map<Path, String> seen = new HashMap<>();
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final TurboFilter log = new Log();
    private boolean searchedByAddress;

    private NoPersonalData(World world, Sandbox sandbox, Path data) {
        this.world = world;
        this.sandbox = sandbox;
        this.data = data;
        learn();
        log.setContext(loggers);
        log.start();
        loggers.addTurboFilter(log);
    }

    /**
     * Looks at the log from now on.
     *
     * @param data the data folder, which need not be there yet
     */
    public static NoPersonalData watch(World world, Sandbox sandbox, Path data) {
        return new NoPersonalData(world, sandbox, data);
    }

    /** Adds the secrets among the variables of an environment. */
    public NoPersonalData environment(Map<String, String> variables) {
        Set<String> secrets = new LinkedHashSet<>();
        variables.forEach((name, value) -> {
            if (name.endsWith("_SECRET") || name.endsWith("_TOKEN") || name.endsWith("_PASSWORD")) {
                secrets.add(value);
            }
        });
        sensitive.addSecrets(secrets);
        return this;
    }

    /** Somebody asked for an agent by an e-mail address, which Zendesk's search takes in the query only. */
    public NoPersonalData searchedByAddress() {
        searchedByAddress = true;
        return this;
    }

    /** Checks a text that left the program in another way, such as standard output. */
    public void text(String where, String text) {
        learn();
        look(where, text);
    }

    /** Checks everything, and fails if anything has been found since the start. */
    public void check() {
        learn();
        calls("Zendesk", sandbox.zendesk().received());
        calls("Genesys", sandbox.genesys().received());
        files();
        if (!found.isEmpty()) {
            List<String> all = List.copyOf(found);
            found.clear();
            throw new AssertionError("Personal data or a secret left the servers:\n  "
                    + String.join("\n  ", all.subList(0, Math.min(MOST_TOLD, all.size()))));
        }
    }

    /** Stops watching the log, and checks a last time. */
    @Override
    public void close() {
        loggers.getTurboFilterList().remove(log);
        check();
    }

    /** Former people and names are remembered: files may contain what a person was called before. */
    private void learn() {
        sensitive.addNames(People.names(world));
        sensitive.addSecrets(People.secrets(world));
        Set<String> tokens = new LinkedHashSet<>();
        Stream.concat(sandbox.zendesk().received().stream(), sandbox.genesys().received().stream())
                .map(call -> call.headers().getOrDefault("authorization", ""))
                .filter(header -> header.contains(" "))
                .forEach(header -> tokens.add(header.substring(header.indexOf(' ') + 1)));
        sensitive.addSecrets(tokens);
    }

    private void look(String where, String text) {
        sensitive.in(text).ifPresent(what -> found.add(where + ": " + what));
    }

    private void calls(String server, List<Received> calls) {
        for (Received call : calls) {
            String where = "the address of a call to " + server + ", " + call.method();
            look(where, call.path());
            boolean asked = searchedByAddress && call.path().equals(SEARCH) && server.equals("Zendesk");
            if (call.query() != null && !asked) {
                look(where, call.query());
                look(where, URLDecoder.decode(call.query(), StandardCharsets.UTF_8));
            }
        }
    }

    private void files() {
        if (!Files.isDirectory(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                file(file);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void file(Path file) throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            String state = now.fileKey() + " " + now.size() + " " + now.lastModifiedTime();
            if (!state.equals(seen.put(file, state))) {
                String name = data.relativize(file).toString();
                look("the name of a file", name);
                look(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            }
        } catch (NoSuchFileException replaced) {
            // A file under a temporary name, or a letter that was withdrawn: the next check sees the result.
            seen.remove(file);
        }
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** Sees each line, whether or not it will be printed. */
    private final class Log extends TurboFilter {

        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] parameters, Throwable thrown) {
            boolean own = logger.getName().startsWith(OWN);
            if (format != null && (own || level.isGreaterOrEqual(logger.getEffectiveLevel()))) {
                String where = "the log, " + level + " " + logger.getName();
                var line = MessageFormatter.arrayFormat(format, parameters, thrown);
                look(where, line.getMessage());
                if (line.getThrowable() != null) {
                    look(where, trace(line.getThrowable()));
                }
                Map<String, String> context = MDC.getCopyOfContextMap();
                if (context != null && !context.isEmpty()) {
                    look(where, context.toString());
                }
            }
            return FilterReply.NEUTRAL;
        }
    }
}
