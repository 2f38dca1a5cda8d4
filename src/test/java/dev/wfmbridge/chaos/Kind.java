package dev.wfmbridge.chaos;

import dev.wfmbridge.sandbox.Received;

/** The calls that faults are scripted for, by what the two contracts call them. */
enum Kind {
    ZENDESK_TOKEN,
    MEMBERSHIPS,
    GROUP_ANEW,
    SHOW_MANY,
    ZENDESK_OTHER,
    TOKEN,
    IDENTITY,
    USERS,
    SEARCH,
    LISTING,
    BY_ID,
    BY_USER,
    POST,
    PUT,
    DELETE,
    OTHER;

    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";

    boolean isZendesk() {
        return ordinal() <= ZENDESK_OTHER.ordinal();
    }

    static Kind ofZendesk(Received call) {
        String path = call.path();
        if (call.tokenCall()) {
            return ZENDESK_TOKEN;
        }
        if (path.startsWith("/api/v2/group_memberships")) {
            return MEMBERSHIPS;
        }
        if (path.startsWith("/api/v2/groups/") && path.contains("/memberships")) {
            return GROUP_ANEW;
        }
        return path.contains("show_many") ? SHOW_MANY : ZENDESK_OTHER;
    }

    static Kind ofGenesys(Received call) {
        String path = call.path();
        if (call.tokenCall()) {
            return TOKEN;
        }
        if (path.equals("/api/v2/organizations/me")) {
            return IDENTITY;
        }
        if (path.startsWith("/api/v2/users")) {
            return path.contains("search") ? SEARCH : path.equals("/api/v2/users") ? USERS : OTHER;
        }
        if (!path.startsWith(SEGMENTS)) {
            return OTHER;
        }
        return switch (call.method()) {
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            default ->
                path.length() > SEGMENTS.length()
                        ? BY_ID
                        : call.query() != null && call.query().contains("userId=") ? BY_USER : LISTING;
        };
    }
}
