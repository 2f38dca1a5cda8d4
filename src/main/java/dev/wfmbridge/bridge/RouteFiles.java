package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.mapping.YamlTree;
import dev.wfmbridge.operate.Cause;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.util.ObjectHelper;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The files of {@code routes/} as somebody edited them: what is wrong with them, by file and line, all of it at once. Finds
 * what Camel reports at the start, one mistake at a time and without a line, and what it never reports: a missing
 * policy, a {@code direct:} that no route consumes, a misspelt property. Reads files and classes; makes no call.
 */
final class RouteFiles {

    /** What is known only when it runs: a placeholder or an expression. */
    private static final Pattern MADE_LATER = Pattern.compile("\\{\\{[^{}]*}}|\\$\\{[^{}]*}");

    /** One file. */
    record RouteFile(String name, YamlTree tree) {
        Problem problem(String place, String what, String mend) {
            return new Problem(name, tree.line(place), what, mend);
        }
    }

    private final List<Problem> unreadable = new ArrayList<>();
    private final List<RouteFile> files = new ArrayList<>();

    private RouteFiles() {}

    /**
     * Reads all files of {@code home/routes}, as far as they can be read.
     *
     * @param shared whether those of {@code routes/kafka} are among them
     */
    static RouteFiles read(Path home, boolean shared) throws IOException {
        RouteFiles routes = new RouteFiles();
        try (Stream<Path> found = Files.walk(home.resolve("routes"))) {
            for (Path path : found.filter(Files::isRegularFile).sorted().toList()) {
                String name = home.relativize(path).toString();
                if (isHidden(home.relativize(path)) || !shared && isOfKafka(home.relativize(path))) {
                    continue;
                }
                if (name.endsWith(".yaml")) {
                    routes.read(path, name);
                } else if (name.endsWith(".yml")) {
                    routes.unreadable.add(
                            new Problem(name, 0, "this file is not loaded", "Let its name end with .camel.yaml."));
                }
            }
        }
        return routes;
    }

