package dev.wfmbridge.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dependencies between the packages of the bridge only point downward, in the order given in docs/architecture.md. */
class PackagesTest {

    private static final String ROOT = "dev.wfmbridge.";

    private final JavaClasses bridge = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    @DisplayName("no package circle")
    void noCircle() {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(bridge);
    }

    @Test
    @DisplayName("a package uses those that stand below it in docs/architecture.md, and it stands there")
    void downward() throws Exception {
        List<String> order = new ArrayList<>();
        Matcher rows = Pattern.compile("^\\| (`[^|]+) \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("docs/architecture.md")).split("## What lies where", 2)[1]);
        while (rows.find()) {
            Pattern.compile("`([a-z]+)`").matcher(rows.group(1)).results().forEach(name -> order.add(name.group(1)));
        }
        TreeSet<String> there = new TreeSet<>();
        TreeSet<String> upward = new TreeSet<>();
        for (JavaClass one : bridge) {
            String from = name(one);
            there.add(from);
            for (Dependency arrow : one.getDirectDependenciesFromSelf()) {
                String to = name(arrow.getTargetClass().getBaseComponentType());
                if (to != null && !to.equals(from) && order.indexOf(to) <= order.indexOf(from)) {
                    upward.add(from + " uses " + to + ": " + arrow.getDescription());
                }
            }
        }
        assertThat(order).containsAll(there);
        assertThat(upward).isEmpty();
    }

    /** The package's name, inner packages included; null for a class that is not the bridge's. */
    private static String name(JavaClass one) {
        return one.getPackageName().startsWith(ROOT)
                ? one.getPackageName().substring(ROOT.length()).split("\\.")[0]
                : null;
    }
}
