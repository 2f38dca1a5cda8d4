package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.pass.Pass;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogContextTest {

    @TempDir
    Path folder;

    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.wfmbridge");
    private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> gather = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };
    private Level before;

    private void listen() {
        before = ours.getLevel();
        ours.setLevel(Level.DEBUG);
        ours.setAdditive(false);
        for (String concern : List.of("bridge", "delivery", "http", "target", "genesys", "zendesk")) {
            ((Logger) LoggerFactory.getLogger("dev.wfmbridge." + concern)).setLevel(null);
        }
        gather.setContext(ours.getLoggerContext());
        gather.start();
        ours.addAppender(gather);
    }

    @AfterEach
    void stopListening() {
        ours.detachAppender(gather);
        ours.setAdditive(true);
        ours.setLevel(before);
    }

    private List<JsonNode> lines() throws Exception {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(ours.getLoggerContext());
        encoder.setWithFormattedMessage(true);
        encoder.start();
        List<JsonNode> lines = new ArrayList<>();
        for (ILoggingEvent event : events) {
            lines.add(new ObjectMapper().readTree(new String(encoder.encode(event), StandardCharsets.UTF_8)));
        }
        return lines;
    }

    @Test
    @DisplayName(
            "each line of a pass carries the pass; a line about an organisation or a segment carries those too, on any thread")
    void carried() throws Exception {
        try (Stage stage = Stage.with(folder, 12)) {
            // What is logged before the first pass belongs to none.
            stage.rehearsal.bridge();
            listen();
            stage.genesys(Stage.answers(call -> Stage.isPost(call) && "acme".equals(call.account()), 400));
            Pass pass = stage.rehearsal.byClock();
            List<JsonNode> lines = lines().stream()
                    .filter(line -> !line.path("loggerName").asText().contains("sandbox"))
                    .toList();
            assertThat(lines).isNotEmpty();
            assertThat(lines).allSatisfy(line -> assertThat(line.at("/mdc/pass").asText())
                    .as(line.toString())
                    .isEqualTo(pass.getRunId()));

            List<JsonNode> letters = about(lines, " is a dead letter");
            assertThat(letters).hasSize(12).allSatisfy(line -> {
                assertThat(line.at("/mdc/organization").asText()).isEqualTo("acme");
                assertThat(line.path("formattedMessage").asText())
                        .contains(line.at("/mdc/segment").asText("none"));
            });
            assertThat(letters.stream()
                            .map(line -> line.at("/mdc/segment").asText())
                            .distinct())
                    .hasSize(12);
            assertThat(letters.stream()
                            .map(line -> line.path("threadName").asText())
                            .distinct())
                    .as("workers have threads of their own")
                    .hasSizeGreaterThan(1);

            assertThat(about(lines, "POST " + Stage.SEGMENTS)).hasSize(13).allSatisfy(line -> {
                assertThat(line.at("/mdc/organization").asText()).isIn("acme", "globex");
                assertThat(line.at("/mdc/segment").asText()).hasSize(36);
            });
            assertThat(about(lines, "GET /api/v2/users")).isNotEmpty().allSatisfy(line -> {
                assertThat(line.at("/mdc/organization").asText()).isIn("acme", "globex");
                assertThat(line.at("/mdc/segment").isMissingNode()).isTrue();
            });
            assertThat(lines.toString()).doesNotContain("@example.com", "secret-of-acme", "Agent 1");
        }
    }

    private static List<JsonNode> about(List<JsonNode> lines, String text) {
        return lines.stream()
                .filter(line -> line.path("formattedMessage").asText().contains(text))
                .toList();
    }

    @Test
    @DisplayName("log.format and log.level of the properties file count where no variable says something else")
    void properties() throws Exception {
        Path file = folder.resolve("application.properties");
        Files.writeString(file, "log.format=json\nlog.level=DEBUG\n");
        String format = System.getProperty("LOG_FORMAT");
        String level = System.getProperty("LOG_LEVEL");
        try {
            System.clearProperty("LOG_FORMAT");
            System.setProperty("LOG_LEVEL", "ERROR");
            LogSettings.apply(file, Map.of("LOG_FORMAT", "text"));
            assertThat(System.getProperty("LOG_FORMAT")).isEqualTo("text");
            System.clearProperty("LOG_FORMAT");
            LogSettings.apply(file, Map.of("LOG_FORMAT", "JSON"));
            assertThat(System.getProperty("LOG_FORMAT")).as("in capitals").isEqualTo("json");
            System.clearProperty("LOG_FORMAT");
            LogSettings.apply(file, Map.of("LOG_FORMAT", ""));
            assertThat(System.getProperty("LOG_FORMAT")).isEqualTo("json");
            assertThat(System.getProperty("LOG_LEVEL")).isEqualTo("ERROR");
        } finally {
            Stream.of(new String[] {"LOG_FORMAT", format}, new String[] {"LOG_LEVEL", level})
                    .forEach(pair -> {
                        if (pair[1] == null) {
                            System.clearProperty(pair[0]);
                        } else {
                            System.setProperty(pair[0], pair[1]);
                        }
                    });
        }
    }
}
