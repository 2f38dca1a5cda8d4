package dev.wfmbridge.segment;

/**
 * A Zendesk group membership: agent {@code userId} is in group {@code groupId}. Ids only, so that a hundred thousand of
 * them stay small.
 *
 * @param updatedAt ISO 8601, as Zendesk tells it; may be null
 */
public record Membership(long id, long userId, long groupId, String updatedAt) {}
