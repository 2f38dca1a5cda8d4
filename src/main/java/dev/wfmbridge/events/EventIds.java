package dev.wfmbridge.events;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/** The ids of accepted events, limited in number and time: kept longer than an event's signature counts as fresh. */
public final class EventIds extends ServiceSupport implements IdempotentRepository {

    private static final Duration LEAST = Duration.ofHours(1);

    private final Cache<String, Boolean> ids;
    private final EventCounts counts;

    /**
     * @param most ids kept at most, about 120 bytes each
     * @param maxAge how far a timestamp may be from now, to either side
     */
    public EventIds(long most, Duration maxAge, EventCounts counts, Ticker ticker) {
        Duration twice = maxAge.multipliedBy(2);
        this.counts = counts;
        ids = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(twice.compareTo(LEAST) > 0 ? twice : LEAST)
                .ticker(ticker)
                .build();
    }

    @Override
    public boolean add(String id) {
        boolean first = ids.asMap().putIfAbsent(id, Boolean.TRUE) == null;
        if (!first) {
            counts.count(EventCounts.Kind.REPEATED);
        }
        return first;
    }

    @Override
    public boolean contains(String id) {
        return ids.getIfPresent(id) != null;
    }

    @Override
    public boolean remove(String id) {
        return ids.asMap().remove(id) != null;
    }

    /** It is kept from when it was accepted; one that was released stays removed. */
    @Override
    public boolean confirm(String id) {
        return contains(id);
    }

    @Override
    public void clear() {
        ids.invalidateAll();
    }
}
