package dev.wfmbridge.sandbox;

/** {@code /api/v2/organizations}. */
final class GenesysOrganizations {
    void register(Routes<GenesysCall> routes) {
        routes.add("GET", "/api/v2/organizations/me", (call, variables) -> me(call.organization()));
    }

    private static Answer me(GenesysTenant organization) {
        return Answer.json(
                200,
                Json.object()
                        .put("id", organization.id())
                        .put("name", organization.name())
                        .put("thirdPartyOrgName", organization.name())
                        .put("state", "active"));
    }
}
