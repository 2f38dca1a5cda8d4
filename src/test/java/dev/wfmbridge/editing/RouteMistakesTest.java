package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.RouteFileException;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of mistake in an edit of the routes is told with file, line and what to do, before anything is sent. */
class RouteMistakesTest {

    @TempDir
    static Path folder;

    private static Copy copy;
    private static Rehearsal rehearsal;

    @BeforeAll
    static void copies() throws Exception {
        copy = Copy.in(folder);
        rehearsal = Rehearsal.of(new World(), folder, 50)
                .mapping(Edits.MAPPING)
                .home(folder)
                .with("ACME_CLIENT_ID", "client")
                .with("ACME_CLIENT_SECRET", "secret");
    }

    @AfterAll
    static void ends() {
        rehearsal.close();
    }

    private static List<Problem> problems() {
        RouteFileException refused = catchThrowableOfType(RouteFileException.class, rehearsal::start);
        assertThat(refused).isNotNull();
        assertThat(rehearsal.sandbox().zendesk().received()).isEmpty();
        assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
        return refused.problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            outcome             | uri: direct:dead-letter                | uri: direct:dead-leter                  | no route takes direct:dead-leter                        | "direct:dead-letter"
            outcome             | method: fileLetter                     | method: fileLeter                       | bean "outcomes" has no method "fileLeter"               | "fileLetter"
            outcome             | ref: outcomes                          | ref: outcoms                            | there is no bean "outcoms"                              | "outcomes"
            outcome             | simple: "${body.outcome} != 'held'"    | simple: "${body.outcome != 'held'"      | this expression cannot be parsed                        | braces
            outcome             | simple: "${body.outcome} != 'held'"    | simple: "${boddy.outcome} != 'held'"    | this expression cannot be parsed (Unknown function      | quotes
            outcome             | - to:                                  | - too:                                  | key "too" is not known here                             | "to"
            outcome             | description: Files                     | descripton: Files                       | key "descripton" is not known here                      | "description"
            outcome             | id: outcome                            | id: dead-letter                         | a second route has the id "dead-letter"                 | id of its own
            outcome             | wfmPass.planned                        | wfmPass.plannd                          | "plannd" is nothing that wfmPass has                    | "planned"
            outcome             | wfmPass.planned                        | wfmPas.planned                          | nothing sets the exchange property "wfmPas"             | "wfmPass"
            pass                | cron: "{{poll.cron}}"                  | corn: "{{poll.cron}}"                   | "quartz" has no option "corn"                           | "cron"
            pass                | cron: "{{poll.cron}}"                  | cron: "{{poll.corn}}"                   | there is no property "poll.corn"                        | "poll.cron"
            pass                | uri: quartz:poll                       | uri: quarz:poll                         | Camel has no component "quarz" here                     | "quartz"
            pass                | org.apache.camel.processor.Thr         | org.apache.camel.procesor.Thr           | there is no class "org.apache.camel.procesor.Thr        | full name
            pass                | executorService: organizations         | executorService: organisations-x        | there is no bean "organisations-x"                      | beans
            pass                | parallelProcessing: true               | parallelProcesing: true                 | key "parallelProcesing" is not known here               | "parallelProcessing"
            zendesk-poll        | routeConfigurationId: read-errors      | routeConfigurationId: read-eror         | there is no routeConfiguration "read-eror"              | "read-errors"
            segment-deliver     | idempotentRepository: segmentKeys      | idempotentRepository: segmentKey        | there is no bean "segmentKey"                           | "segmentKeys"
            paced-call          | timePeriodMillis: "{{periodMillis}}"   | timePeriodMillis: "{{periodMilis}}"     | there is no property "periodMilis"                      | "periodMillis"
            paced-call          | asyncDelayed: false                    | asyncDelay: false                       | key "asyncDelay" is not known here                      | "asyncDelayed"
            zendesk-token       | unmarshalType: com.fasterxml           | unmarshalType: com.fasterxmll           | there is no class "com.fasterxmll                       | full name
            """)
    @DisplayName("a mistake is told with its file, its line, and what was probably meant")
    void told(String name, String from, String to, String what, String mend) throws Exception {
        String file = "routes/" + name + ".camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(file, from, to);
            int line = copy.line(file, to);
            assertThat(problems()).anySatisfy(problem -> {
                assertThat(problem.file()).isEqualTo(file);
                assertThat(problem.what()).contains(what);
                assertThat(problem.line()).isEqualTo(line);
                assertThat(problem.mend()).contains(mend);
            });
        } finally {
            copy.write(file, before);
        }
    }

    @Test
    @DisplayName("a broken indentation is told with its line, and nothing follows from the file that could not be read")
    void indentation() throws Exception {
        String file = "routes/outcome.camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(file, "    description: Files", "   description: Files");
            assertThat(problems()).singleElement().satisfies(problem -> {
                assertThat(problem.file()).isEqualTo(file);
                assertThat(problem.line()).isEqualTo(copy.line(file, "   description: Files"));
                assertThat(problem.what()).contains("no YAML");
                assertThat(problem.mend()).contains("indentation");
            });
        } finally {
            copy.write(file, before);
        }
    }

    @Test
    @DisplayName("all mistakes of all files are told at once, in the order of the files")
    void all() throws Exception {
        List<String> names = List.of("outcome", "pass", "zendesk-poll");
        List<String> before = new java.util.ArrayList<>();
        for (String name : names) {
            before.add(copy.read("routes/" + name + ".camel.yaml"));
        }
        try {
            copy.edit("routes/outcome.camel.yaml", "method: record", "method: recrd");
            copy.edit("routes/pass.camel.yaml", "id: poll", "id: pol");
            copy.edit("routes/zendesk-poll.camel.yaml", "doWhile: true", "doWhil: true");
            assertThat(problems().stream().map(Problem::oneLine))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .isEqualTo("routes: there is no route \"poll\", which run starts. Put it back, or"
                                            + " give it its old name again."),
                            line -> assertThat(line).startsWith("routes/outcome.camel.yaml:"),
                            line -> assertThat(line).startsWith("routes/zendesk-poll.camel.yaml:"));
        } finally {
            for (int i = 0; i < names.size(); i++) {
                copy.write("routes/" + names.get(i) + ".camel.yaml", before.get(i));
            }
        }
    }

    @Test
    @DisplayName("what no check of the bridge knows is told in Camel's words, with the route's file and line")
    void inCamelsWords() throws Exception {
        String file = "routes/zendesk-token.camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(file, "library: Jackson", "library: Gson");
            assertThat(problems()).singleElement().satisfies(problem -> {
                assertThat(problem.file()).isEqualTo(file);
                assertThat(problem.line()).isPositive();
                assertThat(problem.what()).contains("zendesk-token-request").contains("gson");
            });
        } finally {
            copy.write(file, before);
        }
    }

    @Test
    @DisplayName("routes as they are delivered start, and a route of one's own with a bean of one's own does too")
    void right() throws Exception {
        Path own = folder.resolve("routes/own.camel.yaml");
        java.nio.file.Files.writeString(
                own,
                """
                - beans:
                    - name: own
                      type: java.util.concurrent.atomic.AtomicInteger
                - route:
                    id: own
                    description: A route of one's own.
                    from:
                      uri: direct:own
                      steps:
                        - bean:
                            ref: own
                            method: incrementAndGet
                        - log:
                            message: "${body}"
                """);
        try {
            assertThat(rehearsal.start().context().getRoute("own")).isNotNull();
        } finally {
            rehearsal.restart();
            java.nio.file.Files.delete(own);
        }
    }
}
