package dev.wfmbridge.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The keys of the idempotent consumer, on Caffeine: bounded, expiring, atomic. Camel's own repository on Caffeine can be
 * neither bounded nor used atomically (TrapsTest). A key's time runs from the END of its delivery; one that was given back stays removed.
 */
@ManagedResource(description = "Keys of segments that were delivered a moment ago")
public final class SegmentKeys extends ServiceSupport implements IdempotentRepository {

    private final Cache<String, Boolean> keys;

    /**
     * @param mostKeys entries kept at most, about 120 bytes each
     * @param ttl how long a key lasts after its delivery
     */
    public SegmentKeys(long mostKeys, Duration ttl, Ticker ticker) {
        keys = Caffeine.newBuilder()
                .maximumSize(mostKeys)
                .expireAfter(new FromTheEnd(ttl.toNanos()))
                .ticker(ticker)
                // Maintenance is short; handing it to another thread costs more.
                .executor(Runnable::run)
                .build();
    }

    /** Takes the key; false if another has it. */
    @Override
    public boolean add(String key) {
        return keys.asMap().putIfAbsent(key, Boolean.TRUE) == null;
    }

    @Override
    @ManagedOperation(description = "Whether the key is there")
    public boolean contains(String key) {
        return keys.getIfPresent(key) != null;
    }

    @Override
    @ManagedOperation(description = "Gives a key back")
    public boolean remove(String key) {
        return keys.asMap().remove(key) != null;
    }

    /** The delivery is over: the key's time begins, unless it was given back. */
    @Override
    public boolean confirm(String key) {
        return keys.asMap().replace(key, Boolean.TRUE) != null;
    }

    @Override
    @ManagedOperation(description = "Forgets all keys")
    public void clear() {
        keys.invalidateAll();
    }

    /** Current number of keys. */
    @ManagedAttribute(description = "Keys at the moment")
    public long getSize() {
        keys.cleanUp();
        return keys.estimatedSize();
    }

    /** Gives a key back at once. */
    public void giveBack(String key) {
        keys.asMap().remove(key);
    }

    /** Notes a delivery that ended without holding its key: it was put aside, and a read found the segment. */
    public void keep(String key) {
        keys.asMap().putIfAbsent(key, Boolean.TRUE);
        confirm(key);
    }

    /** A key does not expire during its delivery, however long that waits; its time begins with the confirmation. */
    private record FromTheEnd(long ttlNanos) implements Expiry<String, Boolean> {

        @Override
        public long expireAfterCreate(String key, Boolean value, long now) {
            return Long.MAX_VALUE;
        }

        @Override
        public long expireAfterUpdate(String key, Boolean value, long now, long left) {
            return ttlNanos;
        }

        @Override
        public long expireAfterRead(String key, Boolean value, long now, long left) {
            return left;
        }
    }
}
