package dev.wfmbridge.operate;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * {@code log.format} and {@code log.level} of the properties file, for {@code config/logback.xml}, which knows variables only. They have to
 * be there before the first line is logged; whether they are right is told later, with all other settings.
 */
public final class LogSettings {

    private static final Map<String, String> VARIABLES = Map.of("log.format", "LOG_FORMAT", "log.level", "LOG_LEVEL");

    private LogSettings() {}

    /** Sets the system properties that logback reads, where neither they nor the environment say something already. */
    public static void apply(Path file, Map<String, String> environment) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            // Said with its line when the settings are read.
            return;
        }
        VARIABLES.forEach((key, variable) -> {
            String value = properties.getProperty(key, "").strip();
            if (!value.isEmpty()
                    && !value.contains("{{")
                    && environment.get(variable) == null
                    && System.getProperty(variable) == null) {
                System.setProperty(variable, value);
            }
        });
    }
}
