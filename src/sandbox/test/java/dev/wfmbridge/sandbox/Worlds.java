package dev.wfmbridge.sandbox;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The small world that the tests of the two servers share: two organisations, one schedule each, and their users. */
final class Worlds {
    static final String EMEA = "acme-emea";
    static final String AMER = "acme-amer";
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";

    static final String WFM = "/api/v2/workforcemanagement";
    static final String UNIT = "bu-emea";
    static final String FRONT = "front";
    static final String BACK = "back";
    static final String GROUP = "frontline";

    private Worlds() {}

    static World genesys() {
        return new World()
                .addOrganization(EMEA, "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "emea", "emea-secret", 300)
                .addOrganization(AMER, "c40d7e92-1a86-4f57-b3a9-9e07d5b86b33", "amer", "amer-secret", 300)
                .addSchedule(EMEA, "sched-1", "sched-2")
                .addSchedule(AMER, "sched-1")
                .addUser(EMEA, "ann", "Ann@acme.example", "Ann", "active")
                .addUser(EMEA, "ben", "ben@acme.example", "Ben", "active")
                .addUser(EMEA, "cid", "cid@acme.example", "Cid", "inactive")
                .addUser(EMEA, "dot", "dot@acme.example", "Dot", "deleted")
                .addUser(AMER, "eve", "eve@acme.example", "Eve", "active");
    }

    static String segment(String id, String userId, String scheduleId, String status) {
        return """
                {"segmentId": "%s", "userId": "%s", "scheduleId": "%s", "status": "%s"}"""
                .formatted(id, userId, scheduleId, status);
    }

    /** The same, and in the first organisation two empty management units and two empty staffing groups, one tied to a unit. */
    static World published() {
        return genesys()
                .workforce(EMEA)
                .addBusinessUnit(UNIT, "EMEA")
                .addManagementUnit(UNIT, FRONT, "Front")
                .addManagementUnit(UNIT, BACK, "Back")
                .addStaffingGroup(UNIT, GROUP, "Frontline")
                .addStaffingGroup(UNIT, "tied", "Tied to Front", FRONT)
                .world();
    }

    static String groupPath(String staffingGroupId) {
        return WFM + "/businessunits/" + UNIT + "/staffinggroups/" + staffingGroupId;
    }

    static String patch(int version, String... userIds) {
        return "{\"userIds\": {\"values\": [%s]}, \"metadata\": {\"version\": %d}}".formatted(quoted(userIds), version);
    }

    /** @param unitId {@code null}: out of the unit */
    static String move(String unitId, String... userIds) {
        String destination = unitId == null ? "null" : quoted(unitId);
        return "{\"userIds\": [%s], \"destinationManagementUnitId\": %s}".formatted(quoted(userIds), destination);
    }

    private static String quoted(String... texts) {
        return Stream.of(texts).map(text -> '"' + text + '"').collect(Collectors.joining(", "));
    }
}
