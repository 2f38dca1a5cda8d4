package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.wfmbridge.config.Environment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** A command as a user types it, run in this process, and what they read. */
final class Terminal {

    private Terminal() {}

    /**
     * What a command printed.
     *
     * @param log the log at its most talkative, exceptions included, which only the searches for secrets look at
     */
    record Said(int exit, String out, String err, String log) {

        /** What a user reads: standard output and standard error. */
        String text() {
            return out + err;
        }
    }

    static Said type(Site site, String... arguments) throws Exception {
        return type(site, site.environment(), arguments);
    }

    static Said type(Site site, Map<String, String> environment, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", Path.of("").toAbsolutePath().toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger own = (Logger) LoggerFactory.getLogger("dev.wfmbridge");
        Level level = own.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        int exit;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            own.setLevel(Level.DEBUG);
            root.addAppender(log);
            exit = WfmBridge.execute(Environment.of(environment), all.toArray(String[]::new));
        } finally {
            root.detachAppender(log);
            own.setLevel(level);
            System.setOut(realOut);
            System.setErr(realErr);
        }
        String logged = log.list.stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
        Said said = new Said(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), logged);
        assertThat(said.text())
                .as("no stack trace")
                .doesNotContain("\tat ", "Exception", "java.lang.", "org.apache.", "An error of the bridge itself");
        site.privacy().environment(environment);
        site.privacy().text("standard output", said.out());
        site.privacy().text("standard error", said.err());
        site.privacy().check();
        assertThat(said.text() + said.log()).as("no credentials").doesNotContain("Basic ", "Bearer ");
        return said;
    }
}
