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

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Object pass = exchange.getProperty(CallProperties.PASS);
                Object side = exchange.getProperty(CallProperties.SIDE);
                Object body = exchange.getMessage().getBody();
                Object message = body instanceof SegmentMessage ? body : exchange.getProperty(CallProperties.MESSAGE);
                SegmentMessage segment = message instanceof SegmentMessage known ? known : null;
                String organization = side instanceof OrganizationPass known
                        ? known.getName()
                        : segment == null ? null : segment.organization();
                String passBefore = put(PASS, pass instanceof Pass known ? known.getRunId() : null);
                String organizationBefore = put(ORGANIZATION, organization);
                String segmentBefore = put(SEGMENT, segment == null ? null : segment.id());
                try {
                    return super.process(exchange, callback);
                } finally {
                    if (exchange.getException() != null) {
                        FailedStep.note(exchange.getException(), definition);
                    }
                    restore(PASS, passBefore);
                    restore(ORGANIZATION, organizationBefore);
                    restore(SEGMENT, segmentBefore);
                }
            }
        };
    }

    private static String put(String key, String value) {
        String before = MDC.get(key);
        if (value != null && !value.equals(before)) {
            MDC.put(key, value);
        }
        return before;
    }

    private static void restore(String key, String before) {
        if (before == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, before);
        }
    }
}
