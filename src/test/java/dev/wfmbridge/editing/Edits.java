package dev.wfmbridge.editing;

/** What the tests of edits have in common. */
final class Edits {

    static final String MAPPING =
            """
            organizations:
              acme:
                id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11
                apiUrl: "{{env:SANDBOX_GENESYS_URL}}"
                loginUrl: "{{env:SANDBOX_GENESYS_URL}}"
                clientId: "{{env:ACME_CLIENT_ID}}"
                clientSecret: "{{env:ACME_CLIENT_SECRET}}"
                quota: { requests: 100000, per: 60s }
            groups:
              - zendeskGroup: Support
                organization: acme
                scheduleId: sched-1
                status: APPROVED
            """;

    private Edits() {}
}
