package dev.wfmbridge.mapping;

/**
 * Where an entry puts its people.
 *
 * @param target the name of what it is
 * @param id the id by which reports, ledger and letters know it
 * @param within the id of what it lies in, where its own id does not tell all; else null
 */
public record Place(String target, String id, String within) {

    /** What the bridge knows of such places. */
    public Target kind() {
        return Targets.installed().of(target);
    }
}
