package dev.wfmbridge.operate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Serves the metrics on the management port, instead of Camel's own page, which answers 406 to {@code Accept: text/plain}
 * alone and to OpenMetrics alone. Every {@code Accept} is answered: OpenMetrics if requested, else Prometheus' text; gzipped if
 * {@code Accept-Encoding} allows it, since a thousand organisations make some megabytes of text.
 */
public final class MetricsPage {

    private final PrometheusMeterRegistry registry;
    private final ExpositionFormats formats = ExpositionFormats.init();

    private MetricsPage(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** Replaces Camel's page with this one, including the bridge's own metrics; does nothing if metrics are off. */
    public static void serve(CamelContext context, BridgeMetrics metrics) throws Exception {
        MeterRegistry found = context.getRegistry().findSingleByType(MeterRegistry.class);
        if (!(found instanceof PrometheusMeterRegistry registry)) {
            return;
        }
        metrics.bindTo(registry);
        collections(context, registry);
        ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
        if (server == null || server.getRouter() == null || !server.isMetricsEnabled()) {
            return;
        }
        server.getRouter().getRoutes().stream()
                .filter(route -> ManagementGuard.METRICS.equals(route.getPath()))
                .forEach(Route::remove);
        server.getRouter()
                .route(HttpMethod.GET, ManagementGuard.METRICS)
                .blockingHandler(new MetricsPage(registry)::answer, false);
    }

    /** They listen to the JVM's collectors, which would hold the registry, and with it the bridge, forever. */
    private static void collections(CamelContext context, MeterRegistry registry) throws Exception {
        JvmGcMetrics collections = new JvmGcMetrics();
        collections.bindTo(registry);
        context.addService(new ServiceSupport() {
            @Override
            protected void doStop() {
                collections.close();
            }
        });
    }

    private void answer(RoutingContext context) {
        try {
            ExpositionFormatWriter writer = writer(context.request().getHeader("Accept"));
            boolean gzip = Gzip.isAccepted(context.request().getHeader("Accept-Encoding"));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : bytes) {
                writer.write(out, registry.getPrometheusRegistry().scrape());
            }
            context.response()
                    .putHeader("Content-Type", writer.getContentType())
                    .putHeader("Vary", "Accept, Accept-Encoding");
            if (gzip) {
                context.response().putHeader("Content-Encoding", "gzip");
            }
            context.response().end(Buffer.buffer(bytes.toByteArray()));
        } catch (IOException impossible) {
            context.fail(impossible);
        }
    }

    private ExpositionFormatWriter writer(String accept) {
        return accept != null && accept.contains("application/openmetrics-text")
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
    }
}
