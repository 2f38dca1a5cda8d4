package dev.wfmbridge.genesys;

import dev.wfmbridge.compact.TextColumn;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The users of one organisation, as far as they are known: the active ones, about 100 bytes each, which outlive a pass, and those found
 * by a search or a read, which last for one pass. Used by one pass at a time.
 */
final class UserDirectory {

    /** Beyond this many users the rest is looked up by search. */
    private static final int BOUND = 500_000;

    private final String organizationId;
    private TextColumn ids = TextColumn.indexed();
    private TextColumn addresses = TextColumn.indexed();
    private BitSet gone = new BitSet();
    private final Map<String, String> states = new HashMap<>();
    private final Map<String, Map<String, String>> others = new HashMap<>();
    private boolean listed;
    private long listedAt;

    /** @param organizationId Genesys' id of the organisation */
    UserDirectory(String organizationId) {
        this.organizationId = organizationId;
    }

    boolean isOf(String id) {
        return organizationId.equalsIgnoreCase(id);
    }

    synchronized boolean isFresh(long now, long freshNanos) {
        return listed && now - listedAt < freshNanos;
    }

    synchronized void beginListing() {
        listed = false;
        ids = TextColumn.indexed();
        addresses = TextColumn.indexed();
        gone = new BitSet();
    }

    synchronized boolean isListed() {
        return listed;
    }

    synchronized void endListing(long now) {
        listed = true;
        listedAt = now;
    }

    /** Users that are known to be active. */
    synchronized int size() {
        return ids.size();
    }

    /**
     * An active user from the listing; beyond the limit it is left to the search.
     *
     * @param address lower case; null if the user has none
     */
    synchronized void active(String id, String address) {
        if (ids.size() < BOUND) {
            keep(id, address);
        }
    }

    private void keep(String id, String address) {
        Object key = TextColumn.key(id);
        for (int row = ids.last(key); row >= 0; row = ids.before(row)) {
            if (addresses.is(row, address)) {
                gone.clear(row);
                return;
            }
        }
        ids.add(key);
        addresses.add(address);
    }

    synchronized boolean isActive(String id) {
        for (int row = ids.last(id); row >= 0; row = ids.before(row)) {
            if (!gone.get(row)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an active user has this address. */
    synchronized boolean hasActiveWith(String address) {
        int row = addresses.last(address);
        while (row >= 0 && gone.get(row)) {
            row = addresses.before(row);
        }
        return row >= 0;
    }

    /** The active users with this address. */
    synchronized Set<String> activeWith(String address) {
        int row = addresses.last(address);
        if (row < 0) {
            return Set.of();
        }
        int next = addresses.before(row);
        if (next < 0) {
            return gone.get(row) ? Set.of() : Set.of(ids.get(row));
        }
        Set<String> found = new LinkedHashSet<>();
        for (; row >= 0; row = addresses.before(row)) {
            if (!gone.get(row)) {
                found.add(ids.get(row));
            }
        }
        return found;
    }

    /** A user that a search found. */
    synchronized void found(String id, String address, String state) {
        if ("active".equals(state)) {
            keep(id, address);
        } else {
            others.computeIfAbsent(address, a -> new LinkedHashMap<>()).put(id, state);
        }
    }

    /** Id → state of the users with this address that are not active, as found by searches in this pass. */
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
        for (int row = ids.last(id); row >= 0; row = ids.before(row)) {
            gone.set(row);
        }
    }

    /** Users not found are searched for again by the next pass. */
    synchronized void forgetSearches() {
        states.clear();
        others.clear();
    }
}
