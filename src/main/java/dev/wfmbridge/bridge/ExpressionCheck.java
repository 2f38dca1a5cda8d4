package dev.wfmbridge.bridge;

import dev.wfmbridge.bridge.RouteFiles.RouteFile;
import dev.wfmbridge.config.Problem;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Language;

/** Simple expressions: whether they can be parsed, and whether what they read of a body or an exchange property is there. */
final class ExpressionCheck {

    private static final Pattern BODY = Pattern.compile("\\$\\{body((?:\\??\\.\\w+)+)}");
    private static final Pattern CHAIN = Pattern.compile("\\$\\{exchangeProperty\\.(wfm\\w+)((?:\\??\\.\\w+)*)}");

    private final CamelContext context;
    private final BodyTypes bodies;
    private final Set<String> properties;
    private final Consumer<Problem> problems;

    /** @param properties the exchange properties that something sets; may still grow */
    ExpressionCheck(CamelContext context, BodyTypes bodies, Set<String> properties, Consumer<Problem> problems) {
        this.context = context;
        this.bodies = bodies;
        this.properties = properties;
        this.problems = problems;
    }

    private void problem(RouteFile file, String place, String what, String mend) {
        problems.accept(file.problem(place, what, mend));
    }

    /** @param predicate whether it is asked for true or false */
    void check(RouteFile file, String place, String text, boolean predicate) {
        String resolved = RouteCheck.PLACEHOLDER.matcher(text).replaceAll("1");
        try {
            Language simple = context.resolveLanguage("simple");
            if (predicate) {
                simple.createPredicate(resolved);
            } else {
                simple.createExpression(resolved);
            }
        } catch (RuntimeException wrong) {
            String said = String.valueOf(wrong.getMessage()).split("\n")[0].replaceFirst(" at location -?\\d+$", "");
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
                        RouteCheck.nearest(name, properties).orElse("Set it with setProperty before."));
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
            for (Class<?> type : types) {
                Getters.of(type, step).map(Method::getReturnType).forEach(next::add);
            }
            if (next.isEmpty()) {
                Set<String> known = new TreeSet<>();
                types.forEach(type -> known.addAll(Getters.names(type)));
                problem(
                        file,
                        place,
                        "\"" + step + "\" is nothing that " + property + " has",
                        RouteCheck.nearest(step, known).orElse("Look how other routes read it."));
                return;
            }
            if (next.stream()
                    .anyMatch(type -> type == Object.class || type.getName().startsWith("java."))) {
                return;
            }
            types = next;
        }
    }
}
