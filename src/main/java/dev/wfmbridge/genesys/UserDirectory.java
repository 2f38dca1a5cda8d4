package dev.wfmbridge.genesys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The users of one organisation, as far as they are known: the active ones in bounded caches that outlive a pass, those that
 * only a search or a reading told for one pass. Used by one pass at a time.
 */
final class UserDirectory {

    /** Above this many users the rarely used ones are looked up by a search. */
    private static final long BOUND = 500_000;

    private final Cache<String, Set<String>> byAddress =
            Caffeine.newBuilder().maximumSize(BOUND).build();
    private final Cache<String, String> active =
            Caffeine.newBuilder().maximumSize(BOUND).build();
    private final Map<String, String> states = new HashMap<>();
    private final Map<String, Map<String, String>> others = new HashMap<>();
    private boolean listed;
    private long listedAt;

    synchronized boolean isFresh(long now, long freshNanos) {
        return listed && now - listedAt < freshNanos;
    }

    synchronized void beginListing() {
        listed = false;
        byAddress.invalidateAll();
        active.invalidateAll();
    }

    synchronized void endListing(long now) {
        listed = true;
        listedAt = now;
    }

    /** @param address lower case; null if the user has none */
    synchronized void active(String id, String address) {
        active.put(id, address == null ? "" : address);
        if (address != null) {
            Set<String> ids = byAddress.getIfPresent(address);
            if (ids == null) {
                byAddress.put(address, Set.of(id));
            } else if (!ids.contains(id)) {
                Set<String> more = new java.util.LinkedHashSet<>(ids);
                more.add(id);
                byAddress.put(address, Set.copyOf(more));
            }
        }
    }

    synchronized boolean isActive(String id) {
        return active.getIfPresent(id) != null;
    }

    /** The active users with this address. */
    synchronized Set<String> activeWith(String address) {
        Set<String> ids = byAddress.getIfPresent(address);
        return ids == null ? Set.of() : ids;
    }

    /** A user that a search found. */
    synchronized void found(String id, String address, String state) {
        if ("active".equals(state)) {
            active(id, address);
        } else {
            others.computeIfAbsent(address, a -> new LinkedHashMap<>()).put(id, state);
        }
    }

    /** Id → state of the users with this address that are not active, as searches of this pass told. */
    synchronized Map<String, String> othersWith(String address) {
        return others.getOrDefault(address, Map.of());
    }

    /** The state of a user that was read by id; {@code none} if there is no such user. */
    synchronized void state(String id, String state) {
        states.put(id, state);
    }

    synchronized String stateOf(String id) {
        return isActive(id) ? "active" : states.getOrDefault(id, "none");
    }

    synchronized void forget(String id) {
        String address = active.getIfPresent(id);
        active.invalidate(id);
        if (address != null && !address.isEmpty()) {
            Set<String> ids = byAddress.getIfPresent(address);
            if (ids != null) {
                Set<String> left = new java.util.LinkedHashSet<>(ids);
                left.remove(id);
                if (left.isEmpty()) {
                    byAddress.invalidate(address);
                } else {
                    byAddress.put(address, Set.copyOf(left));
                }
            }
        }
    }

    /** Who was not found is searched again each pass. */
    synchronized void forgetSearches() {
        states.clear();
        others.clear();
    }
}
