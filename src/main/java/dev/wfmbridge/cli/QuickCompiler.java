package dev.wfmbridge.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.LoggerFactory;

/**
 * Tells Java to leave its optimising compiler out. A command that ends after some minutes spends more than half of its processor time on
 * it, and gets nothing back (docs/benchmarks.md, "Java's compiler"). The launcher says the same with an option, which {@code java -jar}
 * has no place for.
 */
final class QuickCompiler {

    /** For every method; Java takes its quick compiler instead. */
    private static final String DIRECTIVES = "[{match: \"*.*\", c2: {Exclude: true}}]";

    private static final String ALREADY = "-XX:TieredStopAtLevel=";

    private QuickCompiler() {}

    /**
     * For all commands but {@code run}, whose code runs for months. Nothing waits for it.
     *
     * @return the thread that does so; null if there is nothing to do
     */
    static Thread choose(String... args) {
        if (Arrays.asList(args).contains("run")) {
            return null;
        }
        Thread thread = new Thread(QuickCompiler::tell, "quick-compiler");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void tell() {
        boolean chosen = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(option -> option.startsWith(ALREADY));
        if (chosen) {
            return;
        }
        try {
            Path file = Files.createTempFile("wfm-bridge-compiler", ".json");
            try {
                Files.writeString(file, DIRECTIVES);
                ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "compilerDirectivesAdd",
                                new Object[] {new String[] {file.toString()}},
                                new String[] {String[].class.getName()});
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | JMException other) {
            // Another vendor's Java, or no place for the file: the command only takes longer.
            LoggerFactory.getLogger(QuickCompiler.class).debug("Java's compiler stays as it is: {}", other.toString());
        }
    }
}
