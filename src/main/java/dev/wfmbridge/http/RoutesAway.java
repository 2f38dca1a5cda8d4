package dev.wfmbridge.http;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The routes that somebody suspended or stopped through JMX. All sides share the routes, so no call gets through in the meantime. */
public final class RoutesAway {

    private final Set<String> ids = new ConcurrentSkipListSet<>();

    /** A route went out of service, or came back. */
    public void changed(String routeId, boolean away) {
        if (away) {
            ids.add(routeId);
        } else {
            ids.remove(routeId);
        }
    }

    public boolean isAny() {
        return !ids.isEmpty();
    }

    /** What to do about it, as a sentence; null if no route is away. */
    public String sentence() {
        return ids.isEmpty()
                ? null
                : "Suspended or stopped in JMX: " + String.join(", ", ids) + ". Resume or start it there.";
    }
}
