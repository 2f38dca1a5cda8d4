package dev.wfmbridge.sandbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A staffing group as an organisation holds it at this moment.
 *
 * @param managementUnitId the only unit whose agents it takes; {@code null}: those of the whole business unit
 * @param users sorted by id: a set has no order that a caller could rely on
 * @param version one higher after each change
 */
record StaffingGroup(
        String id,
        String businessUnitId,
        String name,
        String managementUnitId,
        SortedSet<String> users,
        int version,
        Instant dateModified) {

    StaffingGroup {
        users = Collections.unmodifiableSortedSet(new TreeSet<>(users));
    }

    /** A new one, without users. */
    static StaffingGroup of(String id, String businessUnitId, String name, String managementUnitId) {
        return new StaffingGroup(id, businessUnitId, name, managementUnitId, new TreeSet<>(), 1, now());
    }

    /** The next version. */
    StaffingGroup with(String newName, Collection<String> newUsers) {
        return new StaffingGroup(
                id, businessUnitId, newName, managementUnitId, new TreeSet<>(newUsers), version + 1, now());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
