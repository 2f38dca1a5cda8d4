package dev.wfmbridge.operate;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.slf4j.MDC;

/**
 * Adds the pass, the organisation and the segment of the exchange to each line that a step of a route logs, on whichever of
 * Camel's threads the step runs. Ids only.
 */
public final class LogContext implements InterceptStrategy {

    /** The run's id. */
    public static final String PASS = "pass";
    /** The organisation's name in the mapping. */
    public static final String ORGANIZATION = "organization";
    /** The segment's id. */
    public static final String SEGMENT = "segment";

    /** What this thread's lines are about, so that further steps about the same cost only a comparison. */
    private final ThreadLocal<About> shown = new ThreadLocal<>();

    /** No pass, and nothing that holds one: a thread that idles must not keep it, nor a bridge that was closed. */
    private record About(String pass, String side, SegmentMessage message) {
        boolean is(String otherPass, String otherSide, SegmentMessage otherMessage) {
            return message == otherMessage && Objects.equals(pass, otherPass) && Objects.equals(side, otherSide);
        }
    }

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

    /** Stays until the thread's next step is about something else: nothing logs between steps. */
    private void show(Exchange exchange) {
        String pass = exchange.getProperty(CallProperties.PASS) instanceof Pass known ? known.getRunId() : null;
        String side =
                exchange.getProperty(CallProperties.SIDE) instanceof OrganizationPass known ? known.getName() : null;
        Object body = exchange.getMessage().getBody();
        Object carried = body instanceof SegmentMessage ? body : exchange.getProperty(CallProperties.MESSAGE);
        SegmentMessage message = carried instanceof SegmentMessage known ? known : null;
        About now = shown.get();
        if (now != null && now.is(pass, side, message)) {
            return;
        }
        shown.set(new About(pass, side, message));
        put(PASS, pass);
        put(ORGANIZATION, side != null || message == null ? side : message.organization());
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
