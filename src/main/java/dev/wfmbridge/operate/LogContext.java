package dev.wfmbridge.operate;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.slf4j.MDC;

/**
 * Gives each line that a step of a route logs the pass, the organisation and the segment that the exchange is about, on whichever of
 * Camel's threads the step runs. Ids only.
 */
public final class LogContext implements InterceptStrategy {

    /** The run's id. */
    public static final String PASS = "pass";
    /** The organisation's name in the mapping. */
    public static final String ORGANIZATION = "organization";
    /** The segment's id. */
    public static final String SEGMENT = "segment";

    /** What the lines of this thread are about, so that the many steps about the same cost a comparison each. */
    private final ThreadLocal<About> shown = new ThreadLocal<>();

    /** What the lines say, and nothing that it stands for: a thread outlives passes, and bridges too. */
    private record About(String run, String organization, Object segment) {}

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                show(exchange);
                return processor.process(exchange, callback);
            }
        };
    }

    /** Stays until the next step of the thread is about something else: nobody logs between steps. */
    private void show(Exchange exchange) {
        String run = exchange.getProperty(CallProperties.PASS) instanceof Pass pass ? pass.getRunId() : null;
        Object body = exchange.getMessage().getBody();
        Object carried = body instanceof SegmentMessage ? body : exchange.getProperty(CallProperties.MESSAGE);
        SegmentMessage message = carried instanceof SegmentMessage known ? known : null;
        String organization = exchange.getProperty(CallProperties.SIDE) instanceof OrganizationPass side
                ? side.getName()
                : message == null ? null : message.organization();
        Object segment = message == null ? null : message.identity();
        About now = shown.get();
        // The same objects, as long as it is about the same: no text is compared.
        if (now != null && now.run == run && now.organization == organization && now.segment == segment) {
            return;
        }
        shown.set(new About(run, organization, segment));
        put(PASS, run);
        put(ORGANIZATION, organization);
        put(SEGMENT, message == null ? null : message.id());
    }

    private static void put(String key, String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
