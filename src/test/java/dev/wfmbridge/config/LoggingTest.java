package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ResourceLock(Resources.SYSTEM_ERR)
class LoggingTest {

    /** What the shipped configuration writes to standard error for a warning with an exception and for a debug message. */
    private static List<String> lines(String format, String level) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        try (PrintStream capture = new PrintStream(written, true, StandardCharsets.UTF_8)) {
            System.setErr(capture);
            context.putProperty("LOG_FORMAT", format);
            context.putProperty("LOG_LEVEL", level);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("config/logback.xml").toFile());

            context.getLogger("dev.wfmbridge.pass")
                    .warn("one\n\u001b\u009b\u202etwo", new IllegalStateException("why"));
            context.getLogger("dev.wfmbridge.pass").debug("three");
            context.getLogger("org.apache.camel.impl").info("not shown");
        } finally {
            System.setErr(before);
            context.stop();
        }
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .as("logback prints to standard output if it has to warn of its configuration")
                .noneMatch(status -> status.getEffectiveLevel() >= Status.WARN);
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "of no known kind"})
    void writesOneLineAnEventWithoutStackTraces(String format) throws Exception {
        assertThat(lines(format, "INFO"))
                .singleElement()
                .asString()
                .matches("\\S+Z WARN  dev.wfmbridge.pass +one {4}two");
    }

    @Test
    void writesJsonForCollectors() throws Exception {
        assertThat(lines("json", "DEBUG"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("{")
                                .endsWith("}")
                                .contains("\"level\":\"WARN\"", "\"formattedMessage\":\"one\\n\\u001B  two\""),
                        line -> assertThat(line).contains("\"formattedMessage\":\"three\""));
    }
}
