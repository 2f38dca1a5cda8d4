package dev.wfmbridge.target.managementunit;

import java.util.Set;

/** The management units from which an entry may take an agent ({@code moveFrom}). */
public final class MoveFrom {
    /** From no unit: only agents in no unit are put into one. */
    public static final MoveFrom NONE = new MoveFrom(false, Set.of());

    /** From any unit. */
    public static final MoveFrom ANY = new MoveFrom(true, Set.of());

    private final boolean any;
    private final Set<String> units;

    private MoveFrom(boolean any, Set<String> units) {
        this.any = any;
        this.units = units;
    }

    /** From these units only. */
    public static MoveFrom units(Set<String> ids) {
        return new MoveFrom(false, Set.copyOf(ids));
    }

    /** Whether an agent may be taken from this unit. */
    public boolean allows(String unitId) {
        return any || units.contains(unitId);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MoveFrom that && any == that.any && units.equals(that.units);
    }

    @Override
    public int hashCode() {
        return units.hashCode() + (any ? 1 : 0);
    }

    @Override
    public String toString() {
        return any ? "any" : units.isEmpty() ? "none" : units.toString();
    }
}
