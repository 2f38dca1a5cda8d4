package dev.wfmbridge.operate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import org.apache.camel.component.platform.http.plugin.DefaultJolokiaPlatformHttpPlugin;

/**
 * Jolokia behind a filter on each request. Its policy file does not cover notifications: anybody with access could register clients
 * whose notifications nobody fetches, until memory runs out.
 */
final class JolokiaRequests extends DefaultJolokiaPlatformHttpPlugin {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String REFUSED =
            "{\"status\":403,\"error_type\":\"java.lang.SecurityException\",\"error\":\"Notifications are not allowed here\"}\n";

    @Override
    @SuppressWarnings("unchecked")
    public Object getHandler() {
        Handler<RoutingContext> jolokia = (Handler<RoutingContext>) super.getHandler();
        return (Handler<RoutingContext>) context -> {
            if (context.normalizedPath().contains("/notification")
                    || context.body().buffer() != null
                            && asksForNotifications(context.body().buffer().getBytes())) {
                context.response()
                        .setStatusCode(403)
                        .putHeader("Content-Type", "application/json; charset=utf-8")
                        .end(REFUSED);
            } else {
                jolokia.handle(context);
            }
        };
    }

    /**
     * Whether a request, or one of several, is of that type. Anything that is not JSON counts too: nobody knows how
     * Jolokia would read it.
     */
    static boolean asksForNotifications(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME
                        && parser.currentName().equalsIgnoreCase("type")
                        && parser.nextToken() == JsonToken.VALUE_STRING
                        && parser.getText().strip().equalsIgnoreCase("notification")) {
                    return true;
                }
            }
            return false;
        } catch (IOException garbage) {
            return true;
        }
    }
}
