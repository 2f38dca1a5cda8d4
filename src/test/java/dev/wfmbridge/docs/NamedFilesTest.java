package dev.wfmbridge.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every file of the project that a page, a comment or a message names exists, and so does each heading that a link
 * leads to.
 */
class NamedFilesTest {
    private static final Path ROOT = Path.of("");
    private static final List<String> PLACES = List.of(
            "README.md",
            "SECURITY.md",
            "CHANGELOG.md",
            "docs",
            "routes",
            "config",
            "k8s",
            "src",
            "pom.xml",
            "Containerfile");

    /** A path that begins at the project's top: docs/runbook.md, routes/pass.camel.yaml. */
    private static final Pattern PATH = Pattern.compile(
            "(?<![\\w./${}-])((?:docs|routes|config|k8s|src)/(?:[\\w-]+/)*[\\w.-]+\\.(?:md|yaml|yml|properties|json|xml|java|jmx|sh))(?![\\w/*])");

    /** A page by its name alone. */
    private static final Pattern PAGE = Pattern.compile("(?<![\\w./-])([A-Z][A-Z]+\\.md)\\b");

    /** A class, and a method of it, as the pages name them: config/Property, http/Side.waitOut. */
    private static final Pattern CLASS = Pattern.compile("`([a-z]+/[A-Z]\\w+)(?:\\.([a-z]\\w*))?`");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

    /** What a page tells its reader to create, and what a test creates. */
    private static final Set<String> MADE_BY_THE_READER =
            Set.of("config/mapping.d/acme-emea-groups.yaml", "routes/x-NAME.camel.yaml");

    private final List<String> missing = new ArrayList<>();

    @Test
    void whatIsNamedIsThere() {
        for (Path file : files()) {
            boolean test = file.startsWith("src/test");
            String text = read(file);
            named(PAGE, file, text);
            if (!test) {
                named(PATH, file, text);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void eachClassThatAPageNamesIsThere() {
        int found = 0;
        for (Path page : files()) {
            Matcher names = CLASS.matcher(page.startsWith("docs") ? read(page) : "");
            while (names.find()) {
                found++;
                Path file = ROOT.resolve("src/main/java/dev/wfmbridge/" + names.group(1) + ".java");
                if (!Files.exists(file)
                        || names.group(2) != null && !read(file).matches("(?s).*\\b" + names.group(2) + "\\(.*")) {
                    missing.add(page + " names " + names.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(20);
    }

    @Test
    void eachLinkLeadsSomewhere() {
        for (Path page : files()) {
            if (page.toString().endsWith(".md")) {
                links(page, read(page));
            }
        }
        assertThat(missing).isEmpty();
    }

    private void named(Pattern pattern, Path file, String text) {
        Matcher names = pattern.matcher(text);
        while (names.find()) {
            String name = names.group(1);
            if (!Files.exists(ROOT.resolve(name)) && !MADE_BY_THE_READER.contains(name)) {
                missing.add(file + " names " + name);
            }
        }
    }

    private void links(Path page, String text) {
        Matcher links = LINK.matcher(text);
        while (links.find()) {
            if (links.group(1).contains(":")) {
                continue;
            }
            Path folder = page.getParent() == null ? ROOT : page.getParent();
            Path to = links.group(1).isEmpty()
                    ? page
                    : folder.resolve(links.group(1)).normalize();
            if (!Files.exists(to)) {
                missing.add(page + " links to " + links.group(1));
            } else if (links.group(2) != null && !anchors(read(to)).contains(links.group(2))) {
                missing.add(page + " links to " + links.group());
            }
        }
    }

    /** A heading's anchor as forges make it: lower case, without punctuation, hyphens for spaces. */
    private static Set<String> anchors(String page) {
        Set<String> anchors = new TreeSet<>();
        Matcher headings = HEADING.matcher(page);
        while (headings.find()) {
            anchors.add(headings.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }

    private static List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (String place : PLACES) {
            try (Stream<Path> below = Files.walk(ROOT.resolve(place))) {
                below.filter(Files::isRegularFile)
                        .filter(file -> file.toString()
                                .matches(".*\\.(md|yaml|yml|java|xml|properties|json|sh|jmx)|.*Containerfile"))
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(files).hasSizeGreaterThan(200);
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
