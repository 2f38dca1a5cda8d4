package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Spelling;
import dev.wfmbridge.mapping.YamlTree;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Language;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The files of {@code routes/} as somebody edited them: what is wrong with them, by file and line, all of it at once. Finds
 * what Camel reports at the start, one mistake at a time and without a line, and what it never reports: a missing
 * policy, a {@code direct:} that no route consumes, a misspelt property. Reads files and classes; makes no call.
 */
final class RouteFiles {

    private static final Set<String> PREDICATES =
            Set.of("when", "onWhen", "retryWhile", "filter", "validate", "handled", "continued", "completionPredicate");

    private static final Set<String> PROSE = Set.of("description", "note");

    private static final Set<String> BEANS = Set.of(
            "idempotentRepository",
            "aggregationStrategy",
            "onExceptionOccurred",
            "onRedelivery",
            "onPrepare",
            "redeliveryPolicyRef");

    private static final Set<String> SENDERS = Set.of("to", "toD", "wireTap", "from", "enrich", "pollEnrich", "poll");

    /** What is known only when it runs: a placeholder or an expression. */
    private static final Pattern MADE_LATER = Pattern.compile("\\{\\{[^{}]*}}|\\$\\{[^{}]*}");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Pattern BODY = Pattern.compile("\\$\\{body((?:\\??\\.\\w+)+)}");
    private static final Pattern CHAIN = Pattern.compile("\\$\\{exchangeProperty\\.(wfm\\w+)((?:\\??\\.\\w+)*)}");

    /** One file. */
    record RouteFile(String name, YamlTree tree) {
        Problem problem(String place, String what, String mend) {
            return new Problem(name, tree.line(place), what, mend);
        }
    }

    private record Place(RouteFile file, String pointer, String text) {}

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

    /** As Camel passes them over. In Kubernetes the files of a ConfigMap are links into a hidden folder beside them. */
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

