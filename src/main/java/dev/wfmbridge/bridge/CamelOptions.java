package dev.wfmbridge.bridge;

import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.events.WebhookDoor;
import dev.wfmbridge.operate.UnhandledFailures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.simpl.ZeroSizeThreadPool;

/** What Camel is told besides what {@code config/application.properties} says to it. */
final class CamelOptions {

    /** Camel's own options that an environment variable sets, such as {@code CAMEL_MANAGEMENT_PORT}. */
    private static final List<String> BY_VARIABLE = List.of(
            "main.name", "main.jmx-enabled", "management.host", "management.port", "management.jolokia-enabled");

    private final Bridge.Start start;
    private final Settings settings;
    private final Main main = new Main(Bridge.class);

    private CamelOptions(Bridge.Start start) {
        this.start = start;
        this.settings = start.settings();
    }

    /** Camel with these options and beans, not started. */
    static Main main(Bridge.Start start, Beans beans) {
        CamelOptions options = new CamelOptions(start);
        options.beforeInitialize(beans);
        options.routes();
        options.stopping();
        options.settings.asProperties().forEach(options.main::addOverrideProperty);
        options.kafka();
        options.calls();
        options.management();
        options.webhook();
        return options.main;
    }

    private void set(String option, Object value) {
        main.addOverrideProperty(option, String.valueOf(value));
    }

    private void routes() {
        Path home = start.home();
        main.setPropertyPlaceholderLocations("file:" + home.resolve("config/application.properties"));
        main.configure().withRoutesIncludePattern("file:" + home.resolve("routes") + "/**/*.yaml");
        if (!start.isShared()) {
            main.configure().withRoutesExcludePattern("**/routes/kafka/**,**/routes/kafka-*.yaml");
        }
        main.configure().withAutoConfigurationLogSummary(false);
        // No body is a stream but an HTTP answer's, whose bytes are in memory; looking for one cost 2 % of each call.
        main.configure().withStreamCachingEnabled(false);
        // The logger of log steps that name none.
        main.configure().withLogName("routes.${routeId}");
    }

    /** The first moment at which there is a context, which the registry gives to the beans that ask for it. */
    private void beforeInitialize(Beans beans) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport before) {
                CamelContext context = before.getCamelContext();
                beans.bindTo(context.getRegistry());
                context.getCamelContextExtension()
                        .setErrorHandlerFactory(new UnhandledFailures().errorHandler(context));
            }
        });
    }

    private void stopping() {
        main.configure().setShutdownTimeout((int)
                settings.get(Property.BRIDGE_SHUTDOWN_TIMEOUT).toSeconds());
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    }

    private void kafka() {
        if (start.isShared()) {
            main.addInitialProperty(KafkaAccess.PREFIX + "brokers", settings.get(Property.KAFKA_BROKERS));
            set(Property.KAFKA_INSTANCE.key(), settings.get(Property.KAFKA_INSTANCE));
            KafkaAccess.byVariable(start.environment())
                    .forEach((option, value) -> set(KafkaAccess.PREFIX + option, value));
        }
    }

    private void calls() {
        for (String component : List.of("camel.component.http.", "camel.component.https.")) {
            set(component + "connect-timeout", millis(Property.HTTP_CONNECT_TIMEOUT));
            set(component + "response-timeout", millis(Property.HTTP_RESPONSE_TIMEOUT));
            set(component + "client-connection-manager", "#bean:connections");
            set(component + "cookie-management-disabled", true);
            // Every call names its user itself; nothing is bound to a connection.
            set(component + "connection-state-disabled", true);
        }
    }

    private long millis(Property<Duration> property) {
        return settings.get(property).toMillis();
    }

    /** Only a bridge that keeps running is looked at. */
    private void management() {
        set("camel.management.enabled", start.polling());
        set("camel.metrics.enabled", start.polling());
        if (!start.polling()) {
            // An MBean for each step of the routes would be a fifth of such a start.
            set("camel.main.jmx-management-m-beans-level", "RoutesOnly");
            // No clock runs, whose threads would take half a second to stop.
            set("camel.component.quartz.auto-start-scheduler", false);
            set("camel.component.quartz.properties-ref", "noClock");
            main.bind(
                    "noClock", Map.of(StdSchedulerFactory.PROP_THREAD_POOL_CLASS, ZeroSizeThreadPool.class.getName()));
        }
        for (String option : BY_VARIABLE) {
            String value = start.environment().get(Property.variable("camel." + option));
            if (value != null && !value.isBlank()) {
                set("camel." + option, value.strip());
            }
        }
    }

    private void webhook() {
        set("webhook.enabled", start.takesEvents());
        if (start.takesEvents()) {
            set("camel.server.enabled", true);
            set("camel.server.host", settings.get(Property.WEBHOOK_ADDRESS));
            set("camel.server.port", settings.get(Property.WEBHOOK_PORT));
            set("camel.server.max-body-size", WebhookDoor.MOST_BYTES);
        }
    }
}
