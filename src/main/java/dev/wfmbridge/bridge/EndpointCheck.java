package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.RouteCheck.Mention;
import dev.wfmbridge.bridge.RouteFiles.RouteFile;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.mapping.YamlTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.EndpointUriFactory;

/** Endpoints: whether Camel has the component and each option, and whether every {@code direct:} that is called is taken by a route. */
final class EndpointCheck {

    private final CamelContext context;
    private final ExpressionCheck expressions;
    private final Consumer<Problem> problems;
    /** By name, the first route that takes it. */
    private final Map<String, Mention> entrances = new LinkedHashMap<>();

    private final List<Mention> calls = new ArrayList<>();

    EndpointCheck(CamelContext context, ExpressionCheck expressions, Consumer<Problem> problems) {
        this.context = context;
        this.expressions = expressions;
        this.problems = problems;
    }

    private void problem(RouteFile file, String place, String what, String mend) {
        problems.accept(file.problem(place, what, mend));
    }

    /** What routes take. */
    Set<String> entrances() {
        return entrances.keySet();
    }

    /** @param consumer whether it is what a route takes, rather than what a step calls */
    void check(RouteFile file, String place, String uri, JsonNode options, boolean consumer) {
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
                    RouteCheck.nearest(scheme, known).orElse("Put its jar into lib/, or use http."));
            return;
        }
        if (uri.contains("${")) {
            expressions.check(file, place, uri, false);
        }
        options(file, place, scheme, uri, options);
        if (scheme.equals("direct")) {
            String name = uri.replaceFirst("\\?.*", "").replaceFirst("^direct:?/*", "");
            if (name.isEmpty()) {
                name = options.path("name").asText("");
            }
            Mention here = new Mention(file, place, "direct:" + RouteFiles.wild(name));
            if (consumer) {
                Mention first = entrances.putIfAbsent(here.text(), here);
                if (first != null) {
                    problem(
                            file,
                            place,
                            "a second route takes direct:" + name + "; the first is in " + first.seen(),
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
                        RouteCheck.nearest(name, factory.propertyNames())
                                .orElse("See the component's page for its options."));
            }
        });
    }

    /** Once all files have been looked at: whether the calls meet an entrance. */
    void together() {
        for (Mention call : calls) {
            if (entrances.keySet().stream().noneMatch(entrance -> RouteFiles.meet(entrance, call.text()))) {
                problem(
                        call.file(),
                        call.pointer(),
                        "no route takes " + call.text(),
                        RouteCheck.nearest(call.text(), entrances.keySet())
                                .orElse("Write a route with this as its from, or call another."));
            }
        }
    }
}
