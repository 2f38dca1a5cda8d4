package dev.wfmbridge.zendesk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of Zendesk's user fields by id, as far as a listing included them: an event identifies a field only by its id. */
public final class UserFields {

    /** An account has a few hundred at most; anything beyond that is not kept. */
    private static final int MOST = 10_000;

    private final Map<String, String> keys = new ConcurrentHashMap<>();

    public void tell(String id, String key) {
        if (keys.size() < MOST && !id.isEmpty() && !key.isEmpty()) {
            keys.put(id, key);
        }
    }

    /** The key of a field; null if no listing included it. */
    public String keyOf(String id) {
        return keys.get(id);
    }
}
