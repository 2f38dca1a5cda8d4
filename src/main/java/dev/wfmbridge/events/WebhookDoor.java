package dev.wfmbridge.events;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before the webhook's port: no more than so many requests at once, each with its whole body within so much time, and none that
 * is a form, whose files the server would write to the disk. What passes is read up to 256 KB and no further.
 */
public final class WebhookDoor implements AuthenticationHandler {

    /** Bytes of a body at most. */
    public static final long MOST_BYTES = 256 * 1024;
    /** What a sender of events is told when there are too many, in seconds. */
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
                counts.refused(EventCounts.Refusal.SLOW);
                request.connection().close();
            }
        });
        context.addEndHandler(ended -> {
            requests.decrementAndGet();
            context.vertx().cancelTimer(slow);
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

    /** As the request tells it; what it does not tell is cut off while it is read. */
    private static long length(HttpServerRequest request) {
        try {
            return Long.parseLong(request.getHeader("Content-Length"));
        } catch (NumberFormatException unsaid) {
            return 0;
        }
    }

    /** What is still to come of the request is not read. */
    private static void refuse(RoutingContext context, int status) {
        context.response()
                .setStatusCode(status)
                .putHeader("Connection", "close")
                .end();
    }
}
