package dev.wfmbridge.operate;

import dev.wfmbridge.halt.HaltedException;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.ExchangeHelper;

/**
 * The step of a route at which a failure arose, carried by the failure itself, since an exchange no longer knows it
 * after a split has ended. Only unexpected failures carry one. It is not an Exception, since Camel also looks for those
 * among the suppressed ones.
 */
public final class FailedStep extends Throwable {

    private FailedStep(String file, int line) {
        super(file + ":" + line, null, false, false);
    }

    /** Attaches the exchange's current step to the failure, unless it already has one. */
    static void note(Throwable failure, Exchange exchange) {
        String source = exchange.getExchangeExtension().getHistoryNodeSource();
        Route route = exchange.getContext().getRoute(ExchangeHelper.getAtRouteId(exchange));
        if (source == null || route == null || of(failure) != null) {
            return;
        }
        int colon = source.lastIndexOf(':');
        String file = String.valueOf(route.getSourceLocationShort());
        String whole = String.valueOf(route.getSourceLocation());
        int routes = whole.lastIndexOf("/routes/");
        if (routes >= 0) {
            file = whole.substring(routes + 1);
        }
        failure.addSuppressed(
                new FailedStep(file.replaceFirst(":\\d+$", ""), Integer.parseInt(source.substring(colon + 1))));
    }

    /** Failures that the routes handle: answers, halts, unavailable routes and pools. */
    static boolean isExpected(Throwable failure) {
        return failure instanceof HttpOperationFailedException
                || failure instanceof IOException
                || failure instanceof HaltedException
                || failure instanceof RejectedExecutionException
                || failure instanceof DirectConsumerNotAvailableException;
    }

    /** The step carried by a failure or one of its causes; null if none. */
    public static FailedStep of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Throwable with : cause.getSuppressed()) {
                if (with instanceof FailedStep step) {
                    return step;
                }
            }
        }
        return null;
    }
}
