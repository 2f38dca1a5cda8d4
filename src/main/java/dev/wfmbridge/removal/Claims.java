package dev.wfmbridge.removal;

import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.genesys.UserIds;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.zendesk.Agent;
import java.util.HashSet;
import java.util.Set;

/**
 * The Genesys users that the agents of one schedule are, or could be: their segments stay. Several agents can be one Genesys user, since
 * an address may be reassigned, and the ledger knows only the last of them.
 */
final class Claims {

    private final GenesysUsers genesysUsers;
    private final Mapping mapping;
    private final OrganizationPass organization;
    private final Set<String> users = new HashSet<>();
    /** An agent about whom nothing is known can be any user. */
    private boolean anybody;
    /** An agent whom no known user matches, and who was not searched for, can be any user that is not active. */
    private boolean anyInactive;

    Claims(GenesysUsers genesysUsers, Mapping mapping, OrganizationPass organization) {
        this.genesysUsers = genesysUsers;
        this.mapping = mapping;
        this.organization = organization;
    }

    /** An agent who is this Genesys user. */
    void user(String userId) {
        users.add(UserIds.spelled(userId));
    }

    /** An agent with a row in this pass but no Genesys user: one that no known user matches was searched for, or is suspended. */
    void skipped(Agent agent) {
        if (agent != null) {
            users.addAll(genesysUsers.knownAs(agent, mapping, organization));
            anyInactive |= !genesysUsers.areKnown(organization) && genesysUsers.isNamed(agent, mapping);
        }
    }

    /** An agent found only by the fresh read, or with new values there; no search was made for them. */
    void newcomer(Agent agent) {
        if (agent == null) {
            anybody = true;
        } else if (genesysUsers.isNamed(agent, mapping)) {
            Set<String> known = genesysUsers.knownAs(agent, mapping, organization);
            users.addAll(known);
            anyInactive |= known.isEmpty();
        }
    }

    /** Whether one of them is this Genesys user, or could be. */
    boolean hold(String userId) {
        return surelyHold(userId) || anybody || anyInactive && !genesysUsers.isActive(userId, organization);
    }

    /** Whether one of them is named as this Genesys user, however the ledger spells it. */
    boolean surelyHold(String userId) {
        return users.contains(UserIds.spelled(userId));
    }
}
