package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SkipReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/reference.md and the pages beside it name everything there is, and nothing else. */
class ReferenceTest {
    private final String reference = read("docs/reference.md");

    @Test
    void properties() {
        List<String> declared = new ArrayList<>();
        Property.all()
                .forEach(property -> declared.add("| `" + property.key() + "` | "
                        + (property.otherwise().isEmpty() ? "" : "`" + property.otherwise() + "` ") + "| "
                        + property.meaning()));
        // What follows the meaning are links to other pages.
        List<String> rows = section("Properties")
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.replaceFirst("(\\. See)? \\|$|(\\. See | \\()\\[.*$", ""))
                .toList();
        assertThat(rows).isEqualTo(declared).hasSizeGreaterThan(40);
    }

    @Test
    void commandsAndOptions() {
        String commands = section("Commands");
        TreeSet<String> options = new TreeSet<>();
        List<String> names = new ArrayList<>();
        CommandLine line = new CommandLine(new WfmBridge(Environment.of(Map.of())));
        ServiceLoader.load(AddedCommand.class).forEach(line::addSubcommand);
        collect(line, names, options);
        names.remove("help");
        assertThat(names).allSatisfy(name -> assertThat(commands).containsPattern("`([a-z]+ )?" + name + "\\b"));
        options.removeAll(List.of("-h", "-V"));
        assertThat(options).allSatisfy(option -> assertThat(commands).containsPattern("`" + option + "\\b"));
        Matcher told = Pattern.compile("`(--[a-z-]+)").matcher(commands);
        while (told.find()) {
            assertThat(options).contains(told.group(1));
        }
    }

    @Test
    void outcomesAndReasons() {
        assertThat(Arrays.stream(Outcome.values()).map(Outcome::text))
                .allSatisfy(outcome -> assertThat(section("Report")).contains("`" + outcome + "`"));
        String reasons = section("Report") + read("docs/targets.md");
        assertThat(Arrays.stream(SkipReason.values())
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT).replace('_', '-')))
                .allSatisfy(reason -> assertThat(reasons).contains("`" + reason + "`"));
        String runbook = read("docs/runbook.md");
        assertThat(Arrays.stream(HaltReason.values()).map(HaltReason::text))
                .allSatisfy(reason -> assertThat(runbook).contains("`" + reason + "`"));
        String letters = read("docs/dead-letters.md");
        assertThat(Arrays.stream(LetterCode.values()).map(LetterCode::text))
                .allSatisfy(code -> assertThat(letters).contains("## `" + code + "`"));
    }

    private static void collect(CommandLine command, List<String> names, TreeSet<String> options) {
        command.getCommandSpec().options().forEach(option -> options.add(option.longestName()));
        command.getSubcommands().forEach((name, sub) -> {
            names.add(name);
            collect(sub, names, options);
        });
    }

    private String section(String heading) {
        int begin = reference.indexOf("\n## " + heading + "\n");
        assertThat(begin).as("the heading " + heading).isPositive();
        int end = reference.indexOf("\n## ", begin + 1);
        return end < 0 ? reference.substring(begin) : reference.substring(begin, end);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
