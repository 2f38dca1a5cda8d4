package dev.wfmbridge.operate;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.Pass;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a failure that no route expects: one line in the log for each step and pass, in place of a history of the message, and the
 * pass is told. It goes on its way then, to the end of the pass.
 */
public final class UnhandledFailures implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(UnhandledFailures.class);
    /** So that a listener that fails without end does not fill the memory. */
    private static final int MOST = 1_000;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** The error handler of all routes that have no other. */
    public DefaultErrorHandlerDefinition errorHandler() {
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setOnExceptionOccurredProcessor(this);
        RedeliveryPolicyDefinition quiet = new RedeliveryPolicyDefinition();
        quiet.setMaximumRedeliveries("0");
        quiet.setLogExhausted("false");
        quiet.setLogStackTrace("false");
        handler.setRedeliveryPolicy(quiet);
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
        FailedStep step = FailedStep.of(failure);
        String where = step == null ? "a route" : step.getMessage();
        if (told.size() > MOST) {
            told.clear();
        }
        if (told.add((pass == null ? "" : pass.getRunId()) + where)) {
            LOG.error("{}: {}", where, Cause.of(failure));
        }
        if (pass != null) {
            pass.breaks(failure);
        }
    }
}
