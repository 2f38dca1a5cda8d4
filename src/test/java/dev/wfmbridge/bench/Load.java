package dev.wfmbridge.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Option;

/**
 * How large the two sides are and how they answer: organisations with the same number of members, and one group and one
 * schedule each. All ids are computed from the numbers of organisation and member, so none has to be stored.
 */
final class Load {

    @Option(names = "--organizations", description = "Organisations. Default ${DEFAULT-VALUE}.")
    int organizations = 1;

    @Option(names = "--members", description = "Members of each one's group. Default ${DEFAULT-VALUE}.")
    int members = 100;

    @Option(names = "--post", description = "No segment is there yet: a first load. Otherwise all are there.")
    boolean post;

    @Option(names = "--latency", description = "Before each answer of Genesys, like 2s or 0.5s.")
    Duration latency = Duration.ZERO;

    @Option(names = "--slow", description = "So many organisations have this latency. Default all.")
    int slow = Integer.MAX_VALUE;

    @Option(names = "--identity-latency", description = "Before each answer to the identity read, like 2s.")
    Duration identityLatency = Duration.ZERO;

    @Option(names = "--out-of-quota", description = "So many organisations are answered 429 all the time.")
    int outOfQuota;

    @Option(names = "--retry-after", description = "Seconds that such a 429 tells. Default ${DEFAULT-VALUE}.")
    int retryAfter = 5;

    @Option(
            names = "--unmapped",
            description = "So many organisations are not in the mapping, their groups are in Zendesk.")
    int unmapped;

    @Option(names = "--quota", description = "Calls a minute of each organisation. Default: more than needed.")
    int quota;

    static Load of(int organizations, int members) {
        Load load = new Load();
        load.organizations = organizations;
        load.members = members;
        return load;
    }

    Load post() {
        post = true;
        return this;
    }

    /** Before each answer of Genesys. */
    Load latency(Duration each) {
        latency = each;
        return this;
    }

    /** This many organisations, the first ones, answer with a delay. */
    Load slow(int organizations, Duration each) {
        slow = organizations;
        return latency(each);
    }

    /** This many organisations, the first ones, are not in the mapping. */
    Load unmapped(int organizations) {
        unmapped = organizations;
        return this;
    }

    /** This many organisations, the first ones, are slower than the others or out of quota. */
    int troubled() {
        return Math.max(outOfQuota, slow < organizations ? slow : 0);
    }

    /** This many organisations, the first ones, are out of quota the whole time. */
    Load outOfQuota(int refused) {
        outOfQuota = refused;
        return this;
    }

    /** Calls a minute that each organisation allows. */
    Load quota(int calls) {
        quota = calls;
        return this;
    }

    /**
     * Enough for everything twice. Not simply a huge number, since a throttle may keep something for each call that it
     * allows.
     */
    int quota() {
        return quota > 0 ? quota : Math.max(300, 2 * (members / 100 + members / 500 + (post ? members : 0) + 10));
    }

    int zendeskRequestsPerMinute() {
        return (int) Math.min(100_000, 200 + memberships() / 50);
    }

    long memberships() {
        return (long) organizations * members;
    }

    static String name(int organization) {
        return "org-" + organization;
    }

    static String organizationId(int organization) {
        return String.format(Locale.ROOT, "%08x-0000-4000-a000-000000000000", organization);
    }

    static String scheduleId(int organization) {
        return String.format(Locale.ROOT, "%08x-0000-4000-9000-000000000000", organization);
    }

    static String userId(int organization, int member) {
        return new UUID((long) organization << 32 | 0x4000, 0x8000L << 48 | member).toString();
    }

    /** The number of the member that has this id; -1 if none of the organisation has. */
    int member(int organization, String userId) {
        try {
            UUID id = UUID.fromString(userId);
            int member = (int) id.getLeastSignificantBits();
            boolean own = member >= 0 && member < members && userId.equals(userId(organization, member));
            return own ? member : -1;
        } catch (IllegalArgumentException foreign) {
            return -1;
        }
    }

    static String email(int organization, int member) {
        return "agent-" + organization + "-" + member + "@example.com";
    }

    static long groupId(int organization) {
        return 6_130_000_000_000L + organization;
    }

    /** The agent of the membership with this number, counted over all organisations. */
    static long agentId(long membership) {
        return 6_000_000_000_000L + membership;
    }

    /** The mapping of all organisations, whose secret is the environment's {@code SIZE_SECRET}. */
    String mapping(String genesys) {
        StringBuilder organizationsText = new StringBuilder("organizations:\n");
        StringBuilder groupsText = new StringBuilder("groups:\n");
        for (int o = unmapped; o < organizations; o++) {
            organizationsText.append(
                    """
                      %s:
                        id: %s
                        apiUrl: %s
                        loginUrl: %s
                        clientId: client-%d
                        clientSecret: "{{env:SIZE_SECRET}}"
                        quota: { requests: %d, per: 60s }
                    """
                            .formatted(name(o), organizationId(o), genesys, genesys, o, quota()));
            groupsText.append("  - { zendeskGroup: Group %d, organization: %s, scheduleId: %s, status: APPROVED }\n"
                    .formatted(o, name(o), scheduleId(o)));
        }
        return organizationsText.append(groupsText).toString();
    }
}
