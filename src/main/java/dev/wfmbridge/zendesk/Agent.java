package dev.wfmbridge.zendesk;

import java.util.Set;

/**
 * What the bridge needs to know about a Zendesk user. It holds an e-mail address, so it is never written anywhere.
 *
 * @param works an agent or admin who is not deleted
 * @param email as Zendesk has it; null if there is none
 * @param tags only those that the mapping names
 * @param genesysUserId the value of the user field named by {@code genesysUserIdField}; null if none
 * @param statusField the value of the user field named by {@code zendesk.status-field}; empty if none
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
