package dev.wfmbridge.operate;

import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.camel.NamedNode;
import org.apache.camel.NamedRoute;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.NodeIdFactory;

/**
 * Names the steps of the routes, for JMX, by what they do and where: {@code segment-deliver.bean deliveries.giveBack} instead
 * of {@code bean17}. The same step has the same name at each start.
 */
public final class StepNames implements NodeIdFactory {

    private final Map<Object, Map<String, Integer>> taken = new WeakHashMap<>();

    @Override
    public synchronized String createId(NamedNode node) {
        NamedRoute route = routeOf(node);
        // While a route is made from a template, Camel puts a number of its own before the id.
        String name =
                (route == null ? "" : route.getRouteId().replaceFirst("^route-?\\d+(?=.)", "") + ".") + what(node);
        int number = taken.computeIfAbsent(route == null ? this : route, r -> new HashMap<>())
                .merge(name, 1, Integer::sum);
        return number == 1 ? name : name + " " + number;
    }

    private static NamedRoute routeOf(NamedNode node) {
        for (NamedNode at = node; at != null; at = at.getParent()) {
            if (at instanceof NamedRoute route) {
                return route;
            }
        }
        return null;
    }

    private static String what(NamedNode node) {
        String kind = node.getShortName();
        if (node instanceof BeanDefinition bean) {
            return kind + " " + bean.getRef() + "." + bean.getMethod();
        }
        if (node instanceof SetPropertyDefinition property) {
            return kind + " " + property.getName();
        }
        if (node instanceof ToDynamicDefinition to) {
            return kind + " " + withoutExpression(to.getUri());
        }
        if (node instanceof ToDefinition to) {
            return kind + " " + withoutExpression(to.getUri());
        }
        return kind;
    }

    private static String withoutExpression(String uri) {
        return uri.replaceAll("\\$\\{[^}]*\\.(\\w+)}", "$1").replaceAll("-?\\{\\{[^}]*}}", "");
    }
}
