package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.RouteFiles.RouteFile;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of the body at each step of the routes, as far as it follows from routes and beans: a route has the type that all its callers
 * pass, a split that of an element, a bean its return type. Anything else counts as unknown, so that nothing is refused that could work.
 */
final class BodyTypes {

    /** Any type, or an unknown one. */
    private static final Type UNKNOWN = Object.class;

    /** Steps that leave the body as it is. */
    private static final Set<String> NEUTRAL = Set.of(
            "log",
            "script",
            "delay",
            "setProperty",
            "removeProperty",
            "removeProperties",
            "setHeader",
            "setHeaders",
            "removeHeader",
            "removeHeaders",
            "setVariable",
            "removeVariable",
            "stop");

    private static final Pattern READ = Pattern.compile("\\$\\{(body|exchangeProperty\\.(wfm\\w+))((?:\\??\\.\\w+)*)}");
    private static final Pattern ANY = Pattern.compile("\\$\\{[^}]*}");

    private final Map<String, Object> beans;
    private final Map<String, Route> routes = new HashMap<>();
    /** By route: what its callers pass to it, and what it leaves behind; empty while nothing is known. From known they become unknown at most. */
    private final Map<String, Type> entries = new HashMap<>();

    private final Map<String, Type> exits = new HashMap<>();
    private final Map<String, Type> at = new HashMap<>();
    /** What is called by its whole name; a name that is made while it runs means other routes. */
    private final Set<String> named = new HashSet<>();

    /** Routes to be walked through, since what is known of their callers or of what they call has changed. */
    private final Set<String> due = new LinkedHashSet<>();

    private final Map<String, Set<String>> callers = new HashMap<>();
    private String walked;

    // What is asked again and again, and never changes.
    private final Map<String, List<String>> takers = new HashMap<>();
    private final Map<String, Type> returns = new HashMap<>();

    private record Route(RouteFile file, String pointer, JsonNode steps) {}

    /** @param beans what Java gives the routes */
    BodyTypes(List<RouteFile> files, Map<String, Object> beans) {
        this.beans = beans;
        for (RouteFile file : files) {
            JsonNode root = file.tree().root();
            for (JsonNode from : root.findValues("from")) {
                named.addAll(from.path("steps").findValuesAsText("uri"));
            }
            for (int i = 0; root.isArray() && i < root.size(); i++) {
                JsonNode from = root.get(i).path("route").path("from");
                String uri = from.path("uri").asText("");
                if (from.path("steps").isArray()) {
                    routes.put(
                            uri.startsWith("direct:") ? uri : file.name() + "/" + i,
                            new Route(file, "/" + i + "/route/from/steps", from.path("steps")));
                }
            }
        }
        Entrance.uris().forEach(uri -> entries.put(uri, UNKNOWN));
        due.addAll(entries.keySet());
        due.addAll(routes.keySet());
        due.retainAll(routes.keySet());
        while (!due.isEmpty()) {
            walked = due.iterator().next();
            due.remove(walked);
            walk(routes.get(walked));
        }
    }

    private void walk(Route route) {
        Type in = walked.startsWith("direct:") ? entries.get(walked) : UNKNOWN;
        Type out = steps(route.file(), route.steps(), route.pointer(), in);
        if (isNew(exits, walked, out)) {
            due.addAll(callers.getOrDefault(walked, Set.of()));
        }
    }

    /** Merges what was found out into what is known of this route; whether that changes it. */
    private static boolean isNew(Map<String, Type> known, String route, Type found) {
        return found != null && !Objects.equals(known.get(route), known.merge(route, found, BodyTypes::merge));
    }

