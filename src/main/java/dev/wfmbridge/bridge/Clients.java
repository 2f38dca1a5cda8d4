package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Pace;
import dev.wfmbridge.http.RoutesAway;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.mapping.Organization;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.TemplatedRouteBuilder;

/**
 * The OAuth clients of both APIs, by name: created when the mapping first names an organisation, and again when its addresses or
 * its quota change. They outlive the passes. The routes are the same for all; only each distinct span of a quota has a throttle of its own.
 */
public final class Clients implements CamelContextAware {

    /** The template from which a route is created for each span length in which a quota is kept. */
    static final String QUOTA = "quota";

    private final Settings settings;
    private final Waits waits;
    private final Suspensions suspensions;
    private final RoutesAway away = new RoutesAway();
    private final Map<String, Known> organizations = new ConcurrentHashMap<>();
    /** Those that have a throttle, in milliseconds. */
    private final Set<Long> spans = new HashSet<>();

    private ApiClient zendesk;
    private CamelContext context;

    private record Known(Organization organization, ApiClient client) {}

    Clients(Settings settings, Waits waits, Suspensions suspensions) {
        this.suspensions = suspensions;
        this.settings = settings;
        this.waits = waits;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Zendesk's client. */
    public synchronized ApiClient zendesk() throws Exception {
        if (zendesk == null) {
            Pace pace = Pace.of(settings.get(Property.ZENDESK_REQUESTS_PER_MINUTE), Duration.ofMinutes(1));
            zendesk = new ApiClient(
                    "zendesk",
                    settings.get(Property.ZENDESK_URL),
                    settings.get(Property.ZENDESK_URL),
                    pace,
                    waits,
                    away);
            addThrottle(pace);
        }
        return zendesk;
    }

    /** The client of an organisation. */
    public synchronized ApiClient of(Organization organization) throws Exception {
        String name = organization.name();
        Known known = organizations.get(name);
        if (known != null && same(known.organization(), organization)) {
            return known.client();
        }
        Pace pace = organization.quota() == null
                ? Pace.of(1, Duration.ofMinutes(1))
                : Pace.of(organization.quota().requests(), organization.quota().per());
        ApiClient client = new ApiClient(name, organization.apiUrl(), organization.loginUrl(), pace, waits, away);
        if (suspensions.contains(name)) {
            client.suspend();
        }
        addThrottle(pace);
        organizations.put(name, new Known(organization, client));
        return client;
    }

    /** Drops organisations no longer in the mapping; a suspended one stays known. */
    public synchronized void retain(Set<String> names) {
        organizations
                .entrySet()
                .removeIf(known -> !names.contains(known.getKey())
                        && !known.getValue().client().suspendedByOperator());
    }

    /** Whether there are routes for a target. */
    boolean serves(String target) {
        return context.getRoute(target + "-snapshot") != null
                || context.hasEndpoint("direct:" + target + "-snapshot") != null;
    }

    /** The client of an organisation that a pass has met; null otherwise. */
    public ApiClient known(String name) {
        Known known = organizations.get(name);
        return known == null ? null : known.client();
    }

    /**
     * Suspends or resumes a client until the opposite is asked for, a restart of {@code run} included.
     *
     * @throws IOException if it cannot be kept; it still holds in this process
     */
    void suspend(ApiClient client, boolean suspended) throws IOException {
        set(client, suspended);
        suspensions.note(client.name(), suspended);
    }

    private static void set(ApiClient client, boolean suspended) {
        if (suspended) {
            client.suspend();
        } else {
            client.resume();
        }
    }

    /** An operator suspended or resumed an organisation at another process. */
    void suspendedElsewhere(String name, boolean suspended) {
        if (suspensions.changes(name, suspended)) {
            Known known;
            // Either the client is there already, or it is created with what has just been noted.
            synchronized (this) {
                known = organizations.get(name);
            }
            if (known != null) {
                set(known.client(), suspended);
            }
        }
    }

    /** Organisations that are suspended, by name. */
    List<String> suspended() {
        Set<String> names = suspensions.names();
        organizations.forEach((name, known) -> {
            if (known.client().suspended()) {
                names.add(name);
            }
        });
        return names.stream().sorted().toList();
    }

    /** A route was suspended, stopped, resumed or started, by an operator or by Camel itself. */
    void routeChanged(String routeId, boolean isAway) {
        if (!context.isStopping() && context.isStarted()) {
            away.changed(routeId, isAway);
        }
    }

    /** Adds a throttle for this span, unless there is one: its time is fixed when its route is made. */
    private void addThrottle(Pace pace) throws Exception {
        if (spans.add(pace.span().toMillis())) {
            TemplatedRouteBuilder.builder(context, QUOTA)
                    .prefixId("")
                    .routeId(ApiClient.throttle(pace))
                    .parameter("span", pace.span().toMillis())
                    .parameter("spanMillis", waits.millis(pace.span()))
                    .add();
        }
    }

    private static boolean same(Organization one, Organization other) {
        return one.usable() == other.usable()
                && Objects.equals(one.id(), other.id())
                && Objects.equals(one.apiUrl(), other.apiUrl())
                && Objects.equals(one.loginUrl(), other.loginUrl())
                && Objects.equals(one.quota(), other.quota());
    }
}
