package dev.wfmbridge.operate;

import java.util.function.BiConsumer;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Reports when a stage of the flow goes out of service and comes back, as when an operator does so through JMX. Routes
 * that start a pass do not count: an operator who stops the clock wants no scheduled pass, and may still start one by
 * hand.
 */
public final class RouteWatch implements RoutePolicyFactory {

    private final BiConsumer<String, Boolean> changed;

    /** @param changed takes the route's id, and whether it is out of service now */
    public RouteWatch(BiConsumer<String, Boolean> changed) {
        this.changed = changed;
    }

    private void tell(Route route, boolean away) {
        if (route.getEndpoint() instanceof DirectEndpoint) {
            changed.accept(route.getRouteId(), away);
        }
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode definition) {
        return new RoutePolicySupport() {
            @Override
            public void onSuspend(Route route) {
                tell(route, true);
            }

            @Override
            public void onResume(Route route) {
                tell(route, false);
            }

            @Override
            public void onStop(Route route) {
                tell(route, true);
            }

            @Override
            public void onStart(Route route) {
                tell(route, false);
            }
        };
    }
}
