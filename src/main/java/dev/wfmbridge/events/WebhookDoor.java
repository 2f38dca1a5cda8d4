package dev.wfmbridge.events;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Guards the webhook's port: limits concurrent requests and the time for each whole body, and refuses forms, whose
 * files the server would write to disk. Accepted bodies are read up to 256 KB and no further.
 */
public final class WebhookDoor implements AuthenticationHandler {

    /** Maximum bytes of a body. */
    public static final long MOST_BYTES = 256 * 1024;
    /** The Retry-After for senders when there are too many requests, in seconds. */
    public static final String RETRY_AFTER = "30";

    private static final int MOST_REQUESTS = 100;
    /** Zendesk itself waits no longer for an answer. */
    private static final Duration BODY_TIME = Duration.ofSeconds(10);

    private final EventCounts counts;
    private final long bodyMillis;
    private final AtomicInteger requests = new AtomicInteger();

    public WebhookDoor(EventCounts counts) {
        this(counts, BODY_TIME);
    }

    WebhookDoor(EventCounts counts, Duration bodyTime) {
        this.counts = counts;
        this.bodyMillis = bodyTime.toMillis();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (requests.incrementAndGet() > MOST_REQUESTS) {
            requests.decrementAndGet();
            counts.refused(EventCounts.Refusal.FULL);
            context.response().putHeader("Retry-After", RETRY_AFTER);
            refuse(context, 503);
            return;
        }
        long slow = context.vertx().setTimer(bodyMillis, timer -> {
            if (!request.isEnded()) {
                if (!context.response().ended()) {
                    counts.refused(EventCounts.Refusal.SLOW);
                }
                request.connection().close();
            }
        });
        context.addEndHandler(ended -> {
            requests.decrementAndGet();
            // A sender who was refused and does not go on keeps no connection either.
            if (request.isEnded()) {
                context.vertx().cancelTimer(slow);
            }
            if (context.response().getStatusCode() == 413) {
                counts.refused(EventCounts.Refusal.SIZE);
            }
        });
        String type = request.getHeader("Content-Type");
        String kind = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
        if (length(request) > MOST_BYTES) {
            refuse(context, 413);
        } else if (kind.startsWith("multipart/") || kind.startsWith("application/x-www-form-urlencoded")) {
            refuse(context, 415);
        } else {
            context.next();
        }
    }

    /** As the request declares it; anything undeclared is cut off while it is read. */
    private static long length(HttpServerRequest request) {
        try {
            return Long.parseLong(request.getHeader("Content-Length"));
        } catch (NumberFormatException unsaid) {
            return 0;
        }
    }

    /** The rest of the request is not read. */
    private static void refuse(RoutingContext context, int status) {
        context.response()
                .setStatusCode(status)
                .putHeader("Connection", "close")
                .end();
    }
}
