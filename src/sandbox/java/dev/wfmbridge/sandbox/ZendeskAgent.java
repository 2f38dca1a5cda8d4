package dev.wfmbridge.sandbox;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Zendesk user.
 *
 * @param id above 2^31 in any account of today
 * @param email may be {@code null}
 * @param role end-user, agent or admin
 * @param active {@code false}: deleted
 * @param suspended a suspended agent keeps the memberships
 * @param userFields values by key; a field without a value is shown as {@code null}, and a key that is no user field
 *     of the account is not shown at all
 */
public record ZendeskAgent(
        long id,
        String name,
        String email,
        String role,
        boolean active,
        boolean suspended,
        List<String> tags,
        Map<String, String> userFields) {

    public ZendeskAgent {
        tags = List.copyOf(tags);
        userFields = Collections.unmodifiableMap(new LinkedHashMap<>(userFields));
    }

    /** An active agent without tags. */
    public static ZendeskAgent of(long id, String name, String email) {
        return new ZendeskAgent(id, name, email, "agent", true, false, List.of(), Map.of());
    }

    public ZendeskAgent withEmail(String newEmail) {
        return new ZendeskAgent(id, name, newEmail, role, active, suspended, tags, userFields);
    }

    public ZendeskAgent withRole(String newRole) {
        return new ZendeskAgent(id, name, email, newRole, active, suspended, tags, userFields);
    }

    /** The same user, deleted. */
    public ZendeskAgent deleted() {
        return new ZendeskAgent(id, name, email, role, false, suspended, tags, userFields);
    }

    public ZendeskAgent withSuspended(boolean newSuspended) {
        return new ZendeskAgent(id, name, email, role, active, newSuspended, tags, userFields);
    }

    public ZendeskAgent withTags(String... newTags) {
        return new ZendeskAgent(id, name, email, role, active, suspended, List.of(newTags), userFields);
    }

    /** @param value {@code null} empties the field */
    public ZendeskAgent withUserField(String key, String value) {
        Map<String, String> fields = new LinkedHashMap<>(userFields);
        fields.put(key, value);
        return new ZendeskAgent(id, name, email, role, active, suspended, tags, fields);
    }
}
