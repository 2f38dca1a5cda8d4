package dev.wfmbridge.operate;

import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.ObjectHelper;

/**
 * Sees each {@link Error} of a step. Camel turns it into an exception, which a route may handle as if a call had failed; but after running
 * out of memory none of the bridge's counts can be trusted.
 */
public final class ErrorWatch implements InterceptStrategy {

    private final Consumer<Error> told;

    /** @param told on the thread of the step, perhaps several times */
    public ErrorWatch(Consumer<Error> told) {
        this.told = told;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                boolean done;
                try {
                    done = super.process(exchange, callback);
                } catch (Error thrown) {
                    told.accept(thrown);
                    throw thrown;
                }
                // Work that continues on another thread is seen by the step that does it.
                if (done && exchange.getException() != null) {
                    Error thrown = ObjectHelper.getException(Error.class, exchange.getException());
                    if (thrown != null) {
                        told.accept(thrown);
                    }
                }
                return done;
            }
        };
    }
}
