package dev.wfmbridge.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret is found: {@code {{env:NAME}}}, {@code {{file:/path}}} or the secret itself. The value is
 * never kept beyond what the user wrote, never shown and never part of a message.
 */
public final class Secret {
    private static final Pattern ENV = Pattern.compile("\\{\\{\\s*env:([A-Za-z_][A-Za-z0-9_]*)\\s*}}");
    private static final Pattern FILE = Pattern.compile("\\{\\{\\s*file:([^{}]+?)\\s*}}");

    private final Environment environment;
    private final String variable;
    private final Path file;
    private final String text;

    private Secret(Environment environment, String variable, Path file, String text) {
        this.environment = environment;
        this.variable = variable;
        this.file = file;
        this.text = text;
    }

    /**
     * @param raw what the user wrote
     * @param environment where variables are looked up, each time the secret is read
     * @throws IllegalArgumentException if it is a placeholder of another form; the message does not repeat it
     */
    public static Secret of(String raw, Environment environment) {
        Objects.requireNonNull(environment, "environment");
        String stripped = raw.strip();
        Matcher env = ENV.matcher(stripped);
        if (env.matches()) {
            return ofVariable(env.group(1), environment);
        }
        Matcher file = FILE.matcher(stripped);
        if (file.matches()) {
            return new Secret(environment, null, absolute(file.group(1)), null);
        }
        if (raw.contains("{{")) {
            throw new IllegalArgumentException(
                    "a secret is {{env:NAME}} or {{file:/path}} as a whole, with nothing before, after or inside it");
        }
        return new Secret(environment, null, null, raw);
    }

    /** The secret held by this environment variable, taken literally. */
    static Secret ofVariable(String name, Environment environment) {
        return new Secret(environment, name, null, null);
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("the path in {{file:…}} is not a path: " + e.getReason(), e);
        }
        throw new IllegalArgumentException("the path in {{file:" + text + "}} is not absolute: begin it with /");
    }

    /**
     * The secret as it is now. A file is read again each time, so that a rotated secret needs no restart; its trailing newline is stripped.
     *
     * @throws SecretUnavailableException if the variable is not set, the file cannot be read, or there is nothing in it
     */
    public String read() throws SecretUnavailableException {
        if (variable != null) {
            String value = environment.get(variable);
            if (value == null) {
                throw new SecretUnavailableException("environment variable " + variable + " is not set");
            }
            return present(value, "environment variable " + variable);
        }
        if (file != null) {
            return present(contents(), "file " + file);
        }
        return present(text, "the secret");
    }

    private String contents() throws SecretUnavailableException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SecretUnavailableException("file " + file + " does not exist");
        } catch (AccessDeniedException e) {
            throw new SecretUnavailableException("file " + file + " cannot be read: permission denied");
        } catch (CharacterCodingException e) {
            throw new SecretUnavailableException("file " + file + " is not UTF-8 text");
        } catch (IOException e) {
            // The exception's own text should be about the file, but that is not guaranteed: it is not repeated.
            throw new SecretUnavailableException("file " + file
                    + (Files.isDirectory(file)
                            ? " is a folder"
                            : " cannot be read: " + e.getClass().getSimpleName()));
        }
    }

    private static String present(String value, String where) throws SecretUnavailableException {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) == '\n' || value.charAt(end - 1) == '\r')) {
            end--;
        }
        String stripped = value.substring(0, end);
        if (stripped.isBlank()) {
            throw new SecretUnavailableException(where + " is empty");
        }
        return stripped;
    }

    /** Whether the configuration contains the secret itself. */
    public boolean literal() {
        return text != null;
    }

    /** Three asterisks, always. */
    @Override
    public String toString() {
        return "***";
    }
}