    private void read(Path path, String name) throws IOException {
        String text = Files.readString(path);
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

    /** What is no YAML, and what Camel's schema refuses. Slow, see {@link RouteFileSchema}. */
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
        Look look = new Look(context, beans, new BodyTypes(files, beans));
        files.forEach(look::collect);
        files.forEach(look::check);
        if (unreadable.isEmpty()) {
            look.together();
        }
        List<Problem> all = new ArrayList<>(unreadable);
        all.addAll(look.problems);
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

    /** Everything that is wrong, told after something failed; the failure itself if it says what no check finds. */
    Optional<RouteFileException> explain(Throwable failure, CamelContext context, Map<String, Object> beans) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RouteFileException already) {
                return Optional.of(already);
            }
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
                problem = of(route.getRouteId(), root(failure));
            } else if (cause instanceof FailedToStartRouteException route) {
                problem = of(route.getRouteId(), root(failure));
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

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** One look at all files. */
    private static final class Look {

        private final CamelContext context;
        private final Map<String, Object> beans;
        private final BodyTypes bodies;
        private final List<Problem> problems = new ArrayList<>();
        private final Map<String, Place> ids = new HashMap<>();
        private final Set<String> templates = new LinkedHashSet<>();
        private final Set<String> policies = new LinkedHashSet<>();
        private final Set<String> ownBeans = new LinkedHashSet<>();
        private final Set<String> properties = new LinkedHashSet<>(RouteProperty.names());
        private final Map<String, Place> entrances = new LinkedHashMap<>();
        private final List<Place> calls = new ArrayList<>();
        private Set<String> parameters = Set.of();

        Look(CamelContext context, Map<String, Object> beans, BodyTypes bodies) {
            this.bodies = bodies;
            this.context = context;
            this.beans = beans;
        }

        private void problem(RouteFile file, String place, String what, String mend) {
            problems.add(file.problem(place, what, mend));
        }

        // --- what is defined, by all files

        void collect(RouteFile file) {
            JsonNode root = file.tree().root();
            if (root.has("kind")) {
                // A Camel K resource, which Camel reads as well: its own checks have to do.
                return;
            }
            if (!root.isArray()) {
                problem(file, "", "this is no list of routes", "Begin each with \"- route:\".");
                return;
            }
            for (int i = 0; i < root.size(); i++) {
                JsonNode item = root.get(i);
                define(file, "/" + i + "/route", item.path("route"));
                define(file, "/" + i + "/routeTemplate", item.path("routeTemplate"));
                if (item.has("routeTemplate")) {
                    templates.add(item.path("routeTemplate").path("id").asText());
                }
                if (item.has("routeConfiguration")) {
                    policies.add(item.path("routeConfiguration").path("id").asText());
                }
                item.path("beans")
                        .forEach(bean -> ownBeans.add(bean.path("name").asText()));
            }
            for (JsonNode set : root.findValues("setProperty")) {
                properties.add(set.path("name").asText());
            }
        }

        private void define(RouteFile file, String place, JsonNode route) {
            String id = route.path("id").asText("");
            if (id.isEmpty()) {
                return;
            }
            Place first = ids.putIfAbsent(id, new Place(file, place, id));
            if (first != null) {
                problem(
                        file,
                        place + "/id",
                        "a second route has the id \"" + id + "\"; the first is in "
                                + first.file().name() + ":"
                                + first.file().tree().line(first.pointer() + "/id"),
                        "Give it an id of its own.");
            }
        }

        // --- one file

        void check(RouteFile file) {
            JsonNode root = file.tree().root();
            for (int i = 0; root.isArray() && i < root.size(); i++) {
                Set<String> names = new LinkedHashSet<>();
                root.get(i)
                        .path("routeTemplate")
                        .path("parameters")
                        .forEach(parameter -> names.add(parameter.path("name").asText()));
                parameters = names;
                walk(file, root.get(i), "/" + i, "");
            }
        }

        private void walk(RouteFile file, JsonNode node, String place, String inside) {
            if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    walk(file, node.get(i), place + "/" + i, inside);
                }
                return;
            }
            if (node.isTextual()) {
                placeholders(file, place, node.textValue());
                return;
            }
            if (node.path("ref").isTextual() && node.path("method").isTextual()) {
                method(file, place, node);
            } else if (inside.equals("process") && node.path("ref").isTextual()) {
                bean(file, place + "/ref", node.path("ref").textValue());
            }
            node.fields().forEachRemaining(field -> {
                String key = field.getKey();
                JsonNode value = field.getValue();
                if (PROSE.contains(key)) {
                    return;
                }
                String there = place + "/" + YamlTree.escaped(key);
                key(file, node, key, value, there, inside);
                walk(file, value, there, key);
            });
        }

        private void key(RouteFile file, JsonNode parent, String key, JsonNode value, String place, String inside) {
            if (key.equals("simple")) {
                String text = value.isTextual()
                        ? value.textValue()
                        : value.path("expression").asText("");
                simple(
                        file,
                        place,
                        text,
                        PREDICATES.contains(inside) || parent.path("doWhile").asBoolean(false));
            } else if (key.equals("exception") && value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    type(file, place + "/" + i, value.get(i).asText());
                }
            } else if (!value.isTextual()) {
                return;
            } else if (key.equals("uri") || key.equals("deadLetterUri")) {
                endpoint(file, place, value.textValue(), parent.path("parameters"), inside.equals("from"));
            } else if (SENDERS.contains(key)) {
                endpoint(file, place, value.textValue(), parent.path("none"), key.equals("from"));
            } else if (key.equals("routeConfigurationId")) {
                policy(file, place, value.textValue());
            } else if (BEANS.contains(key)) {
                bean(file, place, value.textValue());
            } else if (key.equals("unmarshalType") || key.equals("beanType")) {
                type(file, place, value.textValue());
            } else if (key.equals("message") && inside.equals("log")) {
                simple(file, place, value.textValue(), false);
            } else if (key.equals("executorService")) {
                executor(file, place, value.textValue());
            }
        }

        private void placeholders(RouteFile file, String place, String text) {
            Matcher found = PLACEHOLDER.matcher(text);
            while (found.find()) {
                String name = found.group(1);
                if (name.startsWith("?") || parameters.contains(name.replaceFirst(":.*", ""))) {
                    continue;
                }
                try {
                    context.resolvePropertyPlaceholders("{{" + name + "}}");
                } catch (IllegalArgumentException unknown) {
                    problem(
                            file,
                            place,
                            "there is no property \"" + name + "\"",
                            nearest(name, names())
                                    .orElse("Set it in config/application.properties, or write {{" + name
                                            + ":default}}."));
                }
            }
        }

        private Collection<String> names() {
            Set<String> names = new TreeSet<>(parameters);
            context.getPropertiesComponent()
                    .loadProperties()
                    .stringPropertyNames()
                    .forEach(names::add);
            return names;
        }

        private void method(RouteFile file, String place, JsonNode call) {
            String name = call.path("ref").textValue();
            Class<?> type = bean(file, place + "/ref", name);
            String method = call.path("method").textValue().replaceFirst("\\(.*", "");
            if (type == null || method.contains("$") || method.contains("{{")) {
                return;
            }
            Set<String> methods = Arrays.stream(type.getMethods())
                    .filter(m -> m.getDeclaringClass() != Object.class)
                    .map(Method::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!methods.contains(method)) {
                problem(
                        file,
                        place + "/method",
                        "bean \"" + name + "\" has no method \"" + method + "\"",
                        nearest(method, methods).orElse("It has " + String.join(", ", methods) + "."));
            }
        }

        /** The type of a bean, or null if it is not known here. */
        private Class<?> bean(RouteFile file, String place, String text) {
            String name = text.replaceFirst("^#(bean:)?", "");
            if (name.startsWith("class:") || name.startsWith("type:") || name.contains("{{") || name.contains("${")) {
                return null;
            }
            Object bean = beans.get(name);
            if (bean != null) {
                return bean.getClass();
            }
            if (!ownBeans.contains(name) && context.getRegistry().lookupByName(name) == null) {
                Set<String> known = new TreeSet<>(beans.keySet());
                known.addAll(ownBeans);
                problem(
                        file,
                        place,
                        "there is no bean \"" + name + "\"",
                        nearest(name, known).orElse("Define it under \"- beans:\", or name one of the bridge's."));
            }
            return null;
        }

        private void executor(RouteFile file, String place, String name) {
            // A profile is not made yet where loading has failed.
            boolean configured = names().stream().anyMatch(key -> key.startsWith("camel.threadpool.config[" + name));
            if (!configured && context.getExecutorServiceManager().getThreadPoolProfile(name) == null) {
                bean(file, place, name);
            }
        }

        private void type(RouteFile file, String place, String name) {
            if (!name.contains("{{") && context.getClassResolver().resolveClass(name) == null) {
                problem(
                        file,
                        place,
                        "there is no class \"" + name + "\"",
                        "Write its full name, package included, as it stands elsewhere in routes/.");
            }
        }

        private void policy(RouteFile file, String place, String text) {
            for (String id : text.split(",")) {
                if (!id.contains("*") && !id.contains("{{") && !policies.contains(id.strip())) {
                    problem(
                            file,
                            place,
                            "there is no routeConfiguration \"" + id.strip() + "\"",
                            nearest(id.strip(), policies)
                                    .orElse(
                                            "Without it nothing would be repeated: see routes/error-policies.camel.yaml."));
                }
            }
        }

        private void simple(RouteFile file, String place, String text, boolean predicate) {
            String resolved = PLACEHOLDER.matcher(text).replaceAll("1");
            try {
                Language simple = context.resolveLanguage("simple");
                if (predicate) {
                    simple.createPredicate(resolved);
                } else {
                    simple.createExpression(resolved);
                }
            } catch (RuntimeException wrong) {
                String said =
                        String.valueOf(wrong.getMessage()).split("\n")[0].replaceFirst(" at location -?\\d+$", "");
                problem(
                        file,
                        place,
                        "this expression cannot be parsed (" + said.strip() + ")",
                        "Look at its braces, quotes and the blanks around its operator.");
                return;
            }
            Matcher body = BODY.matcher(text);
            while (body.find()) {
                Class<?> type = bodies.at(file, place);
                if (type.getName().startsWith("dev.wfmbridge.")) {
                    chain(file, place, "the body, a " + type.getSimpleName() + ",", body.group(1), List.of(type));
                }
            }
            Matcher chains = CHAIN.matcher(text);
            while (chains.find()) {
                String name = chains.group(1);
                if (!properties.contains(name)) {
                    problem(
                            file,
                            place,
                            "nothing sets the exchange property \"" + name + "\"",
                            nearest(name, properties).orElse("Set it with setProperty before."));
                } else {
                    RouteProperty.of(name)
                            .filter(RouteProperty::isTyped)
                            .ifPresent(known -> chain(file, place, name, chains.group(2), known.types()));
                }
            }
        }

        /** Follows the names after an exchange property whose type is known, as long as the next type is. */
        private void chain(RouteFile file, String place, String property, String names, List<Class<?>> from) {
            List<Class<?>> types = from;
            for (String step : names.split("\\??\\.")) {
                if (step.isEmpty()) {
                    continue;
                }
                List<Class<?>> next = new ArrayList<>();
                Set<String> known = new TreeSet<>();
                for (Class<?> type : types) {
                    for (Method method : type.getMethods()) {
                        String getter = method.getName().replaceFirst("^(get|is)(?=[A-Z])", "");
                        String bare = getter.equals(method.getName())
                                ? getter
                                : Character.toLowerCase(getter.charAt(0)) + getter.substring(1);
                        if (method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class) {
                            known.add(bare);
                            if (step.equals(bare) || step.equals(method.getName())) {
                                next.add(method.getReturnType());
                            }
                        }
                    }
                }
                if (next.isEmpty()) {
                    problem(
                            file,
                            place,
                            "\"" + step + "\" is nothing that " + property + " has",
                            nearest(step, known).orElse("Look how other routes read it."));
                    return;
                }
                if (next.stream()
                        .anyMatch(type -> type == Object.class || type.getName().startsWith("java."))) {
                    return;
                }
                types = next;
            }
        }

        private void endpoint(RouteFile file, String place, String uri, JsonNode options, boolean consumer) {
            String scheme = uri.replaceFirst("[:?].*", "");
            if (scheme.contains("{{") || scheme.contains("${")) {
                return;
            }
            if (context.getComponent(scheme, true, false) == null) {
                Set<String> known = new TreeSet<>(context.getComponentNames());
                known.addAll(Set.of("direct", "http", "https", "quartz", "bean", "file", "log", "platform-http"));
                problem(
                        file,
                        place,
                        "Camel has no component \"" + scheme + "\" here",
                        nearest(scheme, known).orElse("Put its jar into lib/, or use http."));
                return;
            }
            if (uri.contains("${")) {
                simple(file, place, uri, false);
            }
            options(file, place, scheme, uri, options);
            if (scheme.equals("direct")) {
                String name = uri.replaceFirst("\\?.*", "").replaceFirst("^direct:?/*", "");
                if (name.isEmpty()) {
                    name = options.path("name").asText("");
                }
                Place here = new Place(file, place, "direct:" + wild(name));
                if (consumer) {
                    Place first = entrances.putIfAbsent(here.text(), here);
                    if (first != null) {
                        problem(
                                file,
                                place,
                                "a second route takes direct:" + name + "; the first is in "
                                        + first.file().name() + ":"
                                        + first.file().tree().line(first.pointer()),
                                "Give it a name of its own.");
                    }
                } else {
                    calls.add(here);
                }
            }
        }

        private void options(RouteFile file, String place, String scheme, String uri, JsonNode options) {
            EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
            if (factory == null || factory.isLenientProperties()) {
                return;
            }
            Map<String, String> named = new LinkedHashMap<>();
            int query = uri.indexOf('?');
            if (query >= 0) {
                for (String pair : uri.substring(query + 1).split("&")) {
                    named.put(pair.replaceFirst("=.*", ""), place);
                }
            }
            String beside = place.substring(0, place.lastIndexOf('/')) + "/parameters/";
            options.fieldNames().forEachRemaining(name -> named.put(name, beside + YamlTree.escaped(name)));
            Collection<String> prefixes = factory.multiValuePrefixes().values();
            named.forEach((name, where) -> {
                if (!name.isEmpty()
                        && !name.contains("{{")
                        && !name.contains("${")
                        && !factory.propertyNames().contains(name)
                        && prefixes.stream().noneMatch(name::startsWith)) {
                    problem(
                            file,
                            where,
                            "\"" + scheme + "\" has no option \"" + name + "\"",
                            nearest(name, factory.propertyNames()).orElse("See the component's page for its options."));
                }
            });
        }

        // --- all files together

        void together() {
            for (Place call : calls) {
                if (entrances.keySet().stream().noneMatch(entrance -> meet(entrance, call.text()))) {
                    problem(
                            call.file(),
                            call.pointer(),
                            "no route takes " + call.text(),
                            nearest(call.text(), entrances.keySet())
                                    .orElse("Write a route with this as its from, or call another."));
                }
            }
            missing(Entrance.uris(), entrances.keySet(), name -> "no route takes " + name + ", which the bridge calls");
            missing(
                    Set.of(Clients.QUOTA),
                    templates,
                    name -> "there is no routeTemplate \"" + name + "\", which the bridge uses");
            missing(Set.of(Bridge.POLL), ids.keySet(), name -> "there is no route \"" + name + "\", which run starts");
        }

        private void missing(Collection<String> wanted, Collection<String> there, Function<String, String> what) {
            wanted.stream()
                    .filter(name -> !there.contains(name))
                    .forEach(name -> problems.add(
                            new Problem("routes", 0, what.apply(name), "Put it back, or give it its old name again.")));
        }

        private static Optional<String> nearest(String word, Collection<String> known) {
            return new Spelling(known).closest(word).map(near -> "Did you mean \"" + near + "\"?");
        }
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
