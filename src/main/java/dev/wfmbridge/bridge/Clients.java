package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Settings;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Gate;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.http.Tokens;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.zendesk.ZendeskTokens;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.TemplatedRouteBuilder;

/**
 * The OAuth clients of both APIs, each with its routes, made from the templates when the mapping names it first, and anew
 * when its addresses or its quota change. Clients outlive the passes.
 */
public final class Clients {

    private static final List<String> PREFIXES = List.of(
            "genesys-call-",
            "genesys-token-",
            "genesys-token-request-",
            "segment-deliver-",
            "deliver-all-",
            "organization-");

    private final CamelContext context;
    private final Settings settings;
    private final Waits waits;
    private final ZendeskTokens zendeskTokens;
    private final Map<String, Known> organizations = new ConcurrentHashMap<>();
    private volatile ApiClient zendesk;
    private volatile boolean removing;
    private ProducerTemplate template;

    private record Known(Organization organization, ApiClient client) {}

    public Clients(CamelContext context, Settings settings, Waits waits, ZendeskTokens zendeskTokens) {
        this.context = context;
        this.settings = settings;
        this.waits = waits;
        this.zendeskTokens = zendeskTokens;
    }

    /** Zendesk's client, with its routes. */
    public synchronized ApiClient zendesk() throws Exception {
        if (zendesk == null) {
            Duration minute = Duration.ofMinutes(1);
            Tokens tokens = zendeskTokens.isLegacy()
                    ? new Tokens(side -> legacy(side))
                    : new Tokens(side -> request("direct:token-zendesk", side));
            addCalls("zendesk-call", "zendesk", settings.zendeskUrl(), settings.zendeskRequestsPerMinute(), minute);
            zendesk = new ApiClient("zendesk", new Gate(waits, minute), tokens);
        }
        return zendesk;
    }

    /** The client of an organisation, with its routes; one that cannot be used gets no routes. */
    public synchronized ApiClient of(Organization organization) throws Exception {
        String name = organization.name();
        Known known = organizations.get(name);
        if (known != null && same(known.organization(), organization)) {
            return known.client();
        }
        if (known != null) {
            removeRoutes(name);
        }
        Duration per = organization.quota() == null
                ? Duration.ofMinutes(1)
                : organization.quota().per();
        ApiClient client =
                new ApiClient(name, new Gate(waits, per), new Tokens(side -> request("direct:token-" + name, side)));
        if (known != null && known.client().suspendedByOperator()) {
            client.suspend();
        }
        if (organization.usable()) {
            addCalls(
                    "genesys-call-" + name,
                    name,
                    organization.apiUrl(),
                    organization.quota().requests(),
                    per);
            TemplatedRouteBuilder.builder(context, "genesys-token")
                    .prefixId("")
                    .routeId("genesys-token-" + name)
                    .parameter("organization", name)
                    .add();
            TemplatedRouteBuilder.builder(context, "genesys-token-request")
                    .prefixId("")
                    .routeId("genesys-token-request-" + name)
                    .parameter("organization", name)
                    .parameter("url", organization.loginUrl().toString())
                    .add();
        }
        for (String stage : List.of("segment-deliver", "deliver-all", "organization")) {
            TemplatedRouteBuilder.builder(context, stage)
                    .prefixId("")
                    .routeId(stage + "-" + name)
                    .parameter("organization", name)
                    .add();
        }
        organizations.put(name, new Known(organization, client));
        return client;
    }

    /** Whether there are routes for a target. */
    boolean serves(String target) {
        return context.hasEndpoint("direct:" + target + "-snapshot") != null
                || context.getRoute(target + "-snapshot") != null;
    }

    /** The client of an organisation that a pass has met; null otherwise. */
    public synchronized ApiClient known(String name) {
        Known known = organizations.get(name);
        return known == null ? null : known.client();
    }

    /** Organisations that are suspended, by name. */
    List<String> suspended() {
        return organizations.entrySet().stream()
                .filter(known -> known.getValue().client().suspended())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private void addCalls(String routeId, String client, URI url, int requests, Duration per) throws Exception {
        long margin = Math.max(250, per.toMillis() / 40);
        TemplatedRouteBuilder.builder(context, "paced-call")
                .prefixId("")
                .routeId(routeId)
                .parameter("client", client)
                .parameter("url", url.toString())
                .parameter("requests", requests)
                .parameter("periodMillis", waits.millis(per.plusMillis(margin)))
                .add();
    }

    private void removeRoutes(String name) throws Exception {
        removing = true;
        try {
            for (String prefix : PREFIXES) {
                String id = prefix + name;
                if (context.getRoute(id) != null) {
                    context.getRouteController().stopRoute(id);
                    context.removeRoute(id);
                }
            }
        } finally {
            removing = false;
        }
    }

    /**
     * A route was suspended, stopped, resumed or started, by an operator or by Camel itself.
     *
     * @return the client that the route serves and whose calls are away now; null if there is none
     */
    ApiClient routeChanged(String routeId, boolean away) {
        if (removing || context.isStopping()) {
            return null;
        }
        ApiClient client = routeId.equals("zendesk-call") ? zendesk : null;
        for (Map.Entry<String, Known> known : organizations.entrySet()) {
            if (PREFIXES.stream().anyMatch(prefix -> routeId.equals(prefix + known.getKey()))) {
                client = known.getValue().client();
            }
        }
        if (client != null && away) {
            client.suspendedByRoute(routeId);
        } else if (client != null) {
            client.resumedByRoute(routeId);
        }
        return away ? client : null;
    }

    private static boolean same(Organization one, Organization other) {
        return one.usable() == other.usable()
                && java.util.Objects.equals(one.id(), other.id())
                && java.util.Objects.equals(one.apiUrl(), other.apiUrl())
                && java.util.Objects.equals(one.loginUrl(), other.loginUrl())
                && java.util.Objects.equals(one.quota(), other.quota());
    }

    private Exchange legacy(dev.wfmbridge.http.Side side) {
        Exchange exchange = template()
                .getCamelContext()
                .getCamelContextExtension()
                .getExchangeFactory()
                .create(false);
        try {
            Token token = zendeskTokens.legacy(side);
            exchange.setProperty(CallProperties.CANDIDATE, token);
        } catch (dev.wfmbridge.halt.HaltedException halted) {
            exchange.setException(halted);
        }
        return exchange;
    }

    private Exchange request(String endpoint, dev.wfmbridge.http.Side side) {
        return template().request(endpoint, exchange -> exchange.setProperty(CallProperties.SIDE, side));
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = context.createProducerTemplate();
        }
        return template;
    }
}
