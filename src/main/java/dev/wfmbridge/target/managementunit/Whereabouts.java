package dev.wfmbridge.target.managementunit;

import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.segment.SegmentMessage;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In which management unit the agents of an organisation are, as far as this pass read it, and where the mapping wants them. */
final class Whereabouts {

    private final Map<String, String> unitOf = new HashMap<>();
    private final Set<String> units = new LinkedHashSet<>();
    private final Set<String> read = new HashSet<>();
    private boolean listed;
    private boolean unreadable;
    /** Who is mapped to which unit; null until somebody asks. */
    private Set<Wanted> wanted;

    private record Wanted(String unit, String user) {}

    /** What is known of an organisation in this pass. */
    static Whereabouts of(OrganizationPass organization) {
        return organization.remembered("managementunits", Whereabouts.class, Whereabouts::new);
    }

    /** A unit was read to its end. */
    void put(String unit, Set<String> users) {
        unitOf.values().removeIf(unit::equals);
        users.forEach(user -> unitOf.put(user, unit));
        read.add(unit);
    }

    /** Genesys was asked about one user. */
    void isIn(String unit, String user) {
        unitOf.put(user, unit);
    }

    /** A unit cannot be read: whoever is not known to be elsewhere may be in it. */
    void unread(String unit) {
        unreadable = true;
        read.add(unit);
    }

    /** Time has passed: only the last read of this unit is still valid. */
    void readAnewAllBut(String unit) {
        read.retainAll(Set.of(unit));
        unitOf.values().removeIf(other -> !unit.equals(other));
        unreadable = false;
    }

    /** A page of the organisation's units. */
    void list(Collection<String> some, boolean last) {
        units.addAll(some);
        listed = last;
    }

    /** The units cannot be listed. */
    void unlisted() {
        unreadable = true;
    }

    /** Whether all units are known. */
    boolean isListed() {
        return listed;
    }

    /** Whether an agent may be in a unit that cannot be read. */
    boolean isUnreadable() {
        return unreadable;
    }

    /** The units that were not read. */
    List<String> toRead() {
        return units.stream().filter(unit -> !read.contains(unit)).toList();
    }

    /** The unit that a user is in; null if none is known. */
    String unitOf(String user) {
        return unitOf.get(user);
    }

    /** Whether a row of this pass puts the user into the unit. Every user has been looked up by then. */
    boolean isWanted(String unit, String user, List<SegmentMessage> messages) {
        if (wanted == null) {
            wanted = new HashSet<>();
            messages.forEach(message -> wanted.add(new Wanted(message.getPlace().id(), message.genesysUserId())));
        }
        return wanted.contains(new Wanted(unit, user));
    }
}
