package dev.wfmbridge.segment;

/**
 * A Zendesk group membership: agent {@code userId} is in group {@code groupId}. Ids only, so that a hundred thousand of
 * them stay small.
 *
 * @param updatedAt seconds since 1970, as Zendesk tells; 0 if it does not
 */
public record Membership(long id, long userId, long groupId, long updatedAt) {}
