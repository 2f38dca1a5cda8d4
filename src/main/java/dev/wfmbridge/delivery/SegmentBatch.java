package dev.wfmbridge.delivery;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Collects the messages of one place for a target that takes many in one call; the exchange that flushes carries none.
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
}
