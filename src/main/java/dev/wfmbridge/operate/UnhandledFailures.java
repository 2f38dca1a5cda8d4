package dev.wfmbridge.operate;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.Pass;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Processor;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.CamelLogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a failure that no route expects: logs one line per step and pass, instead of the message's history, and tells the
 * pass. The failure then continues, to the end of the pass.
 */
public final class UnhandledFailures implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(UnhandledFailures.class);
    /** So that a listener that fails endlessly does not fill the memory. */
    private static final int MOST = 1_000;

    private static final String POLICY = "unhandled";

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** The error handler of all routes that have no other. */
    public DefaultErrorHandlerDefinition errorHandler(CamelContext context) {
        RedeliveryPolicy quiet = new RedeliveryPolicy();
        quiet.setMaximumRedeliveries(0);
        quiet.setLogExhausted(false);
        quiet.setLogExhaustedMessageHistory(false);
        context.getRegistry().bind(POLICY, quiet);
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setRedeliveryPolicyRef(POLICY);
        // Without a redelivery Camel asks its logger alone.
        handler.setLoggerBean(new CamelLogger(LOG, LoggingLevel.OFF));
        handler.setOnExceptionOccurredProcessor(this);
        return handler;
    }

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure == null || FailedStep.isExpected(failure)) {
            return;
        }
        Pass pass = exchange.getProperty(CallProperties.PASS, Pass.class);
        FailedStep.note(failure, exchange);
        FailedStep step = FailedStep.of(failure);
        String where = step == null ? "a route" : step.getMessage();
        if (told.size() > MOST) {
            told.clear();
        }
        if (told.add((pass == null ? "" : pass.getRunId()) + where)) {
            LOG.error("{}: {}", where, Cause.of(failure));
        }
        // A caller may expect any failure of the bridge's own beans, but nothing expects a mistake in the routes.
        if (pass != null && !Cause.isOwn(failure)) {
            pass.breaks(failure);
        }
    }
}
