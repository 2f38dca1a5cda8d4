package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.RouteFiles.RouteFile;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Spelling;
import dev.wfmbridge.mapping.YamlTree;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.camel.CamelContext;

/** One look at all files: first what each of them defines, then what each names, then whether they fit together. */
final class RouteCheck {

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

    static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

    /** Something that a file says, and where. */
    record Mention(RouteFile file, String pointer, String text) {

        /** As another place refers to it. */
        String seen() {
            return file.name() + ":" + file.tree().line(pointer);
        }
    }

    private final CamelContext context;
    private final Map<String, Object> beans;
    private final ExpressionCheck expressions;
    private final EndpointCheck endpoints;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Mention> ids = new HashMap<>();
    private final Set<String> templates = new LinkedHashSet<>();
    private final Set<String> policies = new LinkedHashSet<>();
    private final Set<String> ownBeans = new LinkedHashSet<>();
    private final Set<String> properties = new LinkedHashSet<>(RouteProperty.names());
    private Set<String> parameters = Set.of();

    RouteCheck(CamelContext context, Map<String, Object> beans, BodyTypes bodies) {
        this.context = context;
        this.beans = beans;
        this.expressions = new ExpressionCheck(context, bodies, properties, problems::add);
        this.endpoints = new EndpointCheck(context, expressions, problems::add);
    }

    /** What was found so far. */
    List<Problem> problems() {
        return problems;
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
            problem(file, "", "this is not a list of routes", "Begin each with \"- route:\".");
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
            item.path("beans").forEach(bean -> ownBeans.add(bean.path("name").asText()));
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
        Mention first = ids.putIfAbsent(id, new Mention(file, place + "/id", id));
        if (first != null) {
            problem(
                    file,
                    place + "/id",
                    "a second route has the id \"" + id + "\"; the first is in " + first.seen(),
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
            expressions.check(
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
            endpoints.check(file, place, value.textValue(), parent.path("parameters"), inside.equals("from"));
        } else if (SENDERS.contains(key)) {
            endpoints.check(file, place, value.textValue(), parent.path("none"), key.equals("from"));
        } else if (key.equals("routeConfigurationId")) {
            policy(file, place, value.textValue());
        } else if (BEANS.contains(key)) {
            bean(file, place, value.textValue());
        } else if (key.equals("unmarshalType") || key.equals("beanType")) {
            type(file, place, value.textValue());
        } else if (key.equals("message") && inside.equals("log")) {
            expressions.check(file, place, value.textValue(), false);
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
                                .orElse("Set it in config/application.properties, or write {{" + name + ":default}}."));
            }
        }
    }

    private Collection<String> names() {
        Set<String> names = new TreeSet<>(parameters);
        context.getPropertiesComponent().loadProperties().stringPropertyNames().forEach(names::add);
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
                                .orElse("Without it nothing would be repeated: see routes/error-policies.camel.yaml."));
            }
        }
    }

    // --- all files together

    void together() {
        endpoints.together();
        missing(Entrance.uris(), endpoints.entrances(), name -> "no route takes " + name + ", which the bridge calls");
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

    static Optional<String> nearest(String word, Collection<String> known) {
        return new Spelling(known).question(word);
    }
}