    /** The class of the body before the step that a place belongs to; {@code Object} if that is not known. */
    Class<?> at(RouteFile file, String pointer) {
        for (String up = pointer; !up.isEmpty(); up = up.substring(0, up.lastIndexOf('/'))) {
            Type type = at.get(file.name() + up);
            if (type != null) {
                return raw(type);
            }
        }
        return Object.class;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof ParameterizedType generic) {
            return (Class<?>) generic.getRawType();
        }
        return type instanceof Class<?> plain ? plain : Object.class;
    }

    private static Type merge(Type one, Type other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.equals(other) ? one : UNKNOWN;
    }

    /** The type after these steps; null as long as nothing is known of the type before. */
    private Type steps(RouteFile file, JsonNode steps, String pointer, Type in) {
        Type now = in;
        for (int i = 0; i < steps.size(); i++) {
            String here = pointer + "/" + i;
            if (now != null) {
                at.merge(file.name() + here, now, BodyTypes::merge);
            }
            Map.Entry<String, JsonNode> step =
                    steps.get(i).fields().hasNext() ? steps.get(i).fields().next() : null;
            now = step == null ? UNKNOWN : step(file, step.getKey(), step.getValue(), here + "/" + step.getKey(), now);
        }
        return now;
    }

    private Type step(RouteFile file, String kind, JsonNode node, String pointer, Type in) {
        if (NEUTRAL.contains(kind)) {
            return in;
        }
        return switch (kind) {
            case "to", "toD" -> called(uri(node), in);
            case "wireTap" -> {
                called(uri(node), in);
                yield in;
            }
            case "setBody" -> expression(node, in);
            case "bean" -> {
                Type returned = returned(node);
                yield returned == void.class ? in : returned;
            }
            case "process" -> beans.containsKey(node.path("ref").asText()) ? in : UNKNOWN;
            case "enrich" -> node.path("aggregationStrategy").asText().contains("UseOriginal") ? in : UNKNOWN;
            case "filter", "idempotentConsumer", "throttle" -> merge(in, inside(file, node, pointer, in));
            case "loop" -> {
                Type once = merge(in, inside(file, node, pointer, in));
                yield merge(once, inside(file, node, pointer, once));
            }
            case "split" -> {
                inside(file, node, pointer, element(expression(node, in)));
                yield node.has("aggregationStrategy") ? UNKNOWN : in;
            }
            case "aggregate" -> {
                inside(file, node, pointer, UNKNOWN);
                yield in;
            }
            case "choice" -> {
                Type out =
                        node.has("otherwise") ? inside(file, node.path("otherwise"), pointer + "/otherwise", in) : in;
                yield each(file, node, pointer, "when", in, out);
            }
            case "doTry" -> {
                Type out = each(file, node, pointer, "doCatch", UNKNOWN, inside(file, node, pointer, in));
                inside(file, node.path("doFinally"), pointer + "/doFinally", UNKNOWN);
                yield out;
            }
            default -> {
                inside(file, node, pointer, UNKNOWN);
                yield UNKNOWN;
            }
        };
    }

    private Type inside(RouteFile file, JsonNode node, String pointer, Type in) {
        return steps(file, node.path("steps"), pointer + "/steps", in);
    }

    /** The type after any of the branches of this name, or another way that ends in {@code out}. */
    private Type each(RouteFile file, JsonNode node, String pointer, String name, Type in, Type out) {
        Type after = out;
        for (int i = 0; i < node.path(name).size(); i++) {
            after = merge(after, inside(file, node.path(name).get(i), pointer + "/" + name + "/" + i, in));
        }
        return after;
    }

    private static String uri(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.path("uri").asText("");
    }

    /** The type after a call; notes the type before it with all routes that it may go to. */
    private Type called(String uri, Type in) {
        String called = RouteFiles.wild(uri);
        if (called.equals("direct:*")) {
            // Anywhere: what it passes on is the target's concern, as the author of such a step knows.
            return UNKNOWN;
        }
        Type out = null;
        List<String> names = takers.computeIfAbsent(called, this::takers);
        for (String name : names) {
            callers.computeIfAbsent(name, none -> new LinkedHashSet<>()).add(walked);
            if (isNew(entries, name, in)) {
                due.add(name);
            }
            out = merge(out, exits.get(name));
        }
        return names.isEmpty() ? UNKNOWN : out;
    }

    private List<String> takers(String called) {
        return routes.keySet().stream()
                .filter(name -> name.equals(called)
                        || !named.contains(name) && name.startsWith("direct:") && RouteFiles.meet(name, called))
                .toList();
    }

    private Type expression(JsonNode node, Type in) {
        JsonNode simple = node.path("simple");
        String text = simple.isTextual()
                ? simple.textValue()
                : simple.path("expression").asText(null);
        if (text == null && node.path("expression").has("simple")) {
            text = node.path("expression").path("simple").asText(null);
        }
        if (text != null) {
            Matcher read = READ.matcher(text.strip());
            if (!read.matches()) {
                return ANY.matcher(text).find() ? UNKNOWN : String.class;
            }
            if (read.group(2) == null) {
                return in == null ? null : follow(in, read.group(3));
            }
            return RouteProperty.of(read.group(2))
                    .map(property -> common(property.types(), read.group(3)))
                    .orElse(UNKNOWN);
        }
        if (node.has("method")) {
            Type returned = returned(node.path("method"));
            return returned == void.class ? UNKNOWN : returned;
        }
        return node.has("constant") ? String.class : UNKNOWN;
    }

    /** Where each of several types leads, if it is the same. */
    private static Type common(List<Class<?>> types, String names) {
        List<Type> ends = types.stream()
                .map(type -> follow(type, names))
                .filter(type -> type != UNKNOWN)
                .distinct()
                .toList();
        return ends.size() == 1 ? ends.get(0) : UNKNOWN;
    }

    private static Type follow(Type from, String names) {
        Type now = from;
        for (String name : names.split("\\??\\.")) {
            if (!name.isEmpty()) {
                now = Getters.of(raw(now), name)
                        .map(Method::getGenericReturnType)
                        .findFirst()
                        .orElse(UNKNOWN);
            }
        }
        return now;
    }

    private Type returned(JsonNode call) {
        String ref = call.path("ref").asText();
        String method = call.path("method").asText();
        Object bean = beans.get(ref);
        if (bean == null) {
            return UNKNOWN;
        }
        return returns.computeIfAbsent(
                ref + "." + method, once -> Arrays.stream(bean.getClass().getMethods())
                        .filter(one -> one.getName().equals(method))
                        .map(Method::getGenericReturnType)
                        .reduce(BodyTypes::merge)
                        .orElse(UNKNOWN));
    }

    private static Type element(Type type) {
        if (type == null) {
            return null;
        }
        if (type instanceof ParameterizedType generic
                && isMany(raw(type))
                && generic.getActualTypeArguments().length == 1) {
            return Objects.requireNonNull(generic.getActualTypeArguments()[0]);
        }
        // A split of something that is not a list has one part: itself.
        return type == UNKNOWN || isMany(raw(type)) || raw(type).isArray() || type == String.class ? UNKNOWN : type;
    }

    private static boolean isMany(Class<?> type) {
        return Iterable.class.isAssignableFrom(type) || Iterator.class.isAssignableFrom(type);
    }
}
