package dev.wfmbridge.operate;

import dev.wfmbridge.config.Property;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * {@code log.format} and {@code log.level} of the properties file, for {@code config/logback.xml}, which knows variables only. They are
 * needed before the first line is logged; whether they are valid is reported later, with all other settings.
 */
public final class LogSettings {

    private static final List<Property<String>> PROPERTIES = List.of(Property.LOG_FORMAT, Property.LOG_LEVEL);

    private LogSettings() {}

    /**
     * Sets the system properties that logback reads, unless they are set: from the environment, else the file. An empty variable counts as
     * none, and capitals do not matter, as for each other property.
     */
    public static void apply(Path file, Map<String, String> environment) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            // Reported with its line when the settings are read.
            return;
        }
        for (Property<String> property : PROPERTIES) {
            String variable = property.variable();
            String named = environment.getOrDefault(variable, "").strip();
            String value =
                    named.isEmpty() ? properties.getProperty(property.key(), "").strip() : named;
            if (value.isEmpty() || value.contains("{{")) {
                value = property.otherwise();
            }
            if (System.getProperty(variable) == null) {
                System.setProperty(variable, property == Property.LOG_FORMAT ? value.toLowerCase(Locale.ROOT) : value);
            }
        }
    }

    /** What is wrong with a {@code logback.xml} that is not XML, in one line; null if it is. */
    public static String malformed(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            SAXParserFactory factory = SAXParserFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // DefaultHandler throws fatal errors, and prints nothing.
            factory.newSAXParser().parse(in, new DefaultHandler());
            return null;
        } catch (SAXParseException garbage) {
            return wrong(file, garbage.getLineNumber(), "is not XML");
        } catch (SAXException | ParserConfigurationException garbage) {
            return wrong(file, 0, "is not XML");
        } catch (IOException unreadable) {
            // Bytes that are not valid in the declared encoding, or not readable at all.
            return wrong(file, 0, "cannot be read");
        }
    }

    private static String wrong(Path file, int line, String what) {
        return "config/" + file.getFileName() + (line > 0 ? ":" + line : "") + ": " + what
                + ", so that there would be no log. Fix it, or use the file that comes with the bridge.";
    }
}
