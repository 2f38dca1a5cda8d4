package dev.wfmbridge.segment;

/**
 * A Zendesk group membership: agent {@code userId} is in group {@code groupId}. Ids only, so that a hundred thousand of
 * them stay small.
 *
 * @param updatedAt seconds since 1970, from Zendesk; 0 if not given
 */
public record Membership(long id, long userId, long groupId, long updatedAt) {}
