package dev.wfmbridge.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is written for each property, and where; what is wrong with it is gathered here. */
final class PropertyTexts {

    static final String FILE = "config/application.properties";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
    private static final Pattern ENV = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?");

    private final Path home;
    private final Environment environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final PropertiesFile file;

    /** A property's text, and where it is; raw is what was written, before placeholders were replaced. */
    private record Found(String raw, String text, String file, int line, boolean variable) {}

    PropertyTexts(Path home, Environment environment, Properties system) {
        this.home = home;
        this.environment = environment;
        this.file = PropertiesFile.read(home.resolve(FILE), FILE, problems);
        unknown();
        for (Property<?> property : Property.all()) {
            found.put(property.key(), where(property, system));
        }
    }

    private Found where(Property<?> property, Properties system) {
        String key = property.key();
        String override = environment.get(property.variable());
        if (override != null) {
            return resolved(property, override.strip(), "environment variable " + property.variable(), 0, true);
        }
        String set = system.getProperty(key);
        if (set != null) {
            return resolved(property, set.strip(), "system property " + key, 0, false);
        }
        PropertiesFile.Value value = file.values().get(key);
        if (value != null) {
            return resolved(property, value.text(), FILE, value.line(), false);
        }
        return new Found("", property.otherwise(), FILE, 0, false);
    }

    private Found resolved(Property<?> property, String raw, String file, int line, boolean variable) {
        if (property.isSecret()) {
            return new Found(raw, raw, file, line, variable);
        }
        String text = resolved(property.key(), raw, file, line);
        return new Found(raw, text.isEmpty() ? property.otherwise() : text, file, line, variable);
    }

    private String resolved(String key, String raw, String file, int line) {
        Matcher matcher = PLACEHOLDER.matcher(raw);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(text, Matcher.quoteReplacement(placeholder(key, matcher.group(1), file, line)));
        }
        return matcher.appendTail(text).toString().strip();
    }

    private String placeholder(String key, String inner, String file, int line) {
        Matcher env = ENV.matcher(inner);
        if (!env.matches()) {
            problems.add(new Problem(
                    file,
                    line,
                    key + " has a placeholder {{" + inner + "}} that is not understood",
                    "Write {{env:NAME}} or {{env:NAME:default}}."));
            return "";
        }
        String value = environment.get(env.group(1));
        if (value == null && env.group(2) == null) {
            problems.add(new Problem(
                    file,
                    line,
                    key + " needs the environment variable " + env.group(1) + ", which is not set",
                    "Set it, or give a default as {{env:" + env.group(1) + ":default}}."));
        }
        return value != null ? value : env.group(2) != null ? env.group(2) : "";
    }

    private void unknown() {
        Set<String> known = new LinkedHashSet<>();
        Property.all().forEach(property -> known.add(property.key()));
        Set<String> sections = known.stream().map(PropertyTexts::section).collect(Collectors.toSet());
        file.values().forEach((key, value) -> {
            if (!known.contains(key) && sections.contains(section(key))) {
                String mend = new Spelling(known)
                        .closest(key)
                        .map(name -> "Did you mean " + name + "?")
                        .orElse("Delete it; docs/reference.md lists the properties there are.");
                problems.add(new Problem(FILE, value.line(), key + " is not a property of the bridge", mend));
            }
        });
    }

    private static String section(String key) {
        return key.substring(0, key.indexOf('.') + 1);
    }

    /** Where relative paths begin. */
    Path home() {
        return home;
    }

    Environment environment() {
        return environment;
    }

    /** The effective text of a property; may be empty. */
    String text(String key) {
        return found.get(key).text();
    }

    /** The file's own value of a property that is Camel's, placeholders replaced; an environment variable wins. */
    Map<String, String> startingWith(String prefix) {
        Map<String, String> texts = new LinkedHashMap<>();
        file.values().forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                String set = environment.get(Property.variable(key));
                texts.put(
                        key.substring(prefix.length()),
                        set != null ? set : resolved(key, value.text(), FILE, value.line()));
            }
        });
        return texts;
    }

    /** Whether the text itself, not just the name of a variable, is in a file or on a command line. */
    boolean isWritten(String key) {
        return !found.get(key).variable() && !found.get(key).raw().contains("{{env:");
    }

    void problem(String key, String what, String mend) {
        Found where = found.get(key);
        problems.add(new Problem(where.file(), where.line(), key + " " + what, mend));
    }

    /** Something that can be used, but should be changed. */
    void warn(String warning) {
        warnings.add(warning);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The value, or null if there is none or it is wrong, which is then a problem. */
    <T> T value(String key, Function<String, T> parser) {
        String text = text(key);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            // What is wrong, and after the last colon what to do; the user's own text may contain colons, too.
            int colon = e.getMessage().lastIndexOf(": ");
            String what = colon < 0 ? e.getMessage() : e.getMessage().substring(0, colon);
            String mend = colon < 0 ? "" : sentence(e.getMessage().substring(colon + 2));
            Found where = found.get(key);
            problems.add(
                    new Problem(where.file(), where.line(), key + (what.startsWith("\"") ? ": " : " ") + what, mend));
            return null;
        }
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    Secret secret(String key) {
        Found where = found.get(key);
        if (where.text().isEmpty()) {
            return null;
        }
        Secret itsVariable = Secret.ofVariable(Property.variable(key), environment);
        try {
            Secret secret = isPlainVariable(where) ? itsVariable : Secret.of(where.text(), environment);
            secret.read();
            return secret;
        } catch (IllegalArgumentException e) {
            problem(key, "cannot be used: " + e.getMessage(), "");
        } catch (SecretUnavailableException e) {
            problem(key, "cannot be read: " + e.getMessage(), "Set it, or name another one.");
        }
        // Something is set: the user is told about this, not that the other half is missing.
        return itsVariable;
    }

    /** One or two, each of its own kind; null if there is none. */
    WebhookSecrets webhookSecrets(String key) {
        Found where = found.get(key);
        if (where.text().isEmpty()) {
            return null;
        }
        List<Secret> places = new ArrayList<>();
        try {
            if (isPlainVariable(where)) {
                places.add(Secret.ofVariable(Property.variable(key), environment));
            } else {
                for (String part : where.text().split(",")) {
                    places.add(Secret.of(part, environment));
                }
            }
            WebhookSecrets secrets = new WebhookSecrets(places);
            secrets.read();
            return secrets;
        } catch (IllegalArgumentException | SecretUnavailableException e) {
            problem(key, "cannot be used: " + e.getMessage(), "");
            return null;
        }
    }

    private static boolean isPlainVariable(Found where) {
        return where.variable() && !where.text().contains("{{");
    }

    /** Every property with its effective text, without the secrets. */
    Map<String, String> publicTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        Property.all().stream()
                .filter(property -> !property.isSecret())
                .forEach(property -> texts.put(property.key(), text(property.key())));
        texts.compute("http.proxy", (key, text) -> text.replaceFirst("^([a-z]+://)?[^@]*@", "$1"));
        return Collections.unmodifiableMap(texts);
    }

    /** @throws ConfigurationException with every problem at once, if there is one */
    void refuse() throws ConfigurationException {
        refuse(problem -> true);
    }

    /** The same for the problems of some properties alone. */
    void refuse(Predicate<Problem> ofConcern) throws ConfigurationException {
        List<Problem> refused = problems.stream()
                .filter(ofConcern)
                .sorted(Comparator.comparing(Problem::file).thenComparingInt(Problem::line))
                .toList();
        if (!refused.isEmpty()) {
            throw new ConfigurationException(refused);
        }
    }
}
