package dev.wfmbridge.operate;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import java.lang.ref.WeakReference;
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

    /** Threads outlive passes, so what it is about must not be kept from going. */
    private record About(
            WeakReference<Object> pass, WeakReference<Object> side, WeakReference<SegmentMessage> message) {

        private boolean is(Object nowPass, Object nowSide, SegmentMessage nowMessage) {
            // Nothing is also what a reference to a pass that is gone refers to.
            return nowPass != null && pass.refersTo(nowPass) && side.refersTo(nowSide) && message.refersTo(nowMessage);
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

    /** Stays until the next step of the thread is about something else: nobody logs between steps. */
    private void show(Exchange exchange) {
        Object pass = exchange.getProperty(CallProperties.PASS);
        Object side = exchange.getProperty(CallProperties.SIDE);
        Object body = exchange.getMessage().getBody();
        Object carried = body instanceof SegmentMessage ? body : exchange.getProperty(CallProperties.MESSAGE);
        SegmentMessage message = carried instanceof SegmentMessage known ? known : null;
        About now = shown.get();
        if (now != null && now.is(pass, side, message)) {
            return;
        }
        shown.set(new About(new WeakReference<>(pass), new WeakReference<>(side), new WeakReference<>(message)));
        put(PASS, pass instanceof Pass known ? known.getRunId() : null);
        put(
                ORGANIZATION,
                side instanceof OrganizationPass known
                        ? known.getName()
                        : message == null ? null : message.organization());
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
