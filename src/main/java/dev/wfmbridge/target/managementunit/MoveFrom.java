package dev.wfmbridge.target.managementunit;

import java.util.Set;

/**
 * The management units from which an entry may take an agent ({@code moveFrom}).
 *
 * @param any from any unit
 * @param units else from these; from none if there are none: then only agents in no unit are put into one
 */
public record MoveFrom(boolean any, Set<String> units) {

    static final MoveFrom NONE = new MoveFrom(false, Set.of());
    static final MoveFrom ANY = new MoveFrom(true, Set.of());

    public MoveFrom {
        units = Set.copyOf(units);
    }

    /** Whether an agent may be taken from this unit. */
    public boolean allows(String unitId) {
        return any || units.contains(unitId);
    }
}
