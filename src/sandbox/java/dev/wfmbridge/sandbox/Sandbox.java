package dev.wfmbridge.sandbox;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Both APIs in this process, on ports of 127.0.0.1, until it is closed. */
public final class Sandbox implements AutoCloseable {
    private final World world;
    private final ZendeskServer zendesk;
    private final GenesysServer genesys;

    private Sandbox(World world, ZendeskServer zendesk, GenesysServer genesys) {
        this.world = world;
        this.zendesk = zendesk;
        this.genesys = genesys;
    }

    /** Starts both servers on free ports. */
    public static Sandbox start(World world) {
        return start(world, 0, 0);
    }

    /**
     * Starts both servers.
     *
     * @param zendeskPort 0: a free one
     * @param genesysPort 0: a free one
     * @throws java.io.UncheckedIOException if a port is taken; then neither server is left running
     */
    public static Sandbox start(World world, int zendeskPort, int genesysPort) {
        ZendeskServer zendesk = new ZendeskServer(world, zendeskPort);
        try {
            return new Sandbox(world, zendesk, new GenesysServer(world, genesysPort));
        } catch (RuntimeException e) {
            zendesk.close();
            throw e;
        }
    }

    public ZendeskServer zendesk() {
        return zendesk;
    }

    /** One host for all organisations. */
    public GenesysServer genesys() {
        return genesys;
    }

    /**
     * The environment that points a bridge at these servers: {@code ZENDESK_URL}, {@code ZENDESK_CLIENT_ID},
     * {@code ZENDESK_CLIENT_SECRET}, {@code SANDBOX_GENESYS_URL}, {@code BRIDGE_MAPPING}, {@code BRIDGE_DATA_DIR}, and for each
     * organisation {@code NAME_CLIENT_ID} and {@code NAME_CLIENT_SECRET}, the name in capitals and {@code -} as {@code _}.
     */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ZENDESK_URL", zendesk.url().toString());
        environment.put("ZENDESK_CLIENT_ID", world.zendesk().clientId());
        environment.put("ZENDESK_CLIENT_SECRET", world.zendesk().clientSecret());
        environment.put("SANDBOX_GENESYS_URL", genesys.url().toString());
        for (GenesysTenant organization : world.organizations()) {
            String name = organization.name().toUpperCase(Locale.ROOT).replace('-', '_');
            environment.put(name + "_CLIENT_ID", organization.clientId());
            environment.put(name + "_CLIENT_SECRET", organization.clientSecret());
        }
        environment.put("BRIDGE_MAPPING", "config/sandbox/mapping.yaml");
        // It is a single process, whatever the installation it runs in.
        environment.put("KAFKA_BROKERS", "");
        // Metrics are read of the installation alone.
        environment.put("METRICS_FILE", "");
        environment.put("BRIDGE_DATA_DIR", "data/sandbox");
        return environment;
    }

    @Override
    public void close() {
        zendesk.close();
        genesys.close();
    }
}
