package dev.wfmbridge.zendesk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of Zendesk's user fields by their ids, as far as a listing told them: an event names a field by its id alone. */
public final class UserFields {

    /** An account has a few hundred at most; whatever else claims to be one is not kept. */
    private static final int MOST = 10_000;

    private final Map<String, String> keys = new ConcurrentHashMap<>();

    public void tell(String id, String key) {
        if (keys.size() < MOST && !id.isEmpty() && !key.isEmpty()) {
            keys.put(id, key);
        }
    }

    /** The key of a field; null if no listing told it. */
    public String keyOf(String id) {
        return keys.get(id);
    }
}
