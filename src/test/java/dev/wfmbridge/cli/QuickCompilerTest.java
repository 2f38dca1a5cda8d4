package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which commands do without Java's optimising compiler; each in a JVM of its own, since this one's compiler is not
 * affected.
 */
class QuickCompilerTest {

    /** Applies the choice, and prints the directives then in force. */
    static final class Probe {
        public static void main(String[] args) throws Exception {
            Thread told = QuickCompiler.choose(args);
            if (told != null) {
                told.join();
            }
            System.out.println(ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "compilerDirectivesPrint",
                            new Object[0],
                            new String[0]));
        }
    }

    @ParameterizedTest
    @CsvSource({"once, true", "plan, true", "run, false", "sandbox run, false"})
    @DisplayName("every command but run")
    void commands(String command, boolean quick) throws Exception {
        assertThat(directives(List.of(), command.split(" ")).contains("Exclude:true"))
                .isEqualTo(quick);
    }

    @Test
    @DisplayName("Java is told nothing where an option already says so, nor where there is no room for the file")
    void already() throws Exception {
        assertThat(directives(List.of("-XX:TieredStopAtLevel=1"), "once")).doesNotContain("Exclude:true");
        assertThat(directives(List.of("-Djava.io.tmpdir=/nowhere"), "once")).doesNotContain("Exclude:true");
    }

    private static String directives(List<String> options, String... args) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("Directive:");
        return said;
    }
}
