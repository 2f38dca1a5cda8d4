package dev.wfmbridge.delivery;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * The bean {@code segmentBatch}: collects the messages of one place for a target that takes many in one call; the exchange
 * that flushes carries none. The aggregate's own steps may run after the flushing route has moved on; so a
 * complete batch is set aside, and the flushing route takes it.
 */
public final class SegmentBatch implements AggregationStrategy {

    /** The body of the exchange that ends a batch. */
    public static final String FLUSH = "flush";

    @Override
    public Exchange aggregate(Exchange before, Exchange now) {
        SegmentMessage message = now.getProperty(CallProperties.MESSAGE, SegmentMessage.class);
        boolean flush = FLUSH.equals(now.getMessage().getBody());
        if (before == null) {
            List<SegmentMessage> batch = new ArrayList<>();
            if (!flush) {
                batch.add(message);
            }
            now.getMessage().setBody(batch);
            return now;
        }
        if (!flush) {
            @SuppressWarnings("unchecked")
            List<SegmentMessage> batch = before.getMessage().getBody(List.class);
            batch.add(message);
        }
        return before;
    }

    /** The batch of a place is complete. Runs before the flushing exchange goes on. */
    @Override
    public void onCompletion(Exchange exchange) {
        organization(exchange)
                .remember(
                        key(exchange.getProperty(CallProperties.PLACE, Place.class)),
                        exchange.getMessage().getBody());
    }

    /**
     * The batch that was just completed.
     *
     * @throws IllegalStateException if none was, so that no message is lost silently
     */
    public List<SegmentMessage> take(
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization,
            @ExchangeProperty(CallProperties.PLACE) Place place) {
        @SuppressWarnings("unchecked")
        List<SegmentMessage> batch = (List<SegmentMessage>) organization.forget(key(place));
        if (batch == null) {
            throw new IllegalStateException("the batch of " + key(place) + " was not completed");
        }
        return batch;
    }

    private static String key(Place place) {
        return "batch/" + place.id();
    }

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
