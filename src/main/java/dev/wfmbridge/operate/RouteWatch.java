package dev.wfmbridge.operate;

import java.util.function.BiConsumer;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/** Tells when a route goes out of service and comes back, as an operator does it by JMX. */
public final class RouteWatch implements RoutePolicyFactory {

    private final BiConsumer<String, Boolean> changed;

    /** @param changed takes the route's id, and whether it is out of service now */
    public RouteWatch(BiConsumer<String, Boolean> changed) {
        this.changed = changed;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode definition) {
        return new RoutePolicySupport() {
            @Override
            public void onSuspend(Route route) {
                changed.accept(route.getRouteId(), true);
            }

            @Override
            public void onResume(Route route) {
                changed.accept(route.getRouteId(), false);
            }

            @Override
            public void onStop(Route route) {
                changed.accept(route.getRouteId(), true);
            }

            @Override
            public void onStart(Route route) {
                changed.accept(route.getRouteId(), false);
            }
        };
    }
}
