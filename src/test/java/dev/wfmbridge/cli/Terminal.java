package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.sandbox.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** A command as a user types it, in this process; and what he reads. */
final class Terminal {

    private Terminal() {}

    /**
     * What a command left on the screen.
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
        discreet(site, environment, said);
        return said;
    }

    /** Promise 8: no secret and no person's data, in whatever form, on the screen, in the log or in a file. */
    private static void discreet(Site site, Map<String, String> environment, Said said) throws IOException {
        Set<String> secrets = new LinkedHashSet<>();
        environment.forEach((name, value) -> {
            if (name.endsWith("_SECRET") || name.endsWith("_TOKEN") || name.endsWith("_PASSWORD")) {
                secrets.add(value);
            }
        });
        Stream.concat(site.sandbox().genesys().received().stream(), site.sandbox().zendesk().received().stream())
                .map(Received::headers)
                .map(headers -> headers.getOrDefault("authorization", ""))
                .filter(header -> header.contains(" "))
                .map(header -> header.substring(header.indexOf(' ') + 1))
                .forEach(secrets::add);
        Set<String> needles = new LinkedHashSet<>();
        for (String secret : secrets) {
            needles.add(secret);
            needles.add(Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
            needles.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        }
        needles.add("Basic ");
        needles.add("Bearer ");
        needles.add("@example.com");
        needles.add("%40example.com");
        needles.add("Agent 0");
        List<String> places = new ArrayList<>(List.of(said.out(), said.err(), said.log()));
        if (Files.isDirectory(site.data())) {
            try (Stream<Path> files = Files.walk(site.data())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    places.add(file.getFileName() + "\n" + Files.readString(file));
                }
            }
        }
        for (String place : places) {
            for (String needle : needles) {
                assertThat(place.contains(needle)).as("%s in %s", needle, place).isFalse();
            }
        }
    }
}
