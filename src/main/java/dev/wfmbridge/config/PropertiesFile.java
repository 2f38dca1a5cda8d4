package dev.wfmbridge.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A properties file in UTF-8 that still knows the line of each property. */
final class PropertiesFile {

    /** The text of a property, and the line on which it begins. */
    record Value(String text, int line) {}

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final String name;

    private PropertiesFile(String name) {
        this.name = name;
    }

    /**
     * Reads a file. Mistakes are added to the problems; everything else is still read.
     *
     * @param name the file's name in problems
     */
    static PropertiesFile read(Path file, String name, List<Problem> problems) {
        PropertiesFile properties = new PropertiesFile(name);
        try {
            properties.parse(Files.readAllLines(file), problems);
        } catch (NoSuchFileException e) {
            problems.add(new Problem(
                    name,
                    0,
                    "the file does not exist in "
                            + file.toAbsolutePath().normalize().getParent(),
                    "Start where routes/ and config/ are, or name that folder with --home."));
        } catch (CharacterCodingException e) {
            problems.add(new Problem(name, 0, "the file is not in UTF-8", "Save it as UTF-8."));
        } catch (IOException e) {
            problems.add(new Problem(
                    name,
                    0,
                    "the file cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Look at its permissions."));
        }
        return properties;
    }

    private void parse(List<String> lines, List<Problem> problems) {
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            String start = lines.get(i).stripLeading();
            if (start.isEmpty() || start.startsWith("#") || start.startsWith("!")) {
                continue;
            }
            StringBuilder logical = new StringBuilder(lines.get(i));
            while (continues(lines.get(i)) && i + 1 < lines.size()) {
                i++;
                logical.append('\n').append(lines.get(i));
            }
            Properties one = new Properties();
            try {
                one.load(new StringReader(logical.toString()));
            } catch (IllegalArgumentException | IOException e) {
                problems.add(new Problem(
                        name,
                        first + 1,
                        "an escape beginning with \\u is not complete",
                        "Write \\\\ for a backslash."));
            }
            for (String key : one.stringPropertyNames()) {
                Value earlier = values.put(key, new Value(one.getProperty(key).strip(), first + 1));
                if (earlier != null) {
                    problems.add(new Problem(
                            name,
                            first + 1,
                            key + " appears here a second time, first on line " + earlier.line(),
                            "Delete one of the two."));
                }
            }
        }
    }

    private static boolean continues(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** The properties in the order of the file. */
    Map<String, Value> values() {
        return values;
    }
}
