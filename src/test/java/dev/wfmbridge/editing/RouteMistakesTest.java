package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.RouteFileException;
import dev.wfmbridge.cli.Program;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.sandbox.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of mistake in an edit of the routes is reported with file, line and what to do, before anything is sent. */
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
                .with("ACME_EMEA_CLIENT_ID", "client")
                .with("ACME_EMEA_CLIENT_SECRET", "secret");
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

    private static String file(String name) {
        return "routes/" + name + ".camel.yaml";
    }

    /** Makes the edits, file | from | to | what | mend, and checks that all of them are reported at once. */
    private static List<Problem> told(String... mistakes) throws Exception {
        Map<String, String> before = new LinkedHashMap<>();
        try {
            for (String mistake : mistakes) {
                String[] part = mistake.split(" *\\| *");
                before.putIfAbsent(file(part[0]), copy.read(file(part[0])));
                copy.edit(file(part[0]), part[1], part[2]);
            }
            List<Problem> problems = problems();
            for (String mistake : mistakes) {
                String[] part = mistake.split(" *\\| *");
                int line = copy.line(file(part[0]), part[2]);
                assertThat(problems).as(mistake).anySatisfy(problem -> {
                    assertThat(problem.file()).isEqualTo(file(part[0]));
                    assertThat(problem.line()).isEqualTo(line);
                    assertThat(problem.what()).contains(part[3]);
                    assertThat(problem.mend()).contains(part[4]);
                });
            }
            return problems;
        } finally {
            for (Map.Entry<String, String> file : before.entrySet()) {
                copy.write(file.getKey(), file.getValue());
            }
        }
    }

    @Test
    @DisplayName(
            "mistakes that Camel accepts silently: each is reported, with what was probably meant, and nothing else is")
    void silent() throws Exception {
        assertThat(told(
                        "outcome | uri: direct:dead-letter | uri: direct:dead-leter | no route takes direct:dead-leter |"
                                + " \"direct:dead-letter\"",
                        "organization | wfmPass.planned | wfmPass.plannd | \"plannd\" is nothing that wfmPass has | \"planned\"",
                        "zendesk-read | routeConfigurationId: quota-errors,read-errors | routeConfigurationId: quota-errors,read-eror | there is no"
                                + " routeConfiguration \"read-eror\" | \"read-errors\"",
                        "zendesk-token | ref: zendeskTokens | ref: zendeskTokns | there is no bean \"zendeskTokns\" |"
                                + " \"zendeskTokens\"",
                        "segment-deliver | exchangeProperty.wfmMessage} | exchangeProperty.wfmMesage} | nothing sets the exchange property"
                                + " \"wfmMesage\" | \"wfmMessage\""))
                .hasSize(5);
    }

    @Test
    @DisplayName("mistakes that stop Camel: each is reported with its line, not only the first")
    void loud() throws Exception {
        told(
                "dead-letter | method: fileLetter | method: fileLeter | bean \"outcomes\" has no method \"fileLeter\" |"
                        + " \"fileLetter\"",
                "outcome | simple: \"${exchangeProperty.wfmOutcome} == 'dead-lettered'\" | simple:"
                        + " \"${exchangeProperty.wfmOutcome == 'dead-lettered'\" | this expression"
                        + " cannot be parsed | braces",
                "outcome | - to: | - too: | key \"too\" is not known here | \"to\"",
                "dead-letter | description: Files | descripton: Files | key \"descripton\" is not known here |"
                        + " \"description\"",
                "pass | cron: \"{{ | corn: \"{{ | \"quartz\" has no option \"corn\" | \"cron\"",
                "pass | \"{{poll.cron}}\" | \"{{poll.cornn}}\" | there is no property \"poll.cornn\" | \"poll.cron\"",
                "pass | org.apache.camel.processor.Thr | org.apache.camel.procesor.Thr | there is no class"
                        + " \"org.apache.camel.procesor.Thr | full name",
                "organization | executorService: parts | executorService: x-files | there is no bean \"x-files\" | beans",
                "organization | parallelProcessing: true | parallelProcesing: true | key \"parallelProcesing\" is not known here |"
                        + " \"parallelProcessing\"",
                "pass | uri: direct:pass-stages | uri: drect:pass-stages | Camel has no component \"drect\" here |"
                        + " \"direct\"",
                "segment-deliver | idempotentRepository: segmentKeys | idempotentRepository: segmentKey | there is no bean"
                        + " \"segmentKey\" | \"segmentKeys\"",
                "paced-call | timePeriodMillis: \"{{spanMillis}}\" | timePeriodMillis: \"{{spanMilis}}\" | there is no"
                        + " property \"spanMilis\" | \"spanMillis\"",
                "zendesk-token | id: zendesk-token-request | id: outcome | a second route has the id \"outcome\"; the"
                        + " first is in routes/outcome.camel.yaml:2 | id of its own",
                "organization | ${exchangeProperty.wfmPass.organizationsConcerned} | ${exchnge} | this expression cannot be"
                        + " parsed (Unknown function | quotes");
    }

    @Test
    @DisplayName(
            "reading what a body does not have is reported with its line, where the body's type follows from the routes")
    void bodies() throws Exception {
        assertThat(told(
                        "segment-deliver | ${body.action} != | ${body.acton} != | \"acton\" is"
                                + " nothing that the body, a SegmentMessage, has | \"action\"",
                        "segment-deliver | message: \"to be made, as ${body.wantedStatus}\" | message: \"to be made in"
                                + " ${body.place.idd}\" | \"idd\" is nothing | \"id\"",
                        "genesys-snapshot | direct:${body.target}-snapshot | direct:${body.targett}-snapshot | a Place, |"
                                + " \"target\""))
                .hasSize(3);
    }

    @Test
    @DisplayName(
            "broken indentation is reported with its line, and nothing is concluded from the file that could not be read")
    void indentation() throws Exception {
        String file = "routes/dead-letter.camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(file, "    description: Files", "   description: Files");
            assertThat(problems()).singleElement().satisfies(problem -> {
                assertThat(problem.file()).isEqualTo(file);
                assertThat(problem.line()).isEqualTo(copy.line(file, "   description: Files"));
                assertThat(problem.what()).contains("not YAML");
                assertThat(problem.mend()).contains("indentation");
            });
        } finally {
            copy.write(file, before);
        }
    }

    @Test
    @DisplayName("a file that an editor saved in another encoding is named")
    void encoding() throws Exception {
        Path file = folder.resolve("routes/latin.camel.yaml");
        Files.write(file, "- route:\n    description: Überweg\n".getBytes(StandardCharsets.ISO_8859_1));
        try {
            assertThat(problems().stream().map(Problem::oneLine))
                    .containsExactly("routes/latin.camel.yaml: the file is not in UTF-8. Save it as UTF-8.");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @DisplayName("all mistakes of all files are reported at once, in the order of the files")
    void all() throws Exception {
        List<String> names = List.of("outcome", "pass", "zendesk-poll");
        List<String> before = new ArrayList<>();
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
    @DisplayName("what the bridge's checks do not find is reported in Camel's words, with the route's file and line")
    void inCamelsWords() throws Exception {
        String file = "routes/segment-deliver.camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(
                    file,
                    "        - log:\n            message: \"to be made, as ${body.wantedStatus}\"\n",
                    "        - unmarshal:\n            json:\n              library: Gson\n        - log:\n            message: made\n");
            assertThat(problems()).singleElement().satisfies(problem -> {
                assertThat(problem.file()).isEqualTo(file);
                assertThat(problem.line()).isPositive();
                assertThat(problem.what()).contains("segment-new").contains("gson");
            });
        } finally {
            copy.write(file, before);
        }
    }

    @Test
    @DisplayName("the routes start as delivered, and so does a route of the user's own with a bean of its own")
    void right() throws Exception {
        Path own = folder.resolve("routes/own.camel.yaml");
        Files.writeString(
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
            Files.delete(own);
        }
    }

    @Test
    @DisplayName("a folder mounted by Kubernetes from a ConfigMap, its files behind two links, is loaded once")
    void mounted(@TempDir Path mount) throws Exception {
        Copy mounted = Copy.in(mount);
        Path routes = mount.resolve("routes");
        Path real = Files.createDirectory(mount.resolve("..2026_11_24"));
        try (Stream<Path> files = Files.list(routes)) {
            for (Path file : files.toList()) {
                Files.move(file, real.resolve(file.getFileName()));
            }
        }
        Files.move(real, routes.resolve("..2026_11_24"));
        Files.createSymbolicLink(routes.resolve("..data"), Path.of("..2026_11_24"));
        try (Stream<Path> files = Files.list(routes.resolve("..2026_11_24"))) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(
                        routes.resolve(file.getFileName()), Path.of("..data").resolve(file.getFileName()));
            }
        }
        try {
            assertThat(rehearsal.home(mounted.home()).start().context().getRoute("pass"))
                    .isNotNull();
        } finally {
            rehearsal.restart();
            rehearsal.home(folder);
        }
    }

    /** The program as a process of its own, with the sandbox' environment. */
    private static Ended program(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(Program.command());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(LC_.*|LANG|ZENDESK_.*|HTTP_.*|BRIDGE_.*)"));
        builder.environment().putAll(rehearsal.sandbox().environment());
        builder.environment()
                .putAll(Map.of(
                        "BRIDGE_DATA_DIR",
                        folder.resolve("data").toString(),
                        "BRIDGE_MAPPING",
                        folder.resolve("mapping.yaml").toString(),
                        "ACME_EMEA_CLIENT_ID",
                        "client",
                        "ACME_EMEA_CLIENT_SECRET",
                        "secret"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Ended(int status, String out, String err) {}

    @Test
    @DisplayName(
            "check names the mistake in a line and tries nothing else; once says the same, exit status 1, no stack trace")
    void commands() throws Exception {
        String file = "routes/outcome.camel.yaml";
        String before = copy.read(file);
        try {
            copy.edit(file, "uri: direct:dead-letter", "uri: direct:dead-leter");
            String line = file + ":" + copy.line(file, "uri: direct:dead-leter")
                    + ": no route takes direct:dead-leter. Did you mean \"direct:dead-letter\"?";

            Ended check = program("check", "--home", folder.toString());
            assertThat(check.status()).isEqualTo(1);
            assertThat(check.out()).contains("✗ routes: " + line);
            Ended once = program("once", "--home", folder.toString());
            assertThat(once.status()).isEqualTo(1);
            assertThat(once.err().lines()).containsExactly(line);
            assertThat(rehearsal.sandbox().zendesk().received()).isEmpty();
            assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
        } finally {
            copy.write(file, before);
        }
    }
}
