package dev.wfmbridge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.mapping.Target;
import dev.wfmbridge.mapping.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What concerns one target only is named in its package, its route file and the mapping's schema, and nowhere else. */
class TargetNamesTest {

    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\\n]|\\\\.)*\"");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$");

    private static List<Target> targets() {
        return Targets.installed().all().stream()
                .filter(target -> !target.name().startsWith("x-"))
                .toList();
    }

    @Test
    @DisplayName(
            "no class outside its package has a target's name, its path or a key of its entries in a text, nor its class in an import")
    void java() throws Exception {
        assertThat(targets()).hasSizeGreaterThan(2);
        Set<String> leaks = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
                for (Target target : targets()) {
                    if (file.toString().contains("/target/" + target.name() + "/")) {
                        continue;
                    }
                    TEXT.matcher(code)
                            .results()
                            .map(MatchResult::group)
                            .filter(text -> text.contains(target.name())
                                    || target.keys().contains(text.substring(1, text.length() - 1)))
                            .map(text -> file.getFileName() + ": " + text)
                            .forEach(leaks::add);
                    if (code.contains("dev.wfmbridge.target." + target.name())) {
                        leaks.add(file.getFileName() + " imports " + target.name());
                    }
                }
            }
        }
        // Names of columns in report and ledger, which say "schedule" for a place of any target; status is what every
        // segment has.
        leaks.removeIf(leak -> leak.matches(".*: \"(scheduleId|status|statusByTag)\""));
        // A staffing group may be for one unit alone, which check --list shows with the mapping's own key.
        leaks.remove("StaffingGroupTarget.java: \"managementUnitId\"");
        assertThat(leaks).isEmpty();
    }

    @Test
    @DisplayName("a route file names one target at most: its own, or the one whose conflicts it resolves")
    void routes() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                String name = file.getFileName().toString().replace(".camel.yaml", "");
                assertThat(targets().stream().map(Target::name).filter(text::contains))
                        .as(name)
                        .isSubsetOf(name.equals("conflict-resolve") ? "userschedulesegments" : name);
            }
        }
    }
}
