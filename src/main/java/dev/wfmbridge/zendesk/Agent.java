package dev.wfmbridge.zendesk;

import java.util.Set;

/**
 * What the bridge needs of a Zendesk user. It holds an e-mail address, so it is never written anywhere.
 *
 * @param works an agent or admin who is not deleted
 * @param email as Zendesk has it; null if there is none
 * @param tags only those that the mapping names
 * @param genesysUserId what the user field holds that {@code genesysUserIdField} names; null if nothing
 * @param statusField what the user field holds that {@code zendesk.status-field} names; empty if nothing
 */
public record Agent(
        long id,
        boolean works,
        boolean suspended,
        String email,
        Set<String> tags,
        String genesysUserId,
        String statusField) {

    @Override
    public String toString() {
        return "agent " + id;
    }
}
