package dev.wfmbridge.bridge;

import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.util.Locale;

/**
 * The organisations and agents that tests start from, and the mapping that names them. Each test adds what it is about.
 */
public final class Sample {

    public static final String ACME = "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11";
    public static final String GLOBEX = "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33";
    public static final long SUPPORT = 6130852536346L;
    public static final long FIRST_AGENT = 6_000_000_000_000L;

    private Sample() {}

    /** The group Support with nobody in it, the organisation acme with its schedule, and no quota that matters. */
    public static World acme() {
        World world = new World()
                .zendesk()
                .addGroup(SUPPORT, "Support")
                .world()
                .addOrganization("acme", ACME, "client-of-acme", "secret-of-acme", 1_000_000)
                .addSchedule("acme", "sched-1");
        world.weather().zendeskRequestsPerMinute(1_000_000);
        return world;
    }

    /** The same with agents in Support. */
    public static World acme(int agents) {
        return join(acme(), 0, agents, SUPPORT);
    }

    /** New agents of this group, active users of acme: {@code user-0} has the address of agent 0. */
    public static World join(World world, int from, int to, long group) {
        for (int i = from; i < to; i++) {
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST_AGENT + i, "Agent " + i, address(i)))
                    .addMembership(FIRST_AGENT + i, group);
            world.addUser("acme", "user-" + i, address(i), "Agent " + i, "active");
        }
        return world;
    }

    public static String address(int agent) {
        return "agent" + agent + "@example.com";
    }

    /**
     * One organisation under a mapping's {@code organizations}: in the sandbox, with the credentials that it hands out.
     */
    public static String organization(String name, String id, int requests, String per) {
        String variable = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return """
                  %s:
                    id: %s
                    apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                    loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                    clientId: "{{env:%s_CLIENT_ID}}"
                    clientSecret: "{{env:%s_CLIENT_SECRET}}"
                    quota: { requests: %d, per: %s }
                """
                .formatted(name, id, variable, variable, requests, per);
    }

    /** A mapping up to and with the line {@code groups:}. */
    public static String mapping(String... organizations) {
        return "organizations:\n" + String.join("", organizations) + "groups:\n";
    }

    /** The same for acme alone, with this quota a minute. */
    public static String acmeMapping(int requests) {
        return mapping(organization("acme", ACME, requests, "60s"));
    }

    /** An entry of a mapping. Without further lines its status is APPROVED. */
    public static String entry(String group, String organization, String schedule, String... more) {
        StringBuilder yaml = new StringBuilder("  - zendeskGroup: " + group + "\n    organization: " + organization
                + "\n    scheduleId: " + schedule + "\n");
        if (more.length == 0) {
            yaml.append("    status: APPROVED\n");
        }
        for (String line : more) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }
}
