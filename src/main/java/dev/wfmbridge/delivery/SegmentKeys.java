package dev.wfmbridge.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The keys of the idempotent consumer: those whose delivery is under way, and on Caffeine, bounded and expiring, those whose
 * delivery ended. Camel's own repository on Caffeine can be neither bounded nor used atomically (TrapsTest). A key's time runs from the
 * END of its delivery, however long that waits; one that was given back stays removed.
 */
@ManagedResource(description = "Keys of segments that were delivered a moment ago")
public final class SegmentKeys extends ServiceSupport implements IdempotentRepository {

    /** As many as there are deliveries at a time. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    private final Cache<String, Boolean> delivered;

    /**
     * @param mostKeys entries kept at most, about 120 bytes each
     * @param ttl how long a key lasts after its delivery
     */
    public SegmentKeys(long mostKeys, Duration ttl, Ticker ticker) {
        delivered = Caffeine.newBuilder()
                .maximumSize(mostKeys)
                .expireAfterWrite(ttl)
                .ticker(ticker)
                // Maintenance is short; handing it to another thread costs more.
                .executor(Runnable::run)
                .build();
    }

    /** Takes the key; false if another has it. */
    @Override
    public boolean add(String key) {
        if (!underWay.add(key)) {
            return false;
        }
        // After it was taken: whoever had it before noted its delivery before it let go of it.
        if (delivered.getIfPresent(key) != null) {
            underWay.remove(key);
            return false;
        }
        return true;
    }

    @Override
    @ManagedOperation(description = "Whether the key is there")
    public boolean contains(String key) {
        return underWay.contains(key) || delivered.getIfPresent(key) != null;
    }

    /** Gives a key back at once. */
    @Override
    @ManagedOperation(description = "Gives a key back")
    public boolean remove(String key) {
        boolean wasUnderWay = underWay.remove(key);
        return delivered.asMap().remove(key) != null || wasUnderWay;
    }

    /** The delivery is over: the key's time begins, unless it was given back. */
    @Override
    public boolean confirm(String key) {
        if (!underWay.contains(key)) {
            return false;
        }
        delivered.put(key, Boolean.TRUE);
        underWay.remove(key);
        return true;
    }

    @Override
    @ManagedOperation(description = "Forgets all keys")
    public void clear() {
        underWay.clear();
        delivered.invalidateAll();
    }

    /** Current number of keys. */
    @ManagedAttribute(description = "Keys at the moment")
    public long getSize() {
        delivered.cleanUp();
        return underWay.size() + delivered.estimatedSize();
    }

    /** Notes a delivery that ended without holding its key: it was put aside, and a read found the segment. */
    public void keep(String key) {
        delivered.put(key, Boolean.TRUE);
    }
}