    /** Camel skips them too. In Kubernetes the files of a ConfigMap are links into a hidden folder beside them. */
    private static boolean isHidden(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** In a folder of their own; a ConfigMap has no folders, so there their names begin so. */
    private static boolean isOfKafka(Path path) {
        return path.startsWith("routes/kafka") || path.toString().startsWith("routes/kafka-");
    }

    private void read(Path path, String name) {
        String text;
        try {
            text = Files.readString(path);
        } catch (CharacterCodingException notUtf8) {
            unreadable.add(new Problem(name, 0, "the file is not in UTF-8", "Save it as UTF-8."));
            return;
        } catch (IOException closed) {
            unreadable.add(new Problem(
                    name,
                    0,
                    "the file cannot be read (" + closed.getClass().getSimpleName() + ")",
                    "Let the bridge's user read it."));
            return;
        }
        List<Problem> found = new ArrayList<>();
        if (text.isBlank()) {
            unreadable.add(new Problem(name, 0, "the file is empty", "Put routes into it, or delete it."));
            return;
        }
        YamlTree tree = new YamlTree(name, text, found);
        unreadable.addAll(found);
        if (tree.root() != null && found.isEmpty()) {
            files.add(new RouteFile(name, tree));
        }
    }

    /** What is not YAML, and what Camel's schema refuses. Slow, see {@link RouteFileSchema}. */
    List<Problem> misspelt() {
        RouteFileSchema schema = RouteFileSchema.get();
        List<Problem> all = new ArrayList<>(unreadable);
        files.forEach(file -> all.addAll(schema.problems(file)));
        return sorted(all);
    }

    /**
     * What does not fit together: names of beans, methods, endpoints, options, policies, properties and classes, and
     * expressions that cannot be parsed.
     *
     * @param context with the properties and components that the routes will have
     * @param beans what Java gives the routes
     */
    List<Problem> problems(CamelContext context, Map<String, Object> beans) {
        RouteCheck check = new RouteCheck(context, beans, new BodyTypes(files, beans));
        files.forEach(check::collect);
        files.forEach(check::check);
        if (unreadable.isEmpty()) {
            check.together();
        }
        List<Problem> all = new ArrayList<>(unreadable);
        all.addAll(check.problems());
        return sorted(all);
    }

    /**
     * Refuses routes that have problems.
     *
     * @throws RouteFileException with all problems, those of the schema too
     */
    void refuse(CamelContext context, Map<String, Object> beans) throws RouteFileException {
        List<Problem> problems = problems(context, beans);
        if (!problems.isEmpty()) {
            throw new RouteFileException(withMisspelt(problems), null);
        }
    }

    private List<Problem> withMisspelt(List<Problem> problems) {
        List<Problem> all = new ArrayList<>(problems);
        all.addAll(misspelt());
        return sorted(all);
    }

    static List<Problem> sorted(Collection<Problem> problems) {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::file).thenComparing(Problem::line))
                .toList();
    }

    /** Everything that is wrong with the routes, after something failed; the failure itself if it is all that is known. */
    Optional<RouteFileException> explain(Throwable failure, CamelContext context, Map<String, Object> beans) {
        RouteFileException already = ObjectHelper.getException(RouteFileException.class, failure);
        if (already != null) {
            return Optional.of(already);
        }
        Problem told = told(failure);
        if (told == null && unreadable.isEmpty()) {
            return Optional.empty();
        }
        // A start that failed late has shut its context down, which can answer no more; it was asked before the start.
        boolean asks = context != null && context.getTypeConverter() != null;
        List<Problem> all = withMisspelt(asks ? problems(context, beans) : unreadable);
        return Optional.of(new RouteFileException(all.isEmpty() ? List.of(told) : all, failure));
    }

    /** The failure as a problem, if it is one of the routes. */
    private Problem told(Throwable failure) {
        Problem problem = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedToCreateRouteException route) {
                problem = of(route.getRouteId(), Cause.root(failure));
            } else if (cause instanceof FailedToStartRouteException route) {
                problem = of(route.getRouteId(), Cause.root(failure));
            } else if (problem == null && cause instanceof YamlEngineException) {
                problem = of(null, cause);
            } else if (cause instanceof IOException && problem != null) {
                // A port or a network problem, not a mistake in the routes.
                return null;
            }
        }
        return problem;
    }

    private Problem of(String routeId, Throwable cause) {
        String what = String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
        for (RouteFile file : files) {
            JsonNode root = file.tree().root();
            for (int i = 0; i < root.size() && routeId != null; i++) {
                for (String kind : List.of("route", "routeTemplate")) {
                    String id = root.path(i).path(kind).path("id").asText("");
                    if (!id.isEmpty()
                            && (routeId.equals(id) || kind.equals("routeTemplate") && routeId.startsWith(id + "-"))) {
                        return file.problem("/" + i + "/" + kind, "route " + routeId + " cannot be made: " + what, "");
                    }
                }
            }
        }
        return new Problem("routes", 0, (routeId == null ? "" : "route " + routeId + ": ") + what, "");
    }

    /** A name with a * for each part known only at run time. */
    static String wild(String name) {
        return name.indexOf('{') < 0 ? name : MADE_LATER.matcher(name).replaceAll("*");
    }

    /** Whether some name fits both. */
    static boolean meet(String one, String other) {
        if (one.indexOf('*') < 0 && other.indexOf('*') < 0) {
            return one.equals(other);
        }
        if (one.isEmpty() || other.isEmpty()) {
            return (one + other).chars().allMatch(c -> c == '*');
        }
        if (one.charAt(0) == '*') {
            return meet(one.substring(1), other) || meet(one, other.substring(1));
        }
        if (other.charAt(0) == '*') {
            return meet(other, one);
        }
        return one.charAt(0) == other.charAt(0) && meet(one.substring(1), other.substring(1));
    }
}
